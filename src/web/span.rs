//! Stretches of time in an address: `from` belongs to it, `to` does not. Either is a date of the
//! network's calendar or a moment of RFC 3339.

use super::{Failure, Listing};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::shared::{Calendar, DayNumber, Problems};

/// Before any row of a log: the year 2000 in seconds since 1970 UTC.
const FIRST: i64 = 946_684_800;
/// The years that are read; ids have room for no others.
const YEARS: std::ops::Range<i32> = 2000..2200;

/// What is said of a text that is neither.
pub const NO_TIME: &str = "must be a date such as 2026-11-21, or a time such as 2026-11-21T10:00:00Z";

/// A stretch of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub from: DateTime<Utc>,
    /// Not included.
    pub to: DateTime<Utc>,
}

impl Span {
    /// Reads `from` and `to`; an empty text is "not given": up to the end of today, for `days` days.
    ///
    /// # Errors
    /// Either is no time, or they are the wrong way round; at their fields.
    pub fn read(
        from: &str,
        to: &str,
        days: i64,
        (calendar, now): (Calendar, DateTime<Utc>),
    ) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let mut read = |name: &str, text: &str| {
            let found = moment(text, calendar);
            problems.check(text.is_empty() || found.is_some(), name, NO_TIME);
            found
        };
        let (from, to) = (read("from", from), read("to", to));
        let tomorrow = calendar.start_of(DayNumber(calendar.day(now).0 + 1));
        let to = to.unwrap_or(tomorrow);
        let from = from.unwrap_or_else(|| {
            calendar.start_of(DayNumber(calendar.day(to - chrono::Duration::milliseconds(1)).0 + 1 - days))
        });
        if problems.0.is_empty() {
            problems.check(from < to, "to", "must lie after `from`; `to` itself is not included");
        }
        problems.into_result(Self { from, to })
    }

    /// The span of a log: everything where nothing else is asked for.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn of(listing: &Listing, calendar: Calendar) -> Result<Self, Failure> {
        let text = |name| listing.text(name).unwrap_or_default();
        let span = Self::read(text("from"), text("to"), 1, (calendar, Utc::now()))?;
        let first = DateTime::from_timestamp(FIRST, 0).unwrap_or_default();
        Ok(if text("from").is_empty() { Self { from: first, ..span } } else { span })
    }
}

/// A date of the calendar, as its first moment, or a moment of RFC 3339.
#[must_use]
pub fn moment(text: &str, calendar: Calendar) -> Option<DateTime<Utc>> {
    if let Ok(date) = text.parse::<NaiveDate>() {
        let is_known = YEARS.contains(&date.year());
        return is_known.then(|| calendar.start_of(DayNumber::of_date(date)));
    }
    // An unescaped `+` of an offset arrives as a blank.
    let moment = DateTime::parse_from_rfc3339(&text.replace(' ', "+")).ok()?.with_timezone(&Utc);
    YEARS.contains(&moment.year()).then_some(moment)
}
