//! Reports: the first page of employees, the report builder, and the same by the API. It reads every
//! room and no room reads it.

mod api;
mod ask;
mod figures;
mod groups;
mod home;
mod object;
mod page;
mod schemas;

pub use schemas::schemas;

use crate::web::{
    Route,
    describe::{About, Gives},
    routes::Right,
};
use actix_web::http::Method;
use domain::identity::Section;

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::new(Method::GET, "/", Right::SignedIn, home::show),
        Route::get("/home/live", Section::Reports, home::live),
        Route::get("/reports", Section::Reports, page::show),
        Route::get("/offers/{offer_id}/figures", Section::Reports, object::of_offer),
        Route::get("/partners/{partner_id}/figures", Section::Reports, object::of_partner),
        Route::get("/advertisers/{advertiser_id}/figures", Section::Reports, object::of_advertiser),
        Route::get("/api/v1/reports", Section::Reports, api::report)
            .about(About::new("Ask for a report", Gives::One("Report")).with(&schemas::parameters())),
    ]
}
