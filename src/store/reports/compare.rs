//! Two stretches of time side by side: the groups of the one with what they were in the other.

use super::{
    answer::{Line, Report, Value, report},
    question::{Question, Range},
};
use crate::{Error, shared::Scope};
use chrono::Months;
use domain::{
    reports::Measures,
    shared::{DayNumber, HourNumber},
};
use rustc_hash::FxHashMap;

/// With what a stretch is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Against {
    /// The stretch of the same length before it.
    Previous,
    /// The same hours a week earlier.
    Week,
    /// The same dates a year earlier.
    Year,
}

impl Against {
    /// Every way, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Previous, Self::Week, Self::Year];

    /// The word in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Previous => "previous",
            Self::Week => "week",
            Self::Year => "year",
        }
    }

    /// The words in the menu.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Previous => "The period before",
            Self::Week => "The same, a week earlier",
            Self::Year => "The same, a year earlier",
        }
    }

    /// How many hours of the clock lie between.
    fn hours(self, range: Range) -> i64 {
        match self {
            // Of a stretch that is no whole number of days, the days that hold it: 14:00 meets 14:00.
            Self::Previous => (range.to.0 - range.from.0 + 23).div_euclid(24) * 24,
            Self::Week => 7 * 24,
            Self::Year => {
                let day = range.from.day();
                let before = day.date().checked_sub_months(Months::new(12)).map(DayNumber::of_date);
                (day.0 - before.map_or(day.0 - 365, |before| before.0)) * 24
            }
        }
    }

    /// The stretch that a range is compared with. Of one that is still running only what has begun counts:
    /// half a day is never held against a whole one. `now` is the hour that is running.
    #[must_use]
    pub fn range(self, range: Range, now: HourNumber) -> Range {
        let shift = self.hours(range);
        let begun = HourNumber(range.to.0.min(now.0 + 1));
        let to = if begun > range.from { begun } else { range.to };
        Range { from: HourNumber(range.from.0 - shift), to: HourNumber(to.0 - shift) }
    }
}

/// A group with what it was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pair {
    pub line: Line,
    /// None where it is not known, because groups were left out.
    pub before: Option<Measures>,
}

/// An answer beside an earlier one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Compared {
    /// In the question's order; groups that are no more stand at the end.
    pub pairs: Vec<Pair>,
    pub totals: Measures,
    pub totals_before: Measures,
    pub is_cut: bool,
    /// What it is compared with.
    pub range: Range,
}

/// Answers a question over two stretches.
///
/// # Errors
/// What the database said.
pub async fn compared(scope: Scope<'_>, question: &Question, range: Range) -> Result<Compared, Error> {
    let earlier = question.over(range);
    let (now, before) = tokio::try_join!(report(scope, question), report(scope, &earlier))?;
    let shift = question.range.from.0 - range.from.0;
    let mut found = joined(now, before, shift, range);
    found.is_cut |= found.pairs.len() > question.limit;
    found.pairs.truncate(question.limit);
    Ok(found)
}

fn joined(now: Report, before: Report, shift: i64, range: Range) -> Compared {
    let unknown = (!before.is_cut).then(Measures::default);
    let later = before.lines.into_iter().map(|line| (moved(line.values, shift), line.measures));
    let mut earlier: FxHashMap<Vec<Value>, Measures> = later.collect();
    let mut pairs: Vec<Pair> = now
        .lines
        .into_iter()
        .map(|line| Pair { before: earlier.remove(&line.values).or(unknown), line })
        .collect();
    if !now.is_cut {
        let mut gone: Vec<_> = earlier.into_iter().collect();
        gone.sort_by(|(one, _), (other, _)| one.cmp(other));
        pairs.extend(gone.into_iter().map(|(values, measures)| Pair {
            line: Line { values, measures: Measures::default() },
            before: Some(measures),
        }));
    }
    Compared {
        pairs,
        totals: now.totals,
        totals_before: before.totals,
        is_cut: now.is_cut || before.is_cut,
        range,
    }
}

/// The group of the later stretch that an earlier one is held against.
fn moved(values: Vec<Value>, shift: i64) -> Vec<Value> {
    let later = |value| match value {
        Value::Day(day) => Value::Day(DayNumber(day.0 + shift.div_euclid(24))),
        Value::Hour(hour) => Value::Hour(HourNumber(hour.0 + shift)),
        Value::Id(_) | Value::Text(_) => value,
    };
    values.into_iter().map(later).collect()
}

#[cfg(test)]
mod tests {
    use super::{Against, Range};
    use domain::shared::{DayNumber, HourNumber};

    #[test]
    fn half_a_day_is_held_against_half_a_day() {
        let today = Range::days(DayNumber(20_000), DayNumber(20_001));
        let now = HourNumber(20_000 * 24 + 14);
        let before = Against::Previous.range(today, now);
        assert_eq!((before.from, before.to), (HourNumber(19_999 * 24), HourNumber(19_999 * 24 + 15)));
        let later = Against::Week.range(today, HourNumber(30_000 * 24));
        assert_eq!(later, Range::days(DayNumber(19_993), DayNumber(19_994)));
    }

    #[test]
    fn a_year_earlier_is_the_same_date_in_leap_years_too() {
        let day = |date: &str| DayNumber::of_date(date.parse().expect("a date"));
        let far = HourNumber(i64::from(u32::MAX));
        for (date, before) in
            [("2025-03-10", "2024-03-10"), ("2024-03-10", "2023-03-10"), ("2024-02-29", "2023-02-28")]
        {
            let range = Range::days(day(date), DayNumber(day(date).0 + 1));
            assert_eq!(Against::Year.range(range, far).from, day(before).first_hour(), "{date}");
        }
    }
}
