//! The words of monitors on pages: their states, how they ask, what came of a check.

use crate::web::{format, parts::Choice, signal::Signal};
use domain::links::{Check, CheckEvery, CheckMethod, CheckOutcome, SiteState, SiteStatus};

/// The site's status at a moment.
pub fn site(state: &SiteState, now: i64) -> (Signal, &'static str) {
    match state.at(now) {
        SiteStatus::Unknown => (Signal::Off, "not known"),
        SiteStatus::Up => (Signal::Good, "up"),
        SiteStatus::Down => (Signal::Bad, "down"),
    }
}

/// What came of a check.
pub fn outcome(check: &Check) -> (Signal, &'static str) {
    match check.outcome {
        CheckOutcome::Up => (Signal::Good, "up"),
        CheckOutcome::Failed => (Signal::Bad, "failed"),
        CheckOutcome::NotMade => (Signal::Warn, "not made"),
    }
}

/// How a site is asked.
pub fn methods() -> Vec<Choice> {
    CheckMethod::ALL.map(|method| Choice::new(method.name(), method.name().to_uppercase())).to_vec()
}

/// How often it can be.
pub fn frequencies() -> Vec<Choice> {
    CheckEvery::ALL.map(|every| Choice::new(every.minutes().to_string(), minutes(every))).to_vec()
}

/// An interval in words.
pub fn minutes(every: CheckEvery) -> String {
    match every.minutes() {
        60 => "hour".to_owned(),
        1 => "minute".to_owned(),
        minutes => format::counted(i64::from(minutes), "minute"),
    }
}
