//! Advertisers, partners and approvals, as managed objects.

use crate::shared::Managed;
use domain::accounts::{AccountStatus, Advertiser, ApprovalState, Partner, PartnerOffer};
use sea_orm::Value;

fn status(status: AccountStatus) -> Value {
    match status {
        AccountStatus::Active => "active",
        AccountStatus::Paused => "paused",
        AccountStatus::Deleted => "deleted",
    }
    .into()
}

impl Managed for Advertiser {
    const TABLE: &'static str = "advertisers";
    const OBJECT: &'static str = "advertiser";

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![("name", self.name.as_str().into()), ("status", status(self.status))]
    }
}

impl Managed for Partner {
    const TABLE: &'static str = "partners";
    const OBJECT: &'static str = "partner";
    const CODED: bool = true;

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![("name", self.name.as_str().into()), ("status", status(self.status))]
    }
}

impl Managed for PartnerOffer {
    const TABLE: &'static str = "partner_offers";
    const OBJECT: &'static str = "partner_offer";

    fn columns(&self) -> Vec<(&'static str, Value)> {
        let state = match self.state {
            ApprovalState::None => "none",
            ApprovalState::Pending => "pending",
            ApprovalState::Approved => "approved",
            ApprovalState::Rejected => "rejected",
            ApprovalState::Blocked => "blocked",
        };
        vec![
            ("partner_id", self.partner_id.0.into()),
            ("offer_id", self.offer_id.0.into()),
            ("state", state.into()),
        ]
    }

    fn references(&self) -> Vec<(&'static str, &'static str, i64)> {
        vec![("partner_id", "partners", self.partner_id.0), ("offer_id", "offers", self.offer_id.0)]
    }
}
