//! The decision: from plan, visitor, facts, time and dice to where one click goes. It has no error
//! type; every failure is a decision. Checks run in the order of DOMAIN.md, section 2, and the first
//! that fails is the code.

mod campaign;
mod explain;
mod explain_campaign;
mod explain_link;
mod explain_offer;
mod impression;
mod judge;
mod smart_link;
mod standing;
mod way_out;

pub use explain::{Explained, PlaceTold, explain};
pub use explain_campaign::{CampaignTold, RuleTold, RuleVerdict, WayTold};
pub use explain_link::{RowTold, RowVerdict, SmartLinkTold};
pub use explain_offer::{OfferTold, WayOutTold, WayOutVerdict};
pub use impression::impression_earnings;

use super::{
    Answer, CampaignIndex, Code, CompiledCampaign, CompiledSmartLink, Decision, Destination, Dice, Facts,
    Hop, OfferIndex, Plan, Target, Verdict, Visit, matching::Signals, plan::CompiledOffer,
};
use crate::{
    offers::{OfferStatus, Redirect, ReferrerPolicy},
    shared::{Micros, PartnerId, RowId},
};
use chrono::{DateTime, Utc};
use explain_offer::is_of;
use judge::{Accepted, Stop};
use smallvec::SmallVec;
use standing::{Refusal, check_partner};
use way_out::WayOut;

/// The most hops that a click takes; a loop that was saved all the same ends here.
pub const MOST_HOPS: usize = 5;

/// Where a click goes. `partner` is none where the link names none that this network knows.
///
/// A bot is routed like a visitor but its clicks are invalid, reserve nothing and are not remembered.
pub fn decide<F: Facts + ?Sized>(
    plan: &Plan,
    partner: Option<PartnerId>,
    target: Target,
    visit: &Visit<'_>,
    facts: &F,
    now: DateTime<Utc>,
    dice: Dice,
) -> Decision {
    match (partner, place_of(plan, target)) {
        (Some(partner), Some(place)) => {
            Walk::new(plan, partner, facts, dice, visit, now).run_telling(place, |_, _, _| ())
        }
        (_, place) => unknown_link(partner, place),
    }
}

fn place_of(plan: &Plan, target: Target) -> Option<Place<'_>> {
    match target {
        Target::Offer(index) => plan.offer(index).map(|offer| Place::Offer(index, offer)),
        Target::SmartLink(index) => plan.smart_link(index).map(Place::SmartLink),
        Target::Campaign(index) => plan.campaign(index).map(|campaign| Place::Campaign(index, campaign)),
        Target::Unknown => None,
    }
}

fn unknown_link(partner: Option<PartnerId>, place: Option<Place<'_>>) -> Decision {
    let mut hop = Hop::refused(Code::UnknownLink);
    hop.partner = partner;
    match place {
        Some(Place::Offer(index, offer)) => (hop.offer, hop.index) = (Some(offer.id()), Some(index)),
        Some(Place::SmartLink(link)) => hop.smart_link = Some(link.id()),
        Some(Place::Campaign(_, campaign)) => hop.campaign = Some(campaign.id()),
        None => {}
    }
    Decision { hops: SmallVec::from_iter([hop]), answer: Answer::Page(Code::UnknownLink), onward: None }
}

impl Hop {
    /// A hop that goes no further; the rest is filled in by who knows it.
    fn refused(code: Code) -> Self {
        Self {
            partner: None,
            offer: None,
            smart_link: None,
            campaign: None,
            row: None,
            campaign_page: None,
            rotator_option: None,
            index: None,
            share: None,
            landing_page: None,
            verdict: Verdict::Invalid,
            code: Some(code),
            smart_switch_rule: None,
            branch: None,
            option: None,
            propensity: 1.0,
            payout: Micros::ZERO,
            revenue: Micros::ZERO,
            paid: true,
            reserves: false,
            remember: None,
        }
    }
}

/// What a click can stand at.
#[derive(Clone, Copy)]
enum Place<'a> {
    Offer(OfferIndex, &'a CompiledOffer),
    SmartLink(&'a CompiledSmartLink),
    Campaign(CampaignIndex, &'a CompiledCampaign),
}

/// A link over several offers that a click came into. Inside, no offer forwards, and its fail traffic is not
/// followed; where nothing takes the click the network's fallback does.
#[derive(Clone, Copy)]
enum Through<'a> {
    SmartLink(&'a CompiledSmartLink),
    Campaign(&'a CompiledCampaign),
}

/// One click on its way from place to place.
struct Walk<'a, F: ?Sized> {
    plan: &'a Plan,
    partner: PartnerId,
    facts: &'a F,
    dice: Dice,
    signals: Signals<'a>,
    hops: SmallVec<[Hop; 2]>,
    through: Option<Through<'a>>,
    /// Where the campaign's landing page that it is shown leads on to.
    onward: Option<Destination>,
}

/// How a hop was reached, and what holds there.
#[derive(Clone, Copy)]
struct Arrival {
    branch: Option<u16>,
    row: Option<RowId>,
    /// Whether the partner is paid there.
    paid: bool,
    /// Whether the partner needs to be approved.
    asks_approval: bool,
}

impl Arrival {
    /// By the tracking link itself.
    const FIRST: Self = Self { branch: None, row: None, paid: true, asks_approval: true };
}

/// What comes of standing at a place.
enum Outcome<'a> {
    Answered(Answer),
    Further(Place<'a>, Arrival),
    Refused(Code),
}

impl<'a, F: Facts + ?Sized> Walk<'a, F> {
    fn new(
        plan: &'a Plan,
        partner: PartnerId,
        facts: &'a F,
        dice: Dice,
        visit: &'a Visit<'a>,
        now: DateTime<Utc>,
    ) -> Self {
        let (signals, hops) = (Signals::new(visit, now), SmallVec::new());
        Self { plan, partner, facts, dice, signals, hops, through: None, onward: None }
    }

    /// Walks to the end, and tells of each place before it is asked.
    fn run_telling(
        mut self,
        mut place: Place<'a>,
        mut tell: impl FnMut(&Self, Place<'a>, Arrival),
    ) -> Decision {
        let mut arrival = Arrival::FIRST;
        loop {
            tell(&self, place, arrival);
            let outcome = match place {
                Place::Offer(index, offer) => self.at_offer(index, offer, arrival),
                Place::SmartLink(link) => self.at_smart_link(link, arrival),
                Place::Campaign(index, campaign) => self.at_campaign(index, campaign, arrival),
            };
            match outcome {
                Outcome::Answered(answer) => {
                    return Decision { hops: self.hops, answer, onward: self.onward };
                }
                Outcome::Further(next, by) => (place, arrival) = (next, by),
                Outcome::Refused(code) => return self.give_up(code),
            }
        }
    }

    fn at_offer(&mut self, index: OfferIndex, offer: &'a CompiledOffer, arrival: Arrival) -> Outcome<'a> {
        if let Some(forwarded) = self.forward(index, offer, arrival) {
            return forwarded;
        }
        let judged = self.stop(index, offer, arrival.paid).judge(self.facts, arrival.asks_approval);
        match self.note(index, offer, arrival, judged) {
            Ok(to) => Outcome::Answered(redirect(offer, to)),
            Err(refusal) => self.after(index, offer, arrival.paid, refusal),
        }
    }

    fn may_forward(&self, offer: &CompiledOffer) -> bool {
        let document = offer.document();
        let is_there = document.status != OfferStatus::Deleted;
        let may = is_there && !document.forwarding.is_empty() && self.through.is_none();
        may && check_partner(self.plan, self.partner).is_ok()
    }

    /// Where a click goes before the offer judges it. Inside a Smart Link or a campaign no offer forwards.
    fn forward(
        &mut self,
        index: OfferIndex,
        offer: &'a CompiledOffer,
        arrival: Arrival,
    ) -> Option<Outcome<'a>> {
        if !self.may_forward(offer) {
            return None;
        }
        let rows = &offer.document().forwarding;
        // With its own hop noted, a row that leads back here is closed like any other circle.
        let forwarded = Err(Refusal::going_on(Code::Forwarded));
        self.note(index, offer, arrival, forwarded).err()?;
        let takes =
            |at: &usize| is_of(&rows[*at].partners, self.partner) && self.is_open(&offer.forward_ways[*at]);
        let Some(at) = offer.forward_branches.letting_in(&self.signals).find(takes) else {
            self.hops.pop();
            return None;
        };
        let row = at as u16;
        let next = Arrival { branch: Some(row), paid: arrival.paid && rows[at].paid, ..Arrival::FIRST };
        Some(match self.place(&offer.forward_ways[at]) {
            Some(place) => Outcome::Further(place, next),
            None => Outcome::Answered(redirect(offer, Destination::ForwardUrl { offer: index, row })),
        })
    }

    /// Where a click goes that an offer refused: its hop is the last one.
    fn after(
        &self,
        index: OfferIndex,
        offer: &'a CompiledOffer,
        paid: bool,
        refusal: Refusal,
    ) -> Outcome<'a> {
        if refusal.is_block() {
            return Outcome::Answered(Answer::Blank);
        }
        // Who is not paid at one stop is not paid further on either.
        let arrival =
            |row: u16| Arrival { branch: Some(row), paid: paid && is_paid(offer, row), ..Arrival::FIRST };
        match self.way_out(offer, refusal) {
            WayOut::On { row, place } => Outcome::Further(place, arrival(row)),
            WayOut::Url { row } => {
                Outcome::Answered(redirect(offer, Destination::FailUrl { offer: index, row }))
            }
            WayOut::None => Outcome::Refused(refusal.code),
        }
    }

    fn stop<'s>(&'s self, index: OfferIndex, offer: &'a CompiledOffer, paid: bool) -> Stop<'s, 'a> {
        Stop {
            plan: self.plan,
            partner: self.partner,
            index,
            offer,
            share: self.plan.share_index(self.partner, index),
            paid,
            page: None,
            signals: &self.signals,
            hop: self.hops.len(),
            dice: self.dice,
        }
    }

    /// Notes the hop that a judgement makes.
    fn note(
        &mut self,
        index: OfferIndex,
        offer: &CompiledOffer,
        arrival: Arrival,
        judged: Result<Accepted, Refusal>,
    ) -> Result<Destination, Refusal> {
        let (mut hop, to) = match judged {
            Ok(accepted) => (accepted.hop, Ok(accepted.to)),
            Err(refusal) => {
                let hop = Hop { smart_switch_rule: refusal.rule, ..Hop::refused(refusal.code) };
                (hop, Err(refusal))
            }
        };
        hop.partner = Some(self.partner);
        hop.offer = Some(offer.id());
        match self.through {
            Some(Through::SmartLink(link)) => hop.smart_link = Some(link.id()),
            Some(Through::Campaign(campaign)) => hop.campaign = Some(campaign.id()),
            None => {}
        }
        hop.row = arrival.row;
        (hop.index, hop.share) = (Some(index), self.plan.share_index(self.partner, index));
        (hop.branch, hop.paid) = (arrival.branch, arrival.paid);
        self.hops.push(hop);
        to
    }

    /// Nothing takes the click. Who came through a Smart Link or a campaign goes to the network's fallback;
    /// else the page says why the click failed where it came in.
    fn give_up(mut self, last: Code) -> Decision {
        if let Some(Through::SmartLink(link)) = self.through {
            self.note_nothing_fits(link);
        }
        // Forwarding is no failure: what follows it says why.
        let mut codes = self.hops.iter().filter_map(|hop| hop.code).filter(|code| *code != Code::Forwarded);
        let first = codes.next().unwrap_or(last);
        let answer = match (self.through, self.plan.fallback()) {
            (None, _) => Answer::without_way(first),
            (Some(_), None) => Answer::Page(Code::NoMatchingOffer),
            (Some(_), Some(_)) => Answer::Redirect {
                to: Destination::Fallback,
                how: Redirect::default(),
                referrer_policy: ReferrerPolicy::default(),
            },
        };
        Decision { hops: self.hops, answer, onward: None }
    }
}

fn is_paid(offer: &CompiledOffer, row: u16) -> bool {
    offer.document().fail_traffic.rows.get(usize::from(row)).is_some_and(|row| row.paid)
}

fn redirect(offer: &CompiledOffer, to: Destination) -> Answer {
    let document = offer.document();
    Answer::Redirect { to, how: document.redirect, referrer_policy: document.referrer_policy }
}
