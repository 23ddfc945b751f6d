//! The weights in force: those of the run that was applied last.

use crate::{
    Error,
    shared::{Executor, rows},
};
use domain::{
    links::kpi::LearntWeights,
    shared::{NetworkId, SmartLinkId},
};
use sea_orm::FromQueryResult;

#[derive(FromQueryResult)]
struct Row {
    smart_link_id: i64,
    epoch: String,
    weights: String,
}

/// What was learnt of each link of a network, by the runs up to a plan version.
///
/// # Errors
/// What the database said.
pub(crate) async fn learnt_weights(
    executor: &impl Executor,
    network: NetworkId,
    plan_version: i64,
) -> Result<Vec<LearntWeights>, Error> {
    let sql = "SELECT smart_link_id, epoch, weights FROM smart_link_runs AS run WHERE network_id = $1 \
               AND outcome = 'applied' AND plan_version = (SELECT MAX(plan_version) FROM smart_link_runs \
               WHERE network_id = $1 AND smart_link_id = run.smart_link_id AND outcome = 'applied' \
               AND plan_version <= $2)";
    let found: Vec<Row> = rows(executor, sql, vec![network.0.into(), plan_version.into()]).await?;
    let read = |row: Row| {
        let weights = serde_json::from_str(&row.weights)?;
        Ok(LearntWeights { smart_link_id: SmartLinkId(row.smart_link_id), epoch: row.epoch, weights })
    };
    found.into_iter().map(read).collect()
}
