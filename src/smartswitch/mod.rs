//! SmartSwitch: the sources that its rules have found, and their runs. And its neighbours, kept distinct: source
//! blocks, which refuse a partner's sources at an offer, and traffic controls, lists over the whole network.

mod known_rules;
mod runs;
mod schemas;
mod source_blocks;
mod source_blocks_page;
mod tabs;
mod traffic_controls;
mod traffic_controls_page;
mod variables;
mod words;

pub use schemas::schemas;
pub use tabs::{RUNS, VARIABLES};

use crate::web::{
    history,
    objects::{bulk::Bulk, calls, copies, copies::Copied, list, pages},
    routes::Route,
};
use domain::smartswitch::{SourceBlock, TrafficControl};

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let of_network = of_kind::<TrafficControl>().into_iter().map(Route::of_all_partners);
    let of_rules = variables::routes().into_iter().chain(runs::routes());
    of_kind::<SourceBlock>().into_iter().chain(of_network).chain(of_rules).collect()
}

fn of_kind<T: Bulk + Copied + history::Viewed>() -> Vec<Route> {
    [
        calls::routes::<T>(),
        copies::routes::<T>(),
        list::routes::<T>(),
        pages::routes::<T>(),
        vec![calls::removal_route::<T>(), history::route::<T>()],
    ]
    .into_iter()
    .flatten()
    .collect()
}
