//! SmartSwitch: its rules, the sources that they have found, and their runs. And its neighbours, kept distinct: source
//! blocks, which refuse a partner's sources at an offer, and traffic controls, lists over the whole network.

mod known_rules;
pub mod rules;
mod runs;
mod schemas;
mod source_blocks;
mod source_blocks_page;
mod traffic_controls;
mod traffic_controls_page;
mod variables;
mod words;

pub use schemas::schemas;

use crate::web::{
    history,
    objects::{bulk::Bulk, calls, copies, copies::Copied, list, pages},
    routes::Route,
};
use domain::smartswitch::{SmartSwitchRule, SourceBlock, TrafficControl};

/// The list of the sources that rules have found.
pub const VARIABLES: &str = "/smart-switch/variables";
/// The list of runs.
pub const RUNS: &str = "/smart-switch/runs";

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let rules = of_kind::<SmartSwitchRule>().into_iter().chain(rules::routes());
    let of_network = rules.chain(of_kind::<TrafficControl>()).map(Route::of_all_partners);
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
