//! Advertisers, partners and approvals, as managed objects.

use crate::shared::{Fact, Managed, folded};
use domain::{
    accounts::{Advertiser, ApprovalState, Partner, PartnerOffer},
    shared::{PartnerId, UserId},
};
use sea_orm::Value;
use std::borrow::Cow;

impl Managed for Advertiser {
    const TABLE: &'static str = "advertisers";
    const OBJECT: &'static str = "advertiser";
    const SEARCHED: bool = true;

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("name", self.name.as_str().into()),
            ("search_name", folded(&self.name).into()),
            ("status", self.status.name().into()),
        ]
    }
}

impl Managed for Partner {
    const TABLE: &'static str = "partners";
    const OBJECT: &'static str = "partner";
    const CODED: bool = true;
    const SEARCHED: bool = true;
    const PARTNER: Option<&'static str> = Some("id");

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("name", self.name.as_str().into()),
            ("search_name", folded(&self.name).into()),
            ("status", self.status.name().into()),
            ("manager_id", self.manager_id.map(|id| id.0).into()),
        ]
    }

    fn references(&self) -> Vec<(Cow<'static, str>, &'static str, i64)> {
        self.manager_id.map(|id| ("manager_id".into(), "users", id.0)).into_iter().collect()
    }

    fn adopt(&mut self, manager: UserId) {
        self.manager_id = Some(manager);
    }
}

impl Managed for PartnerOffer {
    const TABLE: &'static str = "partner_offers";
    const OBJECT: &'static str = "partner_offer";
    const PARTNER: Option<&'static str> = Some("partner_id");

    fn partner(&self) -> Option<PartnerId> {
        Some(self.partner_id)
    }

    fn columns(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("partner_id", self.partner_id.0.into()),
            ("offer_id", self.offer_id.0.into()),
            ("state", self.state.name().into()),
        ]
    }

    fn references(&self) -> Vec<(Cow<'static, str>, &'static str, i64)> {
        vec![
            ("partner_id".into(), "partners", self.partner_id.0),
            ("offer_id".into(), "offers", self.offer_id.0),
        ]
    }

    /// An application is a state that becomes pending; whatever decides it is the answer.
    fn facts(&self, before: Option<&Self>) -> Vec<Fact> {
        let Self { partner_id, offer_id, .. } = *self;
        let was_pending = before.is_some_and(|before| before.state == ApprovalState::Pending);
        let answered = |approved| Fact::ApplicationAnswered { partner_id, offer_id, approved };
        match (was_pending, self.state) {
            (false, ApprovalState::Pending) => vec![Fact::PartnerApplied { partner_id, offer_id }],
            (true, ApprovalState::Approved) => vec![answered(true)],
            (true, ApprovalState::Rejected | ApprovalState::Blocked) => vec![answered(false)],
            (_, ApprovalState::None) | (true, ApprovalState::Pending) => Vec::new(),
            (false, ApprovalState::Approved | ApprovalState::Rejected | ApprovalState::Blocked) => Vec::new(),
        }
    }
}
