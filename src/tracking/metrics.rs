//! What the tracking side counts of itself, with handles held: the hot path looks nothing up.

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};

/// The tracking side's counters.
pub struct Meters {
    pub answered: Counter,
    pub stored: Counter,
    pub unrecorded: Counter,
    pub set_aside: Counter,
    pub decide: Histogram,
    pub spool_depth: Gauge,
    pub drain_lag: Gauge,
}

impl Meters {
    /// The counters, by the names that the outside holds on to.
    #[must_use]
    pub fn new() -> Self {
        let meters = Self {
            answered: counter!("switchyard_clicks_answered_total"),
            stored: counter!("switchyard_clicks_stored_total"),
            unrecorded: counter!("switchyard_clicks_unrecorded_total"),
            set_aside: counter!("switchyard_records_set_aside_total"),
            decide: histogram!("switchyard_decide_seconds"),
            spool_depth: gauge!("switchyard_spool_depth"),
            drain_lag: gauge!("switchyard_drain_lag_seconds"),
        };
        // A counter that nothing has raised yet is shown as 0, not left out.
        for counter in [&meters.answered, &meters.stored, &meters.unrecorded, &meters.set_aside] {
            counter.absolute(0);
        }
        meters
    }
}

impl Default for Meters {
    fn default() -> Self {
        Self::new()
    }
}
