//! What was in force when: every saved document is kept with the plan version that it came into.

use super::{Error, Save, Stored, run};

/// Keeps a document as it is from now on.
pub(super) async fn keep_version<T>(
    save: &Save<'_>,
    object: &str,
    stored: &Stored<T>,
    body: &str,
) -> Result<(), Error> {
    run(
        save.transaction(),
        "INSERT INTO config_versions (network_id, object, object_id, version, plan_version, at, body) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        vec![
            save.network().0.into(),
            object.into(),
            stored.id.into(),
            stored.version.into(),
            save.plan_version().into(),
            stored.updated_at.into(),
            body.into(),
        ],
    )
    .await
}
