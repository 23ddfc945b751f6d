//! Secrets that all nodes of an installation share: made once, by whoever needs one first.

use crate::{
    Error,
    shared::{Database, Kind, rows, run},
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

/// Notes by which key this database's secrets are encrypted, and says whether it is this one. The first
/// that comes is noted; another takes its place only while nothing is encrypted and nobody shares it.
///
/// # Errors
/// What the database said.
pub async fn key_check(database: &Database, check: [u8; 16]) -> Result<bool, Error> {
    let writer = database.write_connection();
    let sql = "INSERT INTO secrets (name, value) VALUES ('key_check', $1) ON CONFLICT (name) DO NOTHING";
    run(writer, sql, vec![check.to_vec().into()]).await?;
    if database.kind() == Kind::Sqlite {
        let sql = "UPDATE secrets SET value = $1 WHERE name = 'key_check' \
                   AND NOT EXISTS (SELECT 1 FROM user_totp)";
        run(writer, sql, vec![check.to_vec().into()]).await?;
    }
    let found: Vec<Row> = rows(writer, "SELECT value FROM secrets WHERE name = 'key_check'", vec![]).await?;
    Ok(found.first().is_some_and(|row| row.value == check))
}
