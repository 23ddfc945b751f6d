//! The logs of clicks and impressions, as pages and by the API: what happened to this one, and why.

mod api;
mod clicks_page;
mod filters;
mod impressions_page;
mod schemas;
mod show;

pub use clicks_page::verdict;
pub use schemas::schemas;
pub use show::words;

use crate::web::{
    Route,
    describe::{About, Gives, filters as described},
};
use domain::identity::Section;

/// The logs' routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/clicks", Section::Clicks, clicks_page::list),
        Route::get("/impressions", Section::Clicks, impressions_page::list),
        Route::get("/api/v1/clicks", Section::Clicks, api::clicks)
            .about(About::new("List clicks", Gives::List("Click")).with(&described(&filters::CLICKS))),
        Route::get("/api/v1/clicks/{click_id}", Section::Clicks, api::click)
            .about(About::new("Look at a click with its decision", Gives::One("Click"))),
        Route::get("/api/v1/impressions", Section::Clicks, api::impressions).about(
            About::new("List impressions", Gives::List("Impression")).with(&described(&filters::IMPRESSIONS)),
        ),
    ]
}
