//! Which keys the filters in force ask for.

use super::{FILE_HOURS, HOUR};
use rustc_hash::FxHashMap;

/// Which keys are of use. Of an offer that is not named here nothing is loaded, and nothing forgotten
/// before its files are.
#[derive(Clone, Debug, Default)]
pub struct Demand {
    pub(super) hours: FxHashMap<u32, u32>,
    pub(super) converted: FxHashMap<u32, bool>,
}

impl Demand {
    /// An offer knows its visitors for `hours`, and asks who has converted or does not.
    pub fn ask(&mut self, offer: i64, hours: u32, converted: bool) {
        self.hours.insert(offer as u32, hours.min(FILE_HOURS));
        self.converted.insert(offer as u32, converted);
    }

    /// From which second on an offer's keys are of use.
    pub(super) fn since(&self, offer: u32, now: u32) -> Option<u32> {
        self.hours.get(&offer).map(|hours| now.saturating_sub(hours * HOUR))
    }
}
