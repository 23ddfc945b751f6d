//! Sessions: who is signed in where. Of the token only the SHA-256 is kept.

use super::record;
use crate::{
    Error,
    shared::{Actor, Change, Database, now_millis, rows, run},
};
use domain::shared::{NetworkId, UserId};
use sea_orm::FromQueryResult;

/// How long a session lasts at most, in milliseconds: 30 days.
pub const LIFETIME: i64 = 30 * 86_400_000;
/// How long a session lasts without being used, in milliseconds: 7 days.
pub const IDLE: i64 = 7 * 86_400_000;
/// The longest user agent that is kept, in characters.
const LONGEST_AGENT: usize = 400;

/// A session before it is stored.
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    pub token_hash: [u8; 32],
    pub user: UserId,
    pub network: NetworkId,
    pub ip: &'a str,
    pub user_agent: &'a str,
}

/// Whose session it was.
#[derive(Clone, Debug, FromQueryResult)]
pub struct SessionOf {
    pub user_id: i64,
    pub network_id: i64,
    pub name: String,
}

/// Begins a session, with the sign-in's audit row.
///
/// # Errors
/// What the database said.
pub async fn begin_session(database: &Database, actor: &Actor, new: NewSession<'_>) -> Result<(), Error> {
    let transaction = database.write().await?;
    let now = now_millis();
    let agent: String = new.user_agent.chars().take(LONGEST_AGENT).collect();
    run(
        &transaction,
        "INSERT INTO sessions (token_hash, user_id, created_at, seen_at, expires_at, ip, user_agent) \
         VALUES ($1, $2, $3, $3, $4, $5, $6)",
        vec![
            new.token_hash.to_vec().into(),
            new.user.0.into(),
            now.into(),
            (now + LIFETIME).into(),
            new.ip.into(),
            agent.into(),
        ],
    )
    .await?;
    let change =
        Change { action: "sign_in", object: "user", object_id: Some(new.user.0), before: None, after: None };
    record(&transaction, new.network, actor, change).await?;
    transaction.commit().await?;
    Ok(())
}

/// Ends a session; nothing where there is none. `ip` is the address that signs out.
///
/// # Errors
/// What the database said.
pub async fn end_session(database: &Database, token_hash: [u8; 32], ip: &str) -> Result<(), Error> {
    let transaction = database.write().await?;
    let sql = "SELECT users.id AS user_id, users.network_id, users.name FROM sessions \
               JOIN users ON users.id = sessions.user_id WHERE token_hash = $1";
    let found: Vec<SessionOf> = rows(&transaction, sql, vec![token_hash.to_vec().into()]).await?;
    let Some(session) = found.into_iter().next() else { return Ok(()) };
    run(&transaction, "DELETE FROM sessions WHERE token_hash = $1", vec![token_hash.to_vec().into()]).await?;
    let user = Some(session.user_id);
    let actor = Actor { kind: "user", id: user, name: session.name, ip: ip.to_owned() };
    let change = Change { action: "sign_out", object: "user", object_id: user, before: None, after: None };
    record(&transaction, NetworkId(session.network_id), &actor, change).await?;
    transaction.commit().await?;
    Ok(())
}
