//! What the first page shows: today, hour by hour and by offer and partner, and what a day like today
//! usually is: the same day of the last weeks.

use super::{
    answer::{Line, Value, report},
    question::{Cut, Question, Range},
};
use crate::{Error, shared::Scope};
use domain::{
    reports::Measures,
    shared::{DayNumber, HourNumber},
};
use rustc_hash::FxHashMap;

/// Hours of a day.
const HOURS: usize = 24;
/// How many weeks back "usual" looks.
pub const WEEKS: i64 = 4;
/// The most offers, and partners, that are looked at.
const MOST: usize = 2_000;

/// Today, in the network's zone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Home {
    /// The hour that is running, and so the last of today's that counts.
    pub hour: HourNumber,
    /// By the hour of the day; those to come are empty.
    pub today: [Measures; HOURS],
    pub offers: Vec<Line>,
    pub partners: Vec<Line>,
}

/// Sums over the days that today is held against; a mean is a sum over `weeks`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Usual {
    /// On how many of the [`WEEKS`] days there was anything at all.
    pub weeks: i64,
    pub hours: [Measures; HOURS],
    /// By the id of the offer, or of the partner.
    pub offers: FxHashMap<i64, Measures>,
    pub partners: FxHashMap<i64, Measures>,
}

impl Home {
    /// Today so far.
    #[must_use]
    pub fn now(&self) -> Measures {
        let hours = usize::try_from(self.hour.hour_of_day()).unwrap_or(0) + 1;
        self.today.iter().take(hours).copied().sum()
    }
}

/// Reads today, `hour` being the one that is running.
///
/// # Errors
/// What the database said.
pub async fn home(scope: Scope<'_>, hour: HourNumber) -> Result<Home, Error> {
    let today = one_day(hour.day());
    Ok(Home {
        hour,
        today: hours(scope, today).await?,
        offers: report(scope, &by(today, Cut::Offer)).await?.lines,
        partners: report(scope, &by(today, Cut::Partner)).await?.lines,
    })
}

/// Reads what is usual on a day of this day's name.
///
/// # Errors
/// What the database said.
pub async fn usual(scope: Scope<'_>, today: DayNumber) -> Result<Usual, Error> {
    let mut usual = Usual {
        weeks: 0,
        hours: [Measures::default(); HOURS],
        offers: FxHashMap::default(),
        partners: FxHashMap::default(),
    };
    for week in 1..=WEEKS {
        let day = one_day(DayNumber(today.0 - 7 * week));
        let of_day = hours(scope, day).await?;
        if of_day.iter().all(|hour| *hour == Measures::default()) {
            continue;
        }
        usual.weeks += 1;
        usual.hours.iter_mut().zip(of_day).for_each(|(sum, hour)| *sum += hour);
        add(&mut usual.offers, report(scope, &by(day, Cut::Offer)).await?.lines);
        add(&mut usual.partners, report(scope, &by(day, Cut::Partner)).await?.lines);
    }
    Ok(usual)
}

fn one_day(day: DayNumber) -> Range {
    Range::days(day, DayNumber(day.0 + 1))
}

fn by(range: Range, cut: Cut) -> Question {
    Question { limit: MOST, ..Question::of(range).by(&[cut]) }
}

fn add(sums: &mut FxHashMap<i64, Measures>, lines: Vec<Line>) {
    for line in lines {
        if let [Value::Id(id)] = line.values.as_slice() {
            *sums.entry(*id).or_default() += line.measures;
        }
    }
}

async fn hours(scope: Scope<'_>, day: Range) -> Result<[Measures; HOURS], Error> {
    let mut hours = [Measures::default(); HOURS];
    for line in report(scope, &Question::of(day).by(&[Cut::Hour])).await?.lines {
        if let [Value::Hour(hour)] = line.values.as_slice()
            && let Some(place) =
                usize::try_from(hour.hour_of_day()).ok().and_then(|place| hours.get_mut(place))
        {
            *place += line.measures;
        }
    }
    Ok(hours)
}
