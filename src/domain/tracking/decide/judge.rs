//! One offer's judgement of one click: refused with a code, or taken, with what it counts and earns.

use super::super::{
    Code, Destination, Dice, Facts, Hop, OfferIndex, Plan, ShareIndex, Verdict,
    dice::{Purpose, draw_weighted},
    matching::Signals,
    plan::{CompiledOffer, CompiledPage},
};
use super::standing::{Refusal, Standing, refuse, refuse_for_good};
use crate::{
    offers::{DuplicateAction, Payout, PayoutType, RevenueType, Session},
    shared::{LandingPageId, Micros, PartnerId},
    smartswitch::SwitchAction,
};

/// What one judgement looks at.
pub(super) struct Stop<'s, 'a> {
    pub(super) plan: &'a Plan,
    pub(super) partner: PartnerId,
    pub(super) index: OfferIndex,
    pub(super) offer: &'a CompiledOffer,
    pub(super) share: Option<ShareIndex>,
    /// Whether the partner is paid here.
    pub(super) paid: bool,
    /// The one landing page that the visitor may go to; none leaves the choice.
    pub(super) page: Option<LandingPageId>,
    pub(super) signals: &'s Signals<'a>,
    /// How many hops were before.
    pub(super) hop: usize,
    pub(super) dice: Dice,
}

/// A click that is taken.
pub(super) struct Accepted {
    pub(super) hop: Hop,
    pub(super) to: Destination,
}

/// A click that the offer would take, unless SmartSwitch blocks it or it is a duplicate: by which landing page.
pub(super) struct Taken<'a> {
    chosen: Chosen<'a>,
    /// Why it ends here all the same.
    blocked: Option<Refusal>,
}

/// A landing page that was chosen: its place, and how probable it was.
struct Chosen<'a> {
    place: u16,
    page: &'a CompiledPage,
    propensity: f32,
}

impl<'a> Stop<'_, 'a> {
    /// Runs the checks in their order.
    pub(super) fn judge<F: Facts + ?Sized>(
        &self,
        facts: &F,
        asks_approval: bool,
    ) -> Result<Accepted, Refusal> {
        let chosen = self.check_before(asks_approval)?;
        self.check_switch(facts)?;
        self.check_converted(facts)?;
        let duplicate = self.check_duplicate(facts)?;
        self.check_behind(facts)?;
        Ok(self.accept(duplicate, chosen))
    }

    /// Whether the offer would take the click as a row of a Smart Link: all but the duplicate filter and a block by
    /// SmartSwitch, which end a click that was drawn.
    pub(super) fn would_take<F: Facts + ?Sized>(
        &self,
        facts: &F,
        asks_approval: bool,
    ) -> Result<Taken<'a>, Refusal> {
        let chosen = self.check_before(asks_approval)?;
        let blocked = match self.check_switch(facts) {
            Ok(()) => None,
            Err(refusal) if refusal.is_block() => Some(refusal),
            Err(refusal) => return Err(refusal),
        };
        self.check_converted(facts)?;
        self.check_behind(facts)?;
        Ok(Taken { chosen, blocked })
    }

    /// Takes what it would take, or refuses what is blocked and a duplicate.
    pub(super) fn take<F: Facts + ?Sized>(&self, facts: &F, taken: Taken<'a>) -> Result<Accepted, Refusal> {
        let Taken { chosen, blocked } = taken;
        blocked.map_or(Ok(()), Err)?;
        let duplicate = self.check_duplicate(facts)?;
        Ok(self.accept(duplicate, chosen))
    }

    fn check_before(&self, asks_approval: bool) -> Result<Chosen<'a>, Refusal> {
        let standing = self.standing();
        standing.check_status()?;
        let chosen = self.choose_page().ok_or(Refusal::going_on(Code::OfferNotActive))?;
        standing.check_end(self.signals.now)?;
        if asks_approval {
            standing.check_approval()?;
        }
        self.check_controls()?;
        Ok(chosen)
    }

    fn check_behind<F: Facts + ?Sized>(&self, facts: &F) -> Result<(), Refusal> {
        self.offer.targeting.check(self.signals).or_else(refuse)?;
        if facts.capped(self.index, self.share) {
            refuse(Code::OfferCap)?;
        }
        if self.signals.visit.is_bot && self.offer.document().block_bots {
            refuse_for_good(Code::Bot)?;
        }
        if self.offer.document().monitor_id.is_some_and(|monitor| facts.site_down(monitor)) {
            refuse(Code::SiteDown)?;
        }
        Ok(())
    }

    /// Neither the network nor the partner's source is kept out.
    fn check_controls(&self) -> Result<(), Refusal> {
        let controls = &self.plan.controls;
        if controls.refuse(self.signals) {
            refuse(Code::TrafficControl)?;
        }
        if controls.block(self.partner, self.offer.id(), self.signals) {
            refuse(Code::SourceBlock)?;
        }
        Ok(())
    }

    /// No source of the visitor is kept out by SmartSwitch.
    fn check_switch<F: Facts + ?Sized>(&self, facts: &F) -> Result<(), Refusal> {
        let Some(met) = facts.met(self.index, self.partner, self.signals.visit) else { return Ok(()) };
        let refusal = match met.action {
            SwitchAction::Block => Refusal::for_good(Code::SmartSwitch),
            SwitchAction::FailTraffic => Refusal::going_on(Code::SmartSwitch),
            SwitchAction::Notify => return Ok(()),
        };
        Err(Refusal { rule: Some(met.rule_id), ..refusal })
    }

    fn standing(&self) -> Standing<'a> {
        let Self { plan, partner, offer, share, .. } = *self;
        Standing { plan, partner, offer, share }
    }

    /// By what this offer knows the visitor again.
    fn key(&self) -> u64 {
        let keys = self.signals.visit.session;
        match self.offer.document().duplicate_filter.session {
            Session::Cookie => keys.cookie,
            Session::Ip => keys.ip,
            Session::IpUserAgent => keys.ip_user_agent,
        }
    }

    fn check_converted<F: Facts + ?Sized>(&self, facts: &F) -> Result<(), Refusal> {
        let converted = || facts.converted(self.index, self.key());
        match self.offer.document().converted_filter.action {
            DuplicateAction::Off => Ok(()),
            DuplicateAction::Block if converted() => refuse_for_good(Code::AlreadyConverted),
            DuplicateAction::FailTraffic if converted() => refuse(Code::AlreadyConverted),
            DuplicateAction::Block | DuplicateAction::FailTraffic => Ok(()),
        }
    }

    /// Whether the click is a duplicate that passes.
    fn check_duplicate<F: Facts + ?Sized>(&self, facts: &F) -> Result<bool, Refusal> {
        if !facts.seen(self.index, self.key()) {
            return Ok(false);
        }
        match self.offer.document().duplicate_filter.action {
            DuplicateAction::Off => {}
            DuplicateAction::Block => refuse_for_good(Code::DuplicateClick)?,
            DuplicateAction::FailTraffic => refuse(Code::DuplicateClick)?,
        }
        Ok(true)
    }

    /// The only page that is allowed, or the one that the link asks for, where it is one of the offer's
    /// active ones, else a draw among those.
    fn choose_page(&self) -> Option<Chosen<'a>> {
        let mut places = self.offer.landing_pages().iter().enumerate().filter(|(_, page)| page.active);
        if let Some(only) = self.page {
            let (place, page) = places.find(|(_, page)| page.id == only)?;
            return Some(Chosen { place: place as u16, page, propensity: 1.0 });
        }
        if let Some(asked) = self.signals.visit.landing_page {
            let mut active = places.clone();
            if let Some((place, page)) = active.find(|(_, page)| page.id == asked) {
                return Some(Chosen { place: place as u16, page, propensity: 1.0 });
            }
        }
        let weighted = places.map(|place| (place, place.1.weight));
        let number = |below| self.dice.draw(self.hop, Purpose::LandingPage, below);
        let ((place, page), propensity) = draw_weighted(weighted, number)?;
        Some(Chosen { place: place as u16, page, propensity })
    }

    fn accept(&self, duplicate: bool, chosen: Chosen<'_>) -> Accepted {
        let (verdict, code) = match (self.signals.visit.is_bot, duplicate) {
            (true, _) => (Verdict::Invalid, Some(Code::Bot)),
            (false, true) => (Verdict::Duplicate, Some(Code::DuplicateClick)),
            (false, false) => (Verdict::Valid, None),
        };
        let mut hop = Hop { verdict, code, ..Hop::refused(Code::Bot) };
        if verdict == Verdict::Valid {
            (hop.payout, hop.revenue) = self.earnings();
            hop.remember = Some(self.key());
        }
        hop.reserves = verdict != Verdict::Invalid;
        if self.offer.document().deep_links.followed(self.signals.visit.deep_link).is_some() {
            return Accepted { hop, to: Destination::DeepLink { offer: self.index } };
        }
        hop.landing_page = Some(chosen.page.id);
        hop.option = Some(chosen.place);
        hop.propensity = chosen.propensity;
        Accepted { hop, to: Destination::LandingPage { offer: self.index, option: chosen.place } }
    }

    /// What a valid click itself earns the partner, and what the advertiser pays for it.
    fn earnings(&self) -> (Micros, Micros) {
        let document = self.offer.document();
        let revenue = match document.revenue.kind {
            RevenueType::Rpc => document.revenue.amount,
            RevenueType::Rpa | RevenueType::Rps | RevenueType::RpaRps | RevenueType::Rpm => Micros::ZERO,
        };
        let terms: Payout = self.standing().terms().and_then(|terms| terms.payout).unwrap_or(document.payout);
        let payout = match terms.kind {
            PayoutType::Cpc => terms.amount,
            PayoutType::RevenueShare => revenue.percent(terms.percent),
            PayoutType::Cpa | PayoutType::Cps | PayoutType::CpaCps | PayoutType::Cpm => Micros::ZERO,
        };
        (if self.paid { payout } else { Micros::ZERO }, revenue)
    }
}
