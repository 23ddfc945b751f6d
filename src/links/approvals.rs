//! What a partner may do with an offer, and on which terms of its own: made or changed in one row of
//! partner × offer, for pages and the API alike.

use crate::web::{Access, Failure, parts::Choice, signal::Signal};
use domain::{
    accounts::{ApprovalState, Partner, PartnerOffer},
    offers::{Offer, Visibility},
    shared::{OfferId, PartnerId},
};
use store::shared::{Document, Filter, Page, Stored};

/// Every row: as many as a network has partners or offers.
const ALL: Page = Page { before: None, limit: 100_000 };

/// The row of a partner × offer; none where nothing was ever said.
///
/// # Errors
/// What the database said.
pub async fn of(access: &Access, partner: i64, offer: i64) -> Result<Option<Stored<PartnerOffer>>, Failure> {
    let exact = vec![("partner_id", partner.into()), ("offer_id", offer.into())];
    let found = access.scope().list(&Filter { exact, ..Filter::default() }, ALL).await?;
    Ok(found.into_iter().next())
}

/// Every row of one partner.
///
/// # Errors
/// What the database said.
pub async fn of_partner(access: &Access, partner: i64) -> Result<Vec<Stored<PartnerOffer>>, Failure> {
    let exact = vec![("partner_id", partner.into())];
    Ok(access.scope().list(&Filter { exact, ..Filter::default() }, ALL).await?)
}

/// Every row of one offer.
///
/// # Errors
/// What the database said.
pub async fn of_offer(access: &Access, offer: i64) -> Result<Vec<Stored<PartnerOffer>>, Failure> {
    let exact = vec![("offer_id", offer.into())];
    Ok(access.scope().list(&Filter { exact, ..Filter::default() }, ALL).await?)
}

/// Stores the terms of a partner × offer, new or in place of those before.
///
/// # Errors
/// [`Failure::Invalid`]; [`Failure::NotFound`]; [`Failure::Conflict`] at `version` where somebody
/// else has saved since `expected`.
pub async fn save(
    access: &Access,
    expected: Option<i64>,
    terms: PartnerOffer,
) -> Result<Stored<PartnerOffer>, Failure> {
    access.scope().get::<Partner>(terms.partner_id.0).await?;
    access.scope().get::<Offer>(terms.offer_id.0).await?;
    terms.problems().into_result(())?;
    match of(access, terms.partner_id.0, terms.offer_id.0).await? {
        Some(before) => Ok(access.scope().update(&access.actor(), before.id, expected, terms).await?),
        None => {
            Ok(access.scope().create(&access.actor(), Document { body: terms, code: String::new() }).await?)
        }
    }
}

/// Sets the state alone and leaves the terms.
///
/// # Errors
/// As [`save`].
pub async fn set_state(
    access: &Access,
    partner: i64,
    offer: i64,
    state: ApprovalState,
) -> Result<Stored<PartnerOffer>, Failure> {
    let before = of(access, partner, offer).await?;
    let expected = before.as_ref().map(|before| before.version);
    let terms = before.map_or_else(|| none(partner, offer), |before| before.body);
    save(access, expected, PartnerOffer { state, ..terms }).await
}

/// The terms where nothing was ever said.
#[must_use]
pub fn none(partner: i64, offer: i64) -> PartnerOffer {
    PartnerOffer {
        partner_id: PartnerId(partner),
        offer_id: OfferId(offer),
        state: ApprovalState::None,
        payout: None,
        event_payouts: Vec::new(),
        caps: Vec::new(),
    }
}

/// The state of a form's word.
#[must_use]
pub fn state_of(word: &str) -> Option<ApprovalState> {
    match word {
        "none" => Some(ApprovalState::None),
        "pending" => Some(ApprovalState::Pending),
        "approved" => Some(ApprovalState::Approved),
        "rejected" => Some(ApprovalState::Rejected),
        "blocked" => Some(ApprovalState::Blocked),
        _ => None,
    }
}

/// The word of a state in JSON, in forms and on pages.
#[must_use]
pub fn state_name(state: ApprovalState) -> &'static str {
    match state {
        ApprovalState::None => "none",
        ApprovalState::Pending => "pending",
        ApprovalState::Approved => "approved",
        ApprovalState::Rejected => "rejected",
        ApprovalState::Blocked => "blocked",
    }
}

/// What a state comes to on an offer of this visibility.
#[must_use]
pub fn state_badge(state: ApprovalState, visibility: Visibility) -> (Signal, &'static str) {
    match (state, visibility) {
        (ApprovalState::Approved, _) => (Signal::Good, "approved"),
        (ApprovalState::None, Visibility::Public) => (Signal::Good, "open to all"),
        (ApprovalState::None, Visibility::RequireApproval | Visibility::Private) => {
            (Signal::Off, "not approved")
        }
        (ApprovalState::Pending, _) => (Signal::Warn, "pending"),
        (ApprovalState::Rejected, _) => (Signal::Bad, "rejected"),
        (ApprovalState::Blocked, _) => (Signal::Bad, "blocked"),
    }
}

/// The states, to choose from.
#[must_use]
pub fn choices() -> Vec<Choice> {
    ["none", "pending", "approved", "rejected", "blocked"].map(|name| Choice::new(name, name)).to_vec()
}
