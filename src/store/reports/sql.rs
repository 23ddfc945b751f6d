//! A question as one statement. Whole days are read from the tables by day, what is left at the ends
//! from the one by hour; every part begins with the head of a primary key. With a partner the days
//! are listed one by one, so that each is a step into the key and not a walk over all partners.

use super::question::{Cut, Order, Question, Range, TimeOf};
use crate::{shared::Scope, tracking::Basis};
use domain::{reports::Dimension, shared::HourNumber};
use sea_orm::Value;

/// The sums, in the order in which they are read.
const MEASURES: [&str; 16] = [
    "impressions",
    "unique_clicks",
    "duplicate_clicks",
    "invalid_clicks",
    "approved",
    "pending",
    "rejected",
    "view_through",
    "events",
    "fraud",
    "payout",
    "revenue",
    "sale_amount",
    "pending_payout",
    "pending_revenue",
    "delta_seconds",
];

/// The most days or hours that are listed one by one.
const MOST_LISTED: i64 = 1_000;

/// A statement in the making.
#[derive(Default)]
pub(super) struct Sql {
    pub text: String,
    pub values: Vec<Value>,
}

/// Where a stretch of the range is read.
struct Source {
    table: &'static str,
    /// `day` or `hour`.
    period: &'static str,
    from: i64,
    /// Not included.
    to: i64,
}

/// Groups of one kind within a statement; several are told apart by `tag`.
pub(super) struct Part<'a> {
    pub tag: i64,
    pub question: &'a Question,
    pub dimension: Dimension,
    /// The cuts that are summed over instead; their column is empty.
    pub without: Option<Cut>,
    pub limit: usize,
}

impl Sql {
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// The parts one after the other, read in one snapshot.
    pub fn of(scope: Scope<'_>, parts: &[Part<'_>]) -> Self {
        let mut sql = Self::default();
        let all: Vec<String> = parts
            .iter()
            .map(|part| format!("SELECT * FROM ({}) AS part_{}", sql.part(scope, part), part.tag))
            .collect();
        sql.text = all.join(" UNION ALL ");
        sql
    }

    fn part(&mut self, scope: Scope<'_>, part: &Part<'_>) -> String {
        let rows: Vec<String> = sources(scope, part.question)
            .iter()
            .map(|source| {
                format!(
                    "SELECT {} FROM {} WHERE {}",
                    columns(part, source),
                    source.table,
                    self.wanted(scope, part, source)
                )
            })
            .collect();
        let keys: Vec<String> = (0..part.question.cuts.len()).map(|place| format!("k{place}")).collect();
        let sums: Vec<String> =
            MEASURES.iter().map(|name| format!("CAST(SUM({name}) AS BIGINT) AS {name}")).collect();
        let shown = [vec![format!("{} AS tag", part.tag)], keys.clone(), sums].concat().join(", ");
        let group = if keys.is_empty() { String::new() } else { format!(" GROUP BY {}", keys.join(", ")) };
        format!(
            "SELECT {shown} FROM ({}) AS r{group}{} LIMIT {}",
            rows.join(" UNION ALL "),
            order(part, &keys),
            part.limit
        )
    }

    /// Which rows of a table belong to it.
    fn wanted(&mut self, scope: Scope<'_>, part: &Part<'_>, source: &Source) -> String {
        let filters = &part.question.filters;
        let network = self.bind(scope.network().0);
        let dimension = self.bind(i64::from(part.dimension.number()));
        let time = self.time(source, filters.partner.is_some());
        let mut wanted = format!("network_id = {network} AND dimension = {dimension} AND {time}");
        let base = [
            ("partner_id", filters.partner.map(|id| id.0)),
            ("offer_id", filters.offer.map(|id| id.0)),
            ("landing_page_id", filters.landing_page.map(|id| id.0)),
        ];
        for (column, id) in base {
            if let Some(id) = id {
                wanted += &format!(" AND {column} = {}", self.bind(id));
            }
        }
        wanted += &scope.and_seen_partners("partner_id");
        if let Some((_, value)) = &filters.value {
            wanted += &format!(" AND value = {}", self.bind(value.as_str()));
        }
        let conversions = match part.question.time {
            TimeOf::Conversion => Basis::Conversion,
            TimeOf::Click => Basis::ConversionByClick,
        };
        wanted + &format!(" AND basis IN ({}, {})", Basis::Click as i64, conversions as i64)
    }

    fn time(&mut self, source: &Source, is_listed: bool) -> String {
        let Source { period, from, to, .. } = *source;
        if is_listed && to - from <= MOST_LISTED {
            let each: Vec<String> = (from..to).map(|number| self.bind(number)).collect();
            return format!("{period} IN ({})", each.join(", "));
        }
        format!("{period} >= {} AND {period} < {}", self.bind(from), self.bind(to))
    }
}

fn sources(scope: Scope<'_>, question: &Question) -> Vec<Source> {
    let Range { from, to } = question.range;
    let hours = |from: HourNumber, to: HourNumber| Source {
        table: "rollup_hours",
        period: "hour",
        from: from.0,
        to: to.0,
    };
    let (first, last) = ((from.0 + 23).div_euclid(24), to.day().0);
    if question.cuts.contains(&Cut::Hour) || first >= last {
        return vec![hours(from, to)];
    }
    let table = if question.needs_base() || scope.is_limited() { "rollup_days" } else { "rollup_totals" };
    let ends = [hours(from, HourNumber(first * 24)), hours(HourNumber(last * 24), to)];
    let mut sources = vec![Source { table, period: "day", from: first, to: last }];
    sources.extend(ends.into_iter().filter(|source| source.from < source.to));
    sources
}

/// The columns of a source's rows, named alike for every source.
fn columns(part: &Part<'_>, source: &Source) -> String {
    let keys = part.question.cuts.iter().enumerate().map(|(place, cut)| {
        let column = if part.without == Some(*cut) { "''" } else { column(*cut, source.period) };
        format!("{column} AS k{place}")
    });
    keys.chain(MEASURES.map(str::to_owned)).collect::<Vec<_>>().join(", ")
}

fn column(cut: Cut, period: &str) -> &'static str {
    match (cut, period) {
        (Cut::Offer, _) => "offer_id",
        (Cut::Partner, _) => "partner_id",
        (Cut::LandingPage, _) => "landing_page_id",
        (Cut::Day, "hour") => "hour / 24",
        (Cut::Day, _) => "day",
        (Cut::Hour, _) => "hour",
        (Cut::By(_), _) => "value",
    }
}

fn order(part: &Part<'_>, keys: &[String]) -> String {
    let clicks = "SUM(unique_clicks) + SUM(duplicate_clicks) + SUM(invalid_clicks) DESC".to_owned();
    let order = match part.question.order {
        Order::Clicks => [vec![clicks], keys.to_vec()].concat(),
        Order::Groups => keys.to_vec(),
    };
    if keys.is_empty() { String::new() } else { format!(" ORDER BY {}", order.join(", ")) }
}
