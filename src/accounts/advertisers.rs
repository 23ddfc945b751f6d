//! How advertisers are made and changed, for pages and the API alike.

use crate::{
    identity::Secret,
    web::{Access, Failure},
};
use domain::accounts::Advertiser;
use store::shared::{Document, Stored};

/// Stores a new advertiser; without a verification token it gets one.
///
/// # Errors
/// [`Failure::Invalid`] with what is wrong.
pub async fn create(access: &Access, advertiser: Advertiser) -> Result<Stored<Advertiser>, Failure> {
    let advertiser =
        if advertiser.verification_token.is_empty() { with_token(advertiser) } else { advertiser };
    advertiser.problems().into_result(())?;
    let document = Document { body: advertiser, code: String::new() };
    Ok(access.scope().create(&access.actor(), document).await?)
}

/// Replaces an advertiser's document.
///
/// # Errors
/// [`Failure::Invalid`]; [`Failure::NotFound`]; [`Failure::Conflict`] at `version` where somebody
/// else has saved since `expected`.
pub async fn save(
    access: &Access,
    id: i64,
    expected: Option<i64>,
    advertiser: Advertiser,
) -> Result<Stored<Advertiser>, Failure> {
    advertiser.problems().into_result(())?;
    Ok(access.scope().update(&access.actor(), id, expected, advertiser).await?)
}

/// Gives an advertiser a new token; the old one is refused from then on.
///
/// # Errors
/// As [`save`].
pub async fn renew_token(access: &Access, id: i64) -> Result<Stored<Advertiser>, Failure> {
    let before = access.scope().get::<Advertiser>(id).await?;
    save(access, id, Some(before.version), with_token(before.body)).await
}

fn with_token(advertiser: Advertiser) -> Advertiser {
    Advertiser { verification_token: Secret::random().reveal()[..32].to_owned(), ..advertiser }
}
