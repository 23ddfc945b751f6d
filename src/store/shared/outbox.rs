//! The outbox: a room writes a fact in the transaction that made it true; a job turns facts into
//! messages later.

use super::{Error, Executor, now_millis, run};
use domain::shared::{AdvertiserId, Cap, NetworkId, OfferId, PartnerId};
use serde::{Deserialize, Serialize};

/// Something that somebody wants to be told of. Stored as JSON with its kind; fields are only ever added.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// A conversion or event was stored, or has another status now.
    Conversion {
        conversion_id: String,
        offer_id: OfferId,
        partner_id: PartnerId,
        advertiser_id: AdvertiserId,
        /// `approved`, `pending` or `rejected`.
        status: String,
        /// Whether it is new, rather than changed.
        is_new: bool,
    },
    /// A partner asks to run an offer.
    PartnerApplied { partner_id: PartnerId, offer_id: OfferId },
    /// The network has answered.
    ApplicationAnswered { partner_id: PartnerId, offer_id: OfferId, approved: bool },
    /// 90 % of a cap are used in its current period; of the partner's share where one is named.
    CapNear { offer_id: OfferId, partner_id: Option<PartnerId>, cap: Cap },
    /// The cap is used up until its period ends.
    CapReached { offer_id: OfferId, partner_id: Option<PartnerId>, cap: Cap },
}

impl Fact {
    /// The kind, as the outbox's column and users' preferences name it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Conversion { .. } => "conversion",
            Self::PartnerApplied { .. } => "partner_applied",
            Self::ApplicationAnswered { .. } => "application_answered",
            Self::CapNear { .. } => "cap_near",
            Self::CapReached { .. } => "cap_reached",
        }
    }
}

/// Writes a fact in the caller's transaction.
///
/// # Errors
/// What the database said.
pub async fn tell(executor: &impl Executor, network: NetworkId, fact: &Fact) -> Result<(), Error> {
    run(
        executor,
        "INSERT INTO outbox (network_id, at, kind, body) VALUES ($1, $2, $3, $4)",
        vec![network.0.into(), now_millis().into(), fact.kind().into(), serde_json::to_string(fact)?.into()],
    )
    .await
}
