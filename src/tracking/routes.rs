//! The tracking paths: no login, any input.

use super::{answer, click, impression, tracker::Tracker};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::tracking::Code;
use std::sync::Arc;

/// Registers the tracking paths for a process that tracks.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/c/{partner}/{target}").get(on_click).head(on_click))
        .service(web::resource("/i/{partner}/{target}").get(on_impression))
        .service(web::resource("/r").get(on_second));
}

async fn on_click(tracker: web::Data<Arc<Tracker>>, request: HttpRequest) -> HttpResponse {
    click::click(&tracker, &request).await
}

async fn on_impression(tracker: web::Data<Arc<Tracker>>, request: HttpRequest) -> HttpResponse {
    impression::impression(&tracker, &request).await
}

async fn on_second(tracker: web::Data<Arc<Tracker>>, request: HttpRequest) -> HttpResponse {
    let pairs: Vec<_> = form_urlencoded::parse(request.query_string().as_bytes()).collect();
    let value = |name: &str| pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_ref());
    match (value("to"), value("seal")) {
        (Some(to), Some(seal)) => answer::second(to, seal, &tracker.hasher),
        (_, _) => answer::page(Code::UnknownLink),
    }
}
