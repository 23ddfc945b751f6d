//! A click by the API.

use super::show;
use crate::web::{Access, Answer, Failure, answer};
use actix_web::web::Path;
use domain::shared::ClickId;
use store::tracking;

/// `GET /api/v1/clicks/{click_id}`
pub async fn click(access: Access, path: Path<String>) -> Answer {
    let id: ClickId = path.parse().map_err(|_| Failure::NotFound)?;
    let click = tracking::click(access.scope(), id).await?;
    Ok(answer::json(&show::click(&click, &access)?))
}
