//! The cookie of a session, and whoever comes with one or with an API key.

use super::token::{Secret, hash_of, is_like_a_key};
use crate::state::State;
use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};
use store::{
    Error,
    identity::{self, Entrant, KeyHolder, LIFETIME, Purpose},
};

/// The name of the cookie.
pub(super) const NAME: &str = "switchyard_session";
/// The name of the cookie between password and code.
const SECOND: &str = "switchyard_second_step";
/// The longest token that is looked up, in bytes.
const LONGEST: usize = 128;

/// The hash of the token that a request brings.
pub(super) fn token_hash(request: &HttpRequest) -> Option<[u8; 32]> {
    let cookie = request.cookie(NAME)?;
    (cookie.value().len() <= LONGEST).then(|| hash_of(cookie.value()))
}

/// Who is signed in; none where nobody is, or not any more.
///
/// # Errors
/// What the database said.
pub async fn entrant_of_cookie(state: &State, request: &HttpRequest) -> Result<Option<Entrant>, Error> {
    match token_hash(request) {
        Some(hash) => identity::entrant_of_session(&state.database, hash).await,
        None => Ok(None),
    }
}

/// Whose API key it is.
///
/// # Errors
/// What the database said.
pub async fn entrant_of_key(state: &State, key: &str) -> Result<KeyHolder, Error> {
    if !is_like_a_key(key) {
        return Ok(KeyHolder::Nobody);
    }
    identity::entrant_of_key(&state.database, hash_of(key)).await
}

/// The cookie that carries a new session.
pub(super) fn cookie(state: &State, token: &str) -> Cookie<'static> {
    built(state, token.to_owned(), Duration::milliseconds(LIFETIME))
}

/// The cookie that takes a session out of the browser.
pub(super) fn no_cookie(state: &State) -> Cookie<'static> {
    built(state, String::new(), Duration::ZERO)
}

/// The hash of the token of whoever has said the password and not the code yet.
pub(super) fn second_token(request: &HttpRequest) -> Option<[u8; 32]> {
    let cookie = request.cookie(SECOND)?;
    (cookie.value().len() <= LONGEST).then(|| hash_of(cookie.value()))
}

/// The cookie between password and code, or what takes it out of the browser.
pub(super) fn second_cookie(state: &State, token: Option<&Secret>) -> Cookie<'static> {
    let age = token.map_or(Duration::ZERO, |_| Duration::milliseconds(Purpose::SecondStep.lifetime()));
    named(state, SECOND, token.map(|token| token.reveal().to_owned()).unwrap_or_default(), age)
}

fn built(state: &State, value: String, age: Duration) -> Cookie<'static> {
    named(state, NAME, value, age)
}

fn named(state: &State, name: &'static str, value: String, age: Duration) -> Cookie<'static> {
    let cookie = Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).max_age(age);
    cookie.secure(state.is_secure()).finish()
}
