//! SmartSwitch's rules and their neighbours, kept distinct: source blocks, which refuse a partner's sources at an
//! offer, and traffic controls, lists over the whole network.

pub mod rules;
mod schemas;
mod source_blocks;
mod source_blocks_page;
mod traffic_controls;
mod traffic_controls_page;
mod words;

pub use schemas::schemas;

use crate::web::{
    history,
    objects::{bulk::Bulk, calls, copies, copies::Copied, list, pages},
    routes::Route,
};
use domain::smartswitch::{SmartSwitchRule, SourceBlock, TrafficControl};

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let rules = of_kind::<SmartSwitchRule>().into_iter().chain(rules::routes());
    let of_network = rules.chain(of_kind::<TrafficControl>()).map(Route::of_all_partners);
    of_kind::<SourceBlock>().into_iter().chain(of_network).collect()
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
