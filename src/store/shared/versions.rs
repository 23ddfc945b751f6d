//! What was in force when: every saved document is kept with the plan version that it came into. Of what was
//! removed the last version is empty.

use super::{Error, Executor, Managed, Save, Stored, now_millis, rows, run};
use domain::shared::NetworkId;
use sea_orm::FromQueryResult;

/// What a version is of.
pub struct VersionOf<'a> {
    pub object: &'a str,
    pub id: i64,
    /// Counts the saves of the object.
    pub version: i64,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
}

/// Keeps a document as it is from this save on.
///
/// # Errors
/// What the database said.
pub async fn keep_version(save: &Save<'_>, of: VersionOf<'_>, body: &str) -> Result<(), Error> {
    run(
        save.transaction(),
        "INSERT INTO config_versions (network_id, object, object_id, version, plan_version, at, body) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        vec![
            save.network().0.into(),
            of.object.into(),
            of.id.into(),
            of.version.into(),
            save.plan_version().into(),
            of.at.into(),
            body.into(),
        ],
    )
    .await
}

/// Keeps that an object is there no more, from this save on.
pub(super) async fn keep_removal<T: Managed>(save: &Save<'_>, before: &Stored<T>) -> Result<(), Error> {
    let of = VersionOf { version: before.version + 1, at: now_millis(), ..before.version_of() };
    keep_version(save, of, "").await
}

impl<T: Managed> Stored<T> {
    pub(super) fn version_of(&self) -> VersionOf<'static> {
        VersionOf { object: T::OBJECT, id: self.id, version: self.version, at: self.updated_at }
    }
}

#[derive(FromQueryResult)]
struct Kept {
    id: i64,
    code: String,
    version: i64,
    updated_at: i64,
    body: String,
}

#[derive(FromQueryResult)]
struct KeptBody {
    body: String,
}

/// Every object of a network as it was in force under a plan version, oldest first, those too that were removed
/// since; what came later is not among them. When they were made is not told: each says when it was saved.
///
/// # Errors
/// What the database said.
pub async fn all_at<T: Managed>(
    executor: &impl Executor,
    network: NetworkId,
    plan_version: i64,
) -> Result<Vec<Stored<T>>, Error> {
    let (table, object) = (T::TABLE, T::OBJECT);
    let code = if T::CODED { "COALESCE(held.code, '') AS code" } else { "'' AS code" };
    let sql = format!(
        "SELECT kept.object_id AS id, {code}, kept.version, kept.at AS updated_at, kept.body \
         FROM config_versions AS kept LEFT JOIN {table} AS held ON held.network_id = kept.network_id \
         AND held.id = kept.object_id WHERE kept.network_id = $1 AND kept.object = '{object}' AND kept.body <> '' \
         AND kept.version = (SELECT MAX(version) FROM config_versions WHERE network_id = $1 \
         AND object = '{object}' AND object_id = kept.object_id AND plan_version <= $2) ORDER BY kept.object_id"
    );
    let found: Vec<Kept> = rows(executor, &sql, vec![network.0.into(), plan_version.into()]).await?;
    let stored = |kept: Kept| {
        Ok(Stored {
            id: kept.id,
            code: kept.code,
            version: kept.version,
            created_at: kept.updated_at,
            updated_at: kept.updated_at,
            body: serde_json::from_str(&kept.body)?,
        })
    };
    found.into_iter().map(stored).collect()
}

/// The newest body of one object under a plan version; none where it had none yet.
///
/// # Errors
/// What the database said.
pub async fn body_at(
    executor: &impl Executor,
    network: NetworkId,
    (object, id): (&str, i64),
    plan_version: i64,
) -> Result<Option<String>, Error> {
    let sql = "SELECT body FROM config_versions WHERE network_id = $1 AND object = $2 AND object_id = $3 \
               AND plan_version <= $4 ORDER BY version DESC LIMIT 1";
    let values = vec![network.0.into(), object.into(), id.into(), plan_version.into()];
    let found: Vec<KeptBody> = rows(executor, sql, values).await?;
    Ok(found.into_iter().next().map(|kept| kept.body))
}
