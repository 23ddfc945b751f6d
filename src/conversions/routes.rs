//! The advertisers' path: no login, a token instead.

use super::{Judgements, postback};
use crate::tracking::Tracker;
use actix_web::{HttpRequest, HttpResponse, web};
use std::sync::Arc;

/// Bytes of a postback's body that are read at all.
const LONGEST_BODY: usize = 64 << 10;

/// Registers the path for a process that tracks.
pub fn configure(config: &mut web::ServiceConfig) {
    let resource = web::resource("/postback").app_data(web::PayloadConfig::new(LONGEST_BODY));
    config.service(resource.get(on_postback).post(on_postback));
}

async fn on_postback(
    tracker: web::Data<Arc<Tracker>>,
    judgements: web::Data<Arc<Judgements>>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    postback::postback(&tracker, &judgements, &request, &body).await
}
