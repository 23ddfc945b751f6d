//! The document of a monitor: a web site that is asked again and again whether it is up (DOMAIN.md,
//! section 2, code 206, and section 6, `site_status`), and how one answer is judged.

mod settings;
mod state;

pub use settings::{CheckEvery, CheckMethod, StatusRange};
pub use state::{Check, CheckOutcome, SiteState, SiteStatus, Turn, next_check};

use crate::shared::{Problems, Status, destination_problem};
use serde::{Deserialize, Serialize};

/// How much of a body is looked through for a text, in bytes.
pub const BODY_READ: usize = 256 << 10;
/// Most entries among the expected statuses.
const MOST_RANGES: usize = 20;
/// Most characters of the text that a body must hold.
const LONGEST_TEXT: usize = 500;
/// The bounds of a timeout in seconds.
const TIMEOUTS: std::ops::RangeInclusive<u8> = 1..=30;
/// The bounds of how many checks in a row turn the state.
const IN_A_ROW: std::ops::RangeInclusive<u8> = 1..=10;

/// A web site whose status is watched.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Monitor {
    pub name: String,
    #[serde(default)]
    pub status: Status,
    /// What is asked; http or https, without macros: no click stands behind a check.
    pub url: String,
    #[serde(default)]
    pub method: CheckMethod,
    #[serde(default)]
    pub every_minutes: CheckEvery,
    /// How long an answer may take, in seconds; 1 to 30.
    #[serde(default = "ten")]
    pub timeout_seconds: u8,
    /// The statuses of a site that is up.
    #[serde(default = "any_fine")]
    pub expected: Vec<StatusRange>,
    /// What the first 256 KiB of the body must hold, as it is written; nothing where it is empty.
    #[serde(default)]
    pub contains: String,
    /// How many failed checks in a row make it down; 1 to 10.
    #[serde(default = "two")]
    pub failures_to_down: u8,
    /// How many good checks in a row make it up; 1 to 10.
    #[serde(default = "one")]
    pub successes_to_up: u8,
}

fn ten() -> u8 {
    10
}

fn two() -> u8 {
    2
}

fn one() -> u8 {
    1
}

fn any_fine() -> Vec<StatusRange> {
    vec![StatusRange::FINE]
}

impl Monitor {
    /// What is wrong with the document; empty where it can be saved.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        problems.text("name", &self.name, true, 200);
        self.check_url(&mut problems);
        self.check_expected(&mut problems);
        problems.text("contains", &self.contains, false, LONGEST_TEXT);
        let has_no_body = self.method == CheckMethod::Head && !self.contains.is_empty();
        problems.check(
            !has_no_body,
            "contains",
            "can't be looked for by HEAD, which gives no body; choose get",
        );
        let bounded = |value: u8, bounds: &std::ops::RangeInclusive<u8>| bounds.contains(&value);
        problems.check(bounded(self.timeout_seconds, &TIMEOUTS), "timeout_seconds", "must be from 1 to 30");
        problems.check(bounded(self.failures_to_down, &IN_A_ROW), "failures_to_down", "must be from 1 to 10");
        problems.check(bounded(self.successes_to_up, &IN_A_ROW), "successes_to_up", "must be from 1 to 10");
        problems
    }

    fn check_url(&self, problems: &mut Problems) {
        match destination_problem(&self.url) {
            Some(message) => problems.push("url", message),
            None => problems.check(
                !self.url.contains(['{', '}']),
                "url",
                "must hold no macros: no click stands behind a check",
            ),
        }
    }

    fn check_expected(&self, problems: &mut Problems) {
        let count = self.expected.len();
        problems.check(count > 0, "expected", "must hold a status such as 200, or a range such as 200-399");
        let message = format!("has {count} entries; at most {MOST_RANGES} are allowed");
        problems.check(count <= MOST_RANGES, "expected", message);
    }

    /// Whether the body of an answer is looked at.
    #[must_use]
    pub fn reads_body(&self) -> bool {
        !self.contains.is_empty()
    }

    /// Judges an answer: its status, and as much of its body as was read.
    ///
    /// # Errors
    /// Why it is none of a site that is up, in a few words.
    pub fn judge(&self, status: u16, body: &[u8]) -> Result<(), String> {
        if !self.expected.iter().any(|range| range.holds(status)) {
            let expected: Vec<_> = self.expected.iter().map(ToString::to_string).collect();
            return Err(format!("status {status}, not {}", expected.join(", ")));
        }
        let wanted = self.contains.as_bytes();
        let is_there = wanted.is_empty() || body.windows(wanted.len()).any(|part| part == wanted);
        if is_there { Ok(()) } else { Err("the text is not in the first 256 KiB of the body".to_owned()) }
    }

    /// For how long after a check its state counts, in milliseconds: three intervals, ten minutes at least.
    #[must_use]
    pub fn validity(&self) -> i64 {
        const LEAST: i64 = 10 * 60_000;
        (3 * self.every_minutes.millis()).max(LEAST)
    }
}

#[cfg(test)]
mod tests {
    use super::Monitor;
    use serde_json::{Value, json};

    fn monitor(more: Value) -> Result<Monitor, serde_json::Error> {
        let mut document = json!({"name": "Shop", "url": "https://shop.example/health"});
        let fields = more.as_object().expect("an object").clone();
        document.as_object_mut().expect("an object").extend(fields);
        serde_json::from_value(document)
    }

    #[test]
    fn what_is_wrong_is_named_at_its_field() {
        for (more, field) in [
            (json!({"name": " "}), "name"),
            (json!({"url": "ftp://shop.example"}), "url"),
            (json!({"url": "https://shop.example/?c={clickid}"}), "url"),
            (json!({"expected": []}), "expected"),
            (json!({"expected": vec!["200"; 21]}), "expected"),
            (json!({"timeout_seconds": 0}), "timeout_seconds"),
            (json!({"timeout_seconds": 31}), "timeout_seconds"),
            (json!({"failures_to_down": 0}), "failures_to_down"),
            (json!({"successes_to_up": 11}), "successes_to_up"),
            (json!({"method": "head", "contains": "ok"}), "contains"),
            (json!({"contains": "x".repeat(501)}), "contains"),
        ] {
            let problems = monitor(more.clone()).expect("it reads").problems();
            assert!(problems.0.iter().any(|problem| problem.field == field), "{more}: {problems:?}");
        }
        assert!(monitor(json!({})).expect("it reads").problems().0.is_empty());
        for unread in [json!({"every_minutes": 3}), json!({"method": "post"}), json!({"expected": ["99"]})] {
            assert!(monitor(unread.clone()).is_err(), "{unread}");
        }
    }

    #[test]
    fn a_site_is_up_where_status_and_text_are_as_expected() {
        let usual = monitor(json!({})).expect("it reads");
        for (status, is_up) in
            [(199, false), (200, true), (302, true), (399, true), (400, false), (500, false)]
        {
            assert_eq!(usual.judge(status, b"").is_ok(), is_up, "{status}");
        }
        let picky = monitor(json!({"expected": ["200", "401-403"], "contains": "süß"})).expect("it reads");
        assert_eq!(picky.judge(201, "süß".as_bytes()), Err("status 201, not 200, 401-403".to_owned()));
        assert!(picky.judge(402, "so süß".as_bytes()).is_ok());
        assert!(picky.judge(200, "so sü".as_bytes()).is_err());
        assert!(picky.judge(200, b"").is_err());
    }

    #[test]
    fn a_state_counts_for_three_intervals_and_ten_minutes_at_least() {
        for (minutes, validity) in [(1, 10), (2, 10), (5, 15), (60, 180)] {
            let found = monitor(json!({"every_minutes": minutes})).expect("it reads");
            assert_eq!(found.validity(), validity * 60_000, "{minutes}");
        }
    }
}
