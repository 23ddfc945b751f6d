//! Who may enter: signing in and out, passwords, tokens and keys, the first network, and the API's
//! side of users, roles, keys and the audit log.

mod account;
pub mod api;
mod by_mail;
mod check;
mod device;
mod keys;
pub mod landing;
mod network;
mod pages_account;
mod pages_audit;
mod pages_keys;
mod pages_network;
mod pages_roles;
mod pages_two_step;
mod pages_users;
mod password;
pub mod people;
mod reach;
mod roles;
mod second_step;
mod session;
mod session_list;
pub mod setup;
mod sign_in;
mod token;
mod totp;
mod vault;

pub use api::schemas;
pub use check::{check_email, check_password};
pub(crate) use pages_users::{choices, status_signal};
pub use password::Passwords;
pub(crate) use roles::level_words;
pub use session::{entrant_of_cookie, entrant_of_key};
pub use token::Secret;
pub use vault::Vault;

use crate::web::routes::{Public, Right, Route};
use actix_web::http::Method;
use domain::identity::Section;

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Section::{Audit, Settings, Users};
    let own = vec![
        Route::new(Method::GET, "/account", Right::SignedIn, pages_account::show),
        Route::new(Method::POST, "/account/password", Right::SignedIn, pages_account::change_password),
        Route::new(Method::GET, "/account/sessions", Right::SignedIn, pages_account::sessions),
        Route::new(
            Method::POST,
            "/account/sessions/revoke-others",
            Right::SignedIn,
            pages_account::revoke_others,
        ),
        Route::new(
            Method::POST,
            "/account/sessions/{session_id}/revoke",
            Right::SignedIn,
            pages_account::revoke,
        ),
        Route::new(Method::GET, "/account/two-step", Right::SignedIn, pages_two_step::show),
        Route::new(Method::POST, "/account/two-step/begin", Right::SignedIn, pages_two_step::begin),
        Route::new(Method::POST, "/account/two-step/confirm", Right::SignedIn, pages_two_step::confirm),
        Route::new(Method::POST, "/account/two-step/renew", Right::SignedIn, pages_two_step::renew),
        Route::new(Method::POST, "/account/two-step/end", Right::SignedIn, pages_two_step::end),
    ];
    let pages = vec![
        Route::get("/settings", Settings, pages_network::show),
        Route::post("/settings", Settings, pages_network::save),
        Route::get("/settings/users", Users, pages_users::list),
        Route::post("/settings/users", Users, pages_users::create),
        Route::get("/settings/users/csv", Users, pages_users::csv),
        Route::get("/settings/users/{user_id}", Users, pages_users::show),
        Route::post("/settings/users/{user_id}", Users, pages_users::save),
        Route::post("/settings/users/{user_id}/two-step/end", Users, pages_users::end_two_step),
        Route::post("/settings/users/{user_id}/send-link", Users, pages_users::send_link),
        Route::post("/settings/users/{user_id}/sessions/revoke", Users, pages_users::revoke_all),
        Route::post(
            "/settings/users/{user_id}/sessions/{session_id}/revoke",
            Users,
            pages_users::revoke_session,
        ),
        Route::get("/settings/roles", Users, pages_roles::list),
        Route::post("/settings/roles", Users, pages_roles::create),
        Route::blank("/settings/roles/new", Users, pages_roles::blank),
        Route::get("/settings/roles/{role_id}", Users, pages_roles::show),
        Route::post("/settings/roles/{role_id}", Users, pages_roles::save),
        Route::post("/settings/roles/{role_id}/remove", Users, pages_roles::remove),
        Route::get("/settings/api-keys", Settings, pages_keys::list),
        Route::post("/settings/api-keys", Settings, pages_keys::create),
        Route::post("/settings/api-keys/{api_key_id}/revoke", Settings, pages_keys::revoke),
        Route::get("/settings/audit", Audit, pages_audit::list),
        Route::get("/settings/audit/csv", Audit, pages_audit::csv),
    ];
    [api::routes(), own, pages].into_iter().flatten().collect()
}

/// The room's routes for everybody.
#[must_use]
pub fn public_routes() -> Vec<Public> {
    vec![
        Public::new(Method::GET, "/sign-in", sign_in::show),
        Public::new(Method::POST, "/sign-in", sign_in::enter),
        Public::new(Method::POST, "/sign-out", sign_in::leave),
        Public::new(Method::GET, "/sign-in/code", second_step::show),
        Public::new(Method::POST, "/sign-in/code", second_step::enter),
        Public::new(Method::GET, "/password/forgot", by_mail::show_forgot),
        Public::new(Method::POST, "/password/forgot", by_mail::ask),
        Public::new(Method::GET, "/password/reset", by_mail::show_reset),
        Public::new(Method::POST, "/password/reset", by_mail::reset),
        Public::new(Method::GET, "/invitation", by_mail::show_invitation),
        Public::new(Method::POST, "/invitation", by_mail::accept),
    ]
}
