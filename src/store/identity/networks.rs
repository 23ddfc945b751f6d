//! Networks: the tenants.

use crate::{
    Error,
    shared::{Database, rows},
};
use chrono_tz::Tz;
use domain::shared::{Calendar, Currency, NetworkId};
use sea_orm::FromQueryResult;

/// A tenant.
#[derive(Clone, Debug)]
pub struct Network {
    pub id: NetworkId,
    pub name: String,
    pub currency: Currency,
    pub zone: Tz,
    pub suspended: bool,
    /// Raised by every save; the plan carries it.
    pub plan_version: u64,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    name: String,
    currency: String,
    zone: String,
    status: String,
    plan_version: i64,
}

const COLUMNS: &str = "SELECT id, name, currency, zone, status, plan_version FROM networks";

impl From<Row> for Network {
    fn from(row: Row) -> Self {
        Self {
            id: NetworkId(row.id),
            name: row.name,
            currency: row.currency.parse().unwrap_or_default(),
            zone: row.zone.parse().unwrap_or(Tz::UTC),
            suspended: row.status == "suspended",
            plan_version: row.plan_version.unsigned_abs(),
        }
    }
}

/// One network.
///
/// # Errors
/// [`Error::Missing`] where there is none.
pub async fn network(database: &Database, id: NetworkId) -> Result<Network, Error> {
    let found: Vec<Row> =
        rows(database.read(), &format!("{COLUMNS} WHERE id = $1"), vec![id.0.into()]).await?;
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
