//! What checks make of a site: up, down or unknown, since when, and until when that counts. Whatever is not
//! known counts as up: a monitor that breaks stops no click.

use super::Monitor;
use crate::shared::MonitorId;
use serde::{Deserialize, Serialize};

/// What came of one check.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// The site answered as expected.
    Up,
    /// It did not.
    Failed,
    /// The check could not be made, which says nothing of the site.
    NotMade,
}

impl CheckOutcome {
    pub const ALL: [Self; 3] = [Self::Up, Self::Failed, Self::NotMade];

    /// The word in JSON and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Failed => "failed",
            Self::NotMade => "not_made",
        }
    }

    /// The outcome of a word.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// One check of a site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    /// When it began, in milliseconds since 1970 UTC.
    pub at: i64,
    pub outcome: CheckOutcome,
    /// The status of the answer, where one came.
    pub status: Option<u16>,
    /// How long it took until it was judged, in milliseconds.
    pub latency: i64,
    /// Why it failed or was not made; empty where the site is up.
    pub why: String,
}

/// Whether a site is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteStatus {
    /// Not checked enough yet, or too long ago.
    #[default]
    Unknown,
    Up,
    Down,
}

impl SiteStatus {
    pub const ALL: [Self; 3] = [Self::Unknown, Self::Up, Self::Down];

    /// The word in JSON and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Up => "up",
            Self::Down => "down",
        }
    }

    /// The status of a word; unknown where it is none.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|status| status.name() == name).unwrap_or_default()
    }
}

/// What is known of a site. Times are in milliseconds since 1970 UTC, 0 = never.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SiteState {
    pub status: SiteStatus,
    /// Since when the status is this.
    pub since: i64,
    /// When the last check that could be made began.
    pub checked_at: i64,
    /// Until when the status counts.
    pub valid_until: i64,
    /// Checks in a row.
    pub failures: u32,
    pub successes: u32,
}

/// A change that people are told of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turn {
    Down,
    /// It was down since then.
    Up {
        down_since: i64,
    },
}

impl SiteState {
    /// The status at a moment: one that is too old is not known.
    #[must_use]
    pub fn at(&self, now: i64) -> SiteStatus {
        if now <= self.valid_until { self.status } else { SiteStatus::Unknown }
    }

    /// What it is after a check, and what people are told of.
    #[must_use]
    pub fn after(self, monitor: &Monitor, check: &Check) -> (Self, Option<Turn>) {
        // What came before a long silence is not in a row with what comes after it.
        let was_silent = check.at > self.checked_at + monitor.validity();
        let (failures, successes) = if was_silent { (0, 0) } else { (self.failures, self.successes) };
        let counted = match check.outcome {
            CheckOutcome::NotMade => return (self, None),
            CheckOutcome::Up => Self { failures: 0, successes: successes.saturating_add(1), ..self },
            CheckOutcome::Failed => Self { failures: failures.saturating_add(1), successes: 0, ..self },
        };
        let is_sure = counted.successes >= u32::from(monitor.successes_to_up)
            || counted.failures >= u32::from(monitor.failures_to_down);
        let reached = match check.outcome {
            CheckOutcome::Up => SiteStatus::Up,
            CheckOutcome::Failed | CheckOutcome::NotMade => SiteStatus::Down,
        };
        let status = if is_sure { reached } else { self.status };
        let since = if status == self.status { self.since } else { check.at };
        // One that has ended comes back only by as many checks as a new one.
        let counts = is_sure || check.at <= self.valid_until;
        let valid_until = if counts { check.at + monitor.validity() } else { self.valid_until };
        let after = Self { status, since, checked_at: check.at, valid_until, ..counted };
        (after, turn(&self, &after))
    }
}

fn turn(before: &SiteState, after: &SiteState) -> Option<Turn> {
    match (before.status, after.status) {
        (SiteStatus::Unknown | SiteStatus::Up, SiteStatus::Down) => Some(Turn::Down),
        (SiteStatus::Down, SiteStatus::Up) => Some(Turn::Up { down_since: before.since }),
        (SiteStatus::Unknown | SiteStatus::Up, SiteStatus::Unknown | SiteStatus::Up)
        | (SiteStatus::Down, SiteStatus::Unknown | SiteStatus::Down) => None,
    }
}

/// When a monitor's next check is due after `now`, in milliseconds since 1970 UTC. Each has a place of its own
/// within the interval, so that not all of them ask at the full minute.
#[must_use]
pub fn next_check(monitor: MonitorId, every: super::CheckEvery, now: i64) -> i64 {
    // Fibonacci hashing: ids that follow each other fall far apart.
    let spread = (monitor.0 as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
    let place = (spread as i64) % every.millis();
    now - (now - place).rem_euclid(every.millis()) + every.millis()
}

#[cfg(test)]
mod tests {
    use super::{Check, CheckOutcome, SiteState, SiteStatus, Turn, next_check};
    use crate::{
        links::{CheckEvery, Monitor},
        shared::MonitorId,
    };
    use proptest::prelude::{Just, prop_assert, prop_assert_eq, prop_oneof, proptest};
    use serde_json::json;

    const MINUTE: i64 = 60_000;

    fn monitor(failures: u8, successes: u8) -> Monitor {
        serde_json::from_value(json!({
            "name": "Shop", "url": "https://shop.example", "failures_to_down": failures, "successes_to_up": successes,
        }))
        .expect("a monitor")
    }

    fn check(at: i64, outcome: CheckOutcome) -> Check {
        Check { at, outcome, status: None, latency: 1, why: String::new() }
    }

    /// What a row of checks, a minute from each other, makes of a site: the status after each, and the turns.
    fn walk(monitor: &Monitor, outcomes: &str) -> (String, Vec<Turn>) {
        let (mut state, mut story, mut turns) = (SiteState::default(), String::new(), Vec::new());
        for (number, letter) in (1..).zip(outcomes.chars()) {
            let outcome = match letter {
                'u' => CheckOutcome::Up,
                'f' => CheckOutcome::Failed,
                _ => CheckOutcome::NotMade,
            };
            let (after, turn) = state.after(monitor, &check(number * MINUTE, outcome));
            state = after;
            turns.extend(turn);
            story.push(match state.at(number * MINUTE) {
                SiteStatus::Unknown => '?',
                SiteStatus::Up => 'U',
                SiteStatus::Down => 'D',
            });
        }
        (story, turns)
    }

    #[test]
    fn so_many_checks_in_a_row_turn_the_state_and_each_turn_is_told_once() {
        let up = |minute: i64| Turn::Up { down_since: minute * MINUTE };
        for (failures, successes, outcomes, story, turns) in [
            (2, 1, "uu", "UU", vec![]),
            (2, 1, "fuffffu", "?UUDDDU", vec![Turn::Down, up(4)]),
            (2, 1, "ff", "?D", vec![Turn::Down]),
            (1, 2, "fufuuf", "DDDDUD", vec![Turn::Down, up(1), Turn::Down]),
            (3, 1, "ffuffnf", "??UUUUD", vec![Turn::Down]),
            (1, 1, "nnnn", "????", vec![]),
        ] {
            assert_eq!(
                walk(&monitor(failures, successes), outcomes),
                (story.to_owned(), turns),
                "{outcomes}"
            );
        }
    }

    #[test]
    fn a_state_ends_where_nobody_checks_any_more_and_begins_to_count_anew() {
        let monitor = monitor(2, 1);
        let down = SiteState {
            status: SiteStatus::Down,
            since: 5,
            checked_at: 5,
            valid_until: 10 * MINUTE,
            failures: 9,
            successes: 0,
        };
        assert_eq!((down.at(10 * MINUTE), down.at(10 * MINUTE + 1)), (SiteStatus::Down, SiteStatus::Unknown));
        let (once, told) = down.after(&monitor, &check(60 * MINUTE, CheckOutcome::Failed));
        assert_eq!((once.at(60 * MINUTE), told), (SiteStatus::Unknown, None), "one failure is none in a row");
        let (twice, told) = once.after(&monitor, &check(61 * MINUTE, CheckOutcome::Failed));
        assert_eq!((twice.at(61 * MINUTE), told), (SiteStatus::Down, None), "people know that it is down");
    }

    #[test]
    fn checks_that_can_not_be_made_keep_no_state_alive() {
        let monitor = monitor(1, 1);
        let (down, _) = SiteState::default().after(&monitor, &check(MINUTE, CheckOutcome::Failed));
        let (still, told) = down.after(&monitor, &check(9 * MINUTE, CheckOutcome::NotMade));
        assert_eq!((still, told), (down, None));
        assert_eq!(still.at(12 * MINUTE), SiteStatus::Unknown);
    }

    proptest! {
        #[test]
        fn the_next_check_is_later_within_an_interval_and_the_same_whoever_asks(
            id in 1_i64..1_000_000, now in 0_i64..2_000_000_000_000, place in 0_usize..7, later in 0_i64..60_000,
        ) {
            let every = CheckEvery::ALL[place];
            let next = next_check(MonitorId(id), every, now);
            prop_assert!(next > now && next <= now + every.millis());
            let again = next_check(MonitorId(id), every, (now + later).min(next - 1));
            prop_assert_eq!(again, next);
            prop_assert_eq!(next_check(MonitorId(id), every, next), next + every.millis());
        }

        #[test]
        fn only_a_check_that_failed_turns_a_site_down(
            outcomes in proptest::collection::vec(prop_oneof![Just('u'), Just('f'), Just('n')], 0..40),
            failures in 1_u8..=10, successes in 1_u8..=10,
        ) {
            let outcomes: String = outcomes.into_iter().collect();
            let (story, turns) = walk(&monitor(failures, successes), &outcomes);
            let downs = turns.iter().filter(|turn| **turn == Turn::Down).count();
            prop_assert!(downs <= outcomes.matches('f').count() / usize::from(failures));
            prop_assert!(outcomes.contains('f') || !story.contains('D'));
            let changes = turns.windows(2).all(|pair| (pair[0] == Turn::Down) != (pair[1] == Turn::Down));
            prop_assert!(changes, "down and up take turns: {:?}", turns);
        }
    }
}
