//! Typed ids: a number that says what it numbers. In JSON and URLs they are strings of digits.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if !serializer.is_human_readable() {
                    return self.0.serialize(serializer);
                }
                serializer.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if !deserializer.is_human_readable() {
                    return i64::deserialize(deserializer).map(Self);
                }
                deserializer.deserialize_any(IdVisitor).map(Self)
            }
        }
    )*};
}

/// Reads an id from a string of digits, or from a number, as hand-written JSON often has it.
struct IdVisitor;

impl de::Visitor<'_> for IdVisitor {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id as a string of digits")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<i64, E> {
        text.parse().map_err(|_| E::custom(format_args!("`{text}` is not an id (a string of digits)")))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<i64, E> {
        Ok(number)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<i64, E> {
        i64::try_from(number).map_err(|_| E::custom("the id is too large"))
    }
}

ids! {
    /// A tenant. Below 2^22, so that it fits into a click id.
    NetworkId,
    /// A tracking process's number, 1 to 4,095, handed out by the database.
    NodeId,
    /// A person who can sign in.
    UserId,
    /// A named set of rights.
    RoleId,
    /// A key for the API.
    ApiKeyId,
    /// A saved view of the report builder.
    ViewId,
    /// A count over rows that runs in the background.
    RunId,
    /// Who pays for conversions.
    AdvertiserId,
    /// Who sends visitors (an affiliate).
    PartnerId,
    /// What an advertiser pays for.
    OfferId,
    /// A page of an offer that a visitor is sent to.
    LandingPageId,
    /// A named event of an offer beside its base conversion.
    EventId,
    /// A host name that tracking links of one network use.
    DomainId,
    /// A link over several offers.
    SmartLinkId,
    /// A row of a Smart Link or a rule of a campaign, within its link.
    RowId,
    /// A link whose way is a flow.
    CampaignId,
    /// A web site whose status is watched.
    MonitorId,
    /// Sources of a partner that are refused.
    SourceBlockId,
    /// A list over a whole network of whom it takes no clicks.
    TrafficControlId,
    /// A rule of unacceptable traffic.
    SmartSwitchRuleId,
    /// One check of the traffic against a SmartSwitch rule.
    SmartSwitchRunId,
    /// A source that a SmartSwitch rule has found.
    ActionableVariableId,
    /// A stored conversion or event.
    ConversionId,
}
