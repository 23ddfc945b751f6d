//! A question as one statement. Whole days are read from the tables by day, what is left at the ends
//! from the one by hour; every part begins with the head of a primary key. Where the key goes on behind
//! the day as the question does (a partner, a basis) the days are listed one by one, so that each is a step
//! into the key and not a walk over all others.

use super::question::{Cut, Filters, Order, Question, Range, TimeOf};
use crate::{
    shared::Scope,
    tracking::{Basis, SUMS, Sum},
};
use domain::{reports::Dimension, shared::HourNumber};
use sea_orm::Value;

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

impl Part<'_> {
    /// The names of the columns that tell groups apart.
    fn keys(&self) -> Vec<String> {
        (0..self.question.cuts.len()).map(|place| format!("k{place}")).collect()
    }

    /// What its sums are counted from.
    fn bases(&self) -> [Basis; 2] {
        match self.question.time {
            TimeOf::Conversion => [Basis::Click, Basis::Conversion],
            TimeOf::Click => [Basis::Click, Basis::ConversionByClick],
        }
    }

    /// Whether each basis is summed by itself: where the key of the table leads to it.
    fn is_split(&self, scope: Scope<'_>) -> bool {
        !needs_base(scope, self.question) && !self.question.cuts.is_empty() && self.without.is_none()
    }
}

impl Sql {
    pub fn bind(&mut self, value: impl Into<Value>) -> String {
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
        let mut rows = Vec::new();
        for source in sources(scope, part.question) {
            match part.is_split(scope) {
                true => rows.extend(part.bases().map(|basis| self.sums_of(scope, part, &source, basis))),
                false => rows.push(self.rows_of(scope, part, &source)),
            }
        }
        let keys = part.keys();
        let sums: Vec<String> = SUMS.iter().map(summed).collect();
        let shown = [vec![format!("{} AS tag", part.tag)], keys.clone(), sums.clone()].concat().join(", ");
        let group = if keys.is_empty() { String::new() } else { format!(" GROUP BY {}", keys.join(", ")) };
        let mut rows = rows.join(" UNION ALL ");
        if part.question.cuts.contains(&Cut::Advertiser) {
            let by_offer = [keys.clone(), sums].concat().join(", ");
            let named = with_advertisers(part, &keys).join(", ");
            rows = format!("SELECT {named} FROM (SELECT {by_offer} FROM ({rows}) AS o{group}) AS found");
        }
        format!("SELECT {shown} FROM ({rows}) AS r{group}{} LIMIT {}", order(part, &keys), part.limit)
    }

    /// The rows of a table as they are.
    fn rows_of(&mut self, scope: Scope<'_>, part: &Part<'_>, source: &Source) -> String {
        let [clicks, conversions] = part.bases().map(|basis| basis as i64);
        let wanted = self.wanted(scope, part, source);
        let sums = SUMS.iter().map(|sum| sum.column.to_owned());
        let columns = keys(part, source).chain(sums).collect::<Vec<_>>().join(", ");
        format!(
            "SELECT {columns} FROM {} WHERE {wanted} AND basis IN ({clicks}, {conversions})",
            source.table
        )
    }

    /// The groups of a table's rows of one basis. Sorting rows into groups is most of a report's time, and
    /// grows with the columns: so only those are carried that the basis counts.
    fn sums_of(&mut self, scope: Scope<'_>, part: &Part<'_>, source: &Source, basis: Basis) -> String {
        let wanted = self.wanted(scope, part, source);
        let sums = SUMS.iter().map(|sum| match sum.is_counted_by(basis) {
            true => summed(sum),
            false => format!("0 AS {}", sum.column),
        });
        let columns = keys(part, source).chain(sums).collect::<Vec<_>>().join(", ");
        let group = part.keys().join(", ");
        let basis = basis as i64;
        format!("SELECT {columns} FROM {} WHERE {wanted} AND basis = {basis} GROUP BY {group}", source.table)
    }

    /// Which rows of a table belong to it, of whatever basis.
    fn wanted(&mut self, scope: Scope<'_>, part: &Part<'_>, source: &Source) -> String {
        let filters = &part.question.filters;
        let network = self.bind(scope.network().0);
        let dimension = self.bind(i64::from(part.dimension.number()));
        let time = self.time(source, !filters.partners.is_empty() || !needs_base(scope, part.question));
        let mut wanted = format!("network_id = {network} AND dimension = {dimension} AND {time}");
        wanted += &self.base(filters);
        wanted += &scope.and_seen_partners("partner_id");
        for (_, values) in &filters.values {
            wanted += &self.any_of("value", values.iter().map(String::as_str));
        }
        wanted
    }

    /// The filters by offer, partner, Smart Link and page; empty or with ` AND ` before each.
    pub fn base(&mut self, filters: &Filters) -> String {
        self.base_by("offer_id", filters)
    }

    /// The same, with the offer's column written as the table needs it.
    pub fn base_by(&mut self, offer: &str, filters: &Filters) -> String {
        self.any_of("partner_id", filters.partners.iter().map(|id| id.0))
            + &self.any_of(offer, filters.offers.iter().map(|id| id.0))
            + &self.of_advertisers(offer, filters)
            + &self.any_of("smart_link_id", filters.smart_links.iter().map(|id| id.0))
            + &self.any_of("campaign_id", filters.campaigns.iter().map(|id| id.0))
            + &self.any_of("landing_page_id", filters.landing_pages.iter().map(|id| id.0))
    }

    /// That the offer is of any of the advertisers; ids of another network's are of offers that no row has.
    fn of_advertisers(&mut self, offer: &str, filters: &Filters) -> String {
        match self.any_of("advertiser_id", filters.advertisers.iter().map(|id| id.0)) {
            wanted if wanted.is_empty() => wanted,
            wanted => format!(" AND {offer} IN (SELECT id FROM offers WHERE 1 = 1{wanted})"),
        }
    }

    /// That a column holds any of these; nothing where none is named.
    pub fn any_of<V: Into<Value>>(&mut self, column: &str, values: impl Iterator<Item = V>) -> String {
        let bound: Vec<String> = values.map(|value| self.bind(value)).collect();
        match bound.as_slice() {
            [] => String::new(),
            [one] => format!(" AND {column} = {one}"),
            several => format!(" AND {column} IN ({})", several.join(", ")),
        }
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

/// Whether it must be read from the rows of partners and offers: where the question is about them, or
/// whoever asks sees some partners only.
fn needs_base(scope: Scope<'_>, question: &Question) -> bool {
    question.needs_base() || scope.is_limited()
}

fn sources(scope: Scope<'_>, question: &Question) -> Vec<Source> {
    let Range { from, to } = question.range;
    let (by_hour, by_day) = match needs_base(scope, question) {
        true => ("rollup_hours", "rollup_days"),
        false => ("rollup_hour_totals", "rollup_totals"),
    };
    let hours =
        |from: HourNumber, to: HourNumber| Source { table: by_hour, period: "hour", from: from.0, to: to.0 };
    let (first, last) = ((from.0 + 23).div_euclid(24), to.day().0);
    if question.cuts.contains(&Cut::Hour) || first >= last {
        return vec![hours(from, to)];
    }
    let ends = [hours(from, HourNumber(first * 24)), hours(HourNumber(last * 24), to)];
    let mut sources = vec![Source { table: by_day, period: "day", from: first, to: last }];
    sources.extend(ends.into_iter().filter(|source| source.from < source.to));
    sources
}

/// The columns that tell groups apart, named alike for every source.
fn keys<'a>(part: &'a Part<'_>, source: &'a Source) -> impl Iterator<Item = String> + 'a {
    part.question.cuts.iter().enumerate().map(|(place, cut)| {
        let column = if part.without == Some(*cut) { "''" } else { column(*cut, source.period) };
        format!("{column} AS k{place}")
    })
}

fn summed(sum: &Sum) -> String {
    format!("CAST(SUM({0}) AS BIGINT) AS {0}", sum.column)
}

/// The columns of groups by offer, with the offer's advertiser in its place: looked up once a group.
fn with_advertisers(part: &Part<'_>, keys: &[String]) -> Vec<String> {
    let column = |(cut, key): (&Cut, &String)| match *cut == Cut::Advertiser && part.without != Some(*cut) {
        true => format!("{} AS {key}", advertiser(&format!("found.{key}"))),
        false => key.clone(),
    };
    let keys = part.question.cuts.iter().zip(keys).map(column);
    keys.chain(SUMS.iter().map(|sum| sum.column.to_owned())).collect()
}

/// The advertiser of a row's offer, which is of the row's network; 0 of none.
pub(super) fn advertiser(offer: &str) -> String {
    format!("COALESCE((SELECT advertiser_id FROM offers WHERE offers.id = {offer}), 0)")
}

fn column(cut: Cut, period: &str) -> &'static str {
    match (cut, period) {
        (Cut::Offer | Cut::Advertiser, _) => "offer_id",
        (Cut::Partner, _) => "partner_id",
        (Cut::SmartLink, _) => "smart_link_id",
        (Cut::Campaign, _) => "campaign_id",
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
