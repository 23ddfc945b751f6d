//! Whoever comes with a session or an API key: found, judged by its dates, and noted as seen.

use super::{
    Network, keys::rights_within, networks::Row as NetworkRow, roles::rights, sessions::IDLE, users::kind_of,
};
use crate::{
    Error,
    shared::{Actor, Database, now_millis, rows, run},
};
use domain::{
    identity::{Rights, UserKind},
    shared::{AdvertiserId, ApiKeyId, PartnerId, UserId},
};
use sea_orm::{FromQueryResult, Value};

/// How much later a use must be than the last noted one to be noted, in milliseconds.
const NOTED_EACH: i64 = 60_000;

/// Someone whom a session or a key let in.
#[derive(Clone, Debug)]
pub struct Entrant {
    pub network: Network,
    pub rights: Rights,
    pub kind: UserKind,
    pub who: Who,
    pub name: String,
    /// Whose partners alone are seen; none sees all.
    pub own: Option<UserId>,
}

/// What an API key opens.
#[derive(Clone, Debug)]
pub enum KeyHolder {
    Known(Box<Entrant>),
    /// It ended by itself, at this moment in milliseconds since 1970 UTC.
    Expired(i64),
    /// It was revoked, or never was.
    Nobody,
}

/// Whether a person or a program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    User { id: UserId, email: String, partner: Option<PartnerId>, advertiser: Option<AdvertiserId> },
    Key(ApiKeyId),
}

impl Entrant {
    /// Who it is for the audit log, coming from `ip`.
    #[must_use]
    pub fn actor(&self, ip: &str) -> Actor {
        let (kind, id) = match &self.who {
            Who::User { id, .. } => ("user", id.0),
            Who::Key(id) => ("api_key", id.0),
        };
        Actor { kind, id: Some(id), name: self.name.clone(), ip: ip.to_owned() }
    }
}

#[derive(FromQueryResult)]
struct SessionRow {
    user_id: i64,
    user_kind: String,
    email: String,
    user_name: String,
    partner_id: Option<i64>,
    advertiser_id: Option<i64>,
    built_in: Option<String>,
    rights: Option<String>,
    role_own: Option<i64>,
    user_own: i64,
    seen_at: i64,
    #[sea_orm(nested)]
    network: NetworkRow,
}

const NETWORK: &str = "networks.id, networks.name, networks.currency, networks.zone, networks.status, \
                       networks.fallback_url, networks.plan_version, networks.created_at";

/// Who has this session; none where it has ended, has not been used for too long, or is not there.
///
/// # Errors
/// What the database said.
pub async fn entrant_of_session(database: &Database, token_hash: [u8; 32]) -> Result<Option<Entrant>, Error> {
    let now = now_millis();
    let sql = format!(
        "SELECT users.id AS user_id, users.kind AS user_kind, users.email, users.name AS user_name, \
         users.partner_id, users.advertiser_id, users.own_partners AS user_own, roles.built_in, roles.rights, \
         roles.own_partners AS role_own, sessions.seen_at, {NETWORK} \
         FROM sessions JOIN users ON users.id = sessions.user_id JOIN networks ON networks.id = users.network_id \
         LEFT JOIN roles ON roles.id = users.role_id \
         WHERE sessions.token_hash = $1 AND sessions.expires_at > $2 AND sessions.seen_at > $3 \
         AND users.status = 'active'"
    );
    let values = vec![token_hash.to_vec().into(), now.into(), (now - IDLE).into()];
    let found: Vec<SessionRow> = rows(database.read(), &sql, values).await?;
    let Some(row) = found.into_iter().next() else { return Ok(None) };
    let sql = "UPDATE sessions SET seen_at = $2 WHERE token_hash = $1";
    note(database, row.seen_at, now, sql, token_hash.to_vec().into()).await;
    Ok(Some(entrant_of_row(row)?))
}

fn entrant_of_row(row: SessionRow) -> Result<Entrant, Error> {
    let kind = kind_of(&row.user_kind);
    let rights = match (kind, row.rights) {
        (UserKind::Employee, Some(stored)) => rights(row.built_in.as_deref(), &stored)?,
        (UserKind::Employee, None) | (UserKind::Partner | UserKind::Advertiser, _) => Rights::default(),
    };
    let is_limited = row.user_own != 0 || row.role_own.unwrap_or(0) != 0;
    Ok(Entrant {
        network: row.network.into(),
        rights,
        own: is_limited.then_some(UserId(row.user_id)),
        kind,
        who: Who::User {
            id: UserId(row.user_id),
            email: row.email,
            partner: row.partner_id.map(PartnerId),
            advertiser: row.advertiser_id.map(AdvertiserId),
        },
        name: row.user_name,
    })
}

#[derive(FromQueryResult)]
struct KeyRow {
    key_id: i64,
    key_name: String,
    built_in: Option<String>,
    rights: String,
    role_own: i64,
    key_rights: Option<String>,
    manager_id: Option<i64>,
    created_by: Option<i64>,
    expires_at: Option<i64>,
    used_at: Option<i64>,
    #[sea_orm(nested)]
    network: NetworkRow,
}

/// Who has this API key.
///
/// # Errors
/// What the database said.
pub async fn entrant_of_key(database: &Database, key_hash: [u8; 32]) -> Result<KeyHolder, Error> {
    let sql = format!(
        "SELECT api_keys.id AS key_id, api_keys.name AS key_name, roles.built_in, roles.rights, \
         roles.own_partners AS role_own, api_keys.rights AS key_rights, api_keys.manager_id, api_keys.created_by, \
         api_keys.expires_at, api_keys.used_at, {NETWORK} FROM api_keys JOIN networks ON networks.id = api_keys.network_id \
         JOIN roles ON roles.id = api_keys.role_id WHERE api_keys.key_hash = $1 AND api_keys.revoked_at IS NULL"
    );
    let found: Vec<KeyRow> = rows(database.read(), &sql, vec![key_hash.to_vec().into()]).await?;
    let Some(row) = found.into_iter().next() else { return Ok(KeyHolder::Nobody) };
    if let Some(at) = row.expires_at.filter(|at| *at <= now_millis()) {
        return Ok(KeyHolder::Expired(at));
    }
    let sql = "UPDATE api_keys SET used_at = $2 WHERE id = $1";
    note(database, row.used_at.unwrap_or(0), now_millis(), sql, row.key_id.into()).await;
    // A role may become narrower after the key was made: then its maker's partners are what is left.
    let manager = row.manager_id.or(if row.role_own == 0 { None } else { Some(row.created_by.unwrap_or(0)) });
    let of_role = rights(row.built_in.as_deref(), &row.rights)?;
    Ok(KeyHolder::Known(Box::new(Entrant {
        network: row.network.into(),
        rights: rights_within(row.key_rights.as_deref(), &of_role)?,
        own: manager.map(UserId),
        kind: UserKind::Employee,
        who: Who::Key(ApiKeyId(row.key_id)),
        name: row.key_name,
    })))
}

/// Notes the use, at most once a minute. A note that fails must not keep anyone out.
async fn note(database: &Database, last: i64, now: i64, sql: &str, which: Value) {
    if now - last < NOTED_EACH {
        return;
    }
    if let Err(error) = run(database.write_connection(), sql, vec![which, now.into()]).await {
        tracing::warn!(%error, "a use was not noted");
    }
}
