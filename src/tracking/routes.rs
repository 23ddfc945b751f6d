//! The tracking paths: no login, any input.

use super::{answer, click, impression, out, tracker::Tracker};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, header},
    web,
};
use domain::tracking::Code;
use std::sync::Arc;

/// The two codes of a tracking link; empty where the path has more or fewer parts, which names nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Link<'r> {
    pub partner: &'r str,
    pub target: &'r str,
}

impl<'r> Link<'r> {
    fn of(request: &'r HttpRequest) -> Self {
        let rest = request.match_info().unprocessed();
        match rest.strip_prefix('/').and_then(|rest| rest.split_once('/')) {
            Some((partner, target)) if !target.contains('/') => Self { partner, target },
            Some(_) | None => Self::default(),
        }
    }
}

/// Registers the tracking paths for a process that tracks. A scope's prefix is compared, where a
/// pattern with names is a regular expression: 2 µs a click.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::scope("/c").default_service(web::to(on_click)))
        .service(web::scope("/i").default_service(web::to(on_impression)))
        .service(web::scope("/out").default_service(web::to(on_out)))
        .service(web::resource("/r").get(on_second));
}

async fn on_click(tracker: web::Data<Arc<Tracker>>, request: HttpRequest) -> HttpResponse {
    match *request.method() {
        Method::GET => click::click(&tracker, &request, Link::of(&request)).await,
        // Previews and link checkers ask so; nobody has followed the link.
        Method::HEAD => HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).finish(),
        _ => not_allowed("GET, HEAD"),
    }
}

async fn on_impression(tracker: web::Data<Arc<Tracker>>, request: HttpRequest) -> HttpResponse {
    match *request.method() {
        Method::GET => impression::impression(&tracker, &request, Link::of(&request)).await,
        _ => not_allowed("GET"),
    }
}

async fn on_out(tracker: web::Data<Arc<Tracker>>, request: HttpRequest) -> HttpResponse {
    let id = request.match_info().unprocessed().trim_start_matches('/');
    match *request.method() {
        Method::GET => out::out(&tracker, &request, id).await,
        Method::HEAD => HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).finish(),
        _ => not_allowed("GET, HEAD"),
    }
}

fn not_allowed(methods: &'static str) -> HttpResponse {
    HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, methods)).finish()
}

async fn on_second(tracker: web::Data<Arc<Tracker>>, request: HttpRequest) -> HttpResponse {
    let pairs: Vec<_> = form_urlencoded::parse(request.query_string().as_bytes()).collect();
    let value = |name: &str| pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_ref());
    match (value("to"), value("seal")) {
        (Some(to), Some(seal)) => answer::second(to, seal, &tracker.hasher),
        (_, _) => answer::page(Code::UnknownLink),
    }
}
