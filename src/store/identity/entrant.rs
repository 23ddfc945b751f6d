//! Whoever comes with a session or an API key: found, judged by its dates, and noted as seen.

use super::{Network, networks::Row as NetworkRow, roles::rights, sessions::IDLE, users::kind_of};
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
    seen_at: i64,
    #[sea_orm(nested)]
    network: NetworkRow,
}

const NETWORK: &str = "networks.id, networks.name, networks.currency, networks.zone, networks.status, \
                       networks.plan_version, networks.created_at";

/// Who has this session; none where it has ended, has not been used for too long, or is not there.
///
/// # Errors
/// What the database said.
pub async fn entrant_of_session(database: &Database, token_hash: [u8; 32]) -> Result<Option<Entrant>, Error> {
    let now = now_millis();
    let sql = format!(
        "SELECT users.id AS user_id, users.kind AS user_kind, users.email, users.name AS user_name, \
         users.partner_id, users.advertiser_id, roles.built_in, roles.rights, sessions.seen_at, {NETWORK} \
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
    Ok(Entrant {
        network: row.network.into(),
        rights,
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
    used_at: Option<i64>,
    #[sea_orm(nested)]
    network: NetworkRow,
}

/// Who has this API key; none where it was revoked or never was.
///
/// # Errors
/// What the database said.
pub async fn entrant_of_key(database: &Database, key_hash: [u8; 32]) -> Result<Option<Entrant>, Error> {
    let sql = format!(
        "SELECT api_keys.id AS key_id, api_keys.name AS key_name, roles.built_in, roles.rights, api_keys.used_at, \
         {NETWORK} FROM api_keys JOIN networks ON networks.id = api_keys.network_id \
         JOIN roles ON roles.id = api_keys.role_id WHERE api_keys.key_hash = $1 AND api_keys.revoked_at IS NULL"
    );
    let found: Vec<KeyRow> = rows(database.read(), &sql, vec![key_hash.to_vec().into()]).await?;
    let Some(row) = found.into_iter().next() else { return Ok(None) };
    let sql = "UPDATE api_keys SET used_at = $2 WHERE id = $1";
    note(database, row.used_at.unwrap_or(0), now_millis(), sql, row.key_id.into()).await;
    Ok(Some(Entrant {
        network: row.network.into(),
        rights: rights(row.built_in.as_deref(), &row.rights)?,
        kind: UserKind::Employee,
        who: Who::Key(ApiKeyId(row.key_id)),
        name: row.key_name,
    }))
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
