//! Fail traffic: which row of an offer takes a click that the offer itself does not.

use super::super::{
    Facts,
    dice::{Purpose, draw_weighted},
    plan::{CompiledOffer, Way},
};
use super::{Place, Walk, standing::Refusal};
use crate::offers::{FailMechanism, FailRow};
use smallvec::SmallVec;

/// Where a failing click goes on.
pub(super) enum WayOut<'a> {
    On { row: u16, place: Place<'a> },
    Url { row: u16 },
    None,
}

/// A row with its place and its weight.
type Placed<'a> = (u16, &'a Way, u32);

impl<'a, F: Facts + ?Sized> Walk<'a, F> {
    pub(super) fn way_out(&self, offer: &'a CompiledOffer, refusal: Refusal) -> WayOut<'a> {
        if !refusal.may_go_on {
            return WayOut::None;
        }
        let traffic = &offer.document().fail_traffic;
        let mut rows = offer.branches.letting_in(&self.signals).filter_map(|at| {
            let (way, row) = (offer.ways.get(at)?, traffic.rows.get(at)?);
            (takes(row, refusal) && self.is_open(way)).then_some((at as u16, way, row.weight))
        });
        let drawn = match traffic.mechanism {
            FailMechanism::Priority => rows.next(),
            FailMechanism::Weight => self.draw(rows),
        };
        drawn.map_or(WayOut::None, |(row, way, _)| self.go(row, way))
    }

    fn draw(&self, rows: impl Iterator<Item = Placed<'a>>) -> Option<Placed<'a>> {
        let rows: SmallVec<[Placed<'a>; 8]> = rows.collect();
        let hop = self.hops.len() - 1;
        let weighted = rows.iter().map(|placed| (*placed, placed.2));
        draw_weighted(weighted, |below| self.dice.draw(hop, Purpose::FailRow, below))
            .map(|(placed, _)| placed)
    }

    pub(super) fn is_open(&self, way: &Way) -> bool {
        match way {
            Way::Url(_) => true,
            Way::Offer(_) | Way::SmartLink(_) | Way::Nowhere => {
                self.place(way).is_some_and(|place| self.is_open_place(place))
            }
        }
    }

    pub(super) fn place(&self, way: &Way) -> Option<Place<'a>> {
        match way {
            Way::Offer(index) => self.plan.offer(*index).map(|offer| Place::Offer(*index, offer)),
            Way::SmartLink(index) => self.plan.smart_link(*index).map(Place::SmartLink),
            Way::Url(_) | Way::Nowhere => None,
        }
    }

    fn go(&self, row: u16, way: &Way) -> WayOut<'a> {
        match way {
            Way::Url(_) => WayOut::Url { row },
            Way::Offer(_) | Way::SmartLink(_) | Way::Nowhere => {
                self.place(way).map_or(WayOut::None, |place| WayOut::On { row, place })
            }
        }
    }
}

/// Whether a row is for what the click failed on.
pub(super) fn takes(row: &FailRow, refusal: Refusal) -> bool {
    row.codes.is_empty() || row.codes.contains(&refusal.code.number())
}
