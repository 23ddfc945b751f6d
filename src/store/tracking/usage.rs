//! How much of each cap is used: sums of the roll-ups over a network's current day, week, month and all time.

use crate::{
    Error,
    shared::{self, Executor},
};
use domain::shared::{DayNumber, NetworkId};
use sea_orm::FromQueryResult;

/// What one partner has used of one offer in one period.
#[derive(Clone, Copy, PartialEq, Eq, Debug, FromQueryResult)]
pub struct Usage {
    pub offer_id: i64,
    pub partner_id: i64,
    pub clicks: i64,
    pub conversions: i64,
    /// Millionths.
    pub payout: i64,
    pub revenue: i64,
}

/// What every partner has used of every offer since `from` (a day of the network's zone; None: ever).
///
/// # Errors
/// What the database said.
pub async fn usage_of(
    executor: &impl Executor,
    network: NetworkId,
    from: Option<DayNumber>,
) -> Result<Vec<Usage>, Error> {
    let sql = "SELECT offer_id, partner_id, \
         CAST(SUM(unique_clicks + duplicate_clicks) AS BIGINT) AS clicks, CAST(SUM(approved) AS BIGINT) AS conversions, \
         CAST(SUM(payout) AS BIGINT) AS payout, CAST(SUM(revenue) AS BIGINT) AS revenue \
         FROM rollup_days WHERE network_id = $1 AND dimension = 0 AND day >= $2 AND basis < 2 GROUP BY offer_id, partner_id";
    let from = from.map_or(i64::MIN, |day| day.0);
    shared::rows(executor, sql, vec![network.0.into(), from.into()]).await
}
