//! How partners are made and changed, for pages and the API alike.

use crate::web::{Access, Failure, code};
use domain::accounts::Partner;
use store::shared::{Document, Stored};

/// Stores a new partner with a code for its links.
///
/// # Errors
/// [`Failure::Invalid`] with what is wrong.
pub async fn create(access: &Access, partner: Partner) -> Result<Stored<Partner>, Failure> {
    partner.problems().into_result(())?;
    Ok(access.scope().create(&access.actor(), Document { body: partner, code: code::fresh() }).await?)
}

/// Replaces a partner's document.
///
/// # Errors
/// [`Failure::Invalid`]; [`Failure::NotFound`]; [`Failure::Conflict`] at `version` where somebody
/// else has saved since `expected`.
pub async fn save(
    access: &Access,
    id: i64,
    expected: Option<i64>,
    partner: Partner,
) -> Result<Stored<Partner>, Failure> {
    partner.problems().into_result(())?;
    Ok(access.scope().update(&access.actor(), id, expected, partner).await?)
}
