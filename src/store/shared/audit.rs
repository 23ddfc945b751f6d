//! Who did what to what: a row a change, written in the transaction of the change itself.

use super::{Error, Executor, now_millis, run};
use domain::shared::NetworkId;

/// Who does it, for the audit log.
#[derive(Clone, Debug)]
pub struct Actor {
    /// `user`, `api_key` or `system`.
    pub kind: &'static str,
    pub id: Option<i64>,
    pub name: String,
    pub ip: String,
}

impl Actor {
    /// Switchyard itself: `setup`, `demo` and jobs.
    #[must_use]
    pub fn system(name: &str) -> Self {
        Self { kind: "system", id: None, name: name.to_owned(), ip: String::new() }
    }
}

/// What an audit row says.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    pub action: &'static str,
    pub object: &'a str,
    pub object_id: Option<i64>,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Writes one row of the audit log.
///
/// # Errors
/// What the database said.
pub async fn audit(
    executor: &impl Executor,
    network: NetworkId,
    actor: &Actor,
    change: Change<'_>,
) -> Result<(), Error> {
    run(
        executor,
        "INSERT INTO audit (network_id, at, actor_kind, actor_id, actor_name, ip, action, object, object_id, before, after) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        vec![
            network.0.into(),
            now_millis().into(),
            actor.kind.into(),
            actor.id.into(),
            actor.name.clone().into(),
            actor.ip.clone().into(),
            change.action.into(),
            change.object.into(),
            change.object_id.into(),
            change.before.into(),
            change.after.into(),
        ],
    )
    .await
}
