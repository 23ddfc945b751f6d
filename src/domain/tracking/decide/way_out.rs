//! Fail traffic: which row of an offer takes a click that the offer itself does not.

use super::super::{
    Facts, OfferIndex,
    dice::{Purpose, draw_weighted},
    plan::{CompiledOffer, CompiledRow, Way},
};
use super::{MOST_HOPS, Walk, judge::Refusal};
use crate::offers::{FailMechanism, FailRow};

/// Where a failing click goes on.
pub(super) enum WayOut<'a> {
    Offer { row: u16, index: OfferIndex, offer: &'a CompiledOffer },
    Url { row: u16 },
    None,
}

/// A row with its place and its document.
type Placed<'a> = (usize, &'a CompiledRow, &'a FailRow);

impl<'a, F: Facts + ?Sized> Walk<'a, F> {
    pub(super) fn way_out(&self, offer: &'a CompiledOffer, refusal: Refusal) -> WayOut<'a> {
        if !refusal.may_go_on {
            return WayOut::None;
        }
        let traffic = &offer.document().fail_traffic;
        let rows =
            offer.rows.iter().zip(&traffic.rows).enumerate().map(|(at, (row, document))| (at, row, document));
        let mut fitting = rows.filter(|row| self.fits(row, refusal));
        let drawn = match traffic.mechanism {
            FailMechanism::Priority => fitting.next(),
            FailMechanism::Weight => self.draw(fitting),
        };
        drawn.map_or(WayOut::None, |(at, row, _)| self.way(at as u16, row))
    }

    fn draw(&self, fitting: impl Iterator<Item = Placed<'a>>) -> Option<Placed<'a>> {
        let fitting: smallvec::SmallVec<[Placed<'a>; 8]> = fitting.collect();
        let hop = self.hops.len() - 1;
        let weighted = fitting.iter().map(|placed| (*placed, placed.2.weight));
        draw_weighted(weighted, |below| self.dice.draw(hop, Purpose::FailRow, below))
            .map(|(placed, _)| placed)
    }

    /// Whether a row takes the click: its way is open, it is for this code, and its targeting matches.
    fn fits(&self, (_, row, document): &Placed<'a>, refusal: Refusal) -> bool {
        let open = match &row.way {
            Way::Offer(index) => self.hops.len() < MOST_HOPS && !self.was_at(*index),
            Way::Url(_) => true,
            Way::Nowhere => false,
        };
        let for_code = document.codes.is_empty() || document.codes.contains(&refusal.code.number());
        open && for_code && row.targeting.lets_in(&self.signals)
    }

    fn was_at(&self, index: OfferIndex) -> bool {
        self.hops.iter().any(|hop| hop.index == Some(index))
    }

    fn way(&self, row: u16, compiled: &'a CompiledRow) -> WayOut<'a> {
        match &compiled.way {
            Way::Offer(index) => self.plan.offer(*index).map_or(WayOut::None, |offer| WayOut::Offer {
                row,
                index: *index,
                offer,
            }),
            Way::Url(_) => WayOut::Url { row },
            Way::Nowhere => WayOut::None,
        }
    }
}
