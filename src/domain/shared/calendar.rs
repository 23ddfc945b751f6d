//! A network's calendar: which hour and day of its own time zone a moment belongs to. Roll-ups,
//! caps and reports cut time here and nowhere else, so that they always agree.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Milliseconds in a day.
const DAY_MILLIS: i64 = 86_400_000;
/// Milliseconds in an hour.
const HOUR_MILLIS: i64 = 3_600_000;

/// Days since 1 January 1970: of UTC for stored clicks, of the network's zone for caps and reports.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct DayNumber(pub i64);

/// Hours of a network's own wall clock since 1 January 1970. In the hour that is repeated when
/// daylight saving ends, both passes have the same number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct HourNumber(pub i64);

impl DayNumber {
    /// The UTC day of a moment in milliseconds since 1970.
    #[must_use]
    pub fn of_millis(millis: i64) -> Self {
        Self(millis.div_euclid(DAY_MILLIS))
    }

    /// The day as a date.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        let epoch = DateTime::<Utc>::UNIX_EPOCH.date_naive();
        epoch.checked_add_signed(Duration::days(self.0.clamp(-700_000, 2_900_000))).unwrap_or(epoch)
    }

    /// The number of a date.
    #[must_use]
    pub fn of_date(date: NaiveDate) -> Self {
        Self((date - DateTime::<Utc>::UNIX_EPOCH.date_naive()).num_days())
    }

    /// The Monday of the day's week.
    #[must_use]
    pub fn monday(self) -> Self {
        Self(self.0 - i64::from(self.date().weekday().num_days_from_monday()))
    }

    /// The first day of the day's month.
    #[must_use]
    pub fn first_of_month(self) -> Self {
        Self(self.0 - i64::from(self.date().day0()))
    }

    /// The day's first hour.
    #[must_use]
    pub fn first_hour(self) -> HourNumber {
        HourNumber(self.0 * 24)
    }
}

impl HourNumber {
    /// The day that the hour belongs to.
    #[must_use]
    pub fn day(self) -> DayNumber {
        DayNumber(self.0.div_euclid(24))
    }

    /// The hour of the day, 0 to 23.
    #[must_use]
    pub fn hour_of_day(self) -> i64 {
        self.0.rem_euclid(24)
    }
}

/// A time zone's hours and days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Calendar {
    zone: Tz,
}

impl Calendar {
    /// The calendar of `zone`.
    #[must_use]
    pub fn new(zone: Tz) -> Self {
        Self { zone }
    }

    /// The zone.
    #[must_use]
    pub fn zone(self) -> Tz {
        self.zone
    }

    /// The wall clock's reading at a moment.
    #[must_use]
    pub fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        let offset = self.zone.offset_from_utc_datetime(&at.naive_utc()).fix();
        at.naive_utc() + Duration::seconds(i64::from(offset.local_minus_utc()))
    }

    /// The hour of a moment.
    #[must_use]
    pub fn hour(self, at: DateTime<Utc>) -> HourNumber {
        HourNumber(self.local(at).and_utc().timestamp_millis().div_euclid(HOUR_MILLIS))
    }

    /// The day of a moment.
    #[must_use]
    pub fn day(self, at: DateTime<Utc>) -> DayNumber {
        self.hour(at).day()
    }

    /// The first moment of a day. Where the clock skips midnight, the first moment after the gap.
    #[must_use]
    pub fn start_of(self, day: DayNumber) -> DateTime<Utc> {
        self.start_of_hour(day.first_hour())
    }

    /// The first moment of an hour. Where the clock skips it, the first moment after the gap.
    #[must_use]
    pub fn start_of_hour(self, hour: HourNumber) -> DateTime<Utc> {
        let midnight = hour.day().date().and_hms_opt(0, 0, 0).unwrap_or_default();
        let full = midnight + Duration::hours(hour.hour_of_day());
        // Samoa skipped a whole day in 2011.
        (0..=24 * 4)
            .find_map(|quarters| {
                let wall = full + Duration::minutes(15 * quarters);
                self.zone.from_local_datetime(&wall).earliest()
            })
            .map_or_else(|| full.and_utc(), |moment| moment.with_timezone(&Utc))
    }
}

#[cfg(test)]
mod tests {
    use super::{Calendar, DayNumber, HourNumber};
    use chrono::{DateTime, TimeZone, Utc};
    use chrono_tz::Tz;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    #[test]
    fn zones_half_an_hour_off_cut_hours_at_their_own_clock() {
        let kolkata = Calendar::new(Tz::Asia__Kolkata);
        assert_eq!(kolkata.hour(at("2026-03-01T18:29:59Z")).hour_of_day(), 23);
        assert_eq!(kolkata.hour(at("2026-03-01T18:30:00Z")).hour_of_day(), 0);
        assert_eq!(kolkata.day(at("2026-03-01T18:30:00Z")).date().to_string(), "2026-03-02");
    }

    #[test]
    fn a_week_starts_on_monday_and_a_month_on_its_first() {
        let day = DayNumber::of_date(chrono::NaiveDate::from_ymd_opt(2026, 11, 21).expect("a date"));
        assert_eq!(day.monday().date().to_string(), "2026-11-16");
        assert_eq!(day.first_of_month().date().to_string(), "2026-11-01");
    }

    proptest! {
        #[test]
        fn the_start_of_a_day_is_its_first_moment(day in 0_i64..30_000, zone in 0_usize..chrono_tz::TZ_VARIANTS.len()) {
            let calendar = Calendar::new(chrono_tz::TZ_VARIANTS[zone]);
            let start = calendar.start_of(DayNumber(day));
            // A zone that skipped a whole day (Samoa, 2011) starts it with the next one.
            prop_assert!(calendar.day(start) >= DayNumber(day));
            prop_assert!(calendar.day(start - chrono::Duration::seconds(1)) < DayNumber(day));
        }

        #[test]
        fn the_start_of_an_hour_is_its_first_moment(hour in 10_957_i64 * 24..30_000 * 24, zone in 0_usize..chrono_tz::TZ_VARIANTS.len()) {
            let calendar = Calendar::new(chrono_tz::TZ_VARIANTS[zone]);
            let start = calendar.start_of_hour(HourNumber(hour));
            prop_assert!(calendar.hour(start) >= HourNumber(hour));
            prop_assert!(calendar.hour(start - chrono::Duration::seconds(1)) < HourNumber(hour));
        }

        #[test]
        fn utc_days_are_divisions(millis in 0_i64..4_000_000_000_000) {
            let moment = Utc.timestamp_millis_opt(millis).single().expect("in range");
            prop_assert_eq!(Calendar::new(Tz::UTC).day(moment), DayNumber::of_millis(millis));
        }
    }
}
