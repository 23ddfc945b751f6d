//! The statuses of a conversion and the numbers that say why it is rejected or refused.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Whether a conversion counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum ConversionStatus {
    Approved = 0,
    Pending = 1,
    Rejected = 2,
}

impl ConversionStatus {
    /// Every status, by number.
    pub const ALL: [Self; 3] = [Self::Approved, Self::Pending, Self::Rejected];

    /// The name in postbacks, the API and JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Pending => "pending",
            Self::Rejected => "rejected",
        }
    }

    /// The number that is stored.
    #[must_use]
    pub fn number(self) -> i16 {
        self as i16
    }

    /// The status of a stored number.
    #[must_use]
    pub fn of_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.number() == number)
    }
}

/// A text that names no status.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("must be approved, pending or rejected")]
pub struct UnknownStatus;

impl FromStr for ConversionStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL
            .into_iter()
            .find(|status| status.name().eq_ignore_ascii_case(text.trim()))
            .ok_or(UnknownStatus)
    }
}

/// Why a conversion is not approved, or a call is refused. The field's numbers; 200 and 209 are ours.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u16)]
pub enum ConversionCode {
    AddressNotAllowed = 3,
    OverCap = 4,
    TooLate = 5,
    Duplicate = 8,
    ByHand = 9,
    Malformed = 12,
    ClickNotFound = 13,
    OfferMismatch = 14,
    InactiveOffer = 18,
    EndedOffer = 19,
    TooSoon = 20,
    BadToken = 21,
    FraudFlag = 22,
    UnknownEvent = 25,
    /// The click was a bot's (ours).
    Bot = 200,
    /// The click was refused, so nothing that comes of it is paid (ours).
    InvalidClick = 209,
}

impl ConversionCode {
    /// Every code, in order of its number.
    pub const ALL: [Self; 16] = [
        Self::AddressNotAllowed,
        Self::OverCap,
        Self::TooLate,
        Self::Duplicate,
        Self::ByHand,
        Self::Malformed,
        Self::ClickNotFound,
        Self::OfferMismatch,
        Self::InactiveOffer,
        Self::EndedOffer,
        Self::TooSoon,
        Self::BadToken,
        Self::FraudFlag,
        Self::UnknownEvent,
        Self::Bot,
        Self::InvalidClick,
    ];

    /// The number.
    #[must_use]
    pub fn number(self) -> u16 {
        self as u16
    }

    /// The code of a number.
    #[must_use]
    pub fn of_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.number() == number)
    }

    /// A few words for pages, logs and answers.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::AddressNotAllowed => "address not allowed",
            Self::OverCap => "over cap",
            Self::TooLate => "too late after the click",
            Self::Duplicate => "duplicate",
            Self::ByHand => "rejected by hand",
            Self::Malformed => "malformed",
            Self::ClickNotFound => "click not found",
            Self::OfferMismatch => "offer mismatch",
            Self::InactiveOffer => "offer not active",
            Self::EndedOffer => "offer ended",
            Self::TooSoon => "too soon after the click",
            Self::BadToken => "bad token",
            Self::FraudFlag => "fraud flag",
            Self::UnknownEvent => "unknown event",
            Self::Bot => "the click was a bot's",
            Self::InvalidClick => "the click was invalid",
        }
    }

    /// The HTTP status that the call is answered with (INTERFACE.md, "Tracking"): 200 where the
    /// conversion is stored all the same, else that of a refusal.
    #[must_use]
    pub fn http_status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::AddressNotAllowed | Self::BadToken => 403,
            Self::ClickNotFound => 404,
            Self::Duplicate => 409,
            Self::OfferMismatch | Self::UnknownEvent => 422,
            Self::OverCap
            | Self::TooLate
            | Self::ByHand
            | Self::InactiveOffer
            | Self::EndedOffer
            | Self::TooSoon
            | Self::FraudFlag
            | Self::Bot
            | Self::InvalidClick => 200,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ConversionCode, ConversionStatus};

    #[test]
    fn numbers_and_names_lead_back() {
        for code in ConversionCode::ALL {
            assert_eq!(ConversionCode::of_number(code.number()), Some(code));
        }
        for status in ConversionStatus::ALL {
            assert_eq!(ConversionStatus::of_number(status.number()), Some(status));
            assert_eq!(status.name().to_uppercase().parse(), Ok(status));
        }
    }

    #[test]
    fn every_code_is_the_documented_one() {
        // DOMAIN.md, section 2; the status by INTERFACE.md.
        let documented = [
            (3, "address not allowed", 403),
            (4, "over cap", 200),
            (5, "too late after the click", 200),
            (8, "duplicate", 409),
            (9, "rejected by hand", 200),
            (12, "malformed", 400),
            (13, "click not found", 404),
            (14, "offer mismatch", 422),
            (18, "offer not active", 200),
            (19, "offer ended", 200),
            (20, "too soon after the click", 200),
            (21, "bad token", 403),
            (22, "fraud flag", 200),
            (25, "unknown event", 422),
            (200, "the click was a bot's", 200),
            (209, "the click was invalid", 200),
        ];
        let all = ConversionCode::ALL.map(|code| (code.number(), code.words(), code.http_status()));
        assert_eq!(all, documented);
    }
}
