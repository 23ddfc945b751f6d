//! What stands around every page and every answer of the API: a request id, the headers that keep a
//! browser safe, and failures told in the way of pages or of the API.

use super::{Failure, Kind, flash, page::Theme, theme};
use crate::state::State;
use actix_web::{
    HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web,
};
use uuid::Uuid;

/// The id of a request, in its answer, in the log and on error pages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestId(pub String);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Everything comes from here, nothing is inline, and nobody may frame us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// What every answer carries, unless the handler has said otherwise.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (header::CACHE_CONTROL, "private, no-store"),
];

/// A year, in seconds: how long a browser remembers to come by https alone.
const BY_HTTPS: &str = "max-age=31536000";

/// Puts the frame around an answer.
pub async fn frame(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let id = Uuid::new_v4().simple().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let kind = Kind::of_path(request.path());
    let theme = theme::of(request.request());
    let is_secure = request.app_data::<web::Data<State>>().is_some_and(|state| state.is_secure());
    let answer = next.call(request).await?;
    let (request, answer) = answer.into_parts();
    let failure = answer.error().map(Failure::of);
    let mut answer = match failure {
        Some(failure) => told(&failure, kind, theme, &id, &request, answer.headers()),
        None => answer.map_into_boxed_body(),
    };
    flash::forget_shown(&request, &mut answer);
    add_headers(answer.headers_mut(), &id, is_secure);
    Ok(ServiceResponse::new(request, answer))
}

fn told(
    failure: &Failure,
    kind: Kind,
    theme: Theme,
    id: &str,
    request: &actix_web::HttpRequest,
    before: &HeaderMap,
) -> HttpResponse {
    match failure {
        Failure::Broken(inside) => {
            tracing::error!(request_id = id, path = request.path(), error = inside, "a request failed");
        }
        Failure::Unavailable => tracing::warn!(request_id = id, "the database is away"),
        Failure::Malformed(_)
        | Failure::Unauthorized
        | Failure::Expired(_)
        | Failure::Forbidden(_)
        | Failure::Refused(_)
        | Failure::NotFound
        | Failure::WrongMethod(_)
        | Failure::Conflict(_)
        | Failure::TooLarge(_)
        | Failure::WrongType(_)
        | Failure::Invalid(_)
        | Failure::TooMany(_) => {}
    }
    let mut answer = match kind {
        Kind::Api => failure.to_problem(Some(id)),
        Kind::Page => failure.to_page(theme, Some(id)),
    };
    for (name, value) in before.iter().filter(|(name, _)| name.as_str().starts_with("ratelimit")) {
        answer.headers_mut().insert(name.clone(), value.clone());
    }
    answer
}

fn add_headers(headers: &mut HeaderMap, id: &str, is_secure: bool) {
    for (name, value) in HEADERS {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if is_secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(BY_HTTPS));
    }
    headers.insert(REQUEST_ID, HeaderValue::from_str(id).expect("hexadecimal digits"));
}
