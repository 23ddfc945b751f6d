//! Tracking links: how the URL of partner × target is written, and the codes it carries; Smart Links; monitors.

mod campaign;
pub mod kpi;
mod labels;
mod monitor;
pub mod optimizer;
mod smart_link;

pub use campaign::{
    Branch, Campaign, CampaignPage, CapTest, FlowRule, FlowTest, OfferShare, PageShare, Refreshed, Rotator,
    RotatorGoal, RotatorOption, flow_test,
};
pub use monitor::{
    BODY_READ, Check, CheckEvery, CheckMethod, CheckOutcome, Monitor, SiteState, SiteStatus, StatusRange,
    Turn, next_check,
};
pub use smart_link::{Mechanism, PartnerRule, PartnerRules, SmartLink, SmartLinkRow};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// How many characters a code has.
const LENGTH: usize = 8;
/// The characters of a code: no `i`, `l`, `o` or `u`, which are mistaken for others or spell words.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What names a partner or a target in a tracking link; unique in the installation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkCode([u8; LENGTH]);

/// A text that is no code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("must be a code of 8 lower-case letters and digits, without i, l, o and u")]
pub struct NotALinkCode;

impl LinkCode {
    /// The code of 40 random bits; higher ones are ignored.
    #[must_use]
    pub fn of_bits(bits: u64) -> Self {
        Self(std::array::from_fn(|place| ALPHABET[(bits >> (5 * place)) as usize & 31]))
    }

    /// The code as it stands in a link.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("built from ASCII characters only")
    }
}

impl fmt::Display for LinkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for LinkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkCode({self})")
    }
}

impl FromStr for LinkCode {
    type Err = NotALinkCode;

    fn from_str(text: &str) -> Result<Self, NotALinkCode> {
        let code = <[u8; LENGTH]>::try_from(text.as_bytes()).map_err(|_| NotALinkCode)?;
        if code.iter().all(|byte| ALPHABET.contains(byte)) { Ok(Self(code)) } else { Err(NotALinkCode) }
    }
}

impl Serialize for LinkCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for LinkCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// The link that visitors click. `origin` is scheme and host, such as `https://go.example`, of a
/// tracking domain of the network, or the installation's public URL.
#[must_use]
pub fn click_url(origin: &str, partner: &str, target: &str) -> String {
    format!("{}/c/{partner}/{target}", origin.trim_end_matches('/'))
}

/// The address of the invisible image that counts an impression; `origin` as for [`click_url`].
#[must_use]
pub fn impression_url(origin: &str, partner: &str, target: &str) -> String {
    format!("{}/i/{partner}/{target}", origin.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::{LinkCode, click_url};
    use proptest::prelude::{prop_assert_eq, prop_assert_ne, proptest};

    #[test]
    fn a_link_is_origin_partner_and_target() {
        assert_eq!(
            click_url("https://go.example/", "0a1b2c3d", "zzzzzzzz"),
            "https://go.example/c/0a1b2c3d/zzzzzzzz"
        );
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in ["", "0a1b2c3", "0a1b2c3d4", "0A1b2c3d", "0a1b2c3l", "0a1b2c/d", "ééää"] {
            assert!(text.parse::<LinkCode>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_code_reads_back_and_other_bits_give_another(bits in 0_u64..1 << 40, flip in 0_u32..40) {
            let code = LinkCode::of_bits(bits);
            prop_assert_eq!(code.to_string().parse(), Ok(code));
            prop_assert_ne!(LinkCode::of_bits(bits ^ (1 << flip)), code);
        }
    }
}
