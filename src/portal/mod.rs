//! What partners see of themselves: nothing of other partners, and nothing of what the network earns.

mod blocks;
mod blocks_page;

use crate::web::{Route, routes::Right};
use actix_web::http::Method;
use domain::identity::UserKind;

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let partner = Right::Of(UserKind::Partner);
    vec![
        Route::new(Method::GET, "/portal/blocks", partner, blocks_page::list),
        Route::new(Method::GET, "/portal/blocks/{actionable_variable_id}", partner, blocks_page::show),
    ]
}
