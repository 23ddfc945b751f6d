//! What the first page shows: today against yesterday, hour by hour, and what most of today came from.

use super::{
    answer::{Line, Value, report},
    question::{Cut, Question, Range},
};
use crate::{Error, shared::Scope};
use domain::{
    reports::Measures,
    shared::{DayNumber, HourNumber},
};

/// Hours of a day.
const HOURS: usize = 24;
/// How many offers and partners are shown.
const TOP: usize = 8;
/// Out of how many they are chosen.
const CANDIDATES: usize = 200;

/// The figures of two days, in the network's zone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Home {
    /// The hour that is running, and so the last of today's that counts.
    pub hour: HourNumber,
    /// By the hour of the day; those to come are empty.
    pub today: [Measures; HOURS],
    pub yesterday: [Measures; HOURS],
    /// Today's offers with the most clicks, among the [`CANDIDATES`] with the most gross clicks.
    pub offers: Vec<Line>,
    pub partners: Vec<Line>,
}

impl Home {
    /// Today so far.
    #[must_use]
    pub fn now(&self) -> Measures {
        self.so_far(&self.today)
    }

    /// Yesterday up to the end of the hour that is running now.
    #[must_use]
    pub fn then(&self) -> Measures {
        self.so_far(&self.yesterday)
    }

    fn so_far(&self, day: &[Measures; HOURS]) -> Measures {
        let hours = usize::try_from(self.hour.hour_of_day()).unwrap_or(0) + 1;
        day.iter().take(hours).copied().sum()
    }
}

/// Reads the figures, `hour` being the one that is running.
///
/// # Errors
/// What the database said.
pub async fn home(scope: Scope<'_>, hour: HourNumber) -> Result<Home, Error> {
    let today = hour.day();
    let (yesterday, tomorrow) = (DayNumber(today.0 - 1), DayNumber(today.0 + 1));
    let by_hour = Question::of(Range::days(yesterday, tomorrow)).by(&[Cut::Hour]);
    let of_today =
        |cut| Question { limit: CANDIDATES, ..Question::of(Range::days(today, tomorrow)).by(&[cut]) };
    let hours = report(scope, &by_hour).await?.lines;
    Ok(Home {
        hour,
        today: day(&hours, today),
        yesterday: day(&hours, yesterday),
        offers: top(report(scope, &of_today(Cut::Offer)).await?.lines),
        partners: top(report(scope, &of_today(Cut::Partner)).await?.lines),
    })
}

/// The lines with the most clicks; those without any are no top.
fn top(mut lines: Vec<Line>) -> Vec<Line> {
    lines.retain(|line| line.measures.clicks() > 0);
    lines.sort_by_key(|line| std::cmp::Reverse(line.measures.clicks()));
    lines.truncate(TOP);
    lines
}

fn day(lines: &[Line], day: DayNumber) -> [Measures; HOURS] {
    let mut hours = [Measures::default(); HOURS];
    for line in lines {
        if let [Value::Hour(hour)] = line.values.as_slice()
            && hour.day() == day
            && let Some(place) =
                usize::try_from(hour.hour_of_day()).ok().and_then(|place| hours.get_mut(place))
        {
            *place += line.measures;
        }
    }
    hours
}
