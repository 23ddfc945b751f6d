//! What the operator's tools ask: does the process live, can it take traffic, what does it count.

use crate::{state::State, tracking::Tracker};
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// Registers the operations paths.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/healthz").get(health))
        .service(web::resource("/readyz").get(ready))
        .service(web::resource("/metrics").get(metrics));
}

async fn health() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

async fn ready(state: web::Data<State>, tracker: Option<web::Data<Arc<Tracker>>>) -> HttpResponse {
    let database = state.database.is_up().await;
    let spool = tracker.as_ref().is_none_or(|tracker| !tracker.spool.is_broken());
    let drained = tracker.as_ref().is_none_or(|tracker| tracker.drain.has_caught_up());
    let nearly_full = tracker.as_ref().is_some_and(|tracker| tracker.spool.is_nearly_full());
    // Traffic goes on while the database is away: the spool keeps it. The first start still needs it.
    let ready = spool && drained && (tracker.is_some() || database);
    let body = json!({
        "ready": ready,
        "checks": {"database": database, "spool": spool, "spool_at_start_drained": drained},
        // Traffic goes on until the disk is full: nobody is to be sent elsewhere for this.
        "warnings": {"disk_above_80_percent": nearly_full},
    });
    let mut response = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.insert_header((header::CACHE_CONTROL, "no-store")).json(body)
}

async fn metrics(
    state: web::Data<State>,
    tracker: Option<web::Data<Arc<Tracker>>>,
    handle: web::Data<PrometheusHandle>,
    request: HttpRequest,
) -> HttpResponse {
    if !may_read(&state, &request) {
        return HttpResponse::Forbidden()
            .content_type("text/plain")
            .body("metrics are read from loopback, or with a token\n");
    }
    if let Some(tracker) = tracker {
        let progress = tracker.drain.progress();
        tracker.meters.stored.absolute(progress.clicks());
        tracker.meters.set_aside.absolute(progress.set_aside());
        tracker.meters.spool_depth.set(tracker.drain.depth() as f64);
        tracker.meters.drain_lag.set(tracker.drain.lag_seconds(chrono::Utc::now().timestamp_millis()));
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(handle.render())
}

/// Loopback itself may read, but not what a proxy on loopback passes on.
fn may_read(state: &State, request: &HttpRequest) -> bool {
    let is_local = request.peer_addr().is_some_and(|peer| peer.ip().is_loopback())
        && !request.headers().contains_key("x-forwarded-for");
    let given = request.headers().get(header::AUTHORIZATION).map_or(&b""[..], |value| value.as_bytes());
    let has_token = state
        .metrics_token
        .as_ref()
        .is_some_and(|token| bool::from(format!("Bearer {token}").as_bytes().ct_eq(given)));
    is_local || has_token
}
