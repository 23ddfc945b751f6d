//! The cookie of a session, and whoever comes with one or with an API key.

use super::token::{hash_of, is_like_a_key};
use crate::state::State;
use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};
use store::{
    Error,
    identity::{self, Entrant, LIFETIME},
};

/// The name of the cookie.
pub(super) const NAME: &str = "switchyard_session";
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

/// Whose API key it is; none where it is nobody's, or was revoked.
///
/// # Errors
/// What the database said.
pub async fn entrant_of_key(state: &State, key: &str) -> Result<Option<Entrant>, Error> {
    if !is_like_a_key(key) {
        return Ok(None);
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

fn built(state: &State, value: String, age: Duration) -> Cookie<'static> {
    let cookie = Cookie::build(NAME, value).path("/").http_only(true).same_site(SameSite::Lax).max_age(age);
    cookie.secure(state.is_secure()).finish()
}
