//! Experiments: how the options of a campaign's rotators compare, what they serve now, and what would settle it.
//! Figures are those of all partners together, so only those see them who see all partners.

mod api;
mod found;
mod page;

pub use api::schemas;

use crate::web::{
    Route,
    describe::{About, Gives},
    routes::Right,
};
use actix_web::http::Method;
use domain::identity::Section;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let read = Right::Both(Section::Reports, Section::Links);
    let about = About::new("See how the options of a campaign's rotators compare", Gives::One("Experiments"));
    let routes = vec![
        Route::new(Method::GET, "/campaigns/{campaign_id}/experiments", read, page::show),
        Route::new(Method::GET, "/api/v1/campaigns/{campaign_id}/experiments", read, api::show).about(about),
    ];
    routes.into_iter().map(Route::of_all_partners).collect()
}
