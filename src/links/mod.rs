//! Tracking links and the domains that they are shown with.

mod api;
mod domains;
mod link;

pub use link::{LinkOf, link_of};

use crate::web::{describe::Schemas, routes::Route};

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    [api::routes(), domains::routes()].into_iter().flatten().collect()
}

/// The room's schemas.
#[must_use]
pub fn schemas() -> Schemas {
    [api::schemas(), domains::schemas()].into_iter().flatten().collect()
}
