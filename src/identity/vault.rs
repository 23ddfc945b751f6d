//! Secrets that must be read again, such as those of two-step sign-in, lie encrypted: with XChaCha20 and
//! Poly1305, bound to the place they lie at, by a key that is not in the database.

use crate::config::ServeOptions;
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use domain::shared::{NetworkId, UserId};
use sha2::{Digest, Sha256};
use std::{
    fmt,
    fs::OpenOptions,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};
use store::{Database, Kind, identity::key_check};

/// The file of the key in the data folder, where no option names one.
const FILE: &str = "secret.key";
/// Bytes of the number used once, which stands before what it encrypts.
const NONCE: usize = 24;

/// Encrypts and decrypts.
pub struct Vault(XChaCha20Poly1305);

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// With this key.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&key.into()))
    }

    /// With the key of the option, or of the data folder, where it is made if it is missing; and sees
    /// that it is the one that the database's secrets are encrypted with.
    ///
    /// # Errors
    /// One line: the key can't be had, or is another than that of the other nodes.
    pub async fn open(database: &Database, options: &ServeOptions) -> Result<Self, String> {
        let key = match &options.secret_key {
            Some(key) => key.0,
            None => kept(&options.storage.data.join(FILE)).map_err(|error| format!("{FILE}: {error}"))?,
        };
        let check: [u8; 16] = Sha256::digest([b"switchyard key check".as_slice(), &key].concat())[..16]
            .try_into()
            .map_err(|_| "the key can't be checked".to_owned())?;
        let is_first = key_check(database, check).await.map_err(|error| error.to_string())?;
        if is_first {
            return Ok(Self::new(key));
        }
        Err(match (database.kind(), &options.secret_key) {
            (Kind::Postgres, None) => format!(
                "another node has used this database with another secret key; give every node the same \
                 --secret-key (64 hexadecimal digits, those of the first node's {FILE})"
            ),
            (Kind::Postgres, Some(_)) | (Kind::Sqlite, _) => format!(
                "this database was used with another secret key; give that one by --secret-key or {FILE}"
            ),
        })
    }

    /// Encrypts the secret of a person's two-step sign-in.
    #[must_use]
    pub fn seal(&self, secret: &[u8], place: (NetworkId, UserId)) -> Vec<u8> {
        let nonce = rand::random::<[u8; NONCE]>();
        let place = named(place);
        let payload = Payload { msg: secret, aad: place.as_bytes() };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).expect("a secret is short");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Decrypts it; none where it was sealed with another key, or for another place.
    #[must_use]
    pub fn open_sealed(&self, sealed: &[u8], place: (NetworkId, UserId)) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let place = named(place);
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        self.0.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}

/// Where the secret lies.
fn named((network, user): (NetworkId, UserId)) -> String {
    format!("{network}/user_totp/secret/{user}")
}

/// The key of the file, which only its owner can read.
fn kept(file: &Path) -> std::io::Result<[u8; 32]> {
    let fresh = rand::random::<[u8; 32]>();
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(mut made) => {
            made.write_all(hex::encode(fresh).as_bytes())?;
            made.sync_all()?;
            return Ok(fresh);
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    let text = std::fs::read_to_string(file)?;
    let key = hex::decode(text.trim()).ok().and_then(|key| key.try_into().ok());
    key.ok_or_else(|| std::io::Error::other("does not hold 64 hexadecimal digits"))
}
