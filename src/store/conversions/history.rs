//! What has become of a conversion since it came: every status it had, when, and who set it.

use crate::{
    Error,
    shared::{Scope, rows},
};
use domain::shared::ClickId;
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// One status of a conversion.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult)]
pub struct Passage {
    /// Counts from 1.
    pub version: i64,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    /// `postback`, or the name of a person or key.
    pub actor: String,
    pub status: String,
    /// Why, by number; 0 where there is nothing to say.
    pub code: i64,
    /// What else there is to say, such as the upload that it came with; mostly empty.
    pub note: String,
}

/// The history of a conversion of the network, oldest first; empty where it has none such.
///
/// # Errors
/// What the database said.
pub async fn history(scope: Scope<'_>, id: ClickId) -> Result<Vec<Passage>, Error> {
    let seen = scope.seen_partners("partner_id").map_or_else(String::new, |seen| {
        format!(
            " AND conversion_id IN (SELECT id FROM conversions WHERE network_id = $1 AND id = $2 AND {seen})"
        )
    });
    let sql = format!(
        "SELECT version, at, actor, status, code, note FROM conversion_history \
         WHERE network_id = $1 AND conversion_id = $2{seen} ORDER BY version"
    );
    rows(scope.database().read(), &sql, vec![scope.network().0.into(), Uuid::from_u128(id.0).into()]).await
}
