//! Whose checks are due, and who makes them. The row is the truth: a check is claimed for a while, by one
//! process, and what was missed is one check. A network has only so many under way, so that sites that hang
//! keep nobody else's waiting.

use crate::{
    Error,
    shared::{Database, Kind, Scope, Transaction, number_of_rows, rows, run},
};
use domain::{
    links::Monitor,
    shared::{MonitorId, NetworkId},
};
use sea_orm::FromQueryResult;

/// How long a process has for a check before another may take it, in milliseconds: twice the longest timeout.
const LEASE: i64 = 60_000;
/// The most checks of one network that are under way, in all processes together.
const MOST_AT_ONCE: u64 = 64;
/// Tells PostgreSQL's advisory locks of claims from others.
const TURN: i32 = 0x6d6f_6e69;

/// A check that this process has to make.
#[derive(Clone, Debug)]
pub struct ClaimedCheck {
    pub network: NetworkId,
    pub id: MonitorId,
    pub monitor: Monitor,
    /// Names the claim: a save or a later claim takes it away.
    pub(super) claim: i64,
}

#[derive(FromQueryResult)]
struct NetworkRow {
    network_id: i64,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    body: String,
}

#[derive(FromQueryResult)]
struct Count {
    number: i64,
}

/// The networks that have checks due at `now`, in milliseconds since 1970 UTC.
///
/// # Errors
/// What the database said.
pub async fn networks_due(database: &Database, now: i64) -> Result<Vec<NetworkId>, Error> {
    let sql = "SELECT DISTINCT network_id FROM monitors WHERE status = 'active' AND due_at <= $1 AND claimed_until <= $1";
    let found: Vec<NetworkRow> = rows(database.read(), sql, vec![now.into()]).await?;
    Ok(found.into_iter().map(|row| NetworkId(row.network_id)).collect())
}

/// Takes up to `limit` checks of a network that are due at `now`, those that wait longest first.
///
/// # Errors
/// What the database said.
pub async fn claim_checks(
    database: &Database,
    network: NetworkId,
    now: i64,
    limit: usize,
) -> Result<Vec<ClaimedCheck>, Error> {
    let transaction = database.write().await?;
    let is_postgres = database.kind() == Kind::Postgres;
    if is_postgres {
        // One claim of a network at a time, or all of them would count what was under way before.
        let turn = vec![TURN.into(), i32::try_from(network.0).unwrap_or(i32::MAX).into()];
        run(&transaction, "SELECT pg_advisory_xact_lock($1, $2)", turn).await?;
    }
    let limit = free_of(&transaction, network, now).await?.min(limit as u64);
    // What somebody is just saving is passed over, instead of waited for.
    let lock = if is_postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
    let is_due = "status = 'active' AND due_at <= $3 AND claimed_until <= $3";
    // Read once: else PostgreSQL may look again for each row, pass over what it has locked itself and take more.
    let sql = format!(
        "WITH due AS MATERIALIZED (SELECT id FROM monitors WHERE network_id = $2 AND {is_due} \
         ORDER BY due_at, id LIMIT {limit} {lock}) UPDATE monitors SET claimed_until = $1 \
         WHERE {is_due} AND id IN (SELECT id FROM due) RETURNING id, body"
    );
    let claim = now + LEASE;
    let values = vec![claim.into(), network.0.into(), now.into()];
    let found: Vec<Row> = rows(&transaction, &sql, values).await?;
    transaction.commit().await?;
    let read = |row: Row| match serde_json::from_str(&row.body) {
        Ok(monitor) => Some(ClaimedCheck { network, id: MonitorId(row.id), monitor, claim }),
        // One that can't be read stops no other.
        Err(error) => {
            tracing::error!(monitor = row.id, %error, "a monitor can't be read; it is not checked");
            None
        }
    };
    Ok(found.into_iter().filter_map(read).collect())
}

/// How many more checks of a network may be under way.
async fn free_of(transaction: &Transaction, network: NetworkId, now: i64) -> Result<u64, Error> {
    let sql = "SELECT COUNT(*) AS number FROM monitors WHERE network_id = $1 AND claimed_until <> 0 AND claimed_until > $2";
    let found: Vec<Count> = rows(transaction, sql, vec![network.0.into(), now.into()]).await?;
    let running = found.first().map_or(0, |count| count.number.unsigned_abs());
    Ok(MOST_AT_ONCE.saturating_sub(running))
}

/// Makes a check due now; false where the monitor is not active.
///
/// # Errors
/// [`Error::Missing`] where the network has no such monitor.
pub async fn ask_for_check(scope: Scope<'_>, monitor: MonitorId) -> Result<bool, Error> {
    scope.get::<Monitor>(monitor.0).await?;
    let sql =
        "UPDATE monitors SET due_at = 0 WHERE network_id = $1 AND id = $2 AND status = 'active' RETURNING id";
    let values = vec![scope.network().0.into(), monitor.0.into()];
    Ok(number_of_rows(scope.database().write_connection(), sql, values).await? > 0)
}
