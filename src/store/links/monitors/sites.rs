//! What is known of sites: for pages, and for decisions, which ask only for those that are down.

use super::settle::{STATE, StateRow};
use crate::{
    Error,
    shared::{Database, Scope, rows},
};
use domain::{
    links::{Monitor, SiteState},
    shared::MonitorId,
};
use sea_orm::FromQueryResult;
use std::collections::BTreeMap;

#[derive(FromQueryResult)]
struct Down {
    id: i64,
    valid_until: i64,
}

/// What is known of the site of a monitor.
///
/// # Errors
/// [`Error::Missing`] where the network has no such monitor.
pub async fn site_state(scope: Scope<'_>, monitor: MonitorId) -> Result<SiteState, Error> {
    scope.get::<Monitor>(monitor.0).await?;
    Ok(site_states(scope, &[monitor]).await?.remove(&monitor).unwrap_or_default())
}

/// The same of several; those that the network does not have are left out.
///
/// # Errors
/// What the database said.
pub async fn site_states(
    scope: Scope<'_>,
    monitors: &[MonitorId],
) -> Result<BTreeMap<MonitorId, SiteState>, Error> {
    if monitors.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids: Vec<String> = monitors.iter().map(ToString::to_string).collect();
    let sql = format!("SELECT {STATE} FROM monitors WHERE network_id = $1 AND id IN ({})", ids.join(", "));
    let found: Vec<StateRow> = rows(scope.database().read(), &sql, vec![scope.network().0.into()]).await?;
    Ok(found.iter().map(|row| (MonitorId(row.id), row.read())).collect())
}

/// Every site of the installation that is down at `now`, in milliseconds since 1970 UTC, and until when that counts.
///
/// # Errors
/// What the database said.
pub async fn sites_down(database: &Database, now: i64) -> Result<Vec<(MonitorId, i64)>, Error> {
    let sql = "SELECT id, valid_until FROM monitors WHERE site = 'down' AND status = 'active' AND valid_until >= $1 \
               AND site_url = url";
    let found: Vec<Down> = rows(database.read(), sql, vec![now.into()]).await?;
    Ok(found.into_iter().map(|row| (MonitorId(row.id), row.valid_until)).collect())
}
