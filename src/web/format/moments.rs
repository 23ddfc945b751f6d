//! Moments and spans as text: in the network's zone, with UTC on hover.

use super::counted;
use crate::web::markup::{Markup, escape};
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use domain::shared::Calendar;

/// The date and time of the network's clock: `21 Nov 2026 14:05:09`.
#[must_use]
pub fn moment(at: DateTime<Utc>, calendar: Calendar) -> String {
    calendar.local(at).format("%-d %b %Y %H:%M:%S").to_string()
}

/// The same of a moment in milliseconds since 1970 UTC.
#[must_use]
pub fn moment_of_millis(millis: i64, calendar: Calendar) -> String {
    moment(DateTime::from_timestamp_millis(millis).unwrap_or_default(), calendar)
}

/// The time of day of the network's clock: `14:05:09`.
#[must_use]
pub fn clock(at: DateTime<Utc>, calendar: Calendar) -> String {
    calendar.local(at).format("%H:%M:%S").to_string()
}

/// The date of the network's calendar: `21 Nov 2026`.
#[must_use]
pub fn date(at: DateTime<Utc>, calendar: Calendar) -> String {
    calendar.local(at).format("%-d %b %Y").to_string()
}

/// A moment as a `<time>` element with UTC on hover.
#[must_use]
pub fn moment_html(at: DateTime<Utc>, calendar: Calendar) -> Markup {
    element(at, &escape(&moment(at, calendar)))
}

/// How long ago, with the exact time beside it and UTC on hover: `3 min ago · 14:02:11`, from
/// yesterday on with the date.
#[must_use]
pub fn ago_html(at: DateTime<Utc>, now: DateTime<Utc>, calendar: Calendar) -> Markup {
    let is_today = calendar.day(at) == calendar.day(now);
    let exact = if is_today { clock(at, calendar) } else { moment(at, calendar) };
    element(at, &format!(r#"{} <span class="muted">· {}</span>"#, escape(&ago(at, now)), escape(&exact)))
}

fn element(at: DateTime<Utc>, shown: &str) -> Markup {
    let machine = at.to_rfc3339_opts(SecondsFormat::Millis, true);
    let utc = at.format("%-d %b %Y %H:%M:%S%.3f UTC");
    Markup::trusted(format!(r#"<time datetime="{machine}" title="{utc}">{shown}</time>"#))
}

/// The distance between two moments: `3 min ago`, `in 41 min`, `just now`.
#[must_use]
pub fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let distance = now - at;
    if distance.abs() < Duration::seconds(1) {
        return "just now".to_owned();
    }
    let span = coarse(distance.abs());
    if distance > Duration::zero() { format!("{span} ago") } else { format!("in {span}") }
}

/// How finely the time that is left is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grain {
    /// By its largest unit.
    Coarse,
    /// By its two largest units.
    Fine,
}

/// How long until a moment, with the exact time and UTC on hover: `in 41 min`. A script counts it down; what it is
/// told is what is left, as the clock of whoever looks may be wrong.
#[must_use]
pub fn until_html(at: DateTime<Utc>, now: DateTime<Utc>, calendar: Calendar, grain: Grain) -> Markup {
    let machine = at.to_rfc3339_opts(SecondsFormat::Millis, true);
    let exact = moment(at, calendar);
    let utc = at.format("%H:%M:%S UTC");
    let units = match grain {
        Grain::Coarse => 1,
        Grain::Fine => 2,
    };
    let (left, shown) = ((at - now).num_seconds(), until(at, now, grain));
    Markup::trusted(format!(
        r#"<time datetime="{machine}" title="{exact} · {utc}" data-left="{left}" data-units="{units}">{shown}</time>"#
    ))
}

/// The same as text; what is due and not done yet is so any moment.
#[must_use]
pub fn until(at: DateTime<Utc>, now: DateTime<Utc>, grain: Grain) -> String {
    let left = at - now;
    if left < Duration::seconds(1) {
        return "any moment".to_owned();
    }
    match grain {
        Grain::Coarse => format!("in {}", coarse(left)),
        Grain::Fine => format!("in {}", duration(left)),
    }
}

/// A span by its largest unit only.
fn coarse(span: Duration) -> String {
    let seconds = span.num_seconds();
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => counted(seconds / 86_400, "day"),
    }
}

/// A span by its two largest units: `45 s`, `1 h 20 min`, `3 days 4 h`. Milliseconds under a second.
#[must_use]
pub fn duration(span: Duration) -> String {
    let seconds = span.num_seconds().abs();
    if seconds == 0 {
        return format!("{} ms", span.num_milliseconds().abs());
    }
    let parts = [
        (seconds / 86_400, if seconds / 86_400 == 1 { "day" } else { "days" }),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let largest = parts.iter().position(|(number, _)| *number > 0).unwrap_or(3);
    let shown: Vec<_> = parts[largest..]
        .iter()
        .take(2)
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| format!("{number} {unit}"))
        .collect();
    shown.join(" ")
}

/// How far the network's clock is from UTC at a moment: `UTC`, `UTC+1`, `UTC+5:30`, `UTC−3`.
#[must_use]
pub fn zone_label(calendar: Calendar, at: DateTime<Utc>) -> String {
    let minutes = (calendar.local(at) - at.naive_utc()).num_minutes();
    let sign = if minutes < 0 { '−' } else { '+' };
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
    }
}
