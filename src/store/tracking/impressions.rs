//! The log of impressions.

use super::clicks::{ClickPage, stretch};
use crate::{Error, shared::Scope};
use domain::shared::ClickId;
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// An impression as it is stored. An empty text or 0 is "none".
#[derive(Clone, Debug, FromQueryResult)]
pub struct Impression {
    pub id: Uuid,
    pub partner_id: i64,
    pub offer_id: i64,
    pub smart_link_id: i64,
    pub campaign_id: i64,
    pub country: String,
    pub device: i64,
    pub os: String,
    pub browser: String,
    pub is_bot: i64,
    pub ip: String,
    pub user_agent: String,
    pub referrer: String,
    pub source_id: String,
    pub sub1: String,
    pub sub2: String,
    pub sub3: String,
    pub sub4: String,
    pub sub5: String,
    /// Millionths.
    pub payout: i64,
    pub revenue: i64,
}

impl Impression {
    /// The id.
    #[must_use]
    pub fn id(&self) -> ClickId {
        ClickId(self.id.as_u128())
    }
}

/// A stretch of the log, newest first.
///
/// # Errors
/// What the database said.
pub async fn impressions(scope: Scope<'_>, page: &ClickPage) -> Result<Vec<Impression>, Error> {
    let rows = scope.database().read().query_all(&stretch("impressions", scope, page)).await?;
    rows.iter().map(|row| Impression::from_query_result(row, "").map_err(Error::from)).collect()
}
