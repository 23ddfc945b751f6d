//! Sessions: who is signed in where. Of the token only the SHA-256 is kept; written out it is the id by
//! which a session is listed and ended, for it opens nothing.

use super::{record, users::user};
use crate::{
    Error,
    shared::{Actor, Change, Database, Executor, now_millis, number_of_rows, rows, run},
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

/// A session that is alive.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult)]
pub struct Session {
    token_hash: Vec<u8>,
    /// Times in milliseconds since 1970 UTC.
    pub created_at: i64,
    /// To the minute.
    pub seen_at: i64,
    pub expires_at: i64,
    pub ip: String,
    pub user_agent: String,
}

impl Session {
    /// What it is listed by.
    #[must_use]
    pub fn id(&self) -> String {
        hex::encode(&self.token_hash)
    }

    /// Whether it is the one of this token.
    #[must_use]
    pub fn is_of(&self, token_hash: Option<[u8; 32]>) -> bool {
        token_hash.is_some_and(|hash| self.token_hash == hash)
    }
}

/// A person's sessions, the one seen last first.
///
/// # Errors
/// [`Error::Missing`] where the network has no such person.
pub async fn sessions_of(database: &Database, network: NetworkId, id: UserId) -> Result<Vec<Session>, Error> {
    user(database.read(), network, id).await?;
    let now = now_millis();
    let sql = "SELECT token_hash, created_at, seen_at, expires_at, ip, user_agent FROM sessions \
               WHERE user_id = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY seen_at DESC, created_at DESC";
    rows(database.read(), sql, vec![id.0.into(), now.into(), (now - IDLE).into()]).await
}

/// Which of a person's sessions are meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which<'a> {
    /// The one of this id.
    One(&'a str),
    /// All but that of this token.
    Others([u8; 32]),
    All,
}

/// Ends sessions of a person, with an audit row; gives how many.
///
/// # Errors
/// [`Error::Missing`] where the network has no such person, or the person no such session.
pub async fn revoke_sessions(
    database: &Database,
    network: NetworkId,
    actor: &Actor,
    id: UserId,
    which: Which<'_>,
) -> Result<usize, Error> {
    let transaction = database.write().await?;
    user(&transaction, network, id).await?;
    let ended = end(&transaction, id, which).await?;
    if ended == 0 {
        return if matches!(which, Which::One(_)) { Err(Error::Missing) } else { Ok(0) };
    }
    let after = serde_json::json!({ "sessions_ended": ended }).to_string();
    let change = Change {
        action: "revoke",
        object: "session",
        object_id: Some(id.0),
        before: None,
        after: Some(after),
    };
    record(&transaction, network, actor, change).await?;
    transaction.commit().await?;
    Ok(ended)
}

/// Ends sessions in a transaction of the caller's.
pub(super) async fn end(executor: &impl Executor, id: UserId, which: Which<'_>) -> Result<usize, Error> {
    let (condition, hash) = match which {
        Which::One(session) => (" AND token_hash = $2", hex::decode(session).map_err(|_| Error::Missing)?),
        Which::Others(kept) => (" AND token_hash <> $2", kept.to_vec()),
        Which::All => ("", Vec::new()),
    };
    let mut values = vec![id.0.into()];
    if !condition.is_empty() {
        values.push(hash.into());
    }
    let sql = format!("DELETE FROM sessions WHERE user_id = $1{condition} RETURNING user_id");
    number_of_rows(executor, &sql, values).await
}
