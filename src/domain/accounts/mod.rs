//! Who is on either side: advertisers, partners, and which partner may run which offer.

use crate::{offers::{Cap, Payout}, shared::{OfferId, PartnerId, Problems, EventId}};
use serde::{Deserialize, Serialize};

/// Who pays for conversions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advertiser {
    pub name: String,
    #[serde(default)]
    pub status: AccountStatus,
    /// A secret that postbacks carry. Made with the advertiser; partners see click ids, so it is required by default.
    #[serde(default)]
    pub verification_token: String,
    #[serde(default = "yes")]
    pub require_token: bool,
    /// Addresses or CIDR blocks that may post; empty allows all.
    #[serde(default)]
    pub ip_list: Vec<String>,
}

/// Who sends visitors.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    pub name: String,
    #[serde(default)]
    pub status: AccountStatus,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    #[default]
    Active,
    Paused,
    Deleted,
}

/// What one partner may do with one offer, and on which terms of its own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartnerOffer {
    pub partner_id: PartnerId,
    pub offer_id: OfferId,
    #[serde(default)]
    pub state: ApprovalState,
    /// Replaces the offer's payout for the base conversion.
    #[serde(default)]
    pub payout: Option<Payout>,
    /// Replaces the payout of named events.
    #[serde(default)]
    pub event_payouts: Vec<EventPayout>,
    /// Limits of this partner's share, beside the offer's own.
    #[serde(default)]
    pub caps: Vec<Cap>,
}

/// A partner's own payout for one named event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventPayout {
    pub event_id: EventId,
    pub payout: Payout,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    #[default]
    None,
    Pending,
    Approved,
    Rejected,
    Blocked,
}

fn yes() -> bool {
    true
}

impl Advertiser {
    /// What is wrong with the document.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        problems.text("name", &self.name, true, 200);
        problems.text("verification_token", &self.verification_token, false, 128);
        problems.check(self.ip_list.len() <= 100, "ip_list", "holds more than 100 entries");
        for (index, entry) in self.ip_list.iter().enumerate() {
            let fine = entry.parse::<ipnet::IpNet>().is_ok() || entry.parse::<std::net::IpAddr>().is_ok();
            problems.check(fine, &format!("ip_list[{index}]"), "must be an address or a CIDR block");
        }
        problems
    }
}

impl Partner {
    /// What is wrong with the document.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        problems.text("name", &self.name, true, 200);
        problems
    }
}
