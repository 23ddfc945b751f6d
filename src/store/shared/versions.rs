//! What was in force when: every saved document is kept with the plan version that it came into, and
//! each save raises the network's.

use super::{Error, Stored, Transaction, changes::CHANNEL, run};
use domain::shared::NetworkId;
use sea_orm::{ConnectionTrait, DbBackend};

/// Keeps a document as it is from now on.
pub(super) async fn keep_version<T>(
    transaction: &Transaction,
    network: NetworkId,
    object: &str,
    stored: &Stored<T>,
    body: &str,
) -> Result<(), Error> {
    run(
        transaction,
        "INSERT INTO config_versions (network_id, object, object_id, version, plan_version, at, body) \
         VALUES ($1, $2, $3, $4, (SELECT plan_version + 1 FROM networks WHERE id = $1), $5, $6)",
        vec![
            network.0.into(),
            object.into(),
            stored.id.into(),
            stored.version.into(),
            stored.updated_at.into(),
            body.into(),
        ],
    )
    .await
}

/// Raises the network's plan version, and tells other nodes where the database can.
///
/// # Errors
/// What the database said.
pub async fn raise_plan_version(transaction: &Transaction, network: NetworkId) -> Result<(), Error> {
    run(
        transaction,
        "UPDATE networks SET plan_version = plan_version + 1 WHERE id = $1",
        vec![network.0.into()],
    )
    .await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        run(transaction, "SELECT pg_notify($1, $2)", vec![CHANNEL.into(), network.to_string().into()])
            .await?;
    }
    Ok(())
}
