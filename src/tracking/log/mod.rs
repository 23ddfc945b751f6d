//! The logs of clicks and impressions, as pages and by the API: what happened to this one, and why.

mod api;
mod clicks_page;
mod filters;
mod impressions_page;
mod show;

pub use clicks_page::verdict;
pub use show::words;

use crate::web::Route;
use domain::identity::Section;

/// The logs' routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/clicks", Section::Clicks, clicks_page::list),
        Route::get("/impressions", Section::Clicks, impressions_page::list),
        Route::get("/api/v1/clicks", Section::Clicks, api::clicks),
        Route::get("/api/v1/clicks/{click_id}", Section::Clicks, api::click),
        Route::get("/api/v1/impressions", Section::Clicks, api::impressions),
    ]
}
