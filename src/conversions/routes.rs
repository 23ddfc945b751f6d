//! The advertisers' path: no login, a token instead.

use super::{Judgements, pixel, postback};
use crate::tracking::Tracker;
use actix_web::{HttpRequest, HttpResponse, dev::Decompress, error::PayloadError, web};
use futures::StreamExt;
use std::{pin::pin, sync::Arc};
use store::conversions::LONGEST_QUERY;

/// Bytes of a postback's body that are read at all; what is behind them is left where it is.
const LONGEST_BODY: usize = 64 << 10;

/// Registers the path for a process that tracks.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/postback").get(on_postback).post(on_postback))
        .service(web::resource("/pixel").get(on_pixel));
}

async fn on_pixel(
    tracker: web::Data<Arc<Tracker>>,
    judgements: web::Data<Arc<Judgements>>,
    request: HttpRequest,
) -> HttpResponse {
    pixel::pixel(&tracker, &judgements, &request).await
}

async fn on_postback(
    tracker: web::Data<Arc<Tracker>>,
    judgements: web::Data<Arc<Judgements>>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    match read(&request, payload).await {
        Ok(body) => postback::postback(&tracker, &judgements, &request, &body).await,
        Err(_) => postback::unreadable(),
    }
}

/// The start of the body, and at least one byte more than may be: a call that is too long is logged too.
async fn read(request: &HttpRequest, payload: web::Payload) -> Result<Vec<u8>, PayloadError> {
    let mut chunks = pin!(Decompress::from_headers(payload, request.headers()));
    let (mut body, mut length) = (Vec::new(), 0);
    while length <= LONGEST_BODY
        && let Some(chunk) = chunks.next().await
    {
        let chunk = chunk?;
        length += chunk.len();
        let room = (LONGEST_QUERY + 1).saturating_sub(body.len());
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok(body)
}
