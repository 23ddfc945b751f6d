//! The log of every postback: what came, from where, and what became of it.

use crate::{
    Error,
    shared::{ColumnType, FoundRows, Layout, OnConflict, Owner, Rows, Scope, Stretch, Table},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

const POSTBACKS: Table = Table {
    name: "postbacks",
    key: 2,
    on_conflict: OnConflict::Keep,
    columns: &[
        ("network_id", ColumnType::Integer),
        ("id", ColumnType::Uuid),
        ("at", ColumnType::Integer),
        ("ip", ColumnType::Text),
        ("user_agent", ColumnType::Text),
        ("query", ColumnType::Text),
        ("click_id", ColumnType::Uuid),
        ("offer_id", ColumnType::Integer),
        ("advertiser_id", ColumnType::Integer),
        ("outcome", ColumnType::Text),
        ("code", ColumnType::Integer),
        ("conversion_id", ColumnType::Uuid),
        ("problem", ColumnType::Text),
    ],
};

/// A logged call. Ids are nil or 0 where there is none.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub struct LoggedPostback {
    /// 0 where the call names no network; only the operator sees those.
    pub network_id: i64,
    pub id: Uuid,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    pub ip: String,
    pub user_agent: String,
    /// As it came, without the verification token.
    pub query: String,
    pub click_id: Uuid,
    pub offer_id: i64,
    pub advertiser_id: i64,
    /// `approved`, `pending`, `rejected` or `refused`.
    pub outcome: String,
    /// Why, by number; 0 where there is nothing to say.
    pub code: i64,
    pub conversion_id: Uuid,
    /// What could not be read, with its field; empty where everything could.
    pub problem: String,
}

pub(crate) fn log_rows() -> Rows {
    Rows::new(POSTBACKS)
}

pub(crate) fn push_log(rows: &mut Rows, call: &LoggedPostback) {
    rows.integer(call.network_id)
        .uuid(call.id.as_u128())
        .integer(call.at)
        .text(&call.ip)
        .text(&call.user_agent)
        .text(&call.query)
        .uuid(call.click_id.as_u128())
        .integer(call.offer_id)
        .integer(call.advertiser_id)
        .text(&call.outcome)
        .integer(call.code)
        .uuid(call.conversion_id.as_u128())
        .text(&call.problem);
}

/// A stretch of the log.
///
/// # Errors
/// What the database said.
pub async fn postbacks(scope: Scope<'_>, stretch: &Stretch) -> Result<FoundRows<LoggedPostback>, Error> {
    stretch.read(scope, ("postbacks", Layout::Plain, Owner::Conversion)).await
}
