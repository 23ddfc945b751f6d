//! Networks: the tenants.

use crate::{
    Error,
    shared::{
        Actor, Change, Database, Executor, Save, VersionOf, body_at, keep_version, now_millis,
        number_of_rows, rows, run,
    },
};
use chrono_tz::Tz;
use domain::shared::{Calendar, Currency, NetworkId};
use sea_orm::FromQueryResult;

use super::record;

/// A tenant.
#[derive(Clone, Debug)]
pub struct Network {
    pub id: NetworkId,
    pub name: String,
    pub currency: Currency,
    pub zone: Tz,
    pub suspended: bool,
    /// Where those go whom no row of a Smart Link takes.
    pub fallback_url: Option<String>,
    /// Raised by every save; the plan carries it.
    pub plan_version: u64,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
}

/// A network as its columns are read, alone or beside another table's.
#[derive(FromQueryResult)]
pub(super) struct Row {
    id: i64,
    name: String,
    currency: String,
    zone: String,
    status: String,
    fallback_url: String,
    plan_version: i64,
    created_at: i64,
}

/// What the versions of its fallback URL are kept as.
const FALLBACK: &str = "network_fallback";

const COLUMNS: &str =
    "SELECT id, name, currency, zone, status, fallback_url, plan_version, created_at FROM networks";

impl From<Row> for Network {
    fn from(row: Row) -> Self {
        Self {
            id: NetworkId(row.id),
            name: row.name,
            currency: row.currency.parse().unwrap_or_default(),
            zone: row.zone.parse().unwrap_or(Tz::UTC),
            suspended: row.status == "suspended",
            fallback_url: Some(row.fallback_url).filter(|url| !url.is_empty()),
            plan_version: row.plan_version.unsigned_abs(),
            created_at: row.created_at,
        }
    }
}

/// One network.
///
/// # Errors
/// [`Error::Missing`] where there is none.
pub async fn network(database: &Database, id: NetworkId) -> Result<Network, Error> {
    network_in(database.read(), id).await
}

pub(crate) async fn network_in(executor: &impl Executor, id: NetworkId) -> Result<Network, Error> {
    let found: Vec<Row> = rows(executor, &format!("{COLUMNS} WHERE id = $1"), vec![id.0.into()]).await?;
    found.into_iter().next().map(Network::from).ok_or(Error::Missing)
}

/// All networks, oldest first.
///
/// # Errors
/// What the database said.
pub async fn networks(database: &Database) -> Result<Vec<Network>, Error> {
    let found: Vec<Row> = rows(database.read(), &format!("{COLUMNS} ORDER BY id"), vec![]).await?;
    Ok(found.into_iter().map(Network::from).collect())
}

/// The calendar of a network's zone.
///
/// # Errors
/// [`Error::Missing`] where there is no such network.
pub async fn calendar(database: &Database, id: NetworkId) -> Result<Calendar, Error> {
    Ok(Calendar::new(network(database, id).await?.zone))
}

/// Gives a network another name.
///
/// # Errors
/// [`Error::Missing`] where there is no such network.
pub async fn rename_network(
    database: &Database,
    id: NetworkId,
    actor: &Actor,
    name: &str,
) -> Result<Network, Error> {
    let save = Save::begin(database, id).await?;
    let before = network_in(save.transaction(), id).await?;
    change(&save, actor, ("name", &before.name, name)).await?;
    save.commit().await?;
    network(database, id).await
}

/// Says where a network sends those whom no row of a Smart Link takes; empty for a clean page.
///
/// # Errors
/// [`Error::Missing`] where there is no such network.
pub async fn set_fallback(
    database: &Database,
    id: NetworkId,
    actor: &Actor,
    url: &str,
) -> Result<Network, Error> {
    let save = Save::begin(database, id).await?;
    let before = network_in(save.transaction(), id).await?.fallback_url.unwrap_or_default();
    change(&save, actor, ("fallback_url", &before, url)).await?;
    let version = save.plan_version();
    keep_version(&save, VersionOf { object: FALLBACK, id: id.0, version, at: now_millis() }, url).await?;
    save.commit().await?;
    network(database, id).await
}

/// Where a network sent them under a plan version; empty for a clean page.
pub(crate) async fn fallback_at(
    executor: &impl Executor,
    id: NetworkId,
    plan_version: i64,
) -> Result<String, Error> {
    Ok(body_at(executor, id, (FALLBACK, id.0), plan_version).await?.unwrap_or_default())
}

/// Moves a network to another time zone, while nothing has been counted by the hours of its own.
/// `is_waiting` says whether this process holds clicks that are not in the database yet.
///
/// # Errors
/// [`Error::Conflict`] at `zone` where it has clicks, or may have; [`Error::Missing`] where there is no
/// such network.
pub async fn set_zone(
    database: &Database,
    id: NetworkId,
    actor: &Actor,
    zone: Tz,
    is_waiting: impl Fn() -> bool + Send,
) -> Result<Network, Error> {
    let before = network(database, id).await?;
    if before.zone == zone {
        return Ok(before);
    }
    let save = Save::begin(database, id).await?;
    // First what is not stored yet: what is stored between the two looks is seen by the second.
    if is_waiting() {
        return Err(Error::conflict(
            "zone",
            "clicks are being stored, by the days of the zone so far; try again in a moment",
        ));
    }
    if has_traffic(&save).await? {
        return Err(Error::conflict(
            "zone",
            "the network's clicks are counted by the days of its zone already; it can't be changed any more",
        ));
    }
    let before = network_in(save.transaction(), id).await?;
    change(&save, actor, ("zone", before.zone.name(), zone.name())).await?;
    save.commit().await?;
    network(database, id).await
}

/// Whether anything of the network has been counted.
async fn has_traffic(save: &Save<'_>) -> Result<bool, Error> {
    for table in ["clicks", "impressions", "rollup_hours"] {
        let sql = format!("SELECT network_id FROM {table} WHERE network_id = $1 LIMIT 1");
        if number_of_rows(save.transaction(), &sql, vec![save.network().0.into()]).await? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn change(
    save: &Save<'_>,
    actor: &Actor,
    (column, old, new): (&'static str, &str, &str),
) -> Result<(), Error> {
    let (transaction, network) = (save.transaction(), save.network());
    let sql = format!("UPDATE networks SET {column} = $2 WHERE id = $1");
    run(transaction, &sql, vec![network.0.into(), new.into()]).await?;
    let change = Change {
        action: "update",
        object: "network",
        object_id: Some(network.0),
        before: Some(serde_json::json!({ column: old }).to_string()),
        after: Some(serde_json::json!({ column: new }).to_string()),
    };
    record(transaction, network, actor, change).await
}
