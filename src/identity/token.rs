//! Tokens: 256 random bits that are shown once and kept only as their SHA-256.

use sha2::{Digest, Sha256};
use std::fmt;
use store::identity::{KeyScope, NewKey};

/// What every API key begins with, so that a leaked one is recognised.
const KEY: &str = "swy_";
/// Characters of a key by which people tell their keys apart.
const SHOWN: usize = 8;

/// A secret in the moment between its making and its showing.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// 256 fresh random bits as 64 hexadecimal digits.
    #[must_use]
    pub fn random() -> Self {
        Self(hex::encode(rand::random::<[u8; 32]>()))
    }

    /// A fresh API key: `swy_`, eight digits to know it by, and the rest.
    #[must_use]
    pub fn api_key() -> Self {
        let (shown, rest) = (rand::random::<[u8; SHOWN / 2]>(), rand::random::<[u8; 32]>());
        Self(format!("{KEY}{}_{}", hex::encode(shown), hex::encode(rest)))
    }

    /// The secret itself, for whoever it is for.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        hash_of(&self.0)
    }

    /// An API key as it is stored.
    #[must_use]
    pub fn to_new_key(&self, name: &str, scope: KeyScope) -> NewKey {
        let prefix = self.0.chars().take(KEY.len() + SHOWN).collect();
        NewKey { name: name.to_owned(), prefix, hash: self.hash(), scope }
    }
}

/// The SHA-256 of what somebody brought. The secrets are random and long: no salt, no slow hash.
pub(super) fn hash_of(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Whether a text can be an API key at all.
pub(super) fn is_like_a_key(text: &str) -> bool {
    text.starts_with(KEY) && text.len() < 200
}
