//! The log of impressions.

use crate::{
    Error,
    shared::{Layout, Owner, Scope, Stretch},
};
use domain::shared::ClickId;
use sea_orm::FromQueryResult;
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
pub async fn impressions(scope: Scope<'_>, stretch: &Stretch) -> Result<Vec<Impression>, Error> {
    stretch.read(scope, ("impressions", Layout::ByDay, Owner::Partner)).await
}
