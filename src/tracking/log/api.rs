//! The logs of clicks and impressions by the API.

use super::{filters, show};
use crate::web::{Access, Answer, Failure, Listing, answer};
use actix_web::{HttpRequest, web::Path};
use domain::shared::ClickId;
use store::tracking;

/// `GET /api/v1/clicks`
pub async fn clicks(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &filters::CLICKS)?;
    let stretch = filters::stretch(&access, &listing, &filters::CLICKS)?;
    let rows = tracking::clicks(access.scope(), &stretch).await?;
    let currency = access.entrant().network.currency;
    listing.answer(rows, tracking::Click::id, |click| show::click(&click, currency))
}

/// `GET /api/v1/clicks/{click_id}`
pub async fn click(access: Access, path: Path<String>) -> Answer {
    let id: ClickId = path.parse().map_err(|_| Failure::NotFound)?;
    let click = tracking::click(access.scope(), id).await?;
    Ok(answer::json(&show::click(&click, access.entrant().network.currency)?))
}

/// `GET /api/v1/impressions`
pub async fn impressions(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &filters::IMPRESSIONS)?;
    let stretch = filters::stretch(&access, &listing, &filters::IMPRESSIONS)?;
    let rows = tracking::impressions(access.scope(), &stretch).await?;
    let currency = access.entrant().network.currency;
    listing.answer(rows, tracking::Impression::id, |impression| show::impression(&impression, currency))
}
