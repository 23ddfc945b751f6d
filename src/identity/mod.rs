//! Who may enter: signing in and out, passwords, tokens and keys, the first network, and the API's
//! side of users, roles, keys and the audit log.

pub mod api;
mod check;
mod keys;
pub mod landing;
mod network;
mod pages_audit;
mod pages_keys;
mod pages_network;
mod pages_roles;
mod pages_users;
mod password;
pub mod people;
mod reach;
mod session;
pub mod setup;
mod sign_in;
mod token;

pub use api::schemas;
pub use check::{check_email, check_password};
pub use password::Passwords;
pub use session::{entrant_of_cookie, entrant_of_key};
pub use token::Secret;

use crate::web::routes::{Public, Route};
use actix_web::http::Method;
use domain::identity::Section;

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Section::{Audit, Settings, Users};
    let pages = vec![
        Route::get("/settings", Settings, pages_network::show),
        Route::post("/settings", Settings, pages_network::save),
        Route::get("/settings/users", Users, pages_users::list),
        Route::post("/settings/users", Users, pages_users::create),
        Route::get("/settings/users/{user_id}", Users, pages_users::show),
        Route::post("/settings/users/{user_id}", Users, pages_users::save),
        Route::get("/settings/roles", Users, pages_roles::list),
        Route::get("/settings/api-keys", Settings, pages_keys::list),
        Route::post("/settings/api-keys", Settings, pages_keys::create),
        Route::post("/settings/api-keys/{api_key_id}/revoke", Settings, pages_keys::revoke),
        Route::get("/settings/audit", Audit, pages_audit::list),
    ];
    api::routes().into_iter().chain(pages).collect()
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
