//! Who is on either side: advertisers, partners, and which partner may run which offer.

use crate::shared::{
    Cap, EventId, OfferId, PartnerId, Payout, PayoutType, Problems, Status, UserId, caps_problems,
    check_payout,
};
use serde::{Deserialize, Serialize};

/// Who pays for conversions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advertiser {
    pub name: String,
    #[serde(default)]
    pub status: Status,
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
    pub status: Status,
    /// The employee who looks after it; some see only those that are theirs.
    #[serde(default)]
    pub manager_id: Option<UserId>,
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

impl ApprovalState {
    pub const ALL: [Self; 5] = [Self::None, Self::Pending, Self::Approved, Self::Rejected, Self::Blocked];

    /// The word in JSON, in the database and on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Blocked => "blocked",
        }
    }
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

/// Most payouts of its own that a partner can have on one offer.
const MOST_EVENT_PAYOUTS: usize = 100;

impl PartnerOffer {
    /// What is wrong with the document.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = caps_problems("caps", &self.caps);
        if let Some(payout) = self.payout {
            check_payout(&mut problems, "payout", payout);
        }
        let count = self.event_payouts.len();
        let few = count <= MOST_EVENT_PAYOUTS;
        problems.check(
            few,
            "event_payouts",
            format!("has {count} entries; at most {MOST_EVENT_PAYOUTS} are allowed"),
        );
        for (index, own) in self.event_payouts.iter().enumerate().take(MOST_EVENT_PAYOUTS) {
            let path = format!("event_payouts[{index}].payout");
            check_payout(&mut problems, &path, own.payout);
            let of_click = matches!(own.payout.kind, PayoutType::Cpc | PayoutType::Cpm);
            problems.check(!of_click, &format!("{path}.type"), "an event has no clicks or impressions");
            let twice = self.event_payouts[..index].iter().any(|other| other.event_id == own.event_id);
            problems.check(
                !twice,
                &format!("event_payouts[{index}].event_id"),
                "names the event a second time",
            );
        }
        problems
    }
}
