//! When a segment may go: only once the commit that holds its watermark survives a power loss.

use crate::{Database, Error, Kind, shared};
use domain::shared::NodeId;
use sea_orm::{ConnectionTrait, Statement};

/// Makes everything committed so far durable; false where that has to wait for a reader.
///
/// # Errors
/// What the database said.
pub async fn settle(database: &Database, node: NodeId) -> Result<bool, Error> {
    match database.kind() {
        Kind::Postgres => settle_postgres(database, node).await,
        Kind::Sqlite => checkpoint(database).await,
    }
}

/// A synchronous commit flushes the log up to itself, with all commits before it.
async fn settle_postgres(database: &Database, node: NodeId) -> Result<bool, Error> {
    let transaction = database.write().await?;
    transaction.execute_unprepared("SET LOCAL synchronous_commit = on").await?;
    let sql = "UPDATE nodes SET seen_at = $1 WHERE id = $2";
    shared::run(&transaction, sql, vec![shared::now_millis().into(), node.0.into()]).await?;
    transaction.commit().await?;
    Ok(true)
}

/// A whole checkpoint syncs the log and the database file.
async fn checkpoint(database: &Database) -> Result<bool, Error> {
    let connection = database.write_connection();
    let statement =
        Statement::from_string(connection.get_database_backend(), "PRAGMA wal_checkpoint(PASSIVE)");
    let Some(row) = connection.query_one_raw(statement).await? else { return Ok(false) };
    let (busy, log, done): (i32, i32, i32) =
        (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    Ok(busy == 0 && log == done)
}
