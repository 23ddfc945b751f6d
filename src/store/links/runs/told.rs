//! Runs as pages and programs are told of them.

use super::weights::learnt_weights;
use crate::{
    Error,
    shared::{RunState, Scope, rows},
};
use domain::{
    links::{
        SmartLink,
        kpi::{LearntWeights, RunRecord},
    },
    shared::{RunId, SmartLinkId},
};
use sea_orm::{FromQueryResult, Value};

const COLUMNS: &str =
    "id, scheduled_at, asked_by, state, claimed_until, finished_at, plan_version, why, epoch, record";

/// A run of a Smart Link.
#[derive(Clone, PartialEq, Debug)]
pub struct SmartLinkRun {
    pub id: RunId,
    /// Milliseconds since 1970 UTC; 0 where it has not finished.
    pub scheduled_at: i64,
    pub finished_at: i64,
    /// Who asked for it; empty where the clock did.
    pub asked_by: String,
    pub state: RunState,
    /// The plan that its weights are in; 0 where it changed none.
    pub plan_version: i64,
    /// Why it was given up, or tries again.
    pub why: String,
    /// The rows that it was about; see [`domain::links::kpi::epoch_key`].
    pub epoch: String,
    /// None as long as it has not finished.
    pub record: Option<RunRecord>,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    scheduled_at: i64,
    asked_by: String,
    state: String,
    claimed_until: i64,
    finished_at: i64,
    plan_version: i64,
    why: String,
    epoch: String,
    record: String,
}

impl SmartLinkRun {
    /// Whether it is still to end.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, RunState::Due | RunState::Running)
    }

    fn read(row: Row) -> Self {
        Self {
            id: RunId(row.id),
            scheduled_at: row.scheduled_at,
            finished_at: row.finished_at,
            asked_by: row.asked_by,
            state: RunState::of(&row.state, row.claimed_until),
            plan_version: row.plan_version,
            why: row.why,
            epoch: row.epoch,
            // One of another form hides no other run.
            record: serde_json::from_str(&row.record).ok(),
        }
    }
}

async fn read(scope: Scope<'_>, wanted: &str, values: Vec<Value>) -> Result<Vec<SmartLinkRun>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM smart_link_runs WHERE {wanted}");
    let found: Vec<Row> = rows(scope.database().read(), &sql, values).await?;
    Ok(found.into_iter().map(SmartLinkRun::read).collect())
}

/// The latest runs of a link before a run, the youngest first.
///
/// # Errors
/// What the database said.
pub async fn runs_of(
    scope: Scope<'_>,
    link: SmartLinkId,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<SmartLinkRun>, Error> {
    let wanted = format!("network_id = $1 AND smart_link_id = $2 AND id < $3 ORDER BY id DESC LIMIT {limit}");
    let values = vec![scope.network().0.into(), link.0.into(), before.unwrap_or(i64::MAX).into()];
    read(scope, &wanted, values).await
}

/// The latest run of a link.
///
/// # Errors
/// What the database said.
pub async fn last_run(scope: Scope<'_>, link: SmartLinkId) -> Result<Option<SmartLinkRun>, Error> {
    Ok(runs_of(scope, link, None, 1).await?.into_iter().next())
}

/// One run of a link.
///
/// # Errors
/// [`Error::Missing`] where the link has none of that id.
pub async fn run_of(scope: Scope<'_>, link: SmartLinkId, run: RunId) -> Result<SmartLinkRun, Error> {
    let wanted = "network_id = $1 AND smart_link_id = $2 AND id = $3";
    let values = vec![scope.network().0.into(), link.0.into(), run.0.into()];
    read(scope, wanted, values).await?.into_iter().next().ok_or(Error::Missing)
}

/// What each row of a link on a KPI weighs now, in millionths and in the order of the rows.
///
/// # Errors
/// What the database said.
pub async fn weights_of(
    scope: Scope<'_>,
    link: SmartLinkId,
    document: &SmartLink,
) -> Result<Vec<u32>, Error> {
    let learnt = learnt_weights(scope.database().read(), scope.network(), i64::MAX).await?;
    let own = learnt.iter().find(|learnt| learnt.smart_link_id == link);
    Ok(LearntWeights::of(own, document))
}
