//! What a conversion or event earns the partner and costs the advertiser.

use super::{Call, Terms, upload::Amounts};
use crate::{
    offers::{OfferEvent, Payout, PayoutType, Revenue, RevenueType},
    shared::{EventId, Micros},
};

/// Both sides of the money, frozen with the conversion.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Earned {
    pub payout: Micros,
    pub revenue: Micros,
}

/// What the call earns under these terms. Clicks and impressions (CPC, CPM, RPC, RPM) are paid by
/// themselves, so a conversion adds nothing there. `paid` is false where fail traffic does not pay the
/// partner; the advertiser pays all the same.
#[must_use]
pub fn earned(call: &Call, terms: &Terms<'_>, event: Option<EventId>, paid: bool) -> Earned {
    let sale = call.amount.unwrap_or_default();
    let offer = terms.offer();
    let named = event.and_then(|event| terms.event_document(event));
    let revenue = match call.revenue {
        Some(given) if offer.allow_revenue_override => given,
        _ => revenue(named.map_or(offer.revenue, |event| event.revenue), sale),
    };
    let payout = match call.payout {
        _ if !paid => Micros::ZERO,
        Some(given) if offer.allow_payout_override => given,
        _ => payout(payout_terms(terms, event, named), sale, revenue),
    };
    Earned { payout, revenue }
}

/// The amounts of a conversion that is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Frozen {
    /// The sale amount.
    pub amount: Micros,
    pub earned: Earned,
}

/// The amounts after a correction. What is given is set. What is not given keeps its fixed part, which was
/// frozen with the conversion, and follows the corrected sale by the percentages in force.
#[must_use]
pub fn corrected(
    before: Frozen,
    set: &Amounts,
    terms: &Terms<'_>,
    event: Option<EventId>,
    paid: bool,
) -> Frozen {
    let named = event.and_then(|event| terms.event_document(event));
    let amount = set.amount.unwrap_or(before.amount);
    let rate = named.map_or(terms.offer().revenue, |event| event.revenue);
    let follows = before.earned.revenue + revenue(rate, amount) - revenue(rate, before.amount);
    let revenue = set.revenue.unwrap_or(follows).max(Micros::ZERO);
    let rate = payout_terms(terms, event, named);
    let follows = payout(rate, amount, revenue) - payout(rate, before.amount, before.earned.revenue)
        + before.earned.payout;
    let kept = if paid { follows } else { before.earned.payout };
    let payout = set.payout.unwrap_or(kept).max(Micros::ZERO);
    Frozen { amount, earned: Earned { payout, revenue } }
}

/// The partner's own payout where it has one, else the event's or the offer's.
fn payout_terms(terms: &Terms<'_>, event: Option<EventId>, named: Option<&OfferEvent>) -> Payout {
    let own = terms.share().and_then(|share| match event {
        None => share.payout,
        Some(event) => share.event_payouts.iter().find(|own| own.event_id == event).map(|own| own.payout),
    });
    own.unwrap_or_else(|| named.map_or(terms.offer().payout, |event| event.payout))
}

fn revenue(terms: Revenue, sale: Micros) -> Micros {
    match terms.kind {
        RevenueType::Rpa => terms.amount,
        RevenueType::Rps => sale.percent(terms.percent),
        RevenueType::RpaRps => terms.amount + sale.percent(terms.percent),
        RevenueType::Rpc | RevenueType::Rpm => Micros::ZERO,
    }
}

fn payout(terms: Payout, sale: Micros, revenue: Micros) -> Micros {
    match terms.kind {
        PayoutType::Cpa => terms.amount,
        PayoutType::Cps => sale.percent(terms.percent),
        PayoutType::CpaCps => terms.amount + sale.percent(terms.percent),
        PayoutType::RevenueShare => revenue.percent(terms.percent),
        PayoutType::Cpc | PayoutType::Cpm => Micros::ZERO,
    }
}
