//! Advertisers and partners.

mod api;

use crate::web::{describe::Schemas, routes::Route};

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    api::routes()
}

/// The room's schemas.
#[must_use]
pub fn schemas() -> Schemas {
    api::schemas()
}
