//! Uploads by the API.

use super::{receive, show, wake};
use crate::web::{Access, Answer, Failure, Listing, answer};
use actix_web::{
    HttpRequest,
    web::{Path, Payload},
};
use serde_json::json;
use store::conversions::{self, Upload};

/// The id in a path; what is none is as good as not there.
pub(super) fn id_of(path: &str) -> Result<i64, Failure> {
    path.parse().map_err(|_| Failure::NotFound)
}

/// `GET /api/v1/uploads`
pub async fn uploads(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &[])?;
    let rows = conversions::uploads(access.scope(), listing.page()?).await?;
    listing.answer(rows, |upload| upload.id, |upload| show::upload(&access, &upload))
}

/// `GET /api/v1/uploads/{upload_id}`
pub async fn upload(access: Access, path: Path<String>) -> Answer {
    let found = conversions::upload(access.scope(), id_of(&path)?).await?;
    one(&access, &found)
}

/// `GET /api/v1/uploads/{upload_id}/errors`: in the file's order.
pub async fn errors(access: Access, request: HttpRequest, path: Path<String>) -> Answer {
    let listing = Listing::read(request.query_string(), &[])?;
    let upload = conversions::upload(access.scope(), id_of(&path)?).await?;
    let page = listing.page()?;
    let limit = i64::try_from(page.limit).unwrap_or(i64::MAX);
    let rows = conversions::errors(access.scope(), upload.id, page.before.unwrap_or(0), limit).await?;
    listing.answer(rows, |error| error.place, |error| show::error(&error))
}

/// `POST /api/v1/uploads`: 201, or 200 with the one of the same file that is under way.
pub async fn receive(access: Access, request: HttpRequest, payload: Payload) -> Answer {
    let new = receive::file(&request, payload).await?;
    let (upload, is_new) = conversions::receive(access.scope(), &access.actor(), &new).await?;
    wake(&request);
    if !is_new {
        return one(&access, &upload);
    }
    made(&access, &upload)
}

/// `POST /api/v1/uploads/{upload_id}/write`
pub async fn write(access: Access, request: HttpRequest, path: Path<String>) -> Answer {
    let written = write_now(&access, &request, id_of(&path)?).await?;
    one(&access, &written)
}

/// `POST /api/v1/uploads/{upload_id}/cancel`
pub async fn cancel(access: Access, request: HttpRequest, path: Path<String>) -> Answer {
    let cancelled = conversions::cancel(access.scope(), &access.actor(), id_of(&path)?).await?;
    wake(&request);
    one(&access, &cancelled)
}

/// Decides that an upload is written.
pub(super) async fn write_now(access: &Access, request: &HttpRequest, id: i64) -> Result<Upload, Failure> {
    let version = i64::try_from(access.entrant().network.plan_version).unwrap_or(i64::MAX);
    let upload = conversions::write(access.scope(), &access.actor(), id, version).await?;
    wake(request);
    Ok(upload)
}

fn one(access: &Access, upload: &Upload) -> Answer {
    Ok(answer::json(&show::upload(access, upload)?))
}

/// A new upload and its address.
pub(super) fn made(access: &Access, upload: &Upload) -> Answer {
    Ok(answer::created(&format!("/api/v1/uploads/{}", upload.id), &json!(show::upload(access, upload)?)))
}
