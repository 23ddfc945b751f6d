//! The hours of a network's clock as moments: what a count over rows walks through, piece by piece.
//! Zones stand a multiple of a quarter of an hour off UTC, so that quarters are never torn.

use super::question::Range;
use chrono::{DateTime, Duration, Utc};
use domain::shared::{Calendar, DayNumber, HourNumber};

/// A quarter of an hour, in milliseconds.
pub(super) const QUARTER: i64 = 900_000;

/// A stretch of moments in one hour or day of the network's clock; milliseconds since 1970 UTC.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slice {
    pub from: i64,
    /// Not included.
    pub to: i64,
    pub hour: HourNumber,
}

/// The range in slices of an hour, or of a day; an hour that the clock shows twice may be two slices,
/// one that it skips is none.
#[must_use]
pub fn slices(calendar: Calendar, range: Range, by_hour: bool) -> Vec<Slice> {
    let last = DayNumber(HourNumber(range.to.0 - 1).day().0 + 1);
    let (mut at, end) = (calendar.start_of(range.from.day()), calendar.start_of(last));
    let mut found: Vec<Slice> = Vec::new();
    while at < end {
        let hour = calendar.hour(at);
        if hour >= range.from && hour < range.to {
            grow(&mut found, at, if by_hour { hour } else { hour.day().first_hour() });
        }
        at += Duration::milliseconds(QUARTER);
    }
    found
}

fn grow(found: &mut Vec<Slice>, at: DateTime<Utc>, hour: HourNumber) {
    let from = at.timestamp_millis();
    match found.last_mut() {
        Some(last) if last.hour == hour && last.to == from => last.to = from + QUARTER,
        Some(_) | None => found.push(Slice { from, to: from + QUARTER, hour }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Range, slices};
    use chrono_tz::Tz;
    use domain::shared::{Calendar, DayNumber};

    fn hours_of(zone: Tz, date: &str) -> Vec<i64> {
        let day = DayNumber::of_date(date.parse().expect("a date"));
        let range = Range::days(day, DayNumber(day.0 + 1));
        let all = slices(Calendar::new(zone), range, true);
        assert!(all.windows(2).all(|pair| pair[0].to == pair[1].from), "nothing between the slices");
        all.iter().map(|slice| (slice.to - slice.from) / 3_600_000).collect()
    }

    #[test]
    fn a_day_has_as_many_hours_as_the_clock_shows() {
        assert_eq!(hours_of(Tz::Europe__Berlin, "2026-03-29").len(), 23);
        let autumn = hours_of(Tz::Europe__Berlin, "2026-10-25");
        assert_eq!((autumn.len(), autumn.iter().sum::<i64>()), (24, 25));
        assert_eq!(hours_of(Tz::Asia__Kathmandu, "2026-10-25").len(), 24);
        assert_eq!(hours_of(Tz::Australia__Lord_Howe, "2026-04-05").len(), 24);
    }
}
