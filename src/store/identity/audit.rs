//! The audit log, as it is read; every change of this room writes to it in its own transaction.

use super::clause::Clause;
use crate::{
    Error,
    shared::{Page, Scope, rows},
};
use sea_orm::FromQueryResult;

pub use crate::shared::audit as record;

/// One thing that somebody did.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult)]
pub struct AuditEntry {
    pub id: i64,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    /// `user`, `api_key` or `system`.
    pub actor_kind: String,
    pub actor_id: Option<i64>,
    pub actor_name: String,
    pub ip: String,
    pub action: String,
    pub object: String,
    pub object_id: Option<i64>,
    /// The object before, as JSON.
    pub before: Option<String>,
    /// The object after, as JSON.
    pub after: Option<String>,
}

/// Which entries are wanted; all that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    pub action: Option<String>,
    pub object: Option<String>,
    pub object_id: Option<i64>,
    pub actor_kind: Option<String>,
    pub actor_id: Option<i64>,
    /// Inclusive, in milliseconds since 1970 UTC.
    pub from: Option<i64>,
    /// Exclusive, in milliseconds since 1970 UTC.
    pub to: Option<i64>,
}

const COLUMNS: &str = "SELECT id, at, actor_kind, actor_id, actor_name, ip, action, object, object_id, before, after \
                       FROM audit";

/// A stretch of a network's log, newest first.
///
/// # Errors
/// What the database said.
pub async fn audit_log(scope: Scope<'_>, filter: &AuditFilter, page: Page) -> Result<Vec<AuditEntry>, Error> {
    let clause = Clause::new("network_id =", scope.network().0)
        .and("action =", filter.action.clone())
        .and("object =", filter.object.clone())
        .and("object_id =", filter.object_id)
        .and("actor_kind =", filter.actor_kind.clone())
        .and("actor_id =", filter.actor_id)
        .and("at >=", filter.from)
        .and("at <", filter.to);
    let (sql, values) = clause.stretch(COLUMNS, &seen(scope), page);
    rows(scope.database().read(), &sql, values).await
}

/// The condition that an entry tells nothing of partners who are not seen. Conversions have no number to
/// be found by, and are left out.
fn seen(scope: Scope<'_>) -> String {
    let (Some(partner), Some(named)) = (scope.seen_partners("object_id"), scope.seen_partners("partner_id"))
    else {
        return String::new();
    };
    let terms = format!("SELECT id FROM partner_offers WHERE network_id = {} AND {named}", scope.network());
    let people = format!(
        "SELECT id FROM users WHERE network_id = {} AND (partner_id IS NULL OR {named})",
        scope.network()
    );
    format!(
        " AND (object NOT IN ('partner', 'partner_offer', 'conversion', 'user', 'session') \
         OR (object = 'partner' AND {partner}) OR (object = 'partner_offer' AND object_id IN ({terms})) \
         OR (object IN ('user', 'session') AND object_id IN ({people})))"
    )
}

/// One entry.
///
/// # Errors
/// [`Error::Missing`] where this network has no such entry, or it is not seen.
pub async fn audit_entry(scope: Scope<'_>, id: i64) -> Result<AuditEntry, Error> {
    let clause = Clause::new("network_id =", scope.network().0).and("id =", Some(id));
    let (sql, values) = clause.statement(COLUMNS, &seen(scope));
    let found: Vec<AuditEntry> = rows(scope.database().read(), &sql, values).await?;
    found.into_iter().next().ok_or(Error::Missing)
}
