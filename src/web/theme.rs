//! The theme that a person chose: a cookie, whoever they are, read by every page.

use super::{Answer, Form, answer, page::Theme, routes::Public};
use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
    http::Method,
};

/// The choice's address.
pub fn public_routes() -> Vec<Public> {
    vec![Public::new(Method::POST, "/theme", choose)]
}

/// The theme of whoever asks.
pub fn of(request: &HttpRequest) -> Theme {
    request.cookie(Theme::NAME).map_or(Theme::System, |cookie| Theme::read(cookie.value()))
}

async fn choose(form: Form) -> Answer {
    let theme = Theme::read(form.get(Theme::NAME));
    let cookie = Cookie::build(Theme::NAME, theme.value())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(365))
        .finish();
    let mut done = answer::see_other(answer::local_path(form.get("next")));
    done.add_cookie(&cookie).map_err(|error| super::Failure::Broken(error.to_string()))?;
    Ok(done)
}
