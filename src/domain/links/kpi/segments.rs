//! The kinds of visitors that a link learns about apart: country, device and operating system, where there is
//! traffic enough; the rest of a device and system together, and what is left of all.

use crate::shared::{Condition, Field, Operator, RowId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most segments, and the least share of the clicks that makes one.
const MOST: usize = 12;
const LEAST_SHARE: f64 = 0.01;

/// A kind of visitors; an empty text stands for all.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Segment {
    pub country: String,
    pub device: String,
    pub os: String,
}

/// The value by which clicks of a row are told apart by their visitors in the roll-ups: `row/country/device/os`.
#[must_use]
pub fn row_segment(row: &str, country: &str, device: &str, os: &str) -> String {
    format!("{row}/{country}/{device}/{os}")
}

/// Reads what [`row_segment`] wrote; none where it is something else.
#[must_use]
pub fn read_row_segment(value: &str) -> Option<(RowId, Segment)> {
    let mut parts = value.splitn(4, '/');
    let row = parts.next()?.parse().ok()?;
    let mut next = || parts.next().map(str::to_owned);
    let segment = Segment { country: next()?, device: next()?, os: next()? };
    Some((RowId(row), segment))
}

impl Segment {
    /// The same without the country.
    fn anywhere(&self) -> Self {
        Self { country: String::new(), ..self.clone() }
    }

    /// Whether conditions on country, device and operating system let these visitors in. What is asked beyond
    /// them, or in other ways than by equality, is taken to let them in.
    pub(super) fn is_let_in<'c>(&self, conditions: impl Iterator<Item = &'c Condition> + Clone) -> bool {
        let has_places =
            conditions.clone().any(|condition| matches!(condition.field, Field::City | Field::Region));
        let kinds = [(Field::Country, &self.country), (Field::Device, &self.device), (Field::Os, &self.os)];
        kinds.into_iter().all(|(field, value)| {
            let is_open = value.is_empty() || (field == Field::Country && has_places);
            is_open || lets_in(conditions.clone().filter(|condition| condition.field == field), value)
        })
    }
}

fn lets_in<'c>(conditions: impl Iterator<Item = &'c Condition> + Clone, value: &str) -> bool {
    let names =
        |condition: &Condition| condition.values.iter().any(|one| one.trim().eq_ignore_ascii_case(value));
    let is_plain = |condition: &&Condition| matches!(condition.operator, Operator::Is | Operator::IsNot);
    if !conditions.clone().all(|condition| is_plain(&condition)) {
        return true;
    }
    let mut included = conditions.clone().filter(|condition| condition.operator == Operator::Is).peekable();
    let is_included = included.peek().is_none() || included.any(names);
    is_included && !conditions.filter(|condition| condition.operator == Operator::IsNot).any(names)
}

/// The segments of a link, and where each kind of visitors belongs.
pub(super) struct Segments {
    pub all: Vec<Segment>,
    places: BTreeMap<Segment, usize>,
}

impl Segments {
    /// From the clicks of each kind: the largest stand for themselves, the others by device and system, and what
    /// is left together.
    pub fn of(clicks: &BTreeMap<Segment, f64>) -> Self {
        let total: f64 = clicks.values().sum();
        let mut all = largest(clicks, total, MOST / 2);
        let mut rest: BTreeMap<Segment, f64> = BTreeMap::new();
        for (segment, count) in clicks.iter().filter(|(segment, _)| !all.contains(segment)) {
            *rest.entry(segment.anywhere()).or_default() += count;
        }
        all.extend(largest(&rest, total, MOST - 1 - all.len()));
        all.push(Segment::default());
        let places = clicks.keys().map(|segment| {
            let own = all.iter().position(|one| one == segment);
            let shared = || all.iter().position(|one| *one == segment.anywhere());
            (segment.clone(), own.or_else(shared).unwrap_or(all.len() - 1))
        });
        Self { places: places.collect(), all }
    }

    /// The place of the segment that visitors belong to.
    pub fn place(&self, segment: &Segment) -> usize {
        self.places.get(segment).copied().unwrap_or(self.all.len() - 1)
    }
}

fn largest(clicks: &BTreeMap<Segment, f64>, total: f64, most: usize) -> Vec<Segment> {
    let mut known: Vec<_> = clicks.iter().filter(|(_, count)| **count >= total * LEAST_SHARE).collect();
    known.sort_by(|one, other| other.1.total_cmp(one.1));
    known.into_iter().take(most).map(|(segment, _)| segment.clone()).collect()
}
