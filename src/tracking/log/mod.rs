//! The logs of clicks and impressions, as pages and by the API: what happened to this one, and why.

mod api;
mod clicks;
mod filters;
mod impressions;
mod schemas;
mod show;

pub use clicks::verdict;
pub use filters::verdict as verdict_name;
pub use schemas::schemas;
pub use show::words;

use crate::web::{
    Route,
    describe::{About, Gives, filters as described},
    log,
};
use domain::identity::Section;
use store::tracking::{Click, Impression};

/// The logs' routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/clicks", Section::Clicks, log::page::<Click>),
        Route::get("/clicks/csv", Section::Clicks, log::csv::<Click>),
        Route::get("/impressions", Section::Clicks, log::page::<Impression>),
        Route::get("/impressions/csv", Section::Clicks, log::csv::<Impression>),
        Route::get("/api/v1/clicks", Section::Clicks, log::items::<Click>)
            .about(About::new("List clicks", Gives::List("Click")).with(&described(&filters::CLICKS))),
        Route::get("/api/v1/clicks/{click_id}", Section::Clicks, api::click)
            .about(About::new("Look at a click with its decision", Gives::One("Click"))),
        Route::get("/api/v1/impressions", Section::Clicks, log::items::<Impression>).about(
            About::new("List impressions", Gives::List("Impression")).with(&described(&filters::IMPRESSIONS)),
        ),
    ]
}
