//! What an impression earns: the thousandth part of its price, and nothing where partner, offer or caps would refuse
//! a click. Source blocks and traffic controls refuse clicks alone.

use super::{
    super::{Code, Facts, OfferIndex, Plan},
    standing::{Refusal, Standing, refuse},
};
use crate::{
    offers::{PayoutType, RevenueType},
    shared::{Micros, PartnerId},
};
use chrono::{DateTime, Utc};

/// What an impression earns the partner, and what the advertiser pays for it. Nothing where standing,
/// end date, approval or caps would refuse a click: it was seen all the same, and is only counted.
pub fn impression_earnings<F: Facts + ?Sized>(
    plan: &Plan,
    partner: PartnerId,
    index: OfferIndex,
    facts: &F,
    now: DateTime<Utc>,
) -> (Micros, Micros) {
    let Some(offer) = plan.offer(index) else { return Default::default() };
    let standing = Standing { plan, partner, offer, share: plan.share_index(partner, index) };
    match check(&standing, index, facts, now) {
        Ok(()) => earnings(&standing),
        Err(_) => Default::default(),
    }
}

fn check<F: Facts + ?Sized>(
    standing: &Standing<'_>,
    index: OfferIndex,
    facts: &F,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    standing.check_status()?;
    standing.check_end(now)?;
    standing.check_approval()?;
    if facts.capped(index, standing.share) { refuse(Code::OfferCap) } else { Ok(()) }
}

fn earnings(standing: &Standing<'_>) -> (Micros, Micros) {
    let document = standing.offer.document();
    let terms = standing.terms().and_then(|terms| terms.payout).unwrap_or(document.payout);
    let payout = match terms.kind {
        PayoutType::Cpm => terms.amount.thousandth(),
        PayoutType::Cpa
        | PayoutType::Cps
        | PayoutType::CpaCps
        | PayoutType::Cpc
        | PayoutType::RevenueShare => Micros::ZERO,
    };
    let revenue = match document.revenue.kind {
        RevenueType::Rpm => document.revenue.amount.thousandth(),
        RevenueType::Rpa | RevenueType::Rps | RevenueType::RpaRps | RevenueType::Rpc => Micros::ZERO,
    };
    (payout, revenue)
}
