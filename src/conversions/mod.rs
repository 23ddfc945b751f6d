//! What comes of clicks: postbacks, their judgement, and the log of every call; conversions as pages
//! and by the API, and a click's own page, which shows its conversions.

mod api;
mod by_hand;
mod click_page;
mod conversion_page;
mod conversions_log;
mod filters;
mod judgements;
mod pixel;
mod postback;
mod postbacks_log;
pub mod routes;
mod schemas;
mod show;
mod uploads;
mod world;

pub use judgements::Judgements;
pub use schemas::schemas;
pub use world::LiveWorld;

use crate::web::{
    Route,
    describe::{About, Gives, filters as described},
    log,
};
use domain::identity::Section;
use store::conversions::{Conversion, LoggedPostback};

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut routes = own_routes();
    routes.extend(uploads::routes());
    routes
}

fn own_routes() -> Vec<Route> {
    vec![
        Route::get("/clicks/{click_id}", Section::Clicks, click_page::show),
        Route::get("/conversions", Section::Conversions, log::page::<Conversion>),
        Route::get("/conversions/csv", Section::Conversions, log::csv::<Conversion>),
        Route::get("/conversions/{conversion_id}", Section::Conversions, conversion_page::show),
        Route::post("/conversions/{conversion_id}", Section::Conversions, conversion_page::decide),
        Route::get("/postbacks", Section::Conversions, log::page::<LoggedPostback>),
        Route::get("/postbacks/csv", Section::Conversions, log::csv::<LoggedPostback>),
        Route::get("/api/v1/conversions", Section::Conversions, log::items::<Conversion>).about(
            About::new("List conversions", Gives::List("Conversion")).with(&described(&filters::CONVERSIONS)),
        ),
        Route::get("/api/v1/conversions/{conversion_id}", Section::Conversions, api::conversion)
            .about(About::new("Look at a conversion with its history", Gives::One("Conversion"))),
        Route::patch("/api/v1/conversions/{conversion_id}", Section::Conversions, api::change).about(
            About::new("Decide a conversion's status by hand", Gives::One("Conversion"))
                .takes("ConversionStatus"),
        ),
        Route::get("/api/v1/postbacks", Section::Conversions, log::items::<LoggedPostback>).about(
            About::new("List the calls of advertisers", Gives::List("Postback"))
                .with(&described(&filters::POSTBACKS)),
        ),
    ]
}
