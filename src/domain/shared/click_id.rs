//! A click's id, the transaction id of the field. It goes into other people's systems and a
//! postback names nothing else, so the id alone leads to the network, the node and the day.
//!
//! UUIDv8 (RFC 9562), most significant bit first: 48 bits of milliseconds since 1970, the version,
//! 12 bits of node, the variant, 22 bits of network, 40 bits that tell clicks of one millisecond
//! apart and can't be guessed. Shown as 32 lower-case hex characters.

use super::{DayNumber, NetworkId, NodeId};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// The id of a click or an impression.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClickId(pub u128);

/// What a click id tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClickIdParts {
    /// When the click was taken, in milliseconds since 1970 UTC; below 2^48.
    pub millis: i64,
    /// The node that took it, below 4,096.
    pub node: NodeId,
    /// The network whose click it is, below 2^22.
    pub network: NetworkId,
    /// What tells clicks of one millisecond apart; the lowest 40 bits count.
    pub tail: u64,
}

/// A text that is no click id.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MalformedClickId {
    #[error("must be the 32 hex characters of a click id")]
    NotHex,
    /// 32 hex characters, but not those of an id that was ever given.
    #[error(
        "has 32 hex characters, but is no click id: the 13th character of one is 8, and the 17th is 8, 9, a or b"
    )]
    NeverGiven,
}

const VERSION: u128 = 0x8;
const VARIANT: u128 = 0b10;
const TAIL_BITS: u32 = 40;
const NETWORK_BITS: u32 = 22;

fn bits(value: u64, width: u32) -> u128 {
    u128::from(value & ((1 << width) - 1))
}

impl ClickId {
    /// The id that is made of `parts`; what exceeds a part's width is cut off.
    #[must_use]
    pub fn new(parts: ClickIdParts) -> Self {
        Self(
            bits(parts.millis as u64, 48) << 80
                | VERSION << 76
                | bits(parts.node.0 as u64, 12) << 64
                | VARIANT << 62
                | bits(parts.network.0 as u64, NETWORK_BITS) << TAIL_BITS
                | bits(parts.tail, TAIL_BITS),
        )
    }

    /// What the id tells.
    #[must_use]
    pub fn parts(self) -> ClickIdParts {
        let field = |shift: u32, width: u32| (self.0 >> shift) as u64 & ((1 << width) - 1);
        ClickIdParts {
            millis: field(80, 48) as i64,
            node: NodeId(field(64, 12) as i64),
            network: NetworkId(field(TAIL_BITS, NETWORK_BITS) as i64),
            tail: field(0, TAIL_BITS),
        }
    }

    /// The UTC day under which the click is stored.
    #[must_use]
    pub fn day(self) -> DayNumber {
        DayNumber::of_millis(self.parts().millis)
    }
}

impl fmt::Display for ClickId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for ClickId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClickId({self})")
    }
}

impl FromStr for ClickId {
    type Err = MalformedClickId;

    /// Reads 32 hex characters of either case, with or without a UUID's hyphens.
    fn from_str(text: &str) -> Result<Self, MalformedClickId> {
        let plain: String = text.chars().filter(|c| *c != '-').collect();
        if plain.len() != 32 || !plain.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(MalformedClickId::NotHex);
        }
        let id = Self(u128::from_str_radix(&plain, 16).map_err(|_| MalformedClickId::NotHex)?);
        let well_formed = (id.0 >> 76) & 0xf == VERSION && (id.0 >> 62) & 0b11 == VARIANT;
        if well_formed { Ok(id) } else { Err(MalformedClickId::NeverGiven) }
    }
}

impl Serialize for ClickId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for ClickId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return u128::deserialize(deserializer).map(Self);
        }
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{ClickId, ClickIdParts};
    use crate::shared::{NetworkId, NodeId};
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    proptest! {
        #[test]
        fn the_id_alone_leads_to_network_node_and_moment(
            millis in 0_i64..1 << 48, node in 0_i64..4096, network in 0_i64..1 << 22, tail in 0_u64..1 << 40,
        ) {
            let parts = ClickIdParts { millis, node: NodeId(node), network: NetworkId(network), tail };
            let id = ClickId::new(parts);
            prop_assert_eq!(id.parts(), parts);
            prop_assert_eq!(id.to_string().parse::<ClickId>(), Ok(id));
            prop_assert_eq!(id.to_string().len(), 32);
        }

        #[test]
        fn later_clicks_sort_later(early in 0_i64..1 << 40, late in 1_i64 << 40..1 << 48, tail in 0_u64..1 << 40) {
            let at = |millis| ClickId::new(ClickIdParts { millis, node: NodeId(4095), network: NetworkId(7), tail });
            prop_assert!(at(early) < at(late));
        }
    }

    #[test]
    fn a_text_that_is_no_click_id_is_refused() {
        for text in ["", "zz", "0123456789abcdef0123456789abcdef", "ffffffffffffffffffffffffffffffff", "é"] {
            assert!(text.parse::<ClickId>().is_err(), "{text}");
        }
        let never_given = "f".repeat(32).parse::<ClickId>().expect_err("no id is like this").to_string();
        assert!(never_given.contains("13th character"), "{never_given}");
    }
}
