//! The tracking paths: no login, any input.

use super::{answer, click, impression, postback, tracker::Tracker};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::tracking::Code;
use std::sync::Arc;

/// Bytes of a postback's body that are read at all.
const LONGEST_BODY: usize = 64 << 10;

/// Registers the tracking paths for a process that tracks.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .app_data(web::PayloadConfig::new(LONGEST_BODY))
        .service(web::resource("/c/{partner}/{target}").get(on_click).head(on_click))
        .service(web::resource("/i/{partner}/{target}").get(on_impression))
        .service(web::resource("/r").get(on_second))
        .service(web::resource("/postback").get(on_postback).post(on_postback));
}

async fn on_click(tracker: web::Data<Arc<Tracker>>, request: HttpRequest) -> HttpResponse {
    click::click(&tracker, &request).await
}

async fn on_impression(tracker: web::Data<Arc<Tracker>>, request: HttpRequest) -> HttpResponse {
    impression::impression(&tracker, &request).await
}

async fn on_postback(
    tracker: web::Data<Arc<Tracker>>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    postback::postback(&tracker, &request, &body).await
}

async fn on_second(tracker: web::Data<Arc<Tracker>>, request: HttpRequest) -> HttpResponse {
    let pairs = store::tracking::pairs(request.query_string());
    let value = |name: &str| pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
    match (value("to"), value("seal")) {
        (Some(to), Some(seal)) => answer::second(to, seal, &tracker.hasher),
        (_, _) => answer::page(Code::UnknownLink),
    }
}
