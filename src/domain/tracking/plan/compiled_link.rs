//! Smart Links as they stand in the plan.

use super::{
    super::{
        Code,
        matching::{Branches, Signals},
    },
    OfferIndex,
};
use crate::{
    links::SmartLink,
    shared::{PartnerId, SmartLinkId},
};
use rustc_hash::FxHashMap;

/// A Smart Link in the plan.
#[derive(Debug)]
pub struct CompiledSmartLink {
    pub(super) id: SmartLinkId,
    pub(super) document: SmartLink,
    /// Where its rows lead, at the places of the document's; none where the row takes nothing.
    pub(super) offers: Vec<Option<OfferIndex>>,
    /// What its rows weigh where one is drawn, at their places.
    pub(super) weights: Vec<u32>,
    /// Whom its rows let in.
    pub(super) branches: Branches,
    pub(super) catch_all: Option<OfferIndex>,
    /// Partners who narrow it for their own traffic.
    pub(super) narrowed: FxHashMap<PartnerId, Narrowed>,
    /// Whether an offer that it can lead to knows visitors by their cookie.
    pub(super) wants_cookie: bool,
}

/// What a partner leaves of a Smart Link's rows, at their places.
#[derive(Debug)]
pub(super) struct Narrowed {
    pub(super) left_out: Vec<bool>,
    pub(super) branches: Branches,
}

impl CompiledSmartLink {
    /// The Smart Link's id.
    #[must_use]
    pub fn id(&self) -> SmartLinkId {
        self.id
    }

    /// The document that it was compiled from.
    #[must_use]
    pub fn document(&self) -> &SmartLink {
        &self.document
    }

    /// The offer that takes what no row takes.
    #[must_use]
    pub fn catch_all(&self) -> Option<OfferIndex> {
        self.catch_all
    }

    /// The offers of its rows, in the order of their priority; none where a row takes nothing.
    #[must_use]
    pub fn offers(&self) -> &[Option<OfferIndex>] {
        &self.offers
    }

    /// What its rows weigh, in their order: as somebody wrote, or as the optimiser has learnt.
    #[must_use]
    pub fn weights(&self) -> &[u32] {
        &self.weights
    }

    /// Whether a visitor who comes in here may end at an offer that knows visitors by their cookie.
    #[must_use]
    pub fn wants_cookie(&self) -> bool {
        self.wants_cookie
    }

    /// Whether a row's own targeting lets the visitor in, or the code of what does not.
    pub(in super::super) fn check_row(&self, place: usize, signals: &Signals<'_>) -> Result<(), Code> {
        self.branches.check(place, signals)
    }

    /// The same of the partner's rule on the row; none where the partner has left it out.
    pub(in super::super) fn check_narrowed(
        &self,
        place: usize,
        partner: PartnerId,
        signals: &Signals<'_>,
    ) -> Option<Result<(), Code>> {
        let Some(narrowed) = self.narrowed.get(&partner) else { return Some(Ok(())) };
        let is_left_out = narrowed.left_out.get(place).copied().unwrap_or_default();
        (!is_left_out).then(|| narrowed.branches.check(place, signals))
    }

    /// The rows whose own targeting, and the partner's rules on them, let the visitor in: their places
    /// in order, and the offers that they lead to.
    pub(in super::super) fn letting_in<'s>(
        &'s self,
        partner: PartnerId,
        signals: &'s Signals<'_>,
    ) -> impl Iterator<Item = (usize, OfferIndex)> + 's {
        let narrowed = self.narrowed.get(&partner);
        let mut left = narrowed.map(|narrowed| narrowed.branches.letting_in(signals).peekable());
        let rows = self.branches.letting_in(signals).filter(move |place| {
            let (Some(narrowed), Some(left)) = (narrowed, &mut left) else { return true };
            while left.next_if(|let_in| let_in < place).is_some() {}
            left.peek() == Some(place) && !narrowed.left_out.get(*place).copied().unwrap_or_default()
        });
        rows.filter_map(|place| Some((place, (*self.offers.get(place)?)?)))
    }
}
