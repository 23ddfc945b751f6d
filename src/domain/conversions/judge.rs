//! The judgement. What is asked, in this order; the first that fails decides:
//!
//! 1. Refused: the click is not found (13), its offer is not of this network's plan (14), the caller's
//!    address is not listed (3), the token is another advertiser's (14) or wrong (21), the event is unknown (25).
//! 2. Known already: a repeat that names a new status changes it, unless it was decided by hand or by
//!    one of our own rules, which no postback overrules; any other repeat is a duplicate (8). One that
//!    becomes approved over a cap is treated as a new one: rejected (4), held or paid.
//! 3. Stored as rejected: the click was a bot's (200) or refused (209), the offer is not active (18) or
//!    has ended (19), a base conversion is too soon (20) or too late (5), it is flagged as fraud (22),
//!    it is over a cap (4; held as pending or paid where the offer says so).
//!
//! A duplicate click's conversion counts: the visitor came back, and bought. The amounts are frozen
//! whatever the status, so that a later approval moves them; bots' and refused clicks' are zero for good.

use super::{Call, ClickFacts, ConversionCode, ConversionStatus, Credit, Earned, Terms, earned};
use crate::{
    offers::{Offer, OfferStatus, OverCap, VIEW_SECONDS},
    shared::EventId,
    tracking::Verdict,
};
use chrono::{DateTime, Utc};

/// A stored conversion of the same identity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Existing {
    pub status: ConversionStatus,
    /// Why it is not approved, where one of our rules or a person said so.
    pub code: Option<ConversionCode>,
    /// Whether a person decided its status.
    pub by_hand: bool,
}

/// What becomes of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Judgement {
    /// A new conversion or event.
    Store(Stored),
    /// News of the conversion that is there.
    Update(Change),
    /// Only logged.
    Refuse(ConversionCode),
}

/// What is stored of a new conversion, beside what the call and the click say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stored {
    /// None for the base conversion.
    pub event: Option<EventId>,
    pub status: ConversionStatus,
    pub code: Option<ConversionCode>,
    pub earned: Earned,
}

/// A new status of a conversion that is there. Its amounts stay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    pub status: ConversionStatus,
    pub code: Option<ConversionCode>,
}

/// Judges a call whose sender is known ([`Terms::check_caller`], or whoever uploads a file). `existing` is
/// the conversion of the same [`super::Identity`], if there is one; `over_cap` whether one more conversion
/// would go over a cap of the offer or of the partner's share.
#[must_use]
pub fn judge(
    call: &Call,
    click: &ClickFacts,
    terms: &Terms<'_>,
    existing: Option<&Existing>,
    over_cap: bool,
    now: DateTime<Utc>,
) -> Judgement {
    let event = match terms.event(call) {
        Ok(event) => event,
        Err(code) => return Judgement::Refuse(code),
    };
    if let Some(existing) = existing {
        return repeat(call, existing, terms.offer().over_cap, over_cap);
    }
    let dead = dead_click(click);
    let earned = if dead.is_some() { Earned::default() } else { earned(call, terms, event, click.paid) };
    let rule = dead.or_else(|| broken_rule(call, click, terms.offer(), event, now));
    let (status, code) = match rule {
        Some(code) => (ConversionStatus::Rejected, Some(code)),
        None => standing(call, terms.offer().over_cap, over_cap),
    };
    Judgement::Store(Stored { event, status, code, earned })
}

/// News of a stored conversion. One that is approved now takes its place under the caps now.
fn repeat(call: &Call, existing: &Existing, action: OverCap, over_cap: bool) -> Judgement {
    let given = match call.status {
        _ if call.fraud_flag => ConversionStatus::Rejected,
        Some(status) => status,
        None => return Judgement::Refuse(ConversionCode::Duplicate),
    };
    let settled = existing.by_hand || existing.code.is_some();
    if settled || given == existing.status {
        return Judgement::Refuse(ConversionCode::Duplicate);
    }
    let (status, code) = match given {
        ConversionStatus::Approved => standing(call, action, over_cap),
        ConversionStatus::Rejected if call.fraud_flag => (given, Some(ConversionCode::FraudFlag)),
        ConversionStatus::Pending | ConversionStatus::Rejected => (given, None),
    };
    Judgement::Update(Change { status, code })
}

/// Why nothing that comes of this click is ever paid.
fn dead_click(click: &ClickFacts) -> Option<ConversionCode> {
    match click.verdict {
        _ if click.is_bot => Some(ConversionCode::Bot),
        Verdict::Invalid => Some(ConversionCode::InvalidClick),
        Verdict::Valid | Verdict::Duplicate => None,
    }
}

fn broken_rule(
    call: &Call,
    click: &ClickFacts,
    offer: &Offer,
    event: Option<EventId>,
    now: DateTime<Utc>,
) -> Option<ConversionCode> {
    if offer.status != OfferStatus::Active {
        return Some(ConversionCode::InactiveOffer);
    }
    if offer.end_date.is_some_and(|end| now >= end) {
        return Some(ConversionCode::EndedOffer);
    }
    // Later events attach to their click without limit.
    let seconds = now.signed_duration_since(click.at).num_seconds();
    let (least, most) = match click.credit {
        Credit::Click => (i64::from(offer.min_conversion_seconds), i64::from(offer.max_conversion_seconds)),
        Credit::View => (0, VIEW_SECONDS),
        Credit::Coupon => (0, i64::MAX),
    };
    if event.is_none() && seconds < least {
        return Some(ConversionCode::TooSoon);
    }
    if event.is_none() && seconds > most {
        return Some(ConversionCode::TooLate);
    }
    call.fraud_flag.then_some(ConversionCode::FraudFlag)
}

/// The status that the advertiser gives, approved by default, and what the caps make of it.
fn standing(call: &Call, action: OverCap, over_cap: bool) -> (ConversionStatus, Option<ConversionCode>) {
    under_caps(call.status.unwrap_or(ConversionStatus::Approved), action, over_cap)
}

/// What the caps make of a conversion that nothing else speaks against.
#[must_use]
pub fn under_caps(
    given: ConversionStatus,
    action: OverCap,
    over_cap: bool,
) -> (ConversionStatus, Option<ConversionCode>) {
    if !over_cap || given == ConversionStatus::Rejected {
        return (given, None);
    }
    match action {
        OverCap::Reject => (ConversionStatus::Rejected, Some(ConversionCode::OverCap)),
        OverCap::Hold => (ConversionStatus::Pending, Some(ConversionCode::OverCap)),
        OverCap::Pay => (given, None),
    }
}

/// What a person's decision makes of a conversion; none where it changes nothing.
#[must_use]
pub fn by_hand(existing: &Existing, status: ConversionStatus) -> Option<Change> {
    let code = (status == ConversionStatus::Rejected).then_some(ConversionCode::ByHand);
    (existing.status != status).then_some(Change { status, code })
}
