//! Saved views by the API. They are people's: a program reads those that are shared in its network.

use crate::web::{Access, Answer, Listing, answer};
use actix_web::HttpRequest;
use serde_json::json;
use store::reports;

/// `GET /api/v1/reports/views`
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &[])?;
    let views = reports::shared_views(access.scope(), listing.page()?).await?;
    let shown = |view: reports::SavedView| {
        Ok(json!({
            "id": view.id.to_string(),
            "name": view.name,
            "by": view.owner,
            "query": view.query,
            "updated_at": answer::moment(view.updated_at)?,
        }))
    };
    listing.answer(views, |view| view.id, shown)
}
