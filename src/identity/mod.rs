//! Who may enter: signing in and out, passwords, tokens and keys, the first network, and the API's
//! side of users, roles, keys and the audit log.

mod check;
mod landing;
mod password;
mod session;
pub mod setup;
mod sign_in;
mod token;

pub use check::{check_email, check_password};
pub use password::Passwords;
pub use session::{entrant_of_cookie, entrant_of_key};
pub use token::Secret;

use crate::web::routes::{Public, Right, Route};
use actix_web::http::Method;

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route::new(Method::GET, "/", Right::SignedIn, landing::show)]
}

/// The room's routes for everybody.
#[must_use]
pub fn public_routes() -> Vec<Public> {
    vec![
        Public::new(Method::GET, "/sign-in", sign_in::show),
        Public::new(Method::POST, "/sign-in", sign_in::enter),
        Public::new(Method::POST, "/sign-out", sign_in::leave),
    ]
}
