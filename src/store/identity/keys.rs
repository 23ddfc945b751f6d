//! API keys: programs that act for a network, with the rights of a role. Only the SHA-256 is kept.

use super::{clause::Clause, record};
use crate::{
    Error,
    shared::{Actor, Change, Database, Executor, Page, Transaction, now_millis, rows, run},
};
use domain::{
    identity::Rights,
    shared::{ApiKeyId, NetworkId, RoleId, UserId},
};
use sea_orm::FromQueryResult;

/// A key, without its secret.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult)]
pub struct ApiKey {
    pub id: i64,
    pub role_id: i64,
    pub name: String,
    /// The key's beginning, by which people tell their keys apart.
    pub prefix: String,
    /// Times in milliseconds since 1970 UTC.
    pub created_at: i64,
    pub used_at: Option<i64>,
    pub revoked_at: Option<i64>,
    /// When it ends by itself.
    pub expires_at: Option<i64>,
    /// What it may do of what its role may, as JSON; none is all of it.
    pub rights: Option<String>,
    /// Whose partners alone it sees.
    pub manager_id: Option<i64>,
}

/// A key before it is stored.
#[derive(Clone, Debug)]
pub struct NewKey {
    pub name: String,
    pub prefix: String,
    pub hash: [u8; 32],
    pub scope: KeyScope,
}

/// How far a key reaches, beside its role.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyScope {
    /// None is all that the role may.
    pub rights: Option<Rights>,
    /// Whose partners alone it sees.
    pub manager: Option<UserId>,
    /// When it ends by itself, in milliseconds since 1970 UTC.
    pub expires_at: Option<i64>,
}

impl ApiKey {
    /// What it may do of what a role with these rights may.
    ///
    /// # Errors
    /// They do not read.
    pub fn rights_within(&self, role: &Rights) -> Result<Rights, Error> {
        rights_within(self.rights.as_deref(), role)
    }
}

/// What a key with these stored rights may do of what its role may.
pub(super) fn rights_within(stored: Option<&str>, role: &Rights) -> Result<Rights, Error> {
    match stored {
        Some(stored) => Ok(serde_json::from_str::<Rights>(stored)?.meet(role)),
        None => Ok(*role),
    }
}

const COLUMNS: &str = "SELECT id, role_id, name, prefix, created_at, used_at, revoked_at, expires_at, rights, \
                       manager_id FROM api_keys";

/// A stretch of a network's keys, newest first, revoked ones among them.
///
/// # Errors
/// What the database said.
pub async fn api_keys(database: &Database, network: NetworkId, page: Page) -> Result<Vec<ApiKey>, Error> {
    let clause = Clause::new("network_id =", network.0);
    let (sql, values) = clause.stretch(COLUMNS, "", page);
    rows(database.read(), &sql, values).await
}

/// One key.
///
/// # Errors
/// [`Error::Missing`] where this network has no such key.
pub async fn api_key(executor: &impl Executor, network: NetworkId, id: ApiKeyId) -> Result<ApiKey, Error> {
    let sql = format!("{COLUMNS} WHERE network_id = $1 AND id = $2");
    let found: Vec<ApiKey> = rows(executor, &sql, vec![network.0.into(), id.0.into()]).await?;
    found.into_iter().next().ok_or(Error::Missing)
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Stores a new key with the rights of `role`, and its audit row.
///
/// # Errors
/// [`Error::Missing`] where there is no such role.
pub async fn create_key(
    database: &Database,
    network: NetworkId,
    actor: &Actor,
    role: RoleId,
    new: NewKey,
) -> Result<ApiKey, Error> {
    let transaction = database.write().await?;
    let key = create_in(&transaction, network, actor, role, new).await?;
    transaction.commit().await?;
    Ok(key)
}

/// Stores a new key inside a transaction of the caller's.
pub async fn create_in(
    transaction: &Transaction,
    network: NetworkId,
    actor: &Actor,
    role: RoleId,
    new: NewKey,
) -> Result<ApiKey, Error> {
    let creator = if actor.kind == "user" { actor.id } else { None };
    let sql = "INSERT INTO api_keys (network_id, role_id, name, prefix, key_hash, created_by, created_at, rights, \
               manager_id, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id";
    let values = vec![
        network.0.into(),
        role.0.into(),
        new.name.into(),
        new.prefix.into(),
        new.hash.to_vec().into(),
        creator.into(),
        now_millis().into(),
        new.scope.rights.map(|rights| serde_json::to_string(&rights)).transpose()?.into(),
        new.scope.manager.map(|id| id.0).into(),
        new.scope.expires_at.into(),
    ];
    let made: Vec<Id> = rows(transaction, sql, values).await?;
    let key = api_key(transaction, network, ApiKeyId(made.first().ok_or(Error::Missing)?.id)).await?;
    record(transaction, network, actor, change("create", &key)).await?;
    Ok(key)
}

fn change(action: &'static str, key: &ApiKey) -> Change<'static> {
    let shown = serde_json::json!({
        "name": key.name, "prefix": key.prefix, "role_id": key.role_id.to_string(),
        "rights": key.rights, "manager_id": key.manager_id, "expires_at": key.expires_at,
    });
    Change {
        action,
        object: "api_key",
        object_id: Some(key.id),
        before: None,
        after: Some(shown.to_string()),
    }
}

/// Revokes a key for good; one that is revoked already stays as it was.
///
/// # Errors
/// [`Error::Missing`] where this network has no such key.
pub async fn revoke_key(
    database: &Database,
    network: NetworkId,
    actor: &Actor,
    id: ApiKeyId,
) -> Result<ApiKey, Error> {
    let transaction = database.write().await?;
    let key = api_key(&transaction, network, id).await?;
    if key.revoked_at.is_some() {
        return Ok(key);
    }
    let now = now_millis();
    let sql = "UPDATE api_keys SET revoked_at = $3 WHERE network_id = $1 AND id = $2";
    run(&transaction, sql, vec![network.0.into(), id.0.into(), now.into()]).await?;
    record(&transaction, network, actor, change("revoke", &key)).await?;
    transaction.commit().await?;
    Ok(ApiKey { revoked_at: Some(now), ..key })
}
