//! Codes of two-step sign-in: six digits of half a minute each, as every authenticator makes them, and
//! codes on paper for the day the device is lost.

use super::token::hash_of;
use crate::{state::State, web::Failure};
use domain::shared::{NetworkId, UserId};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use store::{
    identity::{take_recovery_code, take_step, totp_of},
    shared::{Actor, now_millis},
};
use totp_rs::{Builder, Totp};

/// Bytes of a secret, as RFC 4226 recommends.
const SECRET: usize = 20;
/// How many codes on paper.
pub(super) const RECOVERY_CODES: usize = 10;
/// The letters of codes on paper: none that looks like another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A fresh secret.
pub(super) fn fresh_secret() -> [u8; SECRET] {
    rand::random()
}

fn totp(secret: &[u8]) -> Result<Totp, Failure> {
    let built = Builder::new().with_secret(secret.to_vec()).build();
    built.map_err(|error| Failure::Broken(format!("a secret of two-step sign-in: {error}")))
}

/// The secret as people type it into an authenticator.
pub(super) fn written(secret: &[u8]) -> Result<String, Failure> {
    Ok(totp(secret)?.secret().to_base32())
}

/// The address that an authenticator reads off the QR code.
pub(super) fn address(secret: &[u8], network: &str, email: &str) -> Result<String, Failure> {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let issuer = encoded(&format!("Switchyard {network}"));
    Ok(format!("otpauth://totp/{issuer}:{}?secret={}&issuer={issuer}", encoded(email), written(secret)?))
}

/// The step that a code belongs to; none where it is wrong now. One step early or late is forgiven, as
/// clocks differ.
pub(super) fn step_of(secret: &[u8], code: &str) -> Result<Option<i64>, Failure> {
    let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|digit| digit.is_ascii_digit()) {
        return Ok(None);
    }
    let seconds = u64::try_from(now_millis() / 1_000).unwrap_or(0);
    Ok(totp(secret)?.check(&code, seconds).and_then(|step| i64::try_from(step).ok()))
}

/// Fresh codes on paper, each of 80 random bits.
pub(super) fn fresh_recovery_codes() -> Vec<String> {
    let code = |_| {
        let letters = rand::random::<[u8; 16]>().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
        letters.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// What is kept of a code on paper; however it is typed.
pub(super) fn recovery_hash(code: &str) -> [u8; 32] {
    let plain = code.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase());
    hash_of(&plain.collect::<String>())
}

/// Whether a person must take a second step.
pub(super) async fn is_on(state: &State, user: UserId) -> Result<bool, Failure> {
    Ok(totp_of(&state.database, user).await?.is_some_and(|stored| stored.confirmed_at.is_some()))
}

/// Takes a code of either kind, each once.
///
/// # Errors
/// The secret was encrypted with another key, or what the database said.
pub(super) async fn take(
    state: &State,
    (network, user): (NetworkId, UserId),
    actor: &Actor,
    code: &str,
) -> Result<bool, Failure> {
    let Some(stored) = totp_of(&state.database, user).await? else { return Ok(false) };
    let secret = state.vault.open_sealed(&stored.secret, (network, user));
    let secret = secret.ok_or_else(|| Failure::Broken("a secret was sealed with another key".to_owned()))?;
    match step_of(&secret, code)? {
        Some(step) => Ok(take_step(&state.database, user, step).await?),
        None => Ok(take_recovery_code(&state.database, network, actor, user, recovery_hash(code)).await?),
    }
}
