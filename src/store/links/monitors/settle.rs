//! What a check leaves behind: its row in the log, the site's state and the next due time, and a fact where
//! the state turned; all of it in one transaction, and only once.

use super::due::ClaimedCheck;
use crate::{
    Error,
    shared::{Database, Fact, Kind, SITES_CHANNEL, Transaction, number_of_rows, rows, run, tell},
};
use domain::links::{Check, SiteState, SiteStatus, Turn, next_check};
use sea_orm::FromQueryResult;

/// The columns of a state, as [`StateRow`] reads them.
pub(super) const STATE: &str = "id, url, site_url, site, since, checked_at, valid_until, failures, successes";

#[derive(FromQueryResult)]
pub(super) struct StateRow {
    pub id: i64,
    url: String,
    /// The address that the rest was learnt of.
    site_url: String,
    site: String,
    since: i64,
    checked_at: i64,
    valid_until: i64,
    failures: i64,
    successes: i64,
}

impl StateRow {
    /// The state; unknown of an address that was not checked yet.
    pub fn read(&self) -> SiteState {
        if self.url != self.site_url {
            return SiteState::default();
        }
        let number = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
        SiteState {
            status: SiteStatus::of_name(&self.site),
            since: self.since,
            checked_at: self.checked_at,
            valid_until: self.valid_until,
            failures: number(self.failures),
            successes: number(self.successes),
        }
    }
}

/// Keeps what came of checks, at `now` in milliseconds since 1970 UTC. A check whose claim was taken away, as by a
/// save in the meantime, leaves nothing behind.
///
/// # Errors
/// What the database said; then none of them is kept.
pub async fn settle_checks(
    database: &Database,
    mut done: Vec<(ClaimedCheck, Check)>,
    now: i64,
) -> Result<(), Error> {
    // Rows are locked in the order in which a save of several locks them.
    done.sort_by_key(|(claimed, _)| claimed.id);
    let transaction = database.write().await?;
    let mut has_turned = false;
    for (claimed, check) in &done {
        has_turned |= settle(&transaction, database.kind(), claimed, check, now).await?;
    }
    if has_turned && database.kind() == Kind::Postgres {
        run(&transaction, "SELECT pg_notify($1, '')", vec![SITES_CHANNEL.into()]).await?;
    }
    transaction.commit().await?;
    if has_turned {
        database.changes().announce_sites().await;
    }
    Ok(())
}

/// Keeps one; whether the site's status is another now.
async fn settle(
    transaction: &Transaction,
    kind: Kind,
    claimed: &ClaimedCheck,
    check: &Check,
    now: i64,
) -> Result<bool, Error> {
    let lock = if kind == Kind::Postgres { " FOR UPDATE" } else { "" };
    let own = "network_id = $1 AND id = $2 AND claimed_until = $3";
    let sql = format!("SELECT {STATE} FROM monitors WHERE {own}{lock}");
    let values = vec![claimed.network.0.into(), claimed.id.0.into(), claimed.claim.into()];
    let found: Vec<StateRow> = rows(transaction, &sql, values.clone()).await?;
    let Some(before) = found.first().map(StateRow::read) else { return Ok(false) };
    let (after, turn) = before.after(&claimed.monitor, check);
    let sql = format!(
        "UPDATE monitors SET claimed_until = 0, site_url = url, due_at = $4, site = $5, since = $6, checked_at = $7, \
         valid_until = $8, failures = $9, successes = $10 WHERE {own}"
    );
    let mut values = values;
    values.extend([
        next_check(claimed.id, claimed.monitor.every_minutes, now).into(),
        after.status.name().into(),
        after.since.into(),
        after.checked_at.into(),
        after.valid_until.into(),
        i64::from(after.failures).into(),
        i64::from(after.successes).into(),
    ]);
    run(transaction, &sql, values).await?;
    keep(transaction, claimed, check).await?;
    if let Some(turn) = turn {
        tell(transaction, claimed.network, &fact(claimed, check, turn)).await?;
    }
    Ok(after.status != before.status)
}

async fn keep(transaction: &Transaction, claimed: &ClaimedCheck, check: &Check) -> Result<(), Error> {
    // Where a clock was set back the moment may be taken.
    let sql = "INSERT INTO monitor_checks (network_id, monitor_id, at, outcome, status, latency, why) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING at";
    let values = vec![
        claimed.network.0.into(),
        claimed.id.0.into(),
        check.at.into(),
        check.outcome.name().into(),
        i64::from(check.status.unwrap_or(0)).into(),
        check.latency.into(),
        check.why.as_str().into(),
    ];
    number_of_rows(transaction, sql, values).await.map(drop)
}

fn fact(claimed: &ClaimedCheck, check: &Check, turn: Turn) -> Fact {
    let monitor_id = claimed.id;
    match turn {
        Turn::Down => Fact::SiteDown { monitor_id, why: check.why.clone() },
        Turn::Up { down_since } => Fact::SiteUp { monitor_id, down_since },
    }
}
