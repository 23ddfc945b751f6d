//! How much traffic objects have: what a page says before an act that stops it. None for whoever may
//! not see figures.

use super::{
    Access, Failure,
    describe::{Fields, Schemas, whole},
    format::counted,
};
use chrono::Utc;
use domain::{
    identity::{Level, Section},
    reports::Dimension,
    shared::{Calendar, DayNumber, HourNumber, OfferId, PartnerId},
    smartswitch::{Source, Variable},
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::reports::{self, Cut, MOST_GROUPS, Question, Range, Value};

/// Days of the longer stretch, today included.
const WEEK: i64 = 7;

/// By what traffic is told apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Offer,
    Partner,
    SmartLink,
    Campaign,
}

impl Side {
    fn cut(self) -> Cut {
        match self {
            Self::Offer => Cut::Offer,
            Self::Partner => Cut::Partner,
            Self::SmartLink => Cut::SmartLink,
            Self::Campaign => Cut::Campaign,
        }
    }
}

/// Clicks, without the invalid ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Traffic {
    pub today: i64,
    /// Of the last seven days, today included.
    pub week: i64,
}

impl Traffic {
    /// In a sentence, behind "took".
    #[must_use]
    pub fn words(self) -> String {
        let Self { today, week } = self;
        format!("{} today and {} in the last 7 days", counted(today, "click"), counted(week, "click"))
    }

    /// As the API shows it.
    #[must_use]
    pub fn shown(self) -> serde_json::Value {
        json!({ "clicks_today": self.today, "clicks_week": self.week })
    }
}

/// Its schema.
#[must_use]
pub fn schemas() -> Schemas {
    let traffic = Fields::of("Clicks, without the invalid ones.")
        .shown("clicks_today", whole("Of today."))
        .shown("clicks_week", whole("Of the last 7 days, today included."));
    vec![("Traffic", traffic.done())]
}

impl std::ops::Add for Traffic {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self { today: self.today + more.today, week: self.week + more.week }
    }
}

impl std::iter::Sum for Traffic {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, more| sum + more)
    }
}

/// The traffic of each offer or partner of the network that has any.
///
/// # Errors
/// What the database said.
pub async fn by(access: &Access, side: Side) -> Result<Option<BTreeMap<i64, Traffic>>, Failure> {
    let id = |value: &Value| match value {
        Value::Id(id) => Some(*id),
        Value::Day(_) | Value::Hour(_) | Value::Text(_) => None,
    };
    of_each(access, side.cut(), id).await
}

/// The traffic of each tracking domain that has any, by its host.
///
/// # Errors
/// What the database said.
pub async fn by_host(access: &Access) -> Result<Option<BTreeMap<String, Traffic>>, Failure> {
    let host = |value: &Value| match value {
        Value::Text(host) => Some(host.clone()),
        Value::Id(_) | Value::Day(_) | Value::Hour(_) => None,
    };
    of_each(access, Cut::By(Dimension::Domain), host).await
}

/// The clicks of each source that has any, from an hour of the network's clock on to the one that is running: by its
/// offer, its partner and the value of the variable. None for whoever may not see figures.
///
/// # Errors
/// What the database said.
pub async fn of_sources(
    access: &Access,
    variable: Variable,
    sources: &[&Source],
    from: HourNumber,
) -> Result<Option<BTreeMap<Source, i64>>, Failure> {
    if !access.may(Section::Reports, Level::Read) {
        return Ok(None);
    }
    let calendar = Calendar::new(access.entrant().network.zone);
    let to = HourNumber(calendar.hour(Utc::now()).0 + 1);
    let cuts = [Cut::Offer, Cut::Partner, Cut::By(variable.dimension())];
    let mut question = Question { limit: MOST_GROUPS, ..Question::of(Range { from, to }).by(&cuts) };
    let unique = |ids: BTreeSet<i64>| ids.into_iter().collect::<Vec<_>>();
    let offers = unique(sources.iter().map(|source| source.offer_id.0).collect());
    let partners = unique(sources.iter().map(|source| source.partner_id.0).collect());
    question.filters.offers = offers.into_iter().map(OfferId).collect();
    question.filters.partners = partners.into_iter().map(PartnerId).collect();
    for source in sources {
        question.filters.add(variable.dimension(), source.value.clone());
    }
    let lines = reports::report(access.scope(), &question).await?.lines;
    let of_line = |line: reports::Line| match <[Value; 3]>::try_from(line.values) {
        Ok([Value::Id(offer), Value::Id(partner), Value::Text(value)]) => {
            let source = Source { offer_id: OfferId(offer), partner_id: PartnerId(partner), value };
            Some((source, line.measures.clicks()))
        }
        Ok(_) | Err(_) => None,
    };
    Ok(Some(lines.into_iter().filter_map(of_line).collect()))
}

async fn of_each<K: Ord>(
    access: &Access,
    cut: Cut,
    key: impl Fn(&Value) -> Option<K>,
) -> Result<Option<BTreeMap<K, Traffic>>, Failure> {
    if !access.may(Section::Reports, Level::Read) {
        return Ok(None);
    }
    let calendar = Calendar::new(access.entrant().network.zone);
    let today = calendar.day(Utc::now());
    let mut found: BTreeMap<K, Traffic> = BTreeMap::new();
    for (value, clicks) in clicks(access, cut, today).await? {
        if let Some(key) = key(&value) {
            found.entry(key).or_default().today = clicks;
        }
    }
    for (value, clicks) in clicks(access, cut, DayNumber(today.0 + 1 - WEEK)).await? {
        if let Some(key) = key(&value) {
            found.entry(key).or_default().week = clicks;
        }
    }
    Ok(Some(found))
}

/// The clicks of each from a day to the end of today.
async fn clicks(access: &Access, cut: Cut, from: DayNumber) -> Result<Vec<(Value, i64)>, Failure> {
    let calendar = Calendar::new(access.entrant().network.zone);
    let tomorrow = DayNumber(calendar.day(Utc::now()).0 + 1);
    let question = Question { limit: MOST_GROUPS, ..Question::of(Range::days(from, tomorrow)).by(&[cut]) };
    let lines = reports::report(access.scope(), &question).await?.lines;
    let clicks = |line: reports::Line| {
        let clicks = line.measures.clicks();
        line.values.into_iter().next().map(|value| (value, clicks))
    };
    Ok(lines.into_iter().filter_map(clicks).collect())
}
