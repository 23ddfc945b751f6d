//! Counts over rows that run in the background.

use super::answer::Report;
use crate::{
    Error,
    shared::{Background, BackgroundTable},
};

/// The counts over rows.
pub const REPORT_RUNS: BackgroundTable =
    BackgroundTable { table: "report_runs", ones: "counts", field: "group_by" };

/// What came out of a count that is done.
///
/// # Errors
/// It does not read.
pub fn report_of(run: &Background) -> Result<Report, Error> {
    Ok(serde_json::from_str(&run.result)?)
}
