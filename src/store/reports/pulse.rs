//! Whether anything has been drained since one looked last: what live pages ask between two looks.

use crate::{Database, Error, shared::rows};
use sea_orm::FromQueryResult;

#[derive(FromQueryResult)]
struct Pulse {
    pulse: i64,
}

/// A number that changes whenever a node has drained something.
///
/// # Errors
/// What the database said.
pub async fn pulse(database: &Database) -> Result<i64, Error> {
    let sql = "SELECT CAST(COALESCE(SUM(segment * 1000003 + offset_bytes), 0) AS BIGINT) AS pulse FROM nodes";
    let found: Vec<Pulse> = rows(database.read(), sql, Vec::new()).await?;
    Ok(found.first().map_or(0, |row| row.pulse))
}
