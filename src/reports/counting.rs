//! Counts over rows: in the background, or while a call of the API waits.

use super::ask::Asked;
use crate::web::{
    Access, Failure,
    background::{Background, Ended, Under},
};
use domain::shared::{Calendar, RunId};
use std::time::Duration;
use store::reports::{Question, REPORT_RUNS, Report, Stopped, count};

/// How long one may take.
const LONGEST: Duration = Duration::from_secs(600);
/// How long a call of the API waits for one.
const LONGEST_CALL: Duration = Duration::from_secs(25);
/// The most rows of a count that a call of the API waits for.
pub(super) const MOST_CALL_ROWS: i64 = 3_000_000;

/// Who counts.
#[derive(Clone, Debug, Default)]
pub struct Counting(Background);

impl Counting {
    /// Begins one; its page is told by the id.
    ///
    /// # Errors
    /// Too many run already.
    pub(super) async fn begin(&self, access: &Access, asked: Asked, query: &str) -> Result<RunId, Failure> {
        let calendar = Calendar::new(access.entrant().network.zone);
        let work =
            move |mut under: Under| async move { counted(&mut under, calendar, &asked.question).await };
        self.0.begin(access, (REPORT_RUNS, query), work).await
    }

    /// Counts while somebody waits.
    ///
    /// # Errors
    /// Why it came to no end, at `group_by`.
    pub(super) async fn wait(&self, access: &Access, question: &Question) -> Result<Report, Failure> {
        let _place = self.0.place(LONGEST_CALL).await?;
        let calendar = Calendar::new(access.entrant().network.zone);
        count(access.scope(), (calendar, question), LONGEST_CALL, &mut ()).await.map_err(|stopped| {
            match stopped {
                Stopped::Store(error) => Failure::from(error),
                Stopped::ByHand | Stopped::TooManyGroups | Stopped::TooLong(_) => {
                    Failure::field("group_by", stopped.to_string())
                }
            }
        })
    }
}

async fn counted(under: &mut Under, calendar: Calendar, question: &Question) -> Ended {
    let counted = {
        let watched = under.clone();
        count(watched.scope(), (calendar, question), LONGEST, under).await
    };
    let refused = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "a count over rows failed");
        Ended::Failed("the database refused; the log says why".to_owned())
    };
    match counted.map(|report| serde_json::to_string(&report)) {
        Ok(Ok(report)) => Ended::Done(report),
        Ok(Err(error)) => refused(&error),
        Err(Stopped::ByHand) => Ended::ByHand,
        Err(Stopped::Store(error)) => refused(&error),
        Err(stopped @ (Stopped::TooManyGroups | Stopped::TooLong(_))) => Ended::Failed(stopped.to_string()),
    }
}
