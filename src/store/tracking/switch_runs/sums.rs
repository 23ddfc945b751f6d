//! The sums of sources out of the roll-ups: of all that reach a threshold, by the columns that the rule asks for; and
//! of some, whole.

use crate::{
    Error,
    shared::{Database, Kind, rows},
    tracking::{Basis, SUMS, Sum},
};
use domain::{
    shared::{Dimension, Measures, Micros, NetworkId, OfferId, PartnerId},
    smartswitch::{Bound, DataPoint, JudgedHours, SmartSwitchRule, Source, Threshold, Variable},
};
use rustc_hash::{FxHashMap, FxHashSet};
use sea_orm::{FromQueryResult, QueryResult};
use std::collections::BTreeMap;

/// What is asked of the roll-ups.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub database: &'a Database,
    pub network: NetworkId,
    pub rule: &'a SmartSwitchRule,
    /// The offers that the rule judges.
    pub offers: &'a [OfferId],
    pub hours: JudgedHours,
}

/// The sources that reach a threshold, with the sums that the rule asks for.
#[derive(Debug, Default)]
pub(super) struct Reached {
    /// How many sources brought anything.
    pub judged: i64,
    pub sources: Vec<(Source, Measures)>,
}

#[derive(FromQueryResult)]
struct Answer {
    judged: i64,
    found: String,
}

impl Question<'_> {
    /// The sources that reach a threshold.
    ///
    /// # Errors
    /// What the database said.
    pub async fn reached(&self) -> Result<Reached, Error> {
        if self.offers.is_empty() {
            return Ok(Reached::default());
        }
        let columns = columns(self.rule);
        let mut reached = self.ask(&columns, false).await?;
        if self.rule.judge_empty {
            let empty = self.ask(&columns, true).await?;
            reached.judged += empty.judged;
            reached.sources.extend(empty.sources);
        }
        Ok(reached)
    }

    /// One pass over the rows: they are summed by the source and counted, and of the sums those are answered, as one
    /// JSON text, that reach a threshold. So the rows of the others never leave the database.
    async fn ask(&self, columns: &[&'static Sum], is_empty: bool) -> Result<Reached, Error> {
        let (array, gathered, text) = match self.database.kind() {
            Kind::Sqlite => ("json_array", "json_group_array", ""),
            Kind::Postgres => ("json_build_array", "json_agg", "::text"),
        };
        let names: Vec<&str> = columns.iter().map(|sum| sum.column).collect();
        let value = if is_empty { "''" } else { "value" };
        let sums: Vec<String> = names.iter().map(|name| self.sum(name, is_empty)).collect();
        let group = if is_empty { "partner_id, offer_id" } else { "partner_id, offer_id, value" };
        let conditions: Vec<String> = self.rule.thresholds.iter().map(condition).collect();
        // Of what came without the variable there is only what the sources leave of the whole.
        let something = names.iter().map(|name| format!("{name} <> 0")).collect::<Vec<_>>().join(" OR ");
        let sql = format!(
            "SELECT COUNT(*) AS judged, COALESCE({gathered}({array}(partner_id, offer_id, value, {})) \
             FILTER (WHERE {}), '[]'){text} AS found FROM (SELECT partner_id, offer_id, {value} AS value, {} \
             FROM rollup_hours WHERE network_id = $1 AND {} AND hour >= $2 AND hour < $3 AND basis IN ({}, {}) \
             AND offer_id IN ({}) GROUP BY {group}) AS sums{}",
            names.join(", "),
            conditions.join(" OR "),
            sums.join(", "),
            self.dimensions(is_empty),
            Basis::Click as i64,
            Basis::Conversion as i64,
            ids(self.offers),
            if is_empty { format!(" WHERE {something}") } else { String::new() },
        );
        let values = vec![self.network.0.into(), self.hours.from.0.into(), self.hours.to.0.into()];
        let answers: Vec<Answer> = match self.database.kind() {
            Kind::Sqlite => rows(self.database.read(), &sql, values).await?,
            Kind::Postgres => {
                let snapshot = self.database.snapshot().await?;
                // A million sums are kept in memory rather than sorted on the disk.
                crate::shared::run(&snapshot, "SET LOCAL work_mem = '256MB'", vec![]).await?;
                let found = rows(&snapshot, &sql, values).await?;
                snapshot.rollback().await?;
                found
            }
        };
        let Some(answer) = answers.into_iter().next() else { return Ok(Reached::default()) };
        let (found, columns) = (answer.found, columns.to_vec());
        let sources = aside(move || read(&found, &columns)).await??;
        Ok(Reached { judged: answer.judged, sources })
    }

    fn sum(&self, name: &str, is_empty: bool) -> String {
        if is_empty {
            let none = Dimension::None.number();
            return format!(
                "CAST(SUM(CASE WHEN dimension = {none} THEN {name} ELSE -{name} END) AS BIGINT) AS {name}"
            );
        }
        format!("CAST(SUM({name}) AS BIGINT) AS {name}")
    }

    fn dimensions(&self, is_empty: bool) -> String {
        let own = self.rule.variable.dimension().number();
        if is_empty {
            return format!("dimension IN ({}, {own})", Dimension::None.number());
        }
        format!("dimension = {own}")
    }
}

/// Does what takes long beside the threads that answer.
pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Error::Refused(format!("sources were not judged: {error}")))
}

/// The columns that the rule's terms hang on.
fn columns(rule: &SmartSwitchRule) -> Vec<&'static Sum> {
    let mut base = Measures::default();
    for (place, sum) in (1..).zip(&SUMS) {
        (sum.set)(&mut base, 1_000_000 + 1_000 * place);
    }
    let is_read = |sum: &&Sum| {
        let mut changed = base;
        (sum.set)(&mut changed, 7);
        rule.tells_apart(&base, &changed)
    };
    SUMS.iter().filter(is_read).collect()
}

/// A threshold as a condition on sums.
fn condition(threshold: &Threshold) -> String {
    let (sum, unit) = match threshold.data_point {
        DataPoint::TotalClicks => ("unique_clicks + duplicate_clicks", 1_000_000),
        DataPoint::Revenue => ("revenue", 1),
        DataPoint::Payout => ("payout", 1),
        DataPoint::Impressions => ("impressions", 1_000_000),
        DataPoint::Events => ("events", 1_000_000),
        DataPoint::Conversions => ("approved", 1_000_000),
        DataPoint::AllConversions => ("approved + pending + rejected", 1_000_000),
    };
    let sign = match threshold.bound {
        Bound::Minimum => ">=",
        Bound::Maximum => "<=",
    };
    let Micros(value) = threshold.value;
    format!("{sum} {sign} {}", value / unit)
}

fn ids(offers: &[OfferId]) -> String {
    offers.iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(", ")
}

/// Rows of (partner, offer, value, sums).
fn read(text: &str, columns: &[&Sum]) -> Result<Vec<(Source, Measures)>, Error> {
    let found: Vec<Vec<serde_json::Value>> = serde_json::from_str(text)?;
    let row = |row: Vec<serde_json::Value>| {
        let mut cells = row.into_iter();
        let partner_id = cells.next()?.as_i64()?;
        let offer_id = cells.next()?.as_i64()?;
        let serde_json::Value::String(value) = cells.next()? else { return None };
        let mut measures = Measures::default();
        for (sum, cell) in columns.iter().zip(cells) {
            (sum.set)(&mut measures, cell.as_i64()?);
        }
        let source = Source { offer_id: OfferId(offer_id), partner_id: PartnerId(partner_id), value };
        Some((source, measures))
    };
    let read: Option<Vec<_>> = found.into_iter().map(row).collect();
    read.ok_or_else(|| Error::Refused("the sums of sources are of another form".to_owned()))
}

struct Sums {
    value: String,
    measures: Measures,
}

impl FromQueryResult for Sums {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, sea_orm::DbErr> {
        let mut measures = Measures::default();
        for sum in &SUMS {
            (sum.set)(&mut measures, row.try_get(prefix, sum.column)?);
        }
        Ok(Self { value: row.try_get(prefix, "value")?, measures })
    }
}

/// All sums of some sources in some hours; those that brought nothing have none.
///
/// # Errors
/// What the database said.
pub(super) async fn sums_of<'s>(
    database: &Database,
    network: NetworkId,
    (variable, hours): (Variable, JudgedHours),
    sources: impl Iterator<Item = &'s Source>,
) -> Result<FxHashMap<Source, Measures>, Error> {
    let mut wanted: BTreeMap<(i64, i64), FxHashSet<&str>> = BTreeMap::new();
    for source in sources {
        wanted.entry((source.partner_id.0, source.offer_id.0)).or_default().insert(&source.value);
    }
    let mut found = FxHashMap::default();
    for ((partner, offer), values) in wanted {
        let asked = Pair { database, network, partner, offer, hours };
        let mut keep = |value: String, measures: Measures| {
            let source = Source { offer_id: OfferId(offer), partner_id: PartnerId(partner), value };
            found.insert(source, measures);
        };
        let of_values = asked.sums(variable.dimension(), &values).await?;
        if values.contains("") {
            let whole: Measures = asked
                .sums(Dimension::None, &FxHashSet::default())
                .await?
                .iter()
                .map(|row| row.measures)
                .sum();
            let all = asked.sums(variable.dimension(), &FxHashSet::default()).await?;
            let named: Measures = all.iter().map(|row| row.measures).sum();
            keep(String::new(), whole - named);
        }
        for row in of_values.into_iter().filter(|row| values.contains(row.value.as_str())) {
            keep(row.value, row.measures);
        }
    }
    Ok(found)
}

/// A partner at an offer.
struct Pair<'a> {
    database: &'a Database,
    network: NetworkId,
    partner: i64,
    offer: i64,
    hours: JudgedHours,
}

/// Up to how many values are named to the database; of more, all are read.
const NAMED: usize = 200;

impl Pair<'_> {
    /// Its sums by the values of a dimension; of all values where none is named.
    async fn sums(&self, dimension: Dimension, values: &FxHashSet<&str>) -> Result<Vec<Sums>, Error> {
        let sums: Vec<String> = SUMS
            .iter()
            .map(|sum| format!("CAST(SUM({column}) AS BIGINT) AS {column}", column = sum.column))
            .collect();
        // Each hour by itself is found at once by the key.
        let hours: Vec<String> = (self.hours.from.0..self.hours.to.0).map(|hour| hour.to_string()).collect();
        let mut bound: Vec<sea_orm::Value> =
            vec![self.network.0.into(), self.partner.into(), self.offer.into()];
        let mut named = String::new();
        if !values.is_empty() && values.len() <= NAMED {
            let places: Vec<String> = (4..4 + values.len()).map(|place| format!("${place}")).collect();
            named = format!(" AND value IN ({})", places.join(", "));
            bound.extend(values.iter().map(|value| (*value).into()));
        }
        let sql = format!(
            "SELECT value, {} FROM rollup_hours WHERE network_id = $1 AND dimension = {} AND hour IN ({}) \
             AND partner_id = $2 AND offer_id = $3 AND basis IN ({}, {}){named} GROUP BY value",
            sums.join(", "),
            dimension.number(),
            hours.join(", "),
            Basis::Click as i64,
            Basis::Conversion as i64,
        );
        rows(self.database.read(), &sql, bound).await
    }
}
