//! What the drain tells of caps: what each batch holds of them, and when it is in the database, so that
//! whoever counts knows which of this node's clicks the roll-ups have and which still only the spool.

use super::{Basis, Contribution, Position, Record, Take, Used};
use chrono::DateTime;
use domain::shared::{Calendar, DayNumber, NetworkId};
use rustc_hash::FxHashMap;

/// What one batch takes of one offer's caps by one partner on one day of the network's zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tally {
    pub network: NetworkId,
    pub offer: i64,
    pub partner: i64,
    pub day: DayNumber,
    /// Clicks and impressions, counted since their request.
    pub spooled: Used,
    /// Conversions, which nobody has counted before the batch.
    pub judged: Used,
}

/// Who counts. Called by the drain alone, from one thread, in the order of the spool.
pub trait Ledger: Send + Sync {
    /// The stretch from `from`, where the database stands, to `end` is about to be committed. What was
    /// told of anything behind `from` before did not last, or is told again.
    fn writing(&self, from: Position, end: Position, tallies: Vec<Tally>);

    /// Everything up to `end` is committed.
    fn written(&self, end: Position);
}

/// The tallies of a batch while it is gathered.
#[derive(Debug, Default)]
pub struct Tallies {
    days: FxHashMap<(NetworkId, i64, i64, DayNumber), (Used, Used)>,
}

impl Tallies {
    /// Adds what the records themselves take.
    pub fn add_records(&mut self, records: &[Record<'_>], calendar: impl Fn(NetworkId) -> Option<Calendar>) {
        for take in records.iter().filter_map(Take::of) {
            let Some(calendar) = calendar(take.network) else { continue };
            self.entry((take.network, take.offer, take.partner), calendar, take.at).0 += take.used;
        }
    }

    /// Adds what was judged in the batch; it counts by its own time.
    pub fn add_judged(&mut self, contribution: &Contribution, calendar: Calendar) {
        let measures = &contribution.measures;
        let used = Used {
            clicks: 0,
            conversions: measures.approved,
            payout: measures.payout.0,
            revenue: measures.revenue.0,
        };
        if contribution.basis == Basis::Conversion && used != Used::default() {
            let of = (contribution.network, contribution.offer, contribution.partner);
            self.entry(of, calendar, contribution.at).1 += used;
        }
    }

    fn entry(&mut self, of: (NetworkId, i64, i64), calendar: Calendar, millis: i64) -> &mut (Used, Used) {
        let day = calendar.day(DateTime::from_timestamp_millis(millis).unwrap_or_default());
        self.days.entry((of.0, of.1, of.2, day)).or_default()
    }

    /// What was gathered.
    #[must_use]
    pub fn finish(self) -> Vec<Tally> {
        let tally = |((network, offer, partner, day), (spooled, judged))| Tally {
            network,
            offer,
            partner,
            day,
            spooled,
            judged,
        };
        self.days.into_iter().map(tally).collect()
    }
}
