//! Secrets that all nodes of an installation share: made once, by whoever needs one first.

use crate::{
    Error,
    shared::{Database, rows, run},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Row {
    value: Vec<u8>,
}

/// The 128-bit secret of a name.
///
/// # Errors
/// What the database said.
pub async fn secret(database: &Database, name: &str) -> Result<[u8; 16], Error> {
    let fresh = *Uuid::new_v4().as_bytes();
    let sql = "INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    run(database.write_connection(), sql, vec![name.into(), fresh.to_vec().into()]).await?;
    let sql = "SELECT value FROM secrets WHERE name = $1";
    let found: Vec<Row> = rows(database.write_connection(), sql, vec![name.into()]).await?;
    let value = found.first().and_then(|row| row.value.as_slice().try_into().ok());
    value.ok_or_else(|| Error::Broken(format!("the secret {name} does not read")))
}
