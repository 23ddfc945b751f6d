//! Logs: rows whose ids begin with their moment, so that the primary key is the order. All are read in
//! stretches, newest first. Filters have no index: rows are looked through a part at a time, so that no
//! connection is held for long, and no longer than somebody waits.

use super::{Error, Kind, Scope};
use domain::shared::ClickId;
use sea_orm::{
    ConnectionTrait, FromQueryResult, Value,
    sea_query::{Alias, Asterisk, Expr, ExprTrait, Order, Query, SelectStatement, SimpleExpr},
};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How many rows one statement looks through: about 20 ms of SQLite's time.
const PART: u64 = 50_000;
/// How far back is looked at first, in milliseconds: nearly always that is enough, and PostgreSQL need not open
/// the partitions of all the days before.
const RECENT: i64 = 30 * 86_400_000;

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
    /// How long is looked for rows that fit; the part in hand is finished.
    pub patience: Duration,
}

/// Rows of a log.
#[derive(Clone, Debug)]
pub struct FoundRows<R> {
    /// Newest first.
    pub rows: Vec<R>,
    /// Where to go on looking, where the time was over before all had been looked through: whatever fits
    /// and came at or after this id is among the rows.
    pub rest: Option<ClickId>,
}

/// A log: its table, how that is laid out, and how a row leads to its partner.
pub(crate) type LogTable = (&'static str, Layout, Owner);

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
        table: LogTable,
    ) -> Result<FoundRows<R>, Error> {
        let newest = self.before.map_or(self.to, |id| std::cmp::min(id.parts().millis, self.to));
        let mut first = first_of(std::cmp::max(self.from, newest - RECENT));
        let mut end = self.before.map_or(first_of(self.to), |id| Uuid::from_u128(id.0));
        let is_filtered = !self.filters.is_empty() || scope.is_limited();
        let (began, mut rows) = (Instant::now(), Vec::new());
        loop {
            let edge = if is_filtered { self.edge(scope, table, (first, end)).await? } else { None };
            let left = self.limit - rows.len() as u64;
            rows.extend(self.part(scope, table, (edge.unwrap_or(first), end), left).await?);
            match edge {
                Some(edge) if (rows.len() as u64) < self.limit => {
                    if began.elapsed() >= self.patience {
                        return Ok(FoundRows { rows, rest: Some(ClickId(edge.as_u128())) });
                    }
                    end = edge;
                }
                None if (rows.len() as u64) < self.limit && first > first_of(self.from) => {
                    (first, end) = (first_of(self.from), first);
                }
                Some(_) | None => return Ok(FoundRows { rows, rest: None }),
            }
        }
    }

    /// The oldest id of the next part; none where what is left is the last one.
    async fn edge(
        &self,
        scope: Scope<'_>,
        table: LogTable,
        between: (Uuid, Uuid),
    ) -> Result<Option<Uuid>, Error> {
        let mut query = self.of(scope, table, between);
        query.column(Alias::new("id")).limit(1).offset(PART);
        let found = scope.database().read().query_one(&query).await?;
        Ok(found.map(|row| row.try_get_by_index(0)).transpose()?)
    }

    /// What fits among the rows between two ids, the older included.
    async fn part<R: FromQueryResult>(
        &self,
        scope: Scope<'_>,
        table: LogTable,
        between: (Uuid, Uuid),
        limit: u64,
    ) -> Result<Vec<R>, Error> {
        let mut query = self.of(scope, table, between);
        query.column(Asterisk).limit(limit);
        if let Some(condition) = table.2.condition(scope) {
            query.and_where(Expr::cust(condition));
        }
        for filter in &self.filters {
            query.and_where(filter.clause(scope.database().kind()));
        }
        let rows = scope.database().read().query_all(&query).await?;
        rows.iter().map(|row| R::from_query_result(row, "").map_err(Error::from)).collect()
    }

    /// The rows between two ids, the older included, newest first.
    fn of(
        &self,
        scope: Scope<'_>,
        (table, layout, _): LogTable,
        (first, end): (Uuid, Uuid),
    ) -> SelectStatement {
        let mut query = Query::select();
        query.from(Alias::new(table)).and_where(column("network_id").eq(scope.network().0));
        let day_of = |id: Uuid| ClickId(id.as_u128()).day().0;
        match layout {
            Layout::ByDay if day_of(first) != day_of(end) => {
                between_days(&mut query, scope.database().kind(), (day_of(first), first), (day_of(end), end));
            }
            Layout::ByDay => {
                query.and_where(column("day").eq(day_of(first)));
                between_ids(&mut query, first, end);
            }
            Layout::Plain => between_ids(&mut query, first, end),
        }
        if layout == Layout::ByDay {
            query.order_by(Alias::new("day"), Order::Desc);
        }
        query.order_by(Alias::new("id"), Order::Desc);
        query
    }
}

fn column(name: &'static str) -> Expr {
    Expr::col(Alias::new(name))
}

fn between_ids(query: &mut SelectStatement, first: Uuid, end: Uuid) {
    query.and_where(column("id").gte(first)).and_where(column("id").lt(end));
}

/// Compared as pairs, so that the key is entered at the very row and not at its day, whose clicks may be
/// millions. PostgreSQL finds its partitions by the days alone; SQLite would enter by them.
fn between_days(query: &mut SelectStatement, kind: Kind, first: (i64, Uuid), end: (i64, Uuid)) {
    let key = || Expr::tuple([column("day"), column("id")]);
    let pair = |(day, id): (i64, Uuid)| Expr::tuple([Expr::val(day), Expr::val(id)]);
    query.and_where(key().gte(pair(first))).and_where(key().lt(pair(end)));
    if kind == Kind::Postgres {
        query.and_where(column("day").gte(first.0)).and_where(column("day").lte(end.0));
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
