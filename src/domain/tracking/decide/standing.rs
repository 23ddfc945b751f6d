//! What a click and an impression are asked alike: whether network, partner and offer take traffic, and
//! whether this partner may run this offer.

use super::super::{Code, Plan, ShareIndex, plan::CompiledOffer};
use crate::{
    accounts::{ApprovalState, PartnerOffer},
    offers::{OfferStatus, Visibility},
    shared::{PartnerId, SmartSwitchRuleId, Status},
};
use chrono::{DateTime, Utc};

/// Why a click is not taken, and whether it may go on by the offer's fail traffic.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Refusal {
    pub(super) code: Code,
    pub(super) may_go_on: bool,
    /// The SmartSwitch rule that says so, where it is one.
    pub(super) rule: Option<SmartSwitchRuleId>,
}

impl Refusal {
    /// One that the offer's fail traffic may take.
    pub(super) const fn going_on(code: Code) -> Self {
        Self { code, may_go_on: true, rule: None }
    }

    /// One that ends the click.
    pub(super) const fn for_good(code: Code) -> Self {
        Self { code, may_go_on: false, rule: None }
    }

    /// Whether the visitor sees nothing at all, whatever else there is to try.
    pub(super) fn is_block(self) -> bool {
        self.code == Code::SmartSwitch && !self.may_go_on
    }
}

/// A partner at an offer.
pub(super) struct Standing<'a> {
    pub(super) plan: &'a Plan,
    pub(super) partner: PartnerId,
    pub(super) offer: &'a CompiledOffer,
    pub(super) share: Option<ShareIndex>,
}

pub(super) fn refuse(code: Code) -> Result<(), Refusal> {
    Err(Refusal::going_on(code))
}

pub(super) fn refuse_for_good(code: Code) -> Result<(), Refusal> {
    Err(Refusal::for_good(code))
}

/// Network and partner take traffic at all.
pub(super) fn check_partner(plan: &Plan, partner: PartnerId) -> Result<(), Refusal> {
    if plan.suspended() {
        refuse_for_good(Code::NetworkSuspended)?;
    }
    match plan.partner(partner).map(|partner| partner.status) {
        Some(Status::Active) => Ok(()),
        Some(Status::Paused | Status::Deleted) => refuse_for_good(Code::PartnerNotActive),
        None => refuse_for_good(Code::UnknownLink),
    }
}

impl<'a> Standing<'a> {
    /// Network, partner and offer take traffic at all.
    pub(super) fn check_status(&self) -> Result<(), Refusal> {
        check_partner(self.plan, self.partner)?;
        match self.offer.document().status {
            OfferStatus::Active => Ok(()),
            OfferStatus::Paused | OfferStatus::Pending => refuse(Code::OfferNotActive),
            OfferStatus::Deleted => refuse_for_good(Code::OfferNotActive),
        }
    }

    pub(super) fn check_end(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        let ended = self.offer.document().end_date.is_some_and(|end| now >= end);
        if ended { refuse(Code::OfferEnded) } else { Ok(()) }
    }

    /// The partner's own terms, where it has some.
    pub(super) fn terms(&self) -> Option<&'a PartnerOffer> {
        self.share.and_then(|share| self.plan.share(share)).map(|share| share.document())
    }

    pub(super) fn check_approval(&self) -> Result<(), Refusal> {
        let approved = match self.terms().map_or(ApprovalState::None, |terms| terms.state) {
            ApprovalState::Approved => true,
            ApprovalState::Rejected | ApprovalState::Blocked => false,
            ApprovalState::None | ApprovalState::Pending => match self.offer.document().visibility {
                Visibility::Public => true,
                Visibility::RequireApproval | Visibility::Private => false,
            },
        };
        if approved { Ok(()) } else { refuse_for_good(Code::PartnerNotApproved) }
    }
}
