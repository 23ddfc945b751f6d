//! Runs of SmartSwitch rules: which are due, and what is told of them.

use crate::{
    Error,
    identity::networks,
    shared::{
        ClaimedRun, Database, Executor, RunState, RunTable, Scope, Stored, all, now_millis, number_of_rows,
        rows,
    },
};
use chrono::{DateTime, Utc};
use domain::{
    shared::{Calendar, NetworkId, SmartSwitchRuleId, SmartSwitchRunId, Status},
    smartswitch::{SmartSwitchRule, SwitchRunRecord},
};
use sea_orm::{FromQueryResult, Value};
use std::collections::BTreeMap;

/// The runs of SmartSwitch rules.
pub const SMART_SWITCH_RUNS: RunTable = RunTable { table: "smart_switch_runs", owner: "rule_id" };
/// How long after its hour has begun a run is noted, in milliseconds: until then clicks of the hours before are still
/// being stored.
const SETTLING: i64 = 10_000;

const COLUMNS: &str = "id, rule_id, scheduled_at, asked_by, state, claimed_until, finished_at, why, record";

/// A run of a SmartSwitch rule. Times are milliseconds since 1970 UTC, 0 for none.
#[derive(Clone, PartialEq, Debug)]
pub struct SwitchRun {
    pub id: SmartSwitchRunId,
    pub rule_id: SmartSwitchRuleId,
    pub scheduled_at: i64,
    pub finished_at: i64,
    /// Who asked for it; empty where the clock did.
    pub asked_by: String,
    pub state: RunState,
    /// Why it was given up, or tries again.
    pub why: String,
    /// None as long as it has not finished.
    pub record: Option<SwitchRunRecord>,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    rule_id: i64,
    scheduled_at: i64,
    asked_by: String,
    state: String,
    claimed_until: i64,
    finished_at: i64,
    why: String,
    record: String,
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

#[derive(FromQueryResult)]
struct Active {
    network_id: i64,
}

impl From<Row> for SwitchRun {
    fn from(row: Row) -> Self {
        Self {
            id: SmartSwitchRunId(row.id),
            rule_id: SmartSwitchRuleId(row.rule_id),
            scheduled_at: row.scheduled_at,
            finished_at: row.finished_at,
            asked_by: row.asked_by,
            state: RunState::of(&row.state, row.claimed_until),
            why: row.why,
            record: serde_json::from_str(&row.record).ok(),
        }
    }
}

impl SwitchRun {
    /// Whether it is still to end.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, RunState::Due | RunState::Running)
    }
}

/// Notes the runs that the clock makes due at `now`, in milliseconds since 1970 UTC: of each rule in force the latest
/// due time alone, so that what was missed is caught up once. `noted` holds what is known to be there.
///
/// # Errors
/// What the database said.
pub async fn schedule_runs(
    database: &Database,
    now: i64,
    noted: &mut BTreeMap<SmartSwitchRuleId, i64>,
) -> Result<(), Error> {
    let sql = "SELECT DISTINCT network_id FROM smart_switch_rules WHERE status = 'active'";
    let found: Vec<Active> = rows(database.read(), sql, vec![]).await?;
    if found.is_empty() {
        return Ok(());
    }
    let with_rules = |id: NetworkId| found.iter().any(|active| active.network_id == id.0);
    for network in networks(database).await?.into_iter().filter(|network| with_rules(network.id)) {
        let calendar = Calendar::new(network.zone);
        for rule in all::<SmartSwitchRule>(database.read(), network.id).await? {
            schedule_run(database, (network.id, calendar), &rule, now, noted).await?;
        }
    }
    Ok(())
}

async fn schedule_run(
    database: &Database,
    (network, calendar): (NetworkId, Calendar),
    rule: &Stored<SmartSwitchRule>,
    now: i64,
    noted: &mut BTreeMap<SmartSwitchRuleId, i64>,
) -> Result<(), Error> {
    let id = SmartSwitchRuleId(rule.id);
    let settled = DateTime::<Utc>::from_timestamp_millis(now - SETTLING).unwrap_or_default();
    let due = SmartSwitchRule::due_hour(rule.body.run_every_hours, calendar, settled);
    let due_at = calendar.start_of_hour(due);
    let is_known = noted.get(&id).is_some_and(|known| *known >= due_at.timestamp_millis());
    // A rule that was not there, or not in force, at the due time has nothing to run.
    if is_known || !rule.body.is_in_force(due_at) || rule.created_at >= due_at.timestamp_millis() {
        return Ok(());
    }
    note(database, (network, id), due_at.timestamp_millis(), "").await?;
    noted.insert(id, due_at.timestamp_millis());
    Ok(())
}

/// Notes a run, where it is not there, and gives its id.
async fn note(
    database: &Database,
    (network, rule): (NetworkId, SmartSwitchRuleId),
    at: i64,
    asked_by: &str,
) -> Result<SmartSwitchRunId, Error> {
    let sql = "INSERT INTO smart_switch_runs (network_id, rule_id, scheduled_at, asked_by, state, attempts, \
               claimed_until, finished_at, why, record) VALUES ($1, $2, $3, $4, 'due', 0, 0, 0, '', '') \
               ON CONFLICT (rule_id, scheduled_at) DO UPDATE SET scheduled_at = excluded.scheduled_at \
               RETURNING id";
    let values = vec![network.0.into(), rule.0.into(), at.into(), asked_by.into()];
    let noted: Vec<Id> = rows(database.write_connection(), sql, values).await?;
    Ok(SmartSwitchRunId(noted.first().ok_or(Error::Missing)?.id))
}

/// Notes a run that somebody wants now; one that waits already is given instead.
///
/// # Errors
/// [`Error::Missing`] where the network has no such rule; [`Error::Conflict`] at `status` where it is not active.
pub async fn ask_for_run(scope: Scope<'_>, rule: SmartSwitchRuleId, by: &str) -> Result<SwitchRun, Error> {
    let stored = scope.get::<SmartSwitchRule>(rule.0).await?;
    let now = now_millis();
    let moment = DateTime::<Utc>::from_timestamp_millis(now).unwrap_or_default();
    if stored.body.status != Status::Active || !stored.body.is_in_force(moment) {
        return Err(Error::conflict("status", "the rule is not in force: only one that is runs"));
    }
    if let Some(waiting) = runs(scope, Some(rule), None, 1).await?.into_iter().find(SwitchRun::is_waiting) {
        return Ok(waiting);
    }
    let run = note(scope.database(), (scope.network(), rule), now, by).await?;
    run_of(scope, run).await
}

async fn read(scope: Scope<'_>, wanted: &str, values: Vec<Value>) -> Result<Vec<SwitchRun>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM smart_switch_runs WHERE {wanted}");
    let found: Vec<Row> = rows(scope.database().read(), &sql, values).await?;
    Ok(found.into_iter().map(SwitchRun::from).collect())
}

/// The latest runs of a rule, or of all, before a run; the youngest first.
///
/// # Errors
/// What the database said.
pub async fn runs(
    scope: Scope<'_>,
    rule: Option<SmartSwitchRuleId>,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<SwitchRun>, Error> {
    let of_rule = rule.map_or_else(String::new, |rule| format!(" AND rule_id = {}", rule.0));
    let wanted = format!("network_id = $1{of_rule} AND id < $2 ORDER BY id DESC LIMIT {limit}");
    read(scope, &wanted, vec![scope.network().0.into(), before.unwrap_or(i64::MAX).into()]).await
}

/// One run.
///
/// # Errors
/// [`Error::Missing`] where the network has none of that id.
pub async fn run_of(scope: Scope<'_>, run: SmartSwitchRunId) -> Result<SwitchRun, Error> {
    let values = vec![scope.network().0.into(), run.0.into()];
    read(scope, "network_id = $1 AND id = $2", values).await?.into_iter().next().ok_or(Error::Missing)
}

/// Keeps what a run found, and that it is done; false where another worker has ended it.
///
/// # Errors
/// What the database said.
pub(crate) async fn finish_run(
    executor: &impl Executor,
    run: &ClaimedRun,
    record: &SwitchRunRecord,
    at: i64,
) -> Result<bool, Error> {
    let sql = "UPDATE smart_switch_runs SET state = 'done', finished_at = $1, why = '', record = $2 \
               WHERE id = $3 AND state = 'due' RETURNING id";
    let values = vec![at.into(), serde_json::to_string(record)?.into(), run.id.into()];
    Ok(number_of_rows(executor, sql, values).await? > 0)
}
