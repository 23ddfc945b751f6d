//! Runs of a Smart Link on a KPI: what the optimiser did with its weights and why, and the button that lets it
//! run now. Figures are those of all partners together, so only those see them who see all partners.

mod api;
mod list_page;
mod run_page;
mod schemas;
mod words;

pub use schemas::schemas;

use crate::web::{
    Route,
    describe::{About, Gives},
    routes::Right,
};
use actix_web::http::Method;
use domain::identity::Section;

/// The routes.
pub fn routes() -> Vec<Route> {
    let read = Right::Both(Section::Reports, Section::Links);
    let routes = vec![
        Route::new(Method::GET, "/smart-links/{smart_link_id}/runs", read, list_page::show),
        Route::post("/smart-links/{smart_link_id}/run", Section::Links, list_page::run_now),
        Route::new(
            Method::GET,
            "/smart-links/{smart_link_id}/runs/{smart_link_run_id}",
            read,
            run_page::show,
        ),
        Route::new(Method::GET, "/api/v1/smart-links/{smart_link_id}/runs", read, api::list)
            .about(About::new("List the runs of a Smart Link on a KPI", Gives::List("SmartLinkRun"))),
        Route::new(
            Method::GET,
            "/api/v1/smart-links/{smart_link_id}/runs/{smart_link_run_id}",
            read,
            api::show,
        )
        .about(About::new("Look at a run: its figures and what it did", Gives::One("SmartLinkRun"))),
        Route::post("/api/v1/smart-links/{smart_link_id}/run", Section::Links, api::run_now)
            .about(About::new("Let a Smart Link on a KPI run now", Gives::New("SmartLinkRun"))),
    ];
    routes.into_iter().map(Route::of_all_partners).collect()
}
