//! Day-parting: windows of the week such as `mon-fri 09:00-17:00`, in a zone chosen beside them.

use super::Calendar;
use chrono::{DateTime, Datelike, Timelike, Utc};
use chrono_tz::Tz;
use smallvec::SmallVec;
use std::str::FromStr;

/// Minutes in a day.
const DAY: u16 = 24 * 60;
/// Minutes in a week.
const WEEK: u16 = 7 * DAY;
/// The days as they are written, Monday first.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A minute of the week, 0 (Monday 00:00) to 10,079, by the wall clock of some zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct WeekMinute(pub u16);

impl WeekMinute {
    /// The minute that a zone's clock shows at a moment.
    #[must_use]
    pub fn of(at: DateTime<Utc>, zone: Tz) -> Self {
        let wall = Calendar::new(zone).local(at);
        let day = wall.weekday().num_days_from_monday() as u16;
        Self(day * DAY + (wall.hour() * 60 + wall.minute()) as u16)
    }
}

/// One written window, as stretches of the week: from a minute, up to but without another.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WeekWindow(pub SmallVec<[(u16, u16); 8]>);

/// A text that is no window of the week.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("must be days and times such as `mon-fri 09:00-17:00`, `sat,sun` or `* 22:00-06:00`")]
pub struct NotAWindow;

impl FromStr for WeekWindow {
    type Err = NotAWindow;

    /// Reads days (a list of days and ranges of days, or `*`) and times; without times, whole days.
    /// Times that end before they start go over midnight and belong to the day they start on.
    fn from_str(text: &str) -> Result<Self, NotAWindow> {
        let lower = text.to_ascii_lowercase();
        let mut words = lower.split_whitespace();
        let days = days(words.next().ok_or(NotAWindow)?)?;
        let (from, to) = words.next().map_or(Ok((0, DAY)), times)?;
        if words.next().is_some() {
            return Err(NotAWindow);
        }
        let mut window = Self::default();
        (0..7)
            .filter(|day| days & (1 << day) != 0)
            .for_each(|day| window.add(day * DAY + from, day * DAY + to));
        Ok(window)
    }
}

impl WeekWindow {
    fn add(&mut self, from: u16, to: u16) {
        let to = if to <= from { to + DAY } else { to };
        self.0.push((from, to.min(WEEK)));
        if to > WEEK {
            self.0.push((0, to - WEEK));
        }
    }
}

/// The days as bits, Monday lowest.
fn days(text: &str) -> Result<u8, NotAWindow> {
    if text == "*" {
        return Ok(0b111_1111);
    }
    text.split(',').try_fold(0, |bits, part| Ok(bits | span(part)?))
}

/// One day or a range of days, which may go over Sunday.
fn span(part: &str) -> Result<u8, NotAWindow> {
    let (first, last) = part.split_once('-').unwrap_or((part, part));
    let (first, last) = (day(first)?, day(last)?);
    let length = (last + 7 - first) % 7;
    Ok((0..=length).fold(0, |bits, step| bits | 1 << ((first + step) % 7)))
}

fn day(name: &str) -> Result<usize, NotAWindow> {
    DAYS.iter().position(|day| *day == name).ok_or(NotAWindow)
}

fn times(text: &str) -> Result<(u16, u16), NotAWindow> {
    let (from, to) = text.split_once('-').ok_or(NotAWindow)?;
    let (from, to) = (time(from)?, time(to)?);
    if from == to || from == DAY { Err(NotAWindow) } else { Ok((from, to)) }
}

/// Minutes since midnight; `24:00` is the day's end.
fn time(text: &str) -> Result<u16, NotAWindow> {
    let (hours, minutes) = text.split_once(':').ok_or(NotAWindow)?;
    let number = |digits: &str| match digits.len() {
        1 | 2 if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse::<u16>().map_err(|_| NotAWindow),
        _ => Err(NotAWindow),
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let sum = hours * 60 + minutes;
    if minutes < 60 && sum <= DAY { Ok(sum) } else { Err(NotAWindow) }
}

#[cfg(test)]
mod tests {
    use super::{WeekMinute, WeekWindow};
    use chrono_tz::Tz;

    /// 2026-11-16 is a Monday.
    fn open(window: &str, at: &str, zone: Tz) -> bool {
        let minute = WeekMinute::of(at.parse().expect("a moment"), zone).0;
        let window: WeekWindow = window.parse().expect("a window");
        window.0.iter().any(|(from, to)| (*from..*to).contains(&minute))
    }

    #[test]
    fn a_window_opens_at_its_first_minute_and_closes_before_its_last() {
        for (window, at, expected) in [
            ("mon-fri 09:00-17:00", "2026-11-16T09:00:00Z", true),
            ("mon-fri 09:00-17:00", "2026-11-16T08:59:59Z", false),
            ("mon-fri 09:00-17:00", "2026-11-16T17:00:00Z", false),
            ("mon-fri 09:00-17:00", "2026-11-21T12:00:00Z", false),
            ("sat,sun", "2026-11-21T23:59:00Z", true),
            ("sun 22:00-06:00", "2026-11-16T05:59:00Z", true),
            ("sun 22:00-06:00", "2026-11-16T06:00:00Z", false),
            ("sat-mon 00:00-24:00", "2026-11-22T12:00:00Z", true),
            ("* 22:00-02:00", "2026-11-18T01:00:00Z", true),
        ] {
            assert_eq!(open(window, at, Tz::UTC), expected, "{window} at {at}");
        }
    }

    #[test]
    fn the_zone_decides_which_hour_it_is() {
        assert!(open("mon 00:00-01:00", "2026-11-15T18:30:00Z", Tz::Asia__Kolkata));
        assert!(!open("mon 00:00-01:00", "2026-11-15T18:29:00Z", Tz::Asia__Kolkata));
    }

    #[test]
    fn what_is_no_window_is_refused() {
        for text in [
            "",
            "monday",
            "mon 9",
            "mon 09:00-09:00",
            "mon 24:00-02:00",
            "mon 09:60-10:00",
            "mon 1:00-2:00 x",
            "* +1:00-02:00",
        ] {
            assert!(text.parse::<WeekWindow>().is_err(), "{text}");
        }
    }
}
