//! The log of every postback: what came, from where, and what became of it.

use crate::{
    Error,
    shared::{ColumnType, OnConflict, Rows, Scope, Table},
};
use domain::shared::ClickId;
use sea_orm::{
    ConnectionTrait, FromQueryResult, Value,
    sea_query::{Alias, Asterisk, Expr, ExprTrait, Order, Query},
};
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
        .uuid(call.conversion_id.as_u128());
}

/// Which calls are wanted: newest first, `from` inclusive, `to` exclusive, in milliseconds.
#[derive(Clone, Debug)]
pub struct PostbackLog {
    pub from: i64,
    pub to: i64,
    /// Only calls before this one.
    pub before: Option<ClickId>,
    pub limit: u64,
    pub filters: Vec<(&'static str, Value)>,
}

/// A stretch of the log.
///
/// # Errors
/// What the database said.
pub async fn postbacks(scope: Scope<'_>, page: &PostbackLog) -> Result<Vec<LoggedPostback>, Error> {
    // Ids begin with the time of the call, so that the primary key is the order.
    let first = |millis: i64| Uuid::from_u128(u128::from(millis.unsigned_abs()) << 80);
    let to = page.before.map_or(first(page.to), |before| Uuid::from_u128(before.0));
    let mut query = Query::select();
    query
        .column(Asterisk)
        .from(Alias::new("postbacks"))
        .and_where(Expr::col(Alias::new("network_id")).eq(scope.network().0))
        .and_where(Expr::col(Alias::new("id")).gte(first(page.from)))
        .and_where(Expr::col(Alias::new("id")).lt(to));
    for (column, value) in &page.filters {
        query.and_where(Expr::col(Alias::new(*column)).eq(value.clone()));
    }
    query.order_by(Alias::new("id"), Order::Desc).limit(page.limit);
    let found = scope.database().read().query_all(&query).await?;
    found.iter().map(|row| LoggedPostback::from_query_result(row, "").map_err(Error::from)).collect()
}
