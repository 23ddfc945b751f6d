//! A condition: one field of the visitor, an operator, one or more values. The same document
//! everywhere: targeting, fail-traffic rows, flow rules. Matching ignores case.

use super::{MonitorId, OfferId};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a condition looks at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Field {
    Country,
    Region,
    City,
    Language,
    Device,
    Os,
    OsVersion,
    Browser,
    Isp,
    Connection,
    Carrier,
    Ip,
    Proxy,
    IsBot,
    SourceId,
    /// `sub1` to `sub30`, by number.
    Sub(u8),
    Schedule,
    OfferCap,
    SiteStatus,
    /// Of traffic controls alone, like the user agent.
    Referrer,
    UserAgent,
}

/// The named fields; `Sub` is spelled by number.
const NAMES: [(Field, &str); 20] = [
    (Field::Country, "country"),
    (Field::Region, "region"),
    (Field::City, "city"),
    (Field::Language, "language"),
    (Field::Device, "device"),
    (Field::Os, "os"),
    (Field::OsVersion, "os_version"),
    (Field::Browser, "browser"),
    (Field::Isp, "isp"),
    (Field::Connection, "connection"),
    (Field::Carrier, "carrier"),
    (Field::Ip, "ip"),
    (Field::Proxy, "proxy"),
    (Field::IsBot, "is_bot"),
    (Field::SourceId, "source_id"),
    (Field::Schedule, "schedule"),
    (Field::OfferCap, "offer_cap"),
    (Field::SiteStatus, "site_status"),
    (Field::Referrer, "referrer"),
    (Field::UserAgent, "user_agent"),
];

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Sub(number) = self {
            return write!(f, "sub{number}");
        }
        let name = NAMES.iter().find(|(field, _)| field == self).map_or("", |(_, name)| name);
        f.write_str(name)
    }
}

impl FromStr for Field {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let lower = text.to_ascii_lowercase();
        if let Some((field, _)) = NAMES.iter().find(|(_, name)| *name == lower) {
            return Ok(*field);
        }
        match lower.strip_prefix("sub").and_then(|number| number.parse().ok()) {
            Some(number @ 1..=30) => Ok(Self::Sub(number)),
            _ => Err(format!(
                "`{text}` is not a field of the visitor; such as country, os or sub1 to sub30 is"
            )),
        }
    }
}

impl Serialize for Field {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// How the field is compared with the values. Any value suffices; for `IsNot` none may match.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    #[default]
    Is,
    IsNot,
    Contains,
    StartsWith,
    EndsWith,
    Matches,
    IsEmpty,
    AtLeast,
    AtMost,
}

impl Operator {
    /// Every operator.
    pub const ALL: [Self; 9] = [
        Self::Is,
        Self::IsNot,
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
        Self::Matches,
        Self::IsEmpty,
        Self::AtLeast,
        Self::AtMost,
    ];

    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is_not",
            Self::Contains => "contains",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
            Self::Matches => "matches",
            Self::IsEmpty => "is_empty",
            Self::AtLeast => "at_least",
            Self::AtMost => "at_most",
        }
    }

    /// Whether it can be asked of a field of the visitor.
    #[must_use]
    pub fn suits(self, field: Field) -> bool {
        let text = !matches!(field, Field::Ip | Field::Proxy | Field::IsBot | Field::Schedule);
        match self {
            Self::Is | Self::IsNot => true,
            Self::IsEmpty | Self::Contains | Self::StartsWith | Self::EndsWith | Self::Matches => text,
            Self::AtLeast | Self::AtMost => {
                matches!(field, Field::OsVersion | Field::SourceId | Field::Sub(_))
            }
        }
    }
}

/// What some fields need beside values: the offer and period of a cap, a monitor, a time zone.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Of {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitor: Option<MonitorId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// One condition as it is written, stored and shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub field: Field,
    #[serde(default, rename = "op")]
    pub operator: Operator,
    /// For `schedule`: `mon-fri 09:00-17:00`, several separated by values. For `ip`: addresses, CIDR
    /// blocks or `first-last`. For `os_version` with `at_least`/`at_most`: one version.
    #[serde(default)]
    pub values: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Of>,
}
