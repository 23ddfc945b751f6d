//! Requests that another site's page makes a browser send are refused where they would change
//! something: by `Sec-Fetch-Site`, or by `Origin` against `Host` where a browser does not send that.
//! So forms need no tokens.

use super::Failure;
use actix_web::{
    HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
};

const REFUSED: Failure = Failure::Refused("the request comes from another site");

/// Lets safe methods and requests of our own pages through; what sends neither header is no browser.
///
/// # Errors
/// The request comes from another site.
pub fn check(request: &HttpRequest) -> Result<(), Failure> {
    if request.method().is_safe() {
        return Ok(());
    }
    match text(request, "sec-fetch-site") {
        Some("same-origin" | "none") => return Ok(()),
        Some(_) => return Err(REFUSED),
        None => {}
    }
    match (text(request, header::ORIGIN.as_str()), text(request, header::HOST.as_str())) {
        (None, _) => Ok(()),
        (Some(origin), Some(host)) if is_of(origin, host) => Ok(()),
        (Some(_), _) => Err(REFUSED),
    }
}

fn text<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name).map(|value| value.to_str().unwrap_or("?"))
}

fn is_of(origin: &str, host: &str) -> bool {
    origin.split_once("://").is_some_and(|(_, origin)| origin.eq_ignore_ascii_case(host))
}

/// The same for public pages, such as the one to sign in.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match check(request.request()) {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(failure) => Ok(request.error_response(failure)),
    }
}
