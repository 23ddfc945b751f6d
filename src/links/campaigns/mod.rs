//! Campaigns: their calls and pages, and their copy.

mod api;
mod copy;
mod page;
mod pages_list;
mod schemas;
mod views;
mod words;

pub use words::{branch_name, named_by, option_name, rule_name, status_signal};

use crate::web::{
    describe::Schemas,
    history,
    objects::{calls, list, pages},
    routes::Route,
};
use domain::{identity::Section, links::Campaign};

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let own = vec![
        calls::removal_route::<Campaign>(),
        history::route::<Campaign>(),
        Route::post("/campaigns/{campaign_id}/copy", Section::Links, copy::of_page),
    ];
    let of_kind = [calls::routes::<Campaign>(), copy::routes(), list::routes::<Campaign>()];
    of_kind.into_iter().flatten().chain(pages::routes::<Campaign>()).chain(own).collect()
}

/// The schemas.
pub(super) fn schemas() -> Schemas {
    schemas::schemas()
}
