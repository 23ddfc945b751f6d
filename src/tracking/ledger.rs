//! Which of this node's clicks the database holds: what the drain has told of each batch, by its place
//! in the spool. A watermark read together with sums then says exactly what is in those sums, whether
//! a commit was answered, was not, or was lost by a crash of the database.

use super::usage::Usages;
use domain::shared::NetworkId;
use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};
use store::tracking::{Position, Tally};

/// After so long no crash of the database takes a commit back (PostgreSQL: at most three delays of its
/// WAL writer, which are 30 s at the longest setting).
const DURABLE: Duration = Duration::from_secs(60);

/// One batch.
#[derive(Debug)]
struct Batch {
    at: Instant,
    end: Position,
    tallies: Vec<Tally>,
}

/// What is known of this node's batches. Counters are told of what happens to theirs.
#[derive(Debug)]
pub struct Book {
    /// Ascending; those up to `settled` are in the counters' stored part.
    batches: VecDeque<Batch>,
    settled: Position,
    /// What is before this is no longer in `batches`.
    durable: Position,
}

/// The counters of a network; none where there is no plan for it.
pub type Counters<'a> = &'a dyn Fn(NetworkId) -> Option<Arc<Usages>>;

impl Book {
    /// A book that begins where the database stands at the start.
    #[must_use]
    pub fn new(watermark: Position) -> Self {
        Self { batches: VecDeque::new(), settled: watermark, durable: watermark }
    }

    /// A batch is about to be committed; see [`store::tracking::Ledger::writing`].
    pub fn writing(&mut self, from: Position, end: Position, tallies: Vec<Tally>, counters: Counters<'_>) {
        self.go_back_to(from, counters);
        self.settle(from, counters);
        if from < self.durable {
            // The database has lost what it held when this process began: that is written once more.
            // A batch that reaches beyond counts a few clicks twice rather than none.
            each(&tallies, counters, Usages::unsettle);
        }
        self.batches.push_back(Batch { at: Instant::now(), end, tallies });
        self.forget();
    }

    /// Everything up to `end` is in the database.
    pub fn settle(&mut self, end: Position, counters: Counters<'_>) {
        for batch in self.batches.iter().filter(|batch| batch.end > self.settled && batch.end <= end) {
            each(&batch.tallies, counters, Usages::settle);
        }
        self.settled = self.settled.max(end);
    }

    /// The database has nothing behind `from`.
    fn go_back_to(&mut self, from: Position, counters: Counters<'_>) {
        while let Some(batch) = self.batches.pop_back_if(|batch| batch.end > from) {
            if batch.end <= self.settled {
                each(&batch.tallies, counters, Usages::unsettle);
            }
        }
        self.settled = self.settled.min(from);
    }

    fn forget(&mut self) {
        let settled = self.settled;
        let is_over = |batch: &mut Batch| batch.end <= settled && batch.at.elapsed() > DURABLE;
        while let Some(batch) = self.batches.pop_front_if(is_over) {
            self.durable = self.durable.max(batch.end);
        }
    }

    /// Sums were read at `watermark`: what is before it is in the database. Gives what of `network` the
    /// counters count as stored, but the sums do not have yet; none where the sums are of no use, as
    /// they were read of what the database has lost since, or are too old to tell.
    pub fn read_at(
        &mut self,
        watermark: Position,
        network: NetworkId,
        counters: Counters<'_>,
    ) -> Option<Vec<Tally>> {
        let is_an_end = watermark == self.durable || self.batches.iter().any(|batch| batch.end == watermark);
        if !is_an_end {
            return None;
        }
        self.settle(watermark, counters);
        let later = self.batches.iter().filter(|batch| batch.end > watermark && batch.end <= self.settled);
        let tallies = later.flat_map(|batch| &batch.tallies);
        Some(tallies.filter(|tally| tally.network == network).copied().collect())
    }
}

fn each(tallies: &[Tally], counters: Counters<'_>, tell: impl Fn(&Usages, &Tally)) {
    for tally in tallies {
        if let Some(usages) = counters(tally.network) {
            tell(&usages, tally);
        }
    }
}
