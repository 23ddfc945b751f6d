//! Passwords are kept as argon2id hashes. Hashing is slow on purpose: it runs beside the request
//! threads, and only a few at a time, so that a flood of sign-ins can't take the machine.

use crate::web::Failure;
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use std::{fmt, sync::OnceLock};
use tokio::sync::Semaphore;

/// Hashes that are computed at the same time.
const AT_ONCE: usize = 2;

/// The gate to hashing.
pub struct Passwords {
    gate: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { gate: Semaphore::new(AT_ONCE) }
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passwords")
    }
}

impl Passwords {
    /// The hash of a new password, in PHC format.
    ///
    /// # Errors
    /// The machine refused.
    pub async fn hash(&self, password: &str) -> Result<String, Failure> {
        let password = password.to_owned();
        self.run(move || hash(&password)).await?
    }

    /// Whether the password is the one behind the hash. Without a hash it takes as long and says no,
    /// so that nobody learns by the clock whose account there is.
    ///
    /// # Errors
    /// The machine refused.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, Failure> {
        let (password, hash) = (password.to_owned(), hash.map(str::to_owned));
        self.run(move || verify(&password, hash.as_deref())).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let _turn = self.gate.acquire().await.map_err(|error| Failure::Broken(error.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| Failure::Broken(error.to_string()))
    }
}

fn hash(password: &str) -> Result<String, Failure> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string())
        .map_err(|error| Failure::Broken(format!("a password was not hashed: {error}")))
}

fn verify(password: &str, hash: Option<&str>) -> bool {
    let stored = match hash {
        Some(hash) => Some(hash),
        None => nobodys(),
    };
    let Some(stored) = stored else { return false };
    let Ok(parsed) = PasswordHash::new(stored) else { return false };
    let fits = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
    fits && hash.is_some()
}

/// A hash that belongs to nobody.
fn nobodys() -> Option<&'static str> {
    static HASH: OnceLock<Option<String>> = OnceLock::new();
    HASH.get_or_init(|| self::hash("nobody's password").ok()).as_deref()
}
