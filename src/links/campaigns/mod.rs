//! Campaigns: their calls and pages, and their copy.

mod api;
mod copy;
mod page;
mod pages_list;
mod schemas;
mod views;
mod words;

pub use words::{branch_name, named_by, option_name, rule_name};

use crate::web::{
    describe::Schemas,
    history,
    objects::{calls, copies, list, pages},
    routes::Route,
};
use domain::links::Campaign;

/// The routes.
pub(super) fn routes() -> Vec<Route> {
    let own = vec![calls::removal_route::<Campaign>(), history::route::<Campaign>()];
    let of_kind = [calls::routes::<Campaign>(), copies::routes::<Campaign>(), list::routes::<Campaign>()];
    of_kind.into_iter().flatten().chain(pages::routes::<Campaign>()).chain(own).collect()
}

/// The schemas.
pub(super) fn schemas() -> Schemas {
    schemas::schemas()
}
