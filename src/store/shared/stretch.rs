//! Logs: rows whose ids begin with their moment, so that the primary key is the order. All are read in
//! stretches, newest first.

use super::{Error, Kind, Scope};
use domain::shared::ClickId;
use sea_orm::{
    ConnectionTrait, FromQueryResult, Value,
    sea_query::{Alias, Asterisk, Expr, ExprTrait, Order, Query, SimpleExpr},
};
use uuid::Uuid;

const DAY: i64 = 86_400_000;

/// One exact filter of a log.
#[derive(Clone, Debug)]
pub enum Exactly {
    /// A column holds this.
    Column(&'static str, Value),
    /// A name among those that have no column of their own, such as `sub12`, holds this.
    More(String, String),
}

/// Which rows of a log are wanted: newest first, from `from` (inclusive) to `to` (exclusive), in
/// milliseconds since 1970 UTC.
#[derive(Clone, Debug)]
pub struct Stretch {
    pub from: i64,
    pub to: i64,
    /// Only rows before this one.
    pub before: Option<ClickId>,
    /// At most so many.
    pub limit: u64,
    /// All of them must hold.
    pub filters: Vec<Exactly>,
}

/// How a log's table is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Layout {
    /// By network and id.
    Plain,
    /// By network, day and id: the day is part of the key.
    ByDay,
}

/// How a row of a log leads to its partner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Owner {
    /// By its own column.
    Partner,
    /// By the conversion that it became; what became none is nobody's.
    Conversion,
}

impl Owner {
    /// The condition that the row's partner is seen.
    fn condition(self, scope: Scope<'_>) -> Option<String> {
        let seen = scope.seen_partners("partner_id")?;
        Some(match self {
            Self::Partner => seen,
            Self::Conversion => format!(
                "conversion_id IN (SELECT id FROM conversions WHERE network_id = {} AND {seen})",
                scope.network()
            ),
        })
    }
}

impl Stretch {
    /// Reads the rows of one network.
    pub(crate) async fn read<R: FromQueryResult>(
        &self,
        scope: Scope<'_>,
        (table, layout, owner): (&'static str, Layout, Owner),
    ) -> Result<Vec<R>, Error> {
        let (first, end) =
            (first_of(self.from), self.before.map_or(first_of(self.to), |id| Uuid::from_u128(id.0)));
        let column = |name: &'static str| Expr::col(Alias::new(name));
        let mut query = Query::select();
        query
            .column(Asterisk)
            .from(Alias::new(table))
            .and_where(column("network_id").eq(scope.network().0))
            .and_where(column("id").gte(first))
            .and_where(column("id").lt(end));
        if layout == Layout::ByDay {
            query
                .and_where(column("day").gte(self.from.div_euclid(DAY)))
                .and_where(column("day").lte(ClickId(end.as_u128()).day().0))
                .order_by(Alias::new("day"), Order::Desc);
        }
        if let Some(condition) = owner.condition(scope) {
            query.and_where(Expr::cust(condition));
        }
        for filter in &self.filters {
            query.and_where(filter.clause(scope.database().kind()));
        }
        query.order_by(Alias::new("id"), Order::Desc).limit(self.limit);
        let rows = scope.database().read().query_all(&query).await?;
        rows.iter().map(|row| R::from_query_result(row, "").map_err(Error::from)).collect()
    }
}

/// The least id of a millisecond.
fn first_of(millis: i64) -> Uuid {
    Uuid::from_u128(u128::from(millis.unsigned_abs()) << 80)
}

impl Exactly {
    fn clause(&self, kind: Kind) -> SimpleExpr {
        match self {
            Self::Column(column, value) => Expr::col(Alias::new(*column)).eq(value.clone()),
            Self::More(name, value) => {
                // The object is written by us, so that the pair's JSON text is found as it stands.
                let text = |text: &String| serde_json::Value::from(text.as_str());
                let pair = format!("{}:{}", text(name), text(value));
                let position = match kind {
                    Kind::Sqlite => "INSTR(more, ?) > 0",
                    Kind::Postgres => "STRPOS(more, $1) > 0",
                };
                Expr::cust_with_values(position, [pair])
            }
        }
    }
}
