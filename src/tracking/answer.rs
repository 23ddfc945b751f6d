//! What a visitor is answered: a redirect, a page of our own with nothing of the network on it, or nothing.

use super::signals::SessionHasher;
use crate::web::page::{VisitorPage, VisitorReason};
use actix_web::{
    HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    http::{StatusCode, header},
};
use askama::Template;
use domain::{
    offers::{Redirect, ReferrerPolicy},
    tracking::{Answer, Code},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// How long a visitor is known by its cookie, in days.
const COOKIE_DAYS: i64 = 30;

/// The answer to a decision. A redirect without a destination can't be; it ends as "no matching offer".
pub fn answer(answer: &Answer, destination: Option<&str>, hasher: &SessionHasher) -> HttpResponse {
    match (answer, destination) {
        (Answer::Page(code), _) => page(*code),
        (Answer::Blank, _) => HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).finish(),
        (Answer::Redirect { how, referrer_policy, .. }, Some(url)) => {
            redirect(*how, *referrer_policy, url, hasher)
        }
        (Answer::Redirect { .. }, None) => page(Code::NoMatchingOffer),
    }
}

/// The answer that sends a visitor on to a URL.
pub fn redirect(how: Redirect, policy: ReferrerPolicy, url: &str, hasher: &SessionHasher) -> HttpResponse {
    match how {
        Redirect::Found => HttpResponse::Found()
            .insert_header((header::LOCATION, url))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::REFERRER_POLICY, policy_name(policy)))
            .finish(),
        Redirect::MetaRefresh => refresh(url, policy_name(policy)),
        Redirect::DoubleMetaRefresh => refresh(&second_hop(url, hasher), "origin"),
    }
}

fn policy_name(policy: ReferrerPolicy) -> &'static str {
    match policy {
        ReferrerPolicy::NoReferrerWhenDowngrade => "no-referrer-when-downgrade",
        ReferrerPolicy::NoReferrer => "no-referrer",
        ReferrerPolicy::Origin => "origin",
        ReferrerPolicy::UnsafeUrl => "unsafe-url",
    }
}

/// The page between: our own address with the destination and a seal, so that it leads nowhere else.
fn second_hop(url: &str, hasher: &SessionHasher) -> String {
    format!("/r?to={}&seal={:016x}", utf8_percent_encode(url, NON_ALPHANUMERIC), hasher.seal(url))
}

/// The second page of a double meta refresh: onwards without any referrer.
pub fn second(to: &str, seal: &str, hasher: &SessionHasher) -> HttpResponse {
    if seal != format!("{:016x}", hasher.seal(to)) {
        return page(Code::UnknownLink);
    }
    refresh(to, "no-referrer")
}

#[derive(Template)]
#[template(
    source = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"robots\" content=\"noindex\">\
<meta name=\"referrer\" content=\"{{ policy }}\"><meta http-equiv=\"refresh\" content=\"0;url={{ url }}\">\
<title>One moment</title><p><a href=\"{{ url }}\">Continue</a>",
    ext = "html"
)]
struct RefreshPage<'a> {
    url: &'a str,
    policy: &'a str,
}

fn refresh(url: &str, policy: &str) -> HttpResponse {
    let Ok(body) = (RefreshPage { url, policy }).render() else { return page(Code::NoMatchingOffer) };
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::REFERRER_POLICY, policy))
        .body(body)
}

/// The clean page of a code.
pub fn page(code: Code) -> HttpResponse {
    let status = StatusCode::from_u16(code.http_status()).unwrap_or(StatusCode::FORBIDDEN);
    let reason = match code.http_status() {
        404 => VisitorReason::Unknown,
        410 => VisitorReason::Ended,
        429 => VisitorReason::TooMany,
        _ => VisitorReason::Refused,
    };
    let body = VisitorPage { reason }.render().unwrap_or_default();
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("x-robots-tag", "noindex"))
        .body(body)
}

/// Gives the visitor a cookie to be known again by.
pub fn set_cookie(response: &mut HttpResponse, name: &str, value: &str) {
    let cookie = Cookie::build(name.to_owned(), value.to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(COOKIE_DAYS))
        .finish();
    if let Err(error) = response.add_cookie(&cookie) {
        tracing::error!(%error, "the visitor's cookie was not set");
    }
}
