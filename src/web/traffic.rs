//! How much traffic objects have: what a page says before an act that stops it. None for whoever may
//! not see figures.

use super::{
    Access, Failure,
    describe::{Fields, Schemas, whole},
};
use chrono::Utc;
use domain::{
    identity::{Level, Section},
    shared::{Calendar, DayNumber},
};
use serde_json::json;
use std::collections::BTreeMap;
use store::reports::{self, Cut, MOST_GROUPS, Question, Range, Value};

/// Days of the longer stretch, today included.
const WEEK: i64 = 7;

/// By what traffic is told apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Offer,
    Partner,
}

impl Side {
    fn cut(self) -> Cut {
        match self {
            Self::Offer => Cut::Offer,
            Self::Partner => Cut::Partner,
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
    if !access.may(Section::Reports, Level::Read) {
        return Ok(None);
    }
    let calendar = Calendar::new(access.entrant().network.zone);
    let today = calendar.day(Utc::now());
    let mut found: BTreeMap<i64, Traffic> = BTreeMap::new();
    for (id, clicks) in clicks(access, side.cut(), today).await? {
        found.entry(id).or_default().today = clicks;
    }
    for (id, clicks) in clicks(access, side.cut(), DayNumber(today.0 + 1 - WEEK)).await? {
        found.entry(id).or_default().week = clicks;
    }
    Ok(Some(found))
}

/// The clicks of each from a day to the end of today.
async fn clicks(access: &Access, cut: Cut, from: DayNumber) -> Result<Vec<(i64, i64)>, Failure> {
    let calendar = Calendar::new(access.entrant().network.zone);
    let tomorrow = DayNumber(calendar.day(Utc::now()).0 + 1);
    let question = Question { limit: MOST_GROUPS, ..Question::of(Range::days(from, tomorrow)).by(&[cut]) };
    let lines = reports::report(access.scope(), &question).await?.lines;
    let clicks = |line: &reports::Line| match line.values.first() {
        Some(Value::Id(id)) => Some((*id, line.measures.clicks())),
        Some(Value::Day(_) | Value::Hour(_) | Value::Text(_)) | None => None,
    };
    Ok(lines.iter().filter_map(clicks).collect())
}
