//! The file's story: who brought it, what the scan found, what was decided and what came of it. It stays
//! when its bytes and rows are gone.

use super::{Effect, NewFile, file};
use crate::{
    Error,
    shared::{Actor, Change, Executor, Page, Scope, audit, now_millis, rows, run},
};
use domain::{conversions::upload::UploadKind, shared::NetworkId};
use sea_orm::FromQueryResult;
use std::str::FromStr;

/// How far an upload is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UploadState {
    /// Its rows are being read and checked.
    Scanning,
    /// Rows are wrong; nothing was written, and nothing will be.
    Refused,
    /// Every row is fine; it waits for the decision to write.
    Ready,
    /// It is being written, and will be to its end.
    Writing,
    /// Everything is written.
    Written,
    /// Somebody called it off before anything was written.
    Cancelled,
}

impl UploadState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Scanning, Self::Refused, Self::Ready, Self::Writing, Self::Written, Self::Cancelled];

    /// The name in the database and the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Scanning => "scanning",
            Self::Refused => "refused",
            Self::Ready => "ready",
            Self::Writing => "writing",
            Self::Written => "written",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether something is being done.
    #[must_use]
    pub fn is_busy(self) -> bool {
        match self {
            Self::Scanning | Self::Writing => true,
            Self::Refused | Self::Ready | Self::Written | Self::Cancelled => false,
        }
    }
}

impl FromStr for UploadState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|state| state.name() == text).ok_or(())
    }
}

/// An upload as it is stored. Moments are milliseconds since 1970 UTC, 0 where there is none.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Upload {
    pub id: i64,
    pub network_id: i64,
    pub at: i64,
    pub kind: String,
    /// The file's name; of a decision over many conversions, in words which.
    pub file: String,
    /// In hexadecimal digits; empty where there is no file.
    pub sha256: String,
    pub bytes: i64,
    pub actor_kind: String,
    pub actor_id: i64,
    pub actor_name: String,
    pub actor_ip: String,
    pub state: String,
    /// Rows below the first; 0 until they are counted.
    pub total: i64,
    pub scanned: i64,
    /// Wrong cells and rows.
    pub errors: i64,
    /// Rows that change something.
    pub changes: i64,
    /// Rows that say what is so already.
    pub unchanged: i64,
    /// Of the changes, how many are dealt with.
    pub written: i64,
    /// Of these, how many changed something: others were overtaken by a call or a person meanwhile.
    pub changed: i64,
    /// Of those dealt with, how many are in the figures of every dimension; the others are in the totals only.
    pub counted: i64,
    /// Of the sums that the next rows add to, how many are written.
    pub summed: i64,
    /// What it would do, as it was checked.
    pub effect: String,
    /// What the rows that are counted did.
    pub happened: String,
    /// An earlier upload of the same file; 0 where there is none.
    pub same_as: i64,
    /// The plan that its rows were checked by.
    pub plan_version: i64,
    /// Whether it is to be written once it is scanned.
    pub writes: i64,
    pub decided_by: String,
    pub decided_at: i64,
    pub finished_at: i64,
}

impl Upload {
    /// What it does.
    #[must_use]
    pub fn kind(&self) -> UploadKind {
        self.kind.parse().unwrap_or(UploadKind::New)
    }

    /// How far it is.
    #[must_use]
    pub fn state(&self) -> UploadState {
        self.state.parse().unwrap_or(UploadState::Cancelled)
    }

    /// What it changes in the figures: what it would do, and once it is written what it did.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match self.state() {
            UploadState::Written => self.happened(),
            UploadState::Scanning
            | UploadState::Refused
            | UploadState::Ready
            | UploadState::Writing
            | UploadState::Cancelled => serde_json::from_str(&self.effect).unwrap_or_default(),
        }
    }

    /// What its rows did so far.
    pub(super) fn happened(&self) -> Effect {
        serde_json::from_str(&self.happened).unwrap_or_default()
    }

    /// Whether it is of a file, rather than a decision over conversions that were selected.
    #[must_use]
    pub fn is_file(&self) -> bool {
        !self.sha256.is_empty()
    }

    pub(super) fn network(&self) -> NetworkId {
        NetworkId(self.network_id)
    }

    /// Who brought it.
    pub(super) fn actor(&self) -> Actor {
        let kind = match self.actor_kind.as_str() {
            "user" => "user",
            "api_key" => "api_key",
            _ => "system",
        };
        let id = (self.actor_id != 0).then_some(self.actor_id);
        Actor { kind, id, name: self.actor_name.clone(), ip: self.actor_ip.clone() }
    }
}

/// What is wrong at one place of a file.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult)]
pub struct UploadError {
    /// Counts from 1.
    pub place: i64,
    /// The row as a spreadsheet counts it, the first being 1.
    pub line: i64,
    /// The column, from 1; 0 where it is about the whole row.
    pub cell: i64,
    /// The column's name.
    pub name: String,
    /// What stands there.
    pub value: String,
    pub message: String,
}

/// The uploads of the network, newest first.
///
/// # Errors
/// What the database said.
pub async fn uploads(scope: Scope<'_>, page: Page) -> Result<Vec<Upload>, Error> {
    let sql = "SELECT * FROM uploads WHERE network_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    let limit = i64::try_from(page.limit).unwrap_or(i64::MAX);
    let values = vec![scope.network().0.into(), page.before.unwrap_or(i64::MAX).into(), limit.into()];
    rows(scope.database().read(), sql, values).await
}

/// One upload of the network.
///
/// # Errors
/// [`Error::Missing`] where this network has no such upload.
pub async fn upload(scope: Scope<'_>, id: i64) -> Result<Upload, Error> {
    one(scope.database().read(), scope.network(), id).await
}

pub(super) async fn one(executor: &impl Executor, network: NetworkId, id: i64) -> Result<Upload, Error> {
    let sql = "SELECT * FROM uploads WHERE network_id = $1 AND id = $2";
    rows(executor, sql, vec![network.0.into(), id.into()]).await?.into_iter().next().ok_or(Error::Missing)
}

/// What is wrong with a file, in its order, behind the place `after`.
///
/// # Errors
/// What the database said.
pub async fn errors(scope: Scope<'_>, id: i64, after: i64, limit: i64) -> Result<Vec<UploadError>, Error> {
    let sql = "SELECT place, line, cell, name, value, message FROM upload_errors \
               WHERE network_id = $1 AND upload_id = $2 AND place > $3 ORDER BY place LIMIT $4";
    let values = vec![scope.network().0.into(), id.into(), after.into(), limit.into()];
    rows(scope.database().read(), sql, values).await
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Takes a file in, to be scanned. One of the same bytes and kind that is still under way is not taken
/// twice: it is given instead, and the flag is false.
///
/// # Errors
/// What the database said.
pub async fn receive(scope: Scope<'_>, actor: &Actor, new: &NewFile) -> Result<(Upload, bool), Error> {
    let sha256 = new.sha256();
    let sql =
        "SELECT * FROM uploads WHERE network_id = $1 AND sha256 = $2 AND kind = $3 ORDER BY id DESC LIMIT 20";
    let values = vec![scope.network().0.into(), sha256.as_str().into(), new.kind.name().into()];
    let earlier: Vec<Upload> = rows(scope.database().read(), sql, values).await?;
    let is_under_way = |upload: &&Upload| upload.state().is_busy() || upload.state() == UploadState::Ready;
    if let Some(upload) = earlier.iter().find(is_under_way) {
        return Ok((upload.clone(), false));
    }
    let same_as =
        earlier.iter().find(|upload| upload.state() == UploadState::Written).map_or(0, |upload| upload.id);
    let id = insert(
        scope,
        actor,
        &New { kind: new.kind, file: &new.name, sha256: &sha256, bytes: new.body.len(), same_as },
    )
    .await?;
    file::keep(scope, id, &new.body).await?;
    let sql = "UPDATE uploads SET state = 'scanning' WHERE network_id = $1 AND id = $2";
    run(scope.database().write_connection(), sql, vec![scope.network().0.into(), id.into()]).await?;
    Ok((upload(scope, id).await?, true))
}

/// A new story.
pub(super) struct New<'a> {
    pub kind: UploadKind,
    pub file: &'a str,
    pub sha256: &'a str,
    pub bytes: usize,
    pub same_as: i64,
}

/// Begins a story; nobody works on it yet, and as long as that is so it is as good as cancelled.
pub(super) async fn insert(scope: Scope<'_>, actor: &Actor, new: &New<'_>) -> Result<i64, Error> {
    let sql = "INSERT INTO uploads (network_id, at, kind, file, sha256, bytes, actor_kind, actor_id, actor_name, actor_ip, \
               state, total, scanned, errors, changes, unchanged, written, changed, effect, same_as, plan_version, writes, \
               decided_by, decided_at, finished_at, worker, worker_until) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'cancelled', 0, 0, 0, 0, 0, 0, 0, '{}', $11, 0, 0, '', 0, 0, 0, 0) \
               RETURNING id";
    let transaction = scope.database().write().await?;
    let values = vec![
        scope.network().0.into(),
        now_millis().into(),
        new.kind.name().into(),
        new.file.into(),
        new.sha256.into(),
        i64::try_from(new.bytes).unwrap_or(i64::MAX).into(),
        actor.kind.into(),
        actor.id.unwrap_or(0).into(),
        actor.name.as_str().into(),
        actor.ip.as_str().into(),
        new.same_as.into(),
    ];
    let id = rows::<Id>(&transaction, sql, values).await?.first().ok_or(Error::Missing)?.id;
    let after =
        serde_json::json!({"kind": new.kind.name(), "file": new.file, "sha256": new.sha256}).to_string();
    let change =
        Change { action: "create", object: "upload", object_id: Some(id), before: None, after: Some(after) };
    audit(&transaction, scope.network(), actor, change).await?;
    transaction.commit().await?;
    Ok(id)
}

/// Decides that a scanned upload is written: this commit is the point of no return. Rows that were checked
/// by another plan than `plan_version`, which is in force now, are scanned once more before.
///
/// # Errors
/// [`Error::Conflict`] where it is not ready.
pub async fn write(scope: Scope<'_>, actor: &Actor, id: i64, plan_version: i64) -> Result<Upload, Error> {
    let sql = "UPDATE uploads SET state = CASE WHEN sha256 = '' OR plan_version = $1 THEN 'writing' ELSE 'scanning' END, \
               writes = 1, decided_by = $2, decided_at = $3 WHERE network_id = $4 AND id = $5 AND state = 'ready' RETURNING id";
    let values = vec![
        plan_version.into(),
        actor.name.as_str().into(),
        now_millis().into(),
        scope.network().0.into(),
        id.into(),
    ];
    decide(scope, actor, (id, "write"), sql, values).await
}

/// Calls an upload off before anything is written.
///
/// # Errors
/// [`Error::Conflict`] where it is being written or over.
pub async fn cancel(scope: Scope<'_>, actor: &Actor, id: i64) -> Result<Upload, Error> {
    let sql = "UPDATE uploads SET state = 'cancelled', decided_by = $1, decided_at = $2, finished_at = $2 \
               WHERE network_id = $3 AND id = $4 AND state IN ('scanning', 'ready') RETURNING id";
    let values = vec![actor.name.as_str().into(), now_millis().into(), scope.network().0.into(), id.into()];
    decide(scope, actor, (id, "cancel"), sql, values).await
}

async fn decide(
    scope: Scope<'_>,
    actor: &Actor,
    (id, action): (i64, &'static str),
    sql: &str,
    values: Vec<sea_orm::Value>,
) -> Result<Upload, Error> {
    let transaction = scope.database().write().await?;
    let before = one(&transaction, scope.network(), id).await?;
    if rows::<Id>(&transaction, sql, values).await?.is_empty() {
        let message = format!("is {} already", before.state);
        return Err(Error::conflict("state", message));
    }
    let change = Change {
        action,
        object: "upload",
        object_id: Some(id),
        before: Some(serde_json::json!({"state": before.state}).to_string()),
        after: None,
    };
    audit(&transaction, scope.network(), actor, change).await?;
    let after = one(&transaction, scope.network(), id).await?;
    transaction.commit().await?;
    Ok(after)
}
