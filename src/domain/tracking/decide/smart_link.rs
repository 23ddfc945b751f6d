//! A click at a Smart Link: the row that takes it, else the catch-all, else nothing (DOMAIN.md, section 5).
//! Inside, no offer's fail traffic applies; only the catch-all's does.

use super::super::{
    Answer, Code, CompiledSmartLink, Facts, Hop, OfferIndex,
    dice::{Purpose, draw_weighted},
    plan::CompiledOffer,
};
use super::{
    Arrival, Outcome, Place, Through, Walk,
    judge::Taken,
    standing::{Refusal, check_partner, refuse_for_good},
};
use crate::links::Mechanism;
use crate::shared::Status;
use smallvec::SmallVec;

/// A row that takes the click.
struct Drawn<'a> {
    place: usize,
    index: OfferIndex,
    offer: &'a CompiledOffer,
    taken: Taken<'a>,
    /// With what probability it was drawn among the rows that would take the click.
    propensity: f32,
}

impl<'a, F: Facts + ?Sized> Walk<'a, F> {
    pub(super) fn at_smart_link(&mut self, link: &'a CompiledSmartLink, arrival: Arrival) -> Outcome<'a> {
        if let Err(refusal) = self.check_smart_link(link) {
            self.note_nowhere(link, arrival, refusal.code);
            return Outcome::Refused(refusal.code);
        }
        self.through = Some(Through::SmartLink(link));
        match self.draw_row(link) {
            Some(drawn) => Outcome::Answered(self.take_row(link, drawn, arrival)),
            None => self.at_catch_all(link, arrival),
        }
    }

    pub(super) fn check_smart_link(&self, link: &CompiledSmartLink) -> Result<(), Refusal> {
        check_partner(self.plan, self.partner)?;
        match link.document().status {
            Status::Active => Ok(()),
            Status::Paused | Status::Deleted => refuse_for_good(Code::OfferNotActive),
        }
    }

    /// The row that takes the click: the first by priority, else one drawn by weight.
    fn draw_row(&self, link: &'a CompiledSmartLink) -> Option<Drawn<'a>> {
        let rows = &link.document().rows;
        let judge = |(place, index): (usize, OfferIndex)| {
            let offer = self.plan.offer(index).filter(|_| !self.was_at(index))?;
            let mut stop = self.stop(index, offer, true);
            stop.page = rows[place].landing_page_id;
            let taken = stop.would_take(self.facts, true).ok()?;
            Some(Drawn { place, index, offer, taken, propensity: 1.0 })
        };
        let fitting = link.letting_in(self.partner, &self.signals);
        match link.document().mechanism {
            Mechanism::Priority => fitting.map(judge).find_map(|drawn| drawn),
            Mechanism::Weight | Mechanism::Kpi => {
                let weights = link.weights();
                let fitting = fitting.filter(|(place, _)| weights[*place] > 0);
                let mut taking: SmallVec<[Drawn<'a>; 8]> = fitting.filter_map(judge).collect();
                let weighted = taking.iter().enumerate().map(|(at, drawn)| (at, weights[drawn.place]));
                let number = |below| self.dice.draw(self.hops.len(), Purpose::Row, below);
                let (at, propensity) = draw_weighted(weighted, number)?;
                Some(Drawn { propensity, ..taking.swap_remove(at) })
            }
        }
    }

    /// The drawn row has the click: as a duplicate, or blocked by SmartSwitch, it may end here, but it tries no other
    /// row.
    fn take_row(&mut self, link: &'a CompiledSmartLink, drawn: Drawn<'a>, arrival: Arrival) -> Answer {
        let Drawn { place, index, offer, taken, propensity } = drawn;
        let stop = self.stop(index, offer, arrival.paid);
        let mut judged = stop.take(self.facts, taken);
        if let Ok(accepted) = &mut judged {
            accepted.hop.propensity *= propensity;
        }
        let row = Some(link.document().rows[place].id);
        let arrival = Arrival { branch: Some(place as u16), row, ..arrival };
        match self.note(index, offer, arrival, judged) {
            Ok(to) => super::redirect(offer, to),
            Err(refusal) => Answer::without_way(refusal.code),
        }
    }

    /// The catch-all takes any partner's clicks, and so does the offer that its fail traffic leads to.
    fn at_catch_all(&mut self, link: &'a CompiledSmartLink, arrival: Arrival) -> Outcome<'a> {
        let open = link.catch_all().filter(|index| !self.was_at(*index));
        let Some((index, offer)) = open.and_then(|index| Some((index, self.plan.offer(index)?))) else {
            return self.nothing_fits(link, arrival);
        };
        let arrival = Arrival { branch: None, row: None, asks_approval: false, ..arrival };
        let judged = self.stop(index, offer, arrival.paid).judge(self.facts, false);
        let refusal = match self.note(index, offer, arrival, judged) {
            Ok(to) => return Outcome::Answered(super::redirect(offer, to)),
            Err(refusal) => refusal,
        };
        match self.after(index, offer, arrival.paid, refusal) {
            Outcome::Further(place, by) => Outcome::Further(place, Arrival { asks_approval: false, ..by }),
            Outcome::Answered(answer) => Outcome::Answered(answer),
            Outcome::Refused(Code::DuplicateClick) => Outcome::Answered(Answer::Page(Code::DuplicateClick)),
            Outcome::Refused(_) => {
                self.hops.pop();
                self.nothing_fits(link, arrival)
            }
        }
    }

    fn nothing_fits(&mut self, link: &'a CompiledSmartLink, arrival: Arrival) -> Outcome<'a> {
        self.note_nowhere(link, arrival, Code::NoMatchingOffer);
        Outcome::Refused(Code::NoMatchingOffer)
    }

    /// The click ends at the link, also where the catch-all's fail traffic refused it in the end. Where that
    /// took all the hops that a click may have, its last refusal stands.
    pub(super) fn note_nothing_fits(&mut self, link: &CompiledSmartLink) {
        let is_noted = self.hops.last().is_some_and(|hop| hop.index.is_none());
        if !is_noted && self.hops.len() < super::MOST_HOPS {
            self.note_nowhere(link, Arrival::FIRST, Code::NoMatchingOffer);
        }
    }

    /// A hop that ends at the link itself.
    fn note_nowhere(&mut self, link: &CompiledSmartLink, arrival: Arrival, code: Code) {
        let mut hop = Hop::refused(code);
        (hop.partner, hop.smart_link) = (Some(self.partner), Some(link.id()));
        (hop.branch, hop.paid) = (arrival.branch, arrival.paid);
        self.hops.push(hop);
    }

    pub(super) fn was_at(&self, index: OfferIndex) -> bool {
        self.hops.iter().any(|hop| hop.index == Some(index))
    }

    /// Whether the click may still come into this place.
    pub(super) fn is_open_place(&self, place: Place<'_>) -> bool {
        let is_new = match place {
            Place::Offer(index, _) => !self.was_at(index),
            // What came through one link over several offers goes into no other: it would be counted twice.
            Place::SmartLink(_) | Place::Campaign(..) => self.through.is_none(),
        };
        self.hops.len() < super::MOST_HOPS && is_new
    }
}
