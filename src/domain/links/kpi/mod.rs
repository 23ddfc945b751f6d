//! A Smart Link on a KPI: what somebody asks for ([`KpiSettings`]), since when its figures count
//! ([`epoch_key`]), when a run is due ([`due_slot`]), and the run itself ([`run`]): figures in, a
//! [`RunRecord`] with the new weights out.
//!
//! The law here: no clock and no database. Moments and seeds are arguments, and the same input gives the same
//! record.

mod epoch;
mod figures;
mod record;
mod run;
mod segments;
mod settings;
#[cfg(test)]
mod tests;

pub use epoch::{due_slot, epoch_key, next_slot};
pub(super) use figures::figures_in_one;
pub use figures::{KpiCell, KpiRow};
pub use record::{LearntWeights, RunOutcome, RunRecord, RunRow, RunSegment, WHOLE, equal_weights};
pub use run::{KpiRun, run};
pub use segments::{Segment, read_row_segment, row_segment};
pub use settings::{KpiMetric, KpiSettings, Lookback, RunEvery};

const HOUR_MILLIS: i64 = 3_600_000;
