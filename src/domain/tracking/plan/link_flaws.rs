//! Rows of a Smart Link that can never take a click, found when the plan is compiled and told to whoever
//! saved them. Only what is certain is told: a row that seldom fits is no flaw.

use super::{CompiledOffer, OfferIndex, Plan, kinds::Kinds};
use crate::{
    links::{Mechanism, SmartLink, SmartLinkRow},
    offers::{DuplicateAction, Offer, OfferStatus, Visibility},
    shared::LandingPageId,
};

impl Plan {
    /// Why a row never takes a click by itself, in words.
    pub(super) fn row_flaw(&self, offer: Option<OfferIndex>, row: &SmartLinkRow) -> Option<String> {
        let Some(offer) = offer.and_then(|index| self.offer(index)) else {
            return Some("leads to no offer, so it takes no visitor".to_owned());
        };
        if let Some(why) = standing_flaw(offer.document()) {
            return Some(why.to_owned());
        }
        if !has_page(offer, row.landing_page_id) {
            return Some("leads to no active landing page, so it takes no visitor".to_owned());
        }
        let field = Kinds::of(&row.targeting).apart_from(&Kinds::of(&offer.document().targeting))?;
        Some(format!("never matches: its offer takes other values of `{field}`"))
    }

    /// What is wrong with the rows together, at their fields.
    pub(super) fn link_flaws(&self, link: &SmartLink) -> Vec<(String, String)> {
        let mut flaws = Vec::new();
        if link.mechanism == Mechanism::Weight
            && !link.rows.is_empty()
            && link.rows.iter().all(|row| row.weight == 0)
        {
            let message = "all weigh 0, so none is ever drawn; give one a weight";
            flaws.push(("rows".to_owned(), message.to_owned()));
        }
        if link.mechanism == Mechanism::Priority {
            flaws.extend(
                (1..link.rows.len()).filter_map(|place| {
                    shadowed(&link.rows, place).or_else(|| self.behind_open(link, place))
                }),
            );
        }
        if let Some(message) = self.catch_all_flaw(link) {
            flaws.push(("catch_all_id".to_owned(), message.to_owned()));
        }
        flaws
    }

    /// A row behind one that takes every visitor.
    fn behind_open(&self, link: &SmartLink, place: usize) -> Option<(String, String)> {
        // Partners may narrow a row by rules of their own.
        if link.partner_rules {
            return None;
        }
        let takes_all = |row: &SmartLinkRow| {
            let offer = self.offer_of(row.offer_id);
            (row.targeting.is_empty() || row.targeting == link.rows[place].targeting)
                && offer.is_some_and(|offer| has_page(offer, row.landing_page_id) && takes_everybody(offer))
        };
        let first = link.rows[..place].iter().position(takes_all)?;
        let message = format!(
            "is reached by those partners alone whom row {} refuses: that row takes all of these visitors, and nothing \
             limits its offer",
            first + 1
        );
        Some((format!("rows[{place}]"), message))
    }

    fn catch_all_flaw(&self, link: &SmartLink) -> Option<&'static str> {
        if let Some(offer) = link.catch_all_id.and_then(|id| self.offer_of(id)) {
            return standing_flaw(offer.document());
        }
        let offers = || link.rows.iter().filter_map(|row| self.offer_of(row.offer_id));
        let is_capped = offers().next().is_some() && offers().all(|offer| !offer.caps().is_empty());
        (is_capped && self.fallback().is_none()).then_some(
            "is none, and every row's offer has a cap: once they are reached visitors see a clean page",
        )
    }
}

pub(super) fn standing_flaw(offer: &Offer) -> Option<&'static str> {
    match offer.status {
        OfferStatus::Active => None,
        OfferStatus::Paused => Some("leads to a paused offer, so it takes no visitor"),
        OfferStatus::Pending => Some("leads to a pending offer, so it takes no visitor"),
        OfferStatus::Deleted => Some("leads to a deleted offer, so it takes no visitor"),
    }
}

/// Whether nothing but its partner keeps a click from the offer, nor leads one on from it to come by again.
fn takes_everybody(offer: &CompiledOffer) -> bool {
    let document = offer.document();
    document.status == OfferStatus::Active
        && document.targeting.is_empty()
        && document.end_date.is_none()
        && document.monitor_id.is_none()
        && !document.block_bots
        && document.visibility == Visibility::Public
        && document.converted_filter.action == DuplicateAction::Off
        && document.duplicate_filter.action != DuplicateAction::FailTraffic
        && document.forwarding.is_empty()
        && offer.caps().is_empty()
}

fn has_page(offer: &CompiledOffer, wanted: Option<LandingPageId>) -> bool {
    let mut pages = offer.landing_pages().iter();
    pages.any(|known| wanted.is_none_or(|page| known.id == page) && known.active)
}

/// A row behind one of the same offer that takes all that it would take.
fn shadowed(rows: &[SmartLinkRow], place: usize) -> Option<(String, String)> {
    let row = &rows[place];
    let takes_all = |before: &SmartLinkRow| {
        before.offer_id == row.offer_id
            && (before.landing_page_id.is_none() || before.landing_page_id == row.landing_page_id)
            && (before.targeting.is_empty() || before.targeting == row.targeting)
    };
    let first = rows[..place].iter().position(takes_all)?;
    let message =
        format!("is never reached: row {} before it takes the same clicks of the same offer", first + 1);
    Some((format!("rows[{place}]"), message))
}
