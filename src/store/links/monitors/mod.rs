//! Monitors as managed objects, whose checks are due, what is known of their sites, and the log of checks.

mod checks;
mod due;
mod settle;
mod sites;

pub use checks::{Slot, Uptime, checks_of, prune_checks, slots_of, uptime_of};
pub use due::{ClaimedCheck, ask_for_check, claim_checks, networks_due};
pub use settle::settle_checks;
pub use sites::{site_state, site_states, sites_down};

use crate::shared::{Managed, folded};
use domain::links::Monitor;
use sea_orm::Value;

impl Managed for Monitor {
    const TABLE: &'static str = "monitors";
    const OBJECT: &'static str = "monitor";
    const SEARCHED: bool = true;

    /// What is saved is checked at once, and a check of what it was before counts no more.
    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("name", self.name.as_str().into()),
            ("search_name", folded(&[self.name.as_str(), &self.url].join(" ")).into()),
            ("status", self.status.name().into()),
            ("url", self.url.as_str().into()),
            ("due_at", 0_i64.into()),
            ("claimed_until", 0_i64.into()),
        ]
    }
}
