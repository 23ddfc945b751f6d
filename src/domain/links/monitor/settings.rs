//! The choices of a monitor: its state, how it asks, how often, and which statuses are fine.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

/// How a site is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckMethod {
    #[default]
    Get,
    /// Gives no body.
    Head,
}

impl CheckMethod {
    pub const ALL: [Self; 2] = [Self::Get, Self::Head];

    /// The word in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Head => "head",
        }
    }
}

/// From one check to the next, in minutes: 1, 2, 5, 10, 15, 30 or 60.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CheckEvery(u8);

impl CheckEvery {
    /// Those that can be chosen.
    pub const ALL: [Self; 7] = [Self(1), Self(2), Self(5), Self(10), Self(15), Self(30), Self(60)];

    /// The number of minutes.
    #[must_use]
    pub const fn minutes(self) -> u8 {
        self.0
    }

    /// The same in milliseconds.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0 as i64 * 60_000
    }
}

impl Default for CheckEvery {
    fn default() -> Self {
        Self(1)
    }
}

impl Serialize for CheckEvery {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0)
    }
}

impl<'de> Deserialize<'de> for CheckEvery {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let minutes = u8::deserialize(deserializer)?;
        let known = Self::ALL.into_iter().find(|known| known.0 == minutes);
        known.ok_or_else(|| D::Error::custom("must be a number of minutes among 1, 2, 5, 10, 15, 30, 60"))
    }
}

/// HTTP statuses from one to another, both included; written `200` or `200-399`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StatusRange {
    from: u16,
    to: u16,
}

/// A text that is no range of statuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("must be a status from 100 to 599 such as 200, or a range such as 200-399")]
pub struct NotAStatusRange;

impl StatusRange {
    /// 200 to 399.
    pub const FINE: Self = Self { from: 200, to: 399 };

    /// Whether a status is one of them.
    #[must_use]
    pub const fn holds(self, status: u16) -> bool {
        self.from <= status && status <= self.to
    }
}

impl FromStr for StatusRange {
    type Err = NotAStatusRange;

    fn from_str(text: &str) -> Result<Self, NotAStatusRange> {
        let status = |text: &str| {
            let is_plain = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u16>().ok().filter(|status| is_plain && (100..600).contains(status))
        };
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        let range = Self {
            from: status(from.trim()).ok_or(NotAStatusRange)?,
            to: status(to.trim()).ok_or(NotAStatusRange)?,
        };
        if range.from <= range.to { Ok(range) } else { Err(NotAStatusRange) }
    }
}

impl fmt::Display for StatusRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { write!(f, "{}", self.from) } else { write!(f, "{}-{}", self.from, self.to) }
    }
}

impl Serialize for StatusRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StatusRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::StatusRange;
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn what_is_no_range_of_statuses_is_refused() {
        for text in ["", "2xx", "99", "600", "399-200", "200-", "-200", "200-300-400", "+20", "20.", "0200"] {
            assert!(text.parse::<StatusRange>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_range_reads_back_and_holds_what_is_in_it(from in 100_u16..600, more in 0_u16..500, status in 0_u16..700) {
            let to = (from + more).min(599);
            let range: StatusRange = format!("{from} - {to}").parse().expect("a range");
            prop_assert_eq!(range.to_string().parse(), Ok(range));
            prop_assert_eq!(range.holds(status), (from..=to).contains(&status));
        }
    }
}
