//! What a Smart Link says of a click: every row, and the first thing that keeps it from the click.

use super::super::{Code, CompiledSmartLink, Facts, OfferIndex};
use super::{Walk, explain_offer::WayOutTold};
use crate::{links::Mechanism, shared::SmartLinkId};

/// What the rows of a Smart Link said of a click.
#[derive(Clone, PartialEq, Debug)]
pub struct SmartLinkTold {
    pub smart_link: SmartLinkId,
    /// In the order of the rows. Empty where the link, the partner or the network takes no traffic at all.
    pub rows: Vec<RowTold>,
    /// What the catch-all says, which is asked where no row takes the click; none where there is none, or where it
    /// was not asked and it can't be told any more.
    pub catch_all: Option<RowVerdict>,
    /// The rows of the catch-all's fail traffic, which are asked where it does not take the click either.
    pub catch_all_ways: Vec<WayOutTold>,
    /// The row of these that has the click, by its place.
    pub catch_all_drawn: Option<u16>,
}

/// What a row said of a click.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RowTold {
    pub verdict: RowVerdict,
    /// With what probability it is drawn; 0 where it does not take the click.
    pub propensity: f32,
}

/// Whether a row takes a click, or the first thing that keeps it from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowVerdict {
    Takes,
    /// The row leads to no offer.
    LeadsNowhere,
    /// The row's own targeting lets it not in.
    Targeting(Code),
    /// The partner has left the row out for its own traffic.
    LeftOut,
    /// The partner has narrowed the row for its own traffic.
    Narrowed(Code),
    /// By weight, a row of weight 0 is never drawn.
    WeighsNothing,
    /// The click has been at the row's offer already, which sent it on.
    WasThere,
    /// A row before it took the click; what its offer would have said was not asked.
    NotAsked,
    /// The row's offer does not take it.
    Offer(Code),
}

impl<F: Facts + ?Sized> Walk<'_, F> {
    pub(super) fn smart_link_told(&self, link: &CompiledSmartLink) -> SmartLinkTold {
        let (rows, catch_all, catch_all_ways) = Default::default();
        let (smart_link, catch_all_drawn) = (link.id(), None);
        let mut told = SmartLinkTold { smart_link, rows, catch_all, catch_all_ways, catch_all_drawn };
        if self.check_smart_link(link).is_err() {
            return told;
        }
        told.rows = with_propensities(self.rows_told(link), link);
        let is_taken = told.rows.iter().any(|row| row.verdict == RowVerdict::Takes);
        if self.facts.is_whole() || !is_taken {
            (told.catch_all, told.catch_all_ways) = self.catch_all_told(link, is_taken);
        }
        told
    }

    fn rows_told(&self, link: &CompiledSmartLink) -> Vec<RowTold> {
        let rows = 0..link.document().rows.len();
        let in_order = link.document().mechanism == Mechanism::Priority && !self.facts.is_whole();
        let mut is_taken = false;
        rows.map(|place| {
            let verdict = match link.offers().get(place).copied().flatten() {
                Some(index) => self.verdict(link, place, index, in_order && is_taken),
                None => RowVerdict::LeadsNowhere,
            };
            is_taken |= verdict == RowVerdict::Takes;
            RowTold { verdict, propensity: 0.0 }
        })
        .collect()
    }

    /// What the catch-all says, and its fail traffic where it has come to that.
    fn catch_all_told(
        &self,
        link: &CompiledSmartLink,
        is_taken: bool,
    ) -> (Option<RowVerdict>, Vec<WayOutTold>) {
        let found = link.catch_all().and_then(|index| Some((index, self.plan.offer(index)?)));
        let Some((index, offer)) = found else { return (None, Vec::new()) };
        if self.was_at(index) {
            return (Some(RowVerdict::WasThere), Vec::new());
        }
        match self.stop(index, offer, true).judge(self.facts, false) {
            Ok(_) => (Some(RowVerdict::Takes), Vec::new()),
            Err(refusal) => {
                let ways = if is_taken { Vec::new() } else { self.fail_traffic_told(index, offer, refusal) };
                (Some(RowVerdict::Offer(refusal.code)), ways)
            }
        }
    }

    /// What a row says; of one that was not asked, what the visitor alone tells.
    fn verdict(
        &self,
        link: &CompiledSmartLink,
        place: usize,
        index: OfferIndex,
        is_behind: bool,
    ) -> RowVerdict {
        let row = &link.document().rows[place];
        if let Err(code) = link.check_row(place, &self.signals) {
            return RowVerdict::Targeting(code);
        }
        match link.check_narrowed(place, self.partner, &self.signals) {
            None => return RowVerdict::LeftOut,
            Some(Err(code)) => return RowVerdict::Narrowed(code),
            Some(Ok(())) => {}
        }
        let is_drawn = link.document().mechanism != Mechanism::Priority;
        if is_drawn && link.weights()[place] == 0 {
            return RowVerdict::WeighsNothing;
        }
        let Some(offer) = self.plan.offer(index) else { return RowVerdict::LeadsNowhere };
        if self.was_at(index) {
            return RowVerdict::WasThere;
        }
        if is_behind {
            return RowVerdict::NotAsked;
        }
        let mut stop = self.stop(index, offer, true);
        stop.page = row.landing_page_id;
        match stop.would_take(self.facts, true) {
            Ok(_) => RowVerdict::Takes,
            Err(refusal) => RowVerdict::Offer(refusal.code),
        }
    }
}

/// By priority the first that takes the click has it; by weight those that take it share it.
fn with_propensities(mut rows: Vec<RowTold>, link: &CompiledSmartLink) -> Vec<RowTold> {
    let weights = link.weights().iter().map(|weight| u64::from(*weight));
    let taking = rows.iter_mut().zip(weights).filter(|(row, _)| row.verdict == RowVerdict::Takes);
    let mut taking: Vec<_> = taking.collect();
    match link.document().mechanism {
        Mechanism::Priority => taking.iter_mut().take(1).for_each(|(row, _)| row.propensity = 1.0),
        Mechanism::Weight | Mechanism::Kpi => {
            let total: u64 = taking.iter().map(|(_, weight)| weight).sum();
            taking.iter_mut().for_each(|(row, weight)| row.propensity = *weight as f32 / total as f32);
        }
    }
    rows
}
