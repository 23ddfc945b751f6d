//! The cookies of the pixel: which click, or which view, a visitor had on an offer. They are sent along from
//! the advertiser's page, so that they must be of a kind that browsers send to other sites' images.

use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
};
use domain::shared::{ClickId, OfferId};

/// The click on an offer.
pub fn click(request: &HttpRequest, offer: OfferId) -> Option<String> {
    read(request, &click_name(offer))
}

/// The view of an offer.
pub fn view(request: &HttpRequest, offer: OfferId) -> Option<String> {
    read(request, &view_name(offer))
}

/// Remembers a click for so many seconds.
pub fn keep_click(
    response: &mut HttpResponse,
    request: &HttpRequest,
    (offer, id): (OfferId, ClickId),
    seconds: i64,
) {
    keep(response, request, click_name(offer), id, seconds);
}

/// Remembers a view for so many seconds.
pub fn keep_view(
    response: &mut HttpResponse,
    request: &HttpRequest,
    (offer, id): (OfferId, ClickId),
    seconds: i64,
) {
    keep(response, request, view_name(offer), id, seconds);
}

fn click_name(offer: OfferId) -> String {
    format!("swy_click_{offer}")
}

fn view_name(offer: OfferId) -> String {
    format!("swy_view_{offer}")
}

fn read(request: &HttpRequest, name: &str) -> Option<String> {
    let id: ClickId = request.cookie(name)?.value().parse().ok()?;
    Some(id.to_string())
}

/// Over https it goes along to other sites' pages; over http no browser would, so that it stays at home.
fn keep(response: &mut HttpResponse, request: &HttpRequest, name: String, id: ClickId, seconds: i64) {
    let is_secure = request.connection_info().scheme() == "https";
    let cookie = Cookie::build(name, id.to_string())
        .path("/")
        .http_only(true)
        .secure(is_secure)
        .same_site(if is_secure { SameSite::None } else { SameSite::Lax })
        .max_age(Duration::seconds(seconds))
        .finish();
    if let Err(error) = response.add_cookie(&cookie) {
        tracing::error!(%error, "the pixel's cookie was not set");
    }
}
