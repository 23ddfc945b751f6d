//! Stretches of time by name, which move with the day: what saved views and quick choices hold.

use crate::web::Span;
use chrono::{DateTime, Datelike, Duration, Utc};
use domain::shared::{Calendar, DayNumber};

/// A stretch by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Period {
    Today,
    Yesterday,
    Week,
    Days30,
    Month,
    LastMonth,
}

impl Period {
    /// Every one, in the order of the choices.
    pub const ALL: [Self; 6] =
        [Self::Today, Self::Yesterday, Self::Week, Self::Days30, Self::Month, Self::LastMonth];

    /// The word in an address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Yesterday => "yesterday",
            Self::Week => "7d",
            Self::Days30 => "30d",
            Self::Month => "month",
            Self::LastMonth => "last_month",
        }
    }

    /// The words on the page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::Yesterday => "Yesterday",
            Self::Week => "7 days",
            Self::Days30 => "30 days",
            Self::Month => "This month",
            Self::LastMonth => "Last month",
        }
    }

    /// Its moments, by the network's clock.
    pub fn span(self, calendar: Calendar, now: DateTime<Utc>) -> Span {
        let today = calendar.day(now);
        let tomorrow = DayNumber(today.0 + 1);
        let month = today.first_of_month();
        let (from, to) = match self {
            Self::Today => (today, tomorrow),
            Self::Yesterday => (DayNumber(today.0 - 1), today),
            Self::Week => (DayNumber(tomorrow.0 - 7), tomorrow),
            Self::Days30 => (DayNumber(tomorrow.0 - 30), tomorrow),
            Self::Month => (month, DayNumber(month.0 + i64::from(days_of(month)))),
            Self::LastMonth => (DayNumber(month.0 - 1).first_of_month(), month),
        };
        Span { from: calendar.start_of(from), to: calendar.start_of(to) }
    }
}

/// What the field of a date holds for an end of the stretch: the day of the network's clock. A moment
/// within a day, as drilling down gives, becomes the whole day.
pub(super) fn date(calendar: Calendar, given: &str, span: Option<Span>, end: End) -> String {
    let Some(span) = span.filter(|_| given.len() > DATE) else { return given.to_owned() };
    let day = match end {
        End::From => calendar.day(span.from),
        End::To => DayNumber(calendar.day(span.to - Duration::milliseconds(1)).0 + 1),
    };
    day.date().to_string()
}

/// The length of a date, `2026-11-21`.
const DATE: usize = 10;

/// An end of a stretch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    From,
    To,
}

/// How many days the month has that begins here.
fn days_of(first: DayNumber) -> u32 {
    let later = first.date() + Duration::days(31);
    31 - later.day0()
}
