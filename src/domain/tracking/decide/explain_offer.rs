//! What an offer says of a click: its own judgement, and each row of its forwarding and its fail traffic.

use super::super::{
    Code, Facts, OfferIndex,
    plan::{CompiledOffer, Way},
};
use super::{Arrival, MOST_HOPS, Place, Walk, standing::Refusal, way_out::takes};
use crate::{
    offers::FailMechanism,
    shared::{OfferId, PartnerId},
};

/// What an offer said of a click that came to it by itself: by its link, or out of another's forwarding or
/// fail traffic.
#[derive(Clone, PartialEq, Debug)]
pub struct OfferTold {
    pub offer: OfferId,
    /// Why it does not take the click; none where it does.
    pub refused: Option<Code>,
    /// The rows of its forwarding, in order; empty where they are not asked.
    pub forwarding: Vec<WayOutTold>,
    /// The rows of its fail traffic, in order; empty where they are not asked.
    pub fail_traffic: Vec<WayOutTold>,
    /// The row of these that has the click, by its place.
    pub drawn: Option<u16>,
}

/// What a row of forwarding or fail traffic said of a click.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct WayOutTold {
    pub verdict: WayOutVerdict,
    /// With what probability it has the click; 0 where it does not take it.
    pub propensity: f32,
}

/// Whether a row takes a click, or the first thing that keeps it from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WayOutVerdict {
    Takes,
    /// It is for other partners.
    OtherPartners,
    /// It is for clicks that failed on something else.
    OtherCodes,
    /// Its targeting does not let the visitor in.
    Targeting(Code),
    /// It leads nowhere, or to where the click has been, or would be one stop too many.
    Closed,
}

impl<'a, F: Facts + ?Sized> Walk<'a, F> {
    pub(super) fn offer_told(
        &self,
        index: OfferIndex,
        offer: &'a CompiledOffer,
        arrival: Arrival,
    ) -> OfferTold {
        let (forwarding, fail_traffic) = Default::default();
        let mut told = OfferTold { offer: offer.id(), refused: None, forwarding, fail_traffic, drawn: None };
        if self.may_forward(offer) {
            told.forwarding = self.forwarding_told(index, offer);
            if told.forwarding.iter().any(|row| row.verdict == WayOutVerdict::Takes) {
                told.refused = Some(Code::Forwarded);
                return told;
            }
        }
        let judged = self.stop(index, offer, arrival.paid).judge(self.facts, arrival.asks_approval);
        if let Err(refusal) = judged {
            told.refused = Some(refusal.code);
            told.fail_traffic = self.fail_traffic_told(index, offer, refusal);
        }
        told
    }

    fn forwarding_told(&self, here: OfferIndex, offer: &CompiledOffer) -> Vec<WayOutTold> {
        let rows = offer.document().forwarding.iter().zip(&offer.forward_ways).enumerate();
        let verdict = |(at, (row, way)): (usize, (&crate::offers::ForwardingRow, &Way))| {
            if !is_of(&row.partners, self.partner) {
                return WayOutVerdict::OtherPartners;
            }
            match offer.forward_branches.check(at, &self.signals) {
                Err(code) => WayOutVerdict::Targeting(code),
                Ok(()) => self.way_verdict(here, way),
            }
        };
        first_takes(rows.map(verdict).collect())
    }

    pub(super) fn fail_traffic_told(
        &self,
        here: OfferIndex,
        offer: &CompiledOffer,
        refusal: Refusal,
    ) -> Vec<WayOutTold> {
        if !refusal.may_go_on {
            return Vec::new();
        }
        let traffic = &offer.document().fail_traffic;
        let verdicts = traffic.rows.iter().zip(&offer.ways).enumerate().map(|(at, (row, way))| {
            if !takes(row, refusal) {
                return WayOutVerdict::OtherCodes;
            }
            match offer.branches.check(at, &self.signals) {
                Err(code) => WayOutVerdict::Targeting(code),
                Ok(()) => self.way_verdict(here, way),
            }
        });
        match traffic.mechanism {
            FailMechanism::Priority => first_takes(verdicts.collect()),
            FailMechanism::Weight => shared(verdicts.collect(), |at| traffic.rows[at].weight),
        }
    }

    /// The same as [`Walk::is_open`] says once the click's stop here is noted.
    fn way_verdict(&self, here: OfferIndex, way: &Way) -> WayOutVerdict {
        let is_open = match (way, self.place(way)) {
            (Way::Url(_), _) => true,
            (_, None) => false,
            (_, Some(place)) => {
                let is_here = matches!(place, Place::Offer(index, _) if index == here);
                !is_here && self.hops.len() + 1 < MOST_HOPS && self.is_open_place(place)
            }
        };
        if is_open { WayOutVerdict::Takes } else { WayOutVerdict::Closed }
    }
}

/// Whether a row is for this partner.
pub(super) fn is_of(partners: &[PartnerId], partner: PartnerId) -> bool {
    partners.is_empty() || partners.contains(&partner)
}

/// By priority the first row that takes the click has it.
fn first_takes(verdicts: Vec<WayOutVerdict>) -> Vec<WayOutTold> {
    let first = verdicts.iter().position(|verdict| *verdict == WayOutVerdict::Takes);
    let told = |(at, verdict)| WayOutTold { verdict, propensity: f32::from(u8::from(first == Some(at))) };
    verdicts.into_iter().enumerate().map(told).collect()
}

/// By weight those that take the click share it; where all of them weigh nothing, alike.
fn shared(verdicts: Vec<WayOutVerdict>, weight: impl Fn(usize) -> u32) -> Vec<WayOutTold> {
    let taking = |verdict: WayOutVerdict| verdict == WayOutVerdict::Takes;
    let weights = verdicts.iter().enumerate();
    let weights: Vec<u64> =
        weights.map(|(at, verdict)| if taking(*verdict) { u64::from(weight(at)) } else { 0 }).collect();
    let total: u64 = weights.iter().sum();
    let alike = 1.0 / verdicts.iter().filter(|verdict| taking(**verdict)).count().max(1) as f32;
    let told = verdicts.into_iter().zip(weights).map(|(verdict, weight)| {
        let propensity = match (taking(verdict), total) {
            (false, _) => 0.0,
            (true, 0) => alike,
            (true, total) => weight as f32 / total as f32,
        };
        WayOutTold { verdict, propensity }
    });
    told.collect()
}
