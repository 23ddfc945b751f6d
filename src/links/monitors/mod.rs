//! Monitors: web sites that are asked whether they are up. Their calls and pages, the log of their checks, their
//! copy.

mod api;
mod checks_page;
mod copy;
mod drawings;
mod page;
mod pages_list;
mod schemas;
mod views;
mod words;

pub use schemas::schemas;

use crate::web::{
    describe::{About, Gives},
    history,
    objects::{calls, copies, list, pages},
    routes::Route,
};
use domain::{identity::Section, links::Monitor};

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    use Section::Links;
    let state = About::new("See what is known of a monitor's site", Gives::One("SiteState"));
    let checks = About::new("List the checks of a monitor", Gives::List("MonitorCheck"));
    let check = About::new("Check a monitor's site now", Gives::One("SiteState"));
    let own = vec![
        calls::removal_route::<Monitor>(),
        history::route::<Monitor>(),
        Route::get("/monitors/{monitor_id}/checks", Links, checks_page::show),
        Route::post("/monitors/{monitor_id}/check", Links, checks_page::check_now),
        Route::get("/api/v1/monitors/{monitor_id}/state", Links, api::state).about(state),
        Route::get("/api/v1/monitors/{monitor_id}/checks", Links, api::checks).about(checks),
        Route::post("/api/v1/monitors/{monitor_id}/check", Links, api::check_now).about(check),
    ];
    [
        calls::routes::<Monitor>(),
        copies::routes::<Monitor>(),
        list::routes::<Monitor>(),
        pages::routes::<Monitor>(),
        own,
    ]
    .into_iter()
    .flatten()
    .collect()
}
