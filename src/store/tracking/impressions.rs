//! Impressions: how they are written by the drain and read by the log.

use super::{click_rows::push_subs, record::ImpressionRecord};
use crate::{
    Error,
    shared::{ColumnType, FoundRows, Layout, OnConflict, Owner, Rows, Scope, Stretch, Table},
};
use domain::shared::ClickId;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use ColumnType::{Integer, Text, Uuid as Id};

const IMPRESSIONS: Table = Table {
    name: "impressions",
    key: 3,
    on_conflict: OnConflict::Keep,
    columns: &[
        ("network_id", Integer),
        ("day", Integer),
        ("id", Id),
        ("partner_id", Integer),
        ("offer_id", Integer),
        ("smart_link_id", Integer),
        ("campaign_id", Integer),
        ("country", Text),
        ("device", Integer),
        ("os", Text),
        ("browser", Text),
        ("is_bot", Integer),
        ("ip", Text),
        ("user_agent", Text),
        ("referrer", Text),
        ("source_id", Text),
        ("sub1", Text),
        ("sub2", Text),
        ("sub3", Text),
        ("sub4", Text),
        ("sub5", Text),
        ("payout", Integer),
        ("revenue", Integer),
        ("domain", Text),
    ],
};

/// Rows of impressions.
pub(super) fn impression_rows() -> Rows {
    Rows::new(IMPRESSIONS)
}

/// Adds one impression.
pub(super) fn push_impression(rows: &mut Rows, impression: &ImpressionRecord<'_>) {
    let id = ClickId(impression.id);
    let visitor = &impression.visitor;
    rows.integer(id.parts().network.0)
        .integer(id.day().0)
        .uuid(impression.id)
        .integer(impression.partner_id)
        .integer(impression.offer_id)
        .integer(impression.smart_link_id)
        .integer(impression.campaign_id)
        .text(visitor.country)
        .integer(visitor.device as i64)
        .text(visitor.os)
        .text(visitor.browser)
        .integer(i64::from(visitor.is_bot))
        .text(&visitor.ip.to_string())
        .text(visitor.user_agent)
        .text(visitor.referrer)
        .text(visitor.source_id);
    push_subs(rows, &visitor.subs);
    rows.integer(impression.payout).integer(impression.revenue).text(visitor.domain);
}

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
    pub domain: String,
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
pub async fn impressions(scope: Scope<'_>, stretch: &Stretch) -> Result<FoundRows<Impression>, Error> {
    stretch.read(scope, ("impressions", Layout::ByDay, Owner::Partner)).await
}
