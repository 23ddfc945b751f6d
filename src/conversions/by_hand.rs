//! A decision by hand, and what this process knows by it.

use super::world::asks;
use crate::{
    tracking::Tracker,
    web::{Access, Failure},
};
use actix_web::{HttpRequest, web::Data};
use domain::{
    conversions::ConversionStatus,
    shared::{ClickId, OfferId},
};
use std::sync::Arc;
use store::conversions::{self, Conversion};

/// Decides a conversion's status. Where this process tracks, it knows the visitor of one that is not
/// rejected as converted from now on.
///
/// # Errors
/// This network has no such conversion, or what the database said.
pub async fn decide(
    access: &Access,
    request: &HttpRequest,
    id: ClickId,
    status: ConversionStatus,
) -> Result<Conversion, Failure> {
    let decided = conversions::change_status(access.scope(), &access.actor(), id, status).await?;
    if let Some(tracker) = request.app_data::<Data<Arc<Tracker>>>() {
        remember(tracker, access, &decided);
    }
    Ok(decided)
}

fn remember(tracker: &Tracker, access: &Access, decided: &Conversion) {
    let Some(key) = decided.converted() else { return };
    if let Err(error) = tracker.keys.write(&[key]) {
        tracing::warn!(%error, "who has converted is forgotten at the next start");
    }
    if asks(&tracker.plans, access.network(), OfferId(key.offer)) {
        tracker.keys.remember(key);
    }
}
