//! When a cap will be reached if the rest of its period goes on as today has gone so far.

use super::CapPeriod;
use crate::shared::{Calendar, DayNumber};
use chrono::{DateTime, Duration, Utc};

/// What lies ahead of a cap.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Outlook {
    /// It is used up.
    Reached,
    /// At today's pace it is reached at this moment, within its period.
    At(DateTime<Utc>),
    /// At today's pace the period ends with this share of it used; 1 is full.
    Short(f64),
    /// Nothing happened today yet, so that there is no pace.
    Idle,
}

/// A cap for all time is looked at so far ahead.
const FAR: Duration = Duration::days(365);

/// The outlook of a cap: `used` of `limit` in its period, `today` of it today, all in millionths.
#[must_use]
pub fn outlook(
    period: CapPeriod,
    (used, today, limit): (i64, i64, i64),
    calendar: Calendar,
    now: DateTime<Utc>,
) -> Outlook {
    if used >= limit {
        return Outlook::Reached;
    }
    let day = calendar.day(now);
    // The first minute of a day tells nothing yet.
    let elapsed = (now - calendar.start_of(day)).max(Duration::minutes(1));
    if today <= 0 {
        return Outlook::Idle;
    }
    let left = i128::from(limit) - i128::from(used);
    let millis = left * i128::from(elapsed.num_milliseconds()) / i128::from(today);
    let end = end(period, day, calendar).unwrap_or(now + FAR);
    match i64::try_from(millis).ok().and_then(Duration::try_milliseconds) {
        Some(wait) if wait < end - now => Outlook::At(now + wait),
        Some(_) | None => Outlook::Short(share(used, limit, today, elapsed, end - now)),
    }
}

/// The first moment after the period; none for all time.
fn end(period: CapPeriod, day: DayNumber, calendar: Calendar) -> Option<DateTime<Utc>> {
    let next = match period {
        CapPeriod::Daily => DayNumber(day.0 + 1),
        CapPeriod::Weekly => DayNumber(day.monday().0 + 7),
        // A month has 28 to 31 days: 31 days after its first lies in the next one.
        CapPeriod::Monthly => DayNumber(day.first_of_month().0 + 31).first_of_month(),
        CapPeriod::Global => return None,
    };
    Some(calendar.start_of(next))
}

#[allow(clippy::cast_precision_loss, reason = "a share is shown with three digits")]
fn share(used: i64, limit: i64, today: i64, elapsed: Duration, left: Duration) -> f64 {
    let more = today as f64 * left.num_milliseconds() as f64 / elapsed.num_milliseconds() as f64;
    (used as f64 + more) / limit as f64
}

#[cfg(test)]
mod tests {
    use super::{Outlook, outlook};
    use crate::{offers::CapPeriod, shared::Calendar};
    use chrono::{DateTime, Duration, Utc};
    use proptest::prelude::{prop_assert, proptest};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn utc() -> Calendar {
        Calendar::new(chrono_tz::UTC)
    }

    #[test]
    fn half_of_a_days_cap_at_six_is_full_at_twelve() {
        let now = at("2026-11-21T06:00:00Z");
        let seen = outlook(CapPeriod::Daily, (50, 50, 100), utc(), now);
        assert_eq!(seen, Outlook::At(at("2026-11-21T12:00:00Z")));
    }

    #[test]
    fn a_slow_day_ends_short_of_its_cap() {
        let now = at("2026-11-21T12:00:00Z");
        assert_eq!(outlook(CapPeriod::Daily, (30, 30, 100), utc(), now), Outlook::Short(0.6));
    }

    #[test]
    fn a_week_goes_on_at_todays_pace_to_its_sunday() {
        // A Saturday noon: a day and a half are left.
        let now = at("2026-11-21T12:00:00Z");
        assert_eq!(outlook(CapPeriod::Weekly, (60, 10, 100), utc(), now), Outlook::Short(0.9));
        assert_eq!(
            outlook(CapPeriod::Weekly, (80, 10, 100), utc(), now),
            Outlook::At(at("2026-11-22T12:00:00Z"))
        );
    }

    #[test]
    fn without_traffic_there_is_no_pace_and_a_full_cap_is_reached() {
        let now = at("2026-11-21T12:00:00Z");
        assert_eq!(outlook(CapPeriod::Monthly, (10, 0, 100), utc(), now), Outlook::Idle);
        assert_eq!(outlook(CapPeriod::Global, (100, 0, 100), utc(), now), Outlook::Reached);
    }

    proptest! {
        #[test]
        fn a_moment_lies_ahead_and_a_share_below_the_whole(used in 0_i64..1_000, today in 1_i64..1_000, limit in 1_i64..1_000_000_000, minute in 1_i64..44_640) {
            let now = at("2026-10-01T00:00:00Z") + Duration::minutes(minute);
            for period in [CapPeriod::Daily, CapPeriod::Weekly, CapPeriod::Monthly, CapPeriod::Global] {
                match outlook(period, (used, today.min(used), limit), utc(), now) {
                    Outlook::At(moment) => prop_assert!(moment >= now),
                    Outlook::Short(share) => prop_assert!((0.0..1.001).contains(&share)),
                    Outlook::Reached => prop_assert!(used >= limit),
                    Outlook::Idle => prop_assert!(used == 0),
                }
            }
        }
    }
}
