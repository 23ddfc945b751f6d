//! Since when a link's figures count, and when its next run is due.

use super::{super::SmartLink, HOUR_MILLIS, RunEvery};

/// What names the rows that a link learns about: each row's id with its offer and landing page, in the order of
/// the ids. As long as it stays the same, so does the epoch; moving rows or narrowing them changes nothing.
#[must_use]
pub fn epoch_key(link: &SmartLink) -> String {
    let mut rows: Vec<_> = link
        .rows
        .iter()
        .map(|row| (row.id.0, row.offer_id.0, row.landing_page_id.map_or(0, |page| page.0)))
        .collect();
    rows.sort_unstable();
    let rows: Vec<String> = rows.iter().map(|(row, offer, page)| format!("{row}-{offer}-{page}")).collect();
    rows.join(" ")
}

/// The latest moment at or before `now` at which a run is due, in milliseconds since 1970 UTC: full multiples of
/// the frequency. What was missed before it is caught up by this one run.
#[must_use]
pub fn due_slot(every: RunEvery, now: i64) -> i64 {
    now.div_euclid(step(every)) * step(every)
}

/// The first moment behind `now` at which one is.
#[must_use]
pub fn next_slot(every: RunEvery, now: i64) -> i64 {
    due_slot(every, now) + step(every)
}

fn step(every: RunEvery) -> i64 {
    i64::from(every.hours()) * HOUR_MILLIS
}
