//! A rule run over the traffic of the days before, hour by hour: what it would have found, kept out, saved and cost.
//! The dates of the rule and its state are left out: it is judged as if it had been in force all the time.

use super::{conversions::conversions, judging::offers_of};
use crate::{
    Error, identity,
    shared::{Database, Watch, rows},
    tracking::{Basis, SUMS},
};
use chrono::{DateTime, Utc};
use domain::{
    shared::{Calendar, Dimension, HourNumber, Measures, NetworkId, OfferId, PartnerId},
    smartswitch::{
        Came, ConversionFact, JudgedHours, Replay, Replayed, ReplayedHour, SmartSwitchRule, Source,
        SourceNumber,
    },
};
use rustc_hash::FxHashMap;
use sea_orm::{FromQueryResult, QueryResult};
use std::{collections::BTreeMap, hash::RandomState};

/// How many days a rule is replayed over.
pub const REPLAYED_DAYS: i64 = 30;
/// The most rows of roll-ups that are read for it.
const MOST_ROWS: i64 = 20_000_000;

/// What a rule would have done, with the sources behind the numbers.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ReplayedRule {
    pub hours: JudgedHours,
    pub replayed: Replayed,
    pub sources: Vec<Source>,
}

/// Replays a rule over the last 30 days before the hour that runs at `now`. `watch` hears of each day, the
/// first of which is the second step, and says whether to go on; none where it did not.
///
/// # Errors
/// [`Error::Conflict`] at `offer_ids` where there is too much to read.
pub async fn replay_rule(
    database: &Database,
    network: NetworkId,
    rule: &SmartSwitchRule,
    now: DateTime<Utc>,
    watch: &mut (impl Watch + Send),
) -> Result<Option<ReplayedRule>, Error> {
    let calendar = identity::calendar(database, network).await?;
    let offers = offers_of(database, network, rule).await?;
    let to = calendar.hour(now);
    let from = HourNumber(to.0 - REPLAYED_DAYS * 24);
    let first = HourNumber(from.0 - i64::from(rule.lookback_hours.hours()));
    let hasher = RandomState::new();
    let past = Past { database, network, calendar, rule, offers: &offers, hasher: &hasher };
    past.check_size(JudgedHours { from: first, to }).await?;
    let mut numbers = Numbers::default();
    let mut replay = Replay::new(rule, from);
    for hour in first.0..to.0 {
        let came = past.hour(HourNumber(hour), &mut numbers).await?;
        replay.hour(HourNumber(hour), came);
        // What is judged in between takes the processor: others have their turn.
        tokio::task::yield_now().await;
        let done = hour + 1 - from.0;
        if done > 0 && done % 24 == 0 && !watch.step(step_of(done / 24), step_of(REPLAYED_DAYS)).await? {
            return Ok(None);
        }
    }
    let hours = JudgedHours { from, to };
    Ok(Some(ReplayedRule { hours, replayed: replay.done(), sources: numbers.sources }))
}

/// What is hit now is the first step, each day another.
fn step_of(day: i64) -> usize {
    usize::try_from(day + 1).unwrap_or(usize::MAX)
}

/// Sources by their numbers.
#[derive(Default)]
struct Numbers {
    numbers: FxHashMap<Source, SourceNumber>,
    sources: Vec<Source>,
}

impl Numbers {
    fn of(&mut self, source: Source) -> SourceNumber {
        if let Some(number) = self.numbers.get(&source) {
            return *number;
        }
        let number = SourceNumber::try_from(self.sources.len()).expect("fewer sources than rows are read");
        self.numbers.insert(source.clone(), number);
        self.sources.push(source);
        number
    }
}

struct Row {
    dimension: i64,
    partner: i64,
    offer: i64,
    basis: i64,
    value: String,
    measures: Measures,
}

impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, sea_orm::DbErr> {
        let mut measures = Measures::default();
        for sum in &SUMS {
            (sum.set)(&mut measures, row.try_get(prefix, sum.column)?);
        }
        Ok(Self {
            dimension: row.try_get(prefix, "dimension")?,
            partner: row.try_get(prefix, "partner_id")?,
            offer: row.try_get(prefix, "offer_id")?,
            basis: row.try_get(prefix, "basis")?,
            value: row.try_get(prefix, "value")?,
            measures,
        })
    }
}

/// The traffic that a rule is replayed over.
struct Past<'a> {
    database: &'a Database,
    network: NetworkId,
    calendar: Calendar,
    rule: &'a SmartSwitchRule,
    offers: &'a [OfferId],
    hasher: &'a RandomState,
}

impl Past<'_> {
    /// Which rows of roll-ups are read: those of the variable, and where empty values are judged, the whole too.
    fn wanted(&self) -> String {
        let own = self.rule.variable.dimension().number();
        let whole =
            if self.rule.judge_empty { format!(", {}", Dimension::None.number()) } else { String::new() };
        let offers: Vec<String> = self.offers.iter().map(|offer| offer.0.to_string()).collect();
        // No offer is an id below one.
        let offers = if offers.is_empty() { "0".to_owned() } else { offers.join(", ") };
        format!(
            "network_id = $1 AND dimension IN ({own}{whole}) AND hour >= $2 AND hour < $3 AND offer_id IN ({offers})"
        )
    }

    async fn check_size(&self, hours: JudgedHours) -> Result<(), Error> {
        #[derive(FromQueryResult)]
        struct Count {
            count: i64,
        }
        let sql = format!(
            "SELECT COUNT(*) AS count FROM (SELECT 1 FROM rollup_hours WHERE {} LIMIT {}) AS found",
            self.wanted(),
            MOST_ROWS + 1
        );
        let values = vec![self.network.0.into(), hours.from.0.into(), hours.to.0.into()];
        let found: Vec<Count> = rows(self.database.read(), &sql, values).await?;
        if found.first().is_some_and(|found| found.count > MOST_ROWS) {
            let message = "brought more in these days than can be looked through at once; name fewer offers";
            return Err(Error::conflict("offer_ids", message));
        }
        Ok(())
    }

    /// What came in an hour.
    async fn hour(&self, hour: HourNumber, numbers: &mut Numbers) -> Result<ReplayedHour, Error> {
        let columns: Vec<&str> = SUMS.iter().map(|sum| sum.column).collect();
        let sql = format!(
            "SELECT dimension, partner_id, offer_id, basis, value, {} FROM rollup_hours WHERE {}",
            columns.join(", "),
            self.wanted()
        );
        let values = vec![self.network.0.into(), hour.0.into(), (hour.0 + 1).into()];
        let found: Vec<Row> = rows(self.database.read(), &sql, values).await?;
        let mut came: BTreeMap<Source, Came> = BTreeMap::new();
        for row in found {
            let own = row.dimension == i64::from(self.rule.variable.dimension().number());
            let (offer_id, partner_id) = (OfferId(row.offer), PartnerId(row.partner));
            if own {
                add(
                    came.entry(Source { offer_id, partner_id, value: row.value }).or_default(),
                    row.basis,
                    row.measures,
                );
            }
            if self.rule.judge_empty {
                // What came without the variable is what its values leave of the whole.
                let measures = if own { -row.measures } else { row.measures };
                let empty = Source { offer_id, partner_id, value: String::new() };
                add(came.entry(empty).or_default(), row.basis, measures);
            }
        }
        came.retain(|source, came| {
            let is_something = came.counted != Measures::default() || came.by_click != Measures::default();
            is_something && !self.rule.excludes(source.partner_id, &source.value)
        });
        let sources = came.into_iter().map(|(source, came)| Came { source: numbers.of(source), ..came });
        Ok(ReplayedHour { sources: sources.collect(), conversions: self.conversions(hour, numbers).await? })
    }

    async fn conversions(
        &self,
        hour: HourNumber,
        numbers: &mut Numbers,
    ) -> Result<Vec<(SourceNumber, ConversionFact)>, Error> {
        if !self.rule.reads_conversions() {
            return Ok(Vec::new());
        }
        let hours = JudgedHours { from: hour, to: HourNumber(hour.0 + 1) };
        let is_wanted = |source: &Source| !self.rule.excludes(source.partner_id, &source.value);
        let of = (self.network, self.calendar);
        let offers = (self.offers, self.hasher);
        let facts = conversions(self.database, of, (self.rule.variable, hours), offers, is_wanted).await?;
        let numbered = facts.into_iter().map(|(source, facts)| (numbers.of(source), facts));
        Ok(numbered.flat_map(|(number, facts)| facts.into_iter().map(move |fact| (number, fact))).collect())
    }
}

/// Clicks count in both; what came of them in the one by its own time or in the other by theirs.
fn add(came: &mut Came, basis: i64, measures: Measures) {
    if basis != Basis::ConversionByClick as i64 {
        came.counted += measures;
    }
    if basis != Basis::Conversion as i64 {
        came.by_click += measures;
    }
}
