//! The way through the demo's past, hour by hour: clicks at random moments of each hour, postbacks
//! between them when they are due.

use super::History;
use crate::demo::{
    DemoError,
    keepsake::Span,
    rhythm::{Hour, hours},
    stage::Stage,
};
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use std::sync::atomic::Ordering;

impl History {
    /// Goes through the span hour by hour; false where it was told to stop.
    pub(super) fn make(&mut self, span: Span, begun: i64) -> Result<bool, DemoError> {
        for (number, hour) in schedule(&self.stage, span).into_iter().enumerate() {
            let (from, until) = hour
                .iter()
                .fold((i64::MAX, 0), |(from, until), one| (one.from.min(from), one.until.max(until)));
            if until <= begun {
                self.bar.inc(hour.iter().map(|one| one.clicks).sum());
                continue;
            }
            if number % 24 == 0 {
                self.settle(from)?;
            }
            let mut moments: Vec<(i64, usize)> = Vec::new();
            for (side, one) in hour.iter().enumerate() {
                moments.extend(
                    (0..one.clicks).map(|_| (self.stage.random.random_range(one.from..one.until), side)),
                );
            }
            moments.sort_unstable();
            for (at, side) in moments.into_iter().filter(|(at, _)| *at > begun) {
                self.postbacks_until(at)?;
                self.click(side, at);
                self.append_when_full()?;
            }
            self.bar.inc(hour.iter().map(|one| one.clicks).sum());
            if self.is_stopped() {
                self.append()?;
                return Ok(false);
            }
        }
        self.postbacks_until(span.until)?;
        self.append()?;
        self.bar.finish_and_clear();
        Ok(true)
    }

    fn is_stopped(&self) -> bool {
        *self.stop.borrow() || self.signs.failed.load(Ordering::Acquire)
    }
}

/// Every network's hours, side by side. The same at every start, so that one can go on with another's.
fn schedule(stage: &Stage, span: Span) -> Vec<Vec<Hour>> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(span.from.unsigned_abs());
    let shares: f64 = stage.sides.iter().map(|side| side.entry.share).sum();
    let sides: Vec<_> = stage
        .sides
        .iter()
        .map(|side| {
            let clicks = (span.clicks as f64 * side.entry.share / shares).round() as u64;
            hours(span.from, span.until, clicks, side.entry.zone, &mut random)
        })
        .collect();
    let count = sides.first().map_or(0, Vec::len);
    (0..count).map(|hour| sides.iter().map(|side| side[hour]).collect()).collect()
}
