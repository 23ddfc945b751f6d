//! The log of checks: a stretch of it, how much of it was up, what a picture is drawn from, and its end.

use crate::{
    Error,
    shared::{Database, Scope, rows, run},
};
use domain::{
    links::{Check, CheckOutcome},
    shared::MonitorId,
};
use sea_orm::FromQueryResult;

/// How many monitors' old rows are removed at a time, and how many rows of each: about 5 ms of SQLite's time.
const MONITORS: u64 = 50;
const ROWS: u64 = 500;

/// How many checks found the site up, and how many failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Uptime {
    pub up: i64,
    pub failed: i64,
}

/// What the checks of a stretch of time say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, FromQueryResult)]
pub struct Slot {
    /// Its place, from 0.
    pub slot: i64,
    pub up: i64,
    pub failed: i64,
    /// How long the checks took that found the site up, in milliseconds: all together, and the longest.
    pub latency: i64,
    pub slowest: i64,
}

#[derive(FromQueryResult)]
struct Row {
    at: i64,
    outcome: String,
    status: i64,
    latency: i64,
    why: String,
}

/// The checks of a monitor before a moment, the youngest first.
///
/// # Errors
/// What the database said.
pub async fn checks_of(
    scope: Scope<'_>,
    monitor: MonitorId,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Check>, Error> {
    let sql = format!(
        "SELECT at, outcome, status, latency, why FROM monitor_checks WHERE network_id = $1 AND monitor_id = $2 \
         AND at < $3 ORDER BY at DESC LIMIT {limit}"
    );
    let values = vec![scope.network().0.into(), monitor.0.into(), before.unwrap_or(i64::MAX).into()];
    let found: Vec<Row> = rows(scope.database().read(), &sql, values).await?;
    let read = |row: Row| Check {
        at: row.at,
        outcome: CheckOutcome::of_name(&row.outcome).unwrap_or(CheckOutcome::NotMade),
        status: u16::try_from(row.status).ok().filter(|status| *status != 0),
        latency: row.latency,
        why: row.why,
    };
    Ok(found.into_iter().map(read).collect())
}

/// How the checks since a moment came out, in milliseconds since 1970 UTC.
///
/// # Errors
/// What the database said.
pub async fn uptime_of(scope: Scope<'_>, monitor: MonitorId, since: i64) -> Result<Uptime, Error> {
    let whole = slots_of(scope, monitor, since, i64::MAX / 2).await?;
    Ok(whole.first().map_or_else(Uptime::default, |slot| Uptime { up: slot.up, failed: slot.failed }))
}

/// What the checks since a moment say, in slots of so many milliseconds; slots without a check are left out.
///
/// # Errors
/// What the database said.
pub async fn slots_of(
    scope: Scope<'_>,
    monitor: MonitorId,
    since: i64,
    width: i64,
) -> Result<Vec<Slot>, Error> {
    let count = |outcome: &str| format!("COUNT(CASE WHEN outcome = '{outcome}' THEN 1 END)");
    let of_up = "CASE WHEN outcome = 'up' THEN latency ELSE 0 END";
    let sql = format!(
        "SELECT (at - $3) / $4 AS slot, {} AS up, {} AS failed, CAST(SUM({of_up}) AS BIGINT) AS latency, \
         MAX({of_up}) AS slowest FROM monitor_checks WHERE network_id = $1 AND monitor_id = $2 AND at >= $3 \
         GROUP BY 1 ORDER BY 1",
        count("up"),
        count("failed")
    );
    let values = vec![scope.network().0.into(), monitor.0.into(), since.into(), width.into()];
    rows(scope.database().read(), &sql, values).await
}

/// Removes a slice of the checks before a moment; whether there may be more.
///
/// # Errors
/// What the database said.
pub async fn prune_checks(database: &Database, before: i64) -> Result<bool, Error> {
    #[derive(FromQueryResult)]
    struct Old {
        id: i64,
        network_id: i64,
    }
    let sql = format!(
        "SELECT id, network_id FROM monitors WHERE EXISTS (SELECT 1 FROM monitor_checks WHERE \
         monitor_checks.network_id = monitors.network_id AND monitor_id = monitors.id AND at < $1) LIMIT {MONITORS}"
    );
    let found: Vec<Old> = rows(database.read(), &sql, vec![before.into()]).await?;
    let old = "network_id = $1 AND monitor_id = $2 AND at < $3";
    let sql = format!(
        "DELETE FROM monitor_checks WHERE {old} AND at <= (SELECT MAX(at) FROM (SELECT at FROM monitor_checks \
         WHERE {old} ORDER BY at LIMIT {ROWS}) AS slice)"
    );
    for monitor in &found {
        let values = vec![monitor.network_id.into(), monitor.id.into(), before.into()];
        run(database.write_connection(), &sql, values).await?;
    }
    Ok(!found.is_empty())
}
