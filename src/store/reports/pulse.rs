//! Whether anything of a network has been drained since one looked last: what live pages ask between two
//! looks.

use crate::{
    Error,
    shared::{Scope, rows},
};
use domain::shared::HourNumber;
use sea_orm::FromQueryResult;

#[derive(FromQueryResult)]
struct Pulse {
    /// None where nothing was counted.
    pulse: Option<i64>,
}

/// A number that changes whenever something of the network was drained that counts in the hour that is
/// running, or in the one before.
///
/// # Errors
/// What the database said.
pub async fn pulse(scope: Scope<'_>, hour: HourNumber) -> Result<i64, Error> {
    let sql = "SELECT CAST(COALESCE(SUM(impressions + unique_clicks + duplicate_clicks + invalid_clicks \
         + approved + pending + rejected + events), 0) AS BIGINT) + MAX(hour) AS pulse FROM rollup_hour_totals \
         WHERE network_id = $1 AND dimension = 0 AND hour >= $2";
    let values = vec![scope.network().0.into(), (hour.0 - 1).into()];
    let found: Vec<Pulse> = rows(scope.database().read(), sql, values).await?;
    Ok(found.first().and_then(|row| row.pulse).unwrap_or(0))
}
