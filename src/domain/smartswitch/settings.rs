//! What a rule is set to: the variable, the action, how often, over which time and with which delay (DOMAIN.md,
//! section 8).

use crate::shared::{Dimension, hours};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// What a rule names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityType {
    #[default]
    Offers,
    Advertisers,
}

impl EntityType {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Offers, Self::Advertisers];

    /// The word in JSON and in forms.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Offers => "offers",
            Self::Advertisers => "advertisers",
        }
    }
}

/// What tells the sources of a partner apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variable {
    #[default]
    SourceId,
    Sub1,
    Sub2,
    Sub3,
    Sub4,
    Sub5,
}

impl Variable {
    /// All, as they are stored: by their place.
    pub const ALL: [Self; 6] = [Self::SourceId, Self::Sub1, Self::Sub2, Self::Sub3, Self::Sub4, Self::Sub5];

    /// The dimension of reports and roll-ups that it is.
    #[must_use]
    pub const fn dimension(self) -> Dimension {
        match self {
            Self::SourceId => Dimension::SourceId,
            Self::Sub1 => Dimension::Sub1,
            Self::Sub2 => Dimension::Sub2,
            Self::Sub3 => Dimension::Sub3,
            Self::Sub4 => Dimension::Sub4,
            Self::Sub5 => Dimension::Sub5,
        }
    }

    /// The word in JSON and in forms, and the parameter of a tracking link.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.dimension().name()
    }

    /// Its place among all.
    #[must_use]
    pub const fn place(self) -> usize {
        match self {
            Self::SourceId => 0,
            Self::Sub1 => 1,
            Self::Sub2 => 2,
            Self::Sub3 => 3,
            Self::Sub4 => 4,
            Self::Sub5 => 5,
        }
    }
}

/// What becomes of the clicks of a source.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SwitchAction {
    /// A blank page. Of several rules on one source this one comes first.
    #[default]
    Block,
    /// The offer's fail traffic.
    FailTraffic,
    /// Nothing but the notice.
    Notify,
}

impl SwitchAction {
    /// All, the one that comes first among several rules before the others.
    pub const ALL: [Self; 3] = [Self::Block, Self::FailTraffic, Self::Notify];

    /// The word in JSON and in forms.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::FailTraffic => "fail_traffic",
            Self::Notify => "notify",
        }
    }
}

hours!(
    /// The hours that each run looks at.
    Lookback, 24, [1, 3, 6, 12, 24, 48, 168]
);
hours!(
    /// How often the data is checked: every so many hours.
    RunEvery, 24, [1, 3, 6, 12, 24]
);

/// A bounded whole number of a unit of time.
macro_rules! bounded {
    ($(#[$doc:meta])* $name:ident, $kind:ty, $of:ident, $least:literal to $most:literal, $words:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub struct $name($kind);

        impl $name {
            /// The number where it is within the bounds.
            #[must_use]
            pub fn new(number: $kind) -> Option<Self> {
                ($least..=$most).contains(&number).then_some(Self(number))
            }

            /// The number.
            #[must_use]
            pub const fn $of(self) -> $kind {
                self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let number = <$kind>::deserialize(deserializer)?;
                Self::new(number).ok_or_else(|| D::Error::custom($words))
            }
        }
    };
}

bounded!(
    /// The time between the notice and the action: none, or up to 30 days.
    ActionDelay, u32, minutes, 0 to 43_200, "must be a number of minutes from 0 to 43,200 (30 days)"
);
bounded!(
    /// How long a block lasts: up to a year.
    BlockHours, u32, hours, 1 to 8_784, "must be a number of hours from 1 to 8,784 (366 days)"
);

impl ActionDelay {
    /// Those that a form offers beside a custom one, in minutes.
    pub const OFFERED: [u32; 7] = [0, 60, 120, 240, 360, 720, 1_440];
}

impl Default for ActionDelay {
    fn default() -> Self {
        Self(60)
    }
}
