//! What comes of clicks: postbacks, their judgement, and the log of every call; conversions as pages
//! and by the API, and a click's own page, which shows its conversions.

mod api;
mod click_page;
mod conversion_page;
mod conversions_page;
mod filters;
mod judgements;
mod postback;
mod postbacks_page;
pub mod routes;
mod show;
mod world;

pub use judgements::Judgements;
pub use world::LiveWorld;

use crate::web::Route;
use domain::identity::Section;

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/clicks/{click_id}", Section::Clicks, click_page::show),
        Route::get("/conversions", Section::Conversions, conversions_page::list),
        Route::get("/conversions/{conversion_id}", Section::Conversions, conversion_page::show),
        Route::post("/conversions/{conversion_id}", Section::Conversions, conversion_page::decide),
        Route::get("/postbacks", Section::Conversions, postbacks_page::list),
        Route::get("/api/v1/conversions", Section::Conversions, api::conversions),
        Route::get("/api/v1/conversions/{conversion_id}", Section::Conversions, api::conversion),
        Route::patch("/api/v1/conversions/{conversion_id}", Section::Conversions, api::change),
        Route::get("/api/v1/postbacks", Section::Conversions, api::postbacks),
    ]
}
