//! A message for the next page: set with the answer to a form, shown once. It lies in a cookie of a
//! minute, so that it needs no memory here.

use super::{answer, parts::Flash, signal::Signal};
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

const NAME: &str = "flash";
/// The longest message that is carried, in characters.
const LONGEST: usize = 400;

/// On to another page, which shows a message.
#[must_use]
pub fn see_other(path: &str, signal: Signal, text: &str) -> HttpResponse {
    let mut answer = answer::see_other(path);
    let short: String = text.chars().take(LONGEST).collect();
    let value = format!("{}.{}", signal.class(), utf8_percent_encode(&short, NON_ALPHANUMERIC));
    // A message that can't be carried is lost; what it tells of is done all the same.
    let _lost = answer.add_cookie(&cookie(value, Duration::minutes(1)));
    answer
}

/// The message that came along.
#[must_use]
pub fn of(request: &HttpRequest) -> Option<Flash> {
    let cookie = request.cookie(NAME)?;
    let (class, text) = cookie.value().split_once('.')?;
    let signals = [Signal::Good, Signal::Warn, Signal::Bad, Signal::Note, Signal::Off];
    let signal = signals.into_iter().find(|signal| signal.class() == class)?;
    let text = percent_decode_str(text).decode_utf8().ok()?.chars().take(LONGEST).collect();
    Some(Flash { signal, text })
}

/// Takes the message out of the browser once a page has shown it.
pub(super) fn forget_shown(request: &HttpRequest, answer: &mut HttpResponse) {
    if request.cookie(NAME).is_some() && answer.status().is_success() && request.method().is_safe() {
        let _kept = answer.add_cookie(&cookie(String::new(), Duration::ZERO));
    }
}

fn cookie(value: String, age: Duration) -> Cookie<'static> {
    Cookie::build(NAME, value).path("/").http_only(true).same_site(SameSite::Lax).max_age(age).finish()
}
