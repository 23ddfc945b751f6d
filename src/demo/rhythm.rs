//! How traffic swells and ebbs: by the hour of the network's own day, by the day of its week, a little
//! more each week, and never quite the same.

use chrono::{DateTime, Datelike, Timelike, Weekday};
use chrono_tz::Tz;
use rand::{Rng, RngExt};
use std::f64::consts::TAU;

/// The hour of the day with the most visitors.
const PEAK: f64 = 20.0;
/// By how much a day's traffic grows over 30 days.
const GROWTH: f64 = 0.25;
/// By how much an hour strays from its due.
const NOISE: f64 = 0.12;
const HOUR: i64 = 3_600_000;

/// One hour's traffic.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Hour {
    /// Milliseconds since 1970 UTC.
    pub from: i64,
    /// Less than an hour later only for the last one.
    pub until: i64,
    pub clicks: u64,
}

fn weight(at: i64, zone: Tz) -> f64 {
    let local = DateTime::from_timestamp_millis(at).unwrap_or_default().with_timezone(&zone);
    let hour = f64::from(local.hour()) + f64::from(local.minute()) / 60.0;
    // Two waves, so that the night is short and deep.
    let day = 1.0 + 0.55 * ((hour - PEAK) / 24.0 * TAU).cos() + 0.2 * ((hour - PEAK) / 12.0 * TAU).cos();
    let week = match local.weekday() {
        Weekday::Sat => 0.86,
        Weekday::Sun => 0.92,
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => 1.0,
    };
    day * week
}

/// Spreads `clicks` over the hours from `from` to `until`, so that their sum is exact.
pub fn hours(from: i64, until: i64, clicks: u64, zone: Tz, random: &mut impl Rng) -> Vec<Hour> {
    let starts = (0..).map(|hour| from + hour * HOUR).take_while(|start| *start < until);
    let weighted: Vec<(i64, i64, f64)> = starts
        .map(|start| {
            let end = (start + HOUR).min(until);
            let grown = 1.0 + GROWTH * (start - from) as f64 / (30 * 24 * HOUR) as f64;
            let stray = random.random_range(1.0 - NOISE..1.0 + NOISE);
            (start, end, weight(start, zone) * grown * stray * (end - start) as f64)
        })
        .collect();
    let total: f64 = weighted.iter().map(|(_, _, weight)| weight).sum();
    let mut summed = 0.0;
    let mut given = 0;
    let mut hour = |(from, until, weight): (i64, i64, f64)| {
        summed += weight;
        let due = (clicks as f64 * summed / total).round() as u64;
        let clicks = due.saturating_sub(given);
        given += clicks;
        Hour { from, until, clicks }
    };
    weighted.into_iter().map(&mut hour).collect()
}
