//! Answers in the few shapes that pages and the API have.

use super::{Answer, Failure};
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{self, ContentType},
    },
};
use askama::Template;
use domain::shared::Problems;
use serde::Serialize;
use serde_json::Value;

/// A page.
///
/// # Errors
/// The template failed.
pub fn page(template: &impl Template) -> Answer {
    page_with(StatusCode::OK, template)
}

/// A page with another status than 200, such as a form that is shown again (422).
///
/// # Errors
/// The template failed.
pub fn page_with(status: StatusCode, template: &impl Template) -> Answer {
    Ok(HttpResponse::build(status).content_type(ContentType::html()).body(template.render()?))
}

/// A form again, with what is wrong at its fields.
///
/// # Errors
/// The failure, where it is not the input that was wrong; what making the page says.
pub async fn again<P: Template>(
    failure: Failure,
    page: impl AsyncFnOnce(Problems) -> Result<P, Failure>,
) -> Answer {
    let status = failure.status();
    let problems = failure.into_problems()?;
    page_with(status, &page(problems).await?)
}

/// On to another page by GET, as after a form that was saved.
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}

/// An object as JSON.
#[must_use]
pub fn json(object: &Value) -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::json()).body(object.to_string())
}

/// What writes itself as JSON, for answers that are long.
///
/// # Errors
/// It can't be written.
pub fn written(object: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(object).map_err(|error| Failure::Broken(error.to_string()))?;
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(body))
}

/// A new object and its address.
#[must_use]
pub fn created(location: &str, object: &Value) -> HttpResponse {
    HttpResponse::Created()
        .insert_header((header::LOCATION, location))
        .content_type(ContentType::json())
        .body(object.to_string())
}

/// Done; there is nothing to show.
#[must_use]
pub fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// A path of this site that a form or address names as the way on; the first page where it names
/// anything else, so that nobody is led elsewhere.
#[must_use]
pub fn local_path(path: &str) -> &str {
    let fine = path.len() <= 2_000
        && path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(char::is_control);
    if fine { path } else { "/" }
}

/// A moment as the API writes it: RFC 3339 UTC with milliseconds.
///
/// # Errors
/// The moment lies outside of what can be written.
pub fn moment(millis: i64) -> Result<String, Failure> {
    let moment = chrono::DateTime::from_timestamp_millis(millis);
    let moment = moment.ok_or_else(|| Failure::Broken(format!("{millis} is no moment")))?;
    Ok(moment.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
}
