//! The decision: from plan, visitor, facts, time and dice to where one click goes. It has no error
//! type; every failure is a decision. Checks run in the order of DOMAIN.md, section 2, and the first
//! that fails is the code.

mod impression;
mod judge;
mod standing;
mod way_out;

pub use impression::impression_earnings;

use super::{
    Answer, Code, Decision, Destination, Dice, Facts, Hop, OfferIndex, Plan, Verdict, Visit,
    matching::Signals, plan::CompiledOffer,
};
use crate::shared::{Micros, PartnerId};
use chrono::{DateTime, Utc};
use smallvec::SmallVec;
use standing::Refusal;
use way_out::WayOut;

/// The most hops that a click takes; a loop that was saved all the same ends here.
pub const MOST_HOPS: usize = 5;

/// What a link leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    Offer(OfferIndex),
    /// Nothing that this network knows.
    Unknown,
}

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
    let known = match target {
        Target::Offer(index) => plan.offer(index).map(|offer| (index, offer)),
        Target::Unknown => None,
    };
    match (partner, known) {
        (Some(partner), Some((index, offer))) => {
            let walk =
                Walk { plan, partner, facts, dice, signals: Signals::new(visit, now), hops: SmallVec::new() };
            walk.run(index, offer)
        }
        (_, known) => unknown_link(partner, known),
    }
}

fn unknown_link(partner: Option<PartnerId>, known: Option<(OfferIndex, &CompiledOffer)>) -> Decision {
    let mut hop = Hop::refused(Code::UnknownLink);
    hop.partner = partner;
    hop.offer = known.map(|(_, offer)| offer.id());
    hop.index = known.map(|(index, _)| index);
    Decision { hops: SmallVec::from_iter([hop]), answer: Answer::Page(Code::UnknownLink) }
}

impl Hop {
    /// A hop that goes no further; the rest is filled in by who knows it.
    fn refused(code: Code) -> Self {
        Self {
            partner: None,
            offer: None,
            index: None,
            share: None,
            landing_page: None,
            verdict: Verdict::Invalid,
            code: Some(code),
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

/// One click on its way from offer to offer.
struct Walk<'a, F: ?Sized> {
    plan: &'a Plan,
    partner: PartnerId,
    facts: &'a F,
    dice: Dice,
    signals: Signals<'a>,
    hops: SmallVec<[Hop; 2]>,
}

/// How a hop was reached: by which row, and whether the partner is paid there.
#[derive(Clone, Copy)]
struct Arrival {
    branch: Option<u16>,
    paid: bool,
}

impl<'a, F: Facts + ?Sized> Walk<'a, F> {
    fn run(mut self, mut index: OfferIndex, mut offer: &'a CompiledOffer) -> Decision {
        let mut arrival = Arrival { branch: None, paid: true };
        loop {
            let refusal = match self.judge(index, offer, arrival) {
                Ok(answer) => return Decision { hops: self.hops, answer },
                Err(refusal) => refusal,
            };
            match self.way_out(offer, refusal) {
                WayOut::Offer { row, index: next_index, offer: next } => {
                    // Who is not paid at one stop is not paid further on either.
                    arrival = Arrival { branch: Some(row), paid: arrival.paid && paid(offer, row) };
                    (index, offer) = (next_index, next);
                }
                WayOut::Url { row } => {
                    let answer = redirect(offer, Destination::FailUrl { offer: index, row });
                    return Decision { hops: self.hops, answer };
                }
                WayOut::None => return self.give_up(refusal.code),
            }
        }
    }

    /// Nothing takes the click: the page says why it failed where it came in.
    fn give_up(self, last: Code) -> Decision {
        let code = self.hops.first().and_then(|hop| hop.code).unwrap_or(last);
        Decision { hops: self.hops, answer: Answer::Page(code) }
    }

    /// Judges the click at one offer and notes the hop.
    fn judge(
        &mut self,
        index: OfferIndex,
        offer: &'a CompiledOffer,
        arrival: Arrival,
    ) -> Result<Answer, Refusal> {
        let share = self.plan.share_index(self.partner, index);
        let stop = judge::Stop {
            plan: self.plan,
            partner: self.partner,
            index,
            offer,
            share,
            paid: arrival.paid,
            signals: &self.signals,
            hop: self.hops.len(),
            dice: self.dice,
        };
        let judged = stop.judge(self.facts);
        let mut hop = match &judged {
            Ok(accepted) => accepted.hop.clone(),
            Err(refusal) => Hop::refused(refusal.code),
        };
        hop.partner = Some(self.partner);
        hop.offer = Some(offer.id());
        (hop.index, hop.share) = (Some(index), share);
        (hop.branch, hop.paid) = (arrival.branch, arrival.paid);
        self.hops.push(hop);
        judged.map(|accepted| redirect(offer, accepted.to))
    }
}

fn paid(offer: &CompiledOffer, row: u16) -> bool {
    offer.document().fail_traffic.rows.get(usize::from(row)).is_some_and(|row| row.paid)
}

fn redirect(offer: &CompiledOffer, to: Destination) -> Answer {
    let document = offer.document();
    Answer::Redirect { to, how: document.redirect, referrer_policy: document.referrer_policy }
}
