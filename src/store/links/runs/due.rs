//! Which runs are due: by the clock, one for each link's latest due time, and those that somebody asked for.

use super::{Epoch, SmartLinkRun, run_of, told::last_run};
use crate::{
    Error,
    shared::{Database, RunTable, Scope, now_millis, rows},
};
use domain::{
    links::{SmartLink, kpi::due_slot},
    shared::{NetworkId, RunId, SmartLinkId},
};
use sea_orm::FromQueryResult;
use std::collections::BTreeMap;

/// The runs of Smart Links.
pub const SMART_LINK_RUNS: RunTable = RunTable { table: "smart_link_runs", owner: "smart_link_id" };

#[derive(FromQueryResult)]
struct LinkRow {
    id: i64,
    network_id: i64,
    body: String,
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Notes the runs that the clock makes due at `now`, in milliseconds since 1970 UTC: of each link on a KPI the
/// latest due time alone, so that what was missed is caught up once. `noted` holds what is known to be there.
///
/// # Errors
/// What the database said.
pub async fn schedule_runs(
    database: &Database,
    now: i64,
    noted: &mut BTreeMap<SmartLinkId, i64>,
) -> Result<(), Error> {
    let sql = "SELECT id, network_id, body FROM smart_links WHERE mechanism = 'kpi' AND status = 'active' ORDER BY id";
    let links: Vec<LinkRow> = rows(database.read(), sql, vec![]).await?;
    for row in links {
        // One that can't be read stops no other's.
        if let Err(error) = schedule_run(database, &row, now, noted).await {
            tracing::warn!(smart_link = row.id, %error, "it is not known whether a run is due");
        }
    }
    Ok(())
}

async fn schedule_run(
    database: &Database,
    row: &LinkRow,
    now: i64,
    noted: &mut BTreeMap<SmartLinkId, i64>,
) -> Result<(), Error> {
    let (network, id) = (NetworkId(row.network_id), SmartLinkId(row.id));
    let link: SmartLink = serde_json::from_str(&row.body)?;
    let slot = due_slot(link.kpi.every_hours, now);
    if noted.get(&id).is_some_and(|known| *known >= slot) {
        return Ok(());
    }
    // A link that was not there at the due time has nothing to run over.
    if Epoch::of(database, network, id, &link).await?.began < slot {
        note(database, (network, id), slot, "").await?;
    }
    noted.insert(id, slot);
    Ok(())
}

/// Notes a run, where it is not there, and gives its id.
async fn note(
    database: &Database,
    (network, link): (NetworkId, SmartLinkId),
    at: i64,
    asked_by: &str,
) -> Result<RunId, Error> {
    let sql = "INSERT INTO smart_link_runs (network_id, smart_link_id, scheduled_at, asked_by, state, attempts, \
               claimed_until, finished_at, plan_version, outcome, why, epoch, weights, record, evolution) \
               VALUES ($1, $2, $3, $4, 'due', 0, 0, 0, 0, '', '', '', '', '', '') \
               ON CONFLICT (smart_link_id, scheduled_at) DO UPDATE SET scheduled_at = excluded.scheduled_at \
               RETURNING id";
    let values = vec![network.0.into(), link.0.into(), at.into(), asked_by.into()];
    let noted: Vec<Id> = rows(database.write_connection(), sql, values).await?;
    Ok(RunId(noted.first().ok_or(Error::Missing)?.id))
}

/// Notes a run that somebody wants now; one that waits already is given instead.
///
/// # Errors
/// [`Error::Missing`] where the network has no such link.
pub async fn ask_for_run(scope: Scope<'_>, link: SmartLinkId, by: &str) -> Result<SmartLinkRun, Error> {
    scope.get::<SmartLink>(link.0).await?;
    if let Some(waiting) = last_run(scope, link).await?.filter(SmartLinkRun::is_waiting) {
        return Ok(waiting);
    }
    let run = note(scope.database(), (scope.network(), link), now_millis(), by).await?;
    run_of(scope, link, run).await
}
