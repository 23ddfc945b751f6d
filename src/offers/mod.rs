//! Offers with their landing pages and events, and which partner may run which offer.

mod api;
pub mod approvals;
mod creation;
mod parts;
mod schemas;

pub use creation::create as create_offer;
pub use schemas::schemas;

use crate::web::routes::Route;

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    [api::routes(), parts::routes(), approvals::routes()].into_iter().flatten().collect()
}
