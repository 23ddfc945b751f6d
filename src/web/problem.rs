//! What goes wrong on the way to an answer, and how it is told: pages get the one error page, the API
//! `application/problem+json`.

use super::{
    format,
    page::{ErrorPage, Theme},
};
use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, ContentType},
    },
};
use askama::Template;
use domain::{
    identity::Section,
    shared::{FieldError, Problems},
};
use serde::Serialize;
use std::{fmt, time::Duration};

/// What a handler answers with.
pub type Answer = Result<HttpResponse, Failure>;

/// Why there is no answer. Each has one status.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    /// The request itself can't be read; says where and why. 400.
    Malformed(FieldError),
    /// Nobody is signed in, or the API key is not known. 401.
    Unauthorized,
    /// The API key ended by itself, at this moment in milliseconds since 1970 UTC. 401.
    Expired(i64),
    /// The role does not reach so far; the section that it lacks. 403.
    Forbidden(Section),
    /// Refused whatever the role; says why. 403.
    Refused(&'static str),
    /// No such thing in this network. 404.
    NotFound,
    /// The address takes other methods, these, separated by commas. 405.
    WrongMethod(String),
    /// Something unique is taken, or no longer fits. 409.
    Conflict(FieldError),
    /// More bytes than are taken; the most, in bytes. 413.
    TooLarge(usize),
    /// The body is of a type that is not read. 415.
    WrongType(&'static str),
    /// The values are wrong. 422.
    Invalid(Problems),
    /// Too fast; may be tried again after so long. 429.
    TooMany(Duration),
    /// The database is away. 503.
    Unavailable,
    /// A fault of ours; the text is for the log alone. 500.
    Broken(String),
}

/// The body of `application/problem+json` (RFC 9457).
#[derive(Serialize)]
struct Problem<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

impl Failure {
    /// One wrong field.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut problems = Problems::default();
        problems.push(field, message);
        Self::Invalid(problems)
    }

    /// A part of the request that can't be read: its body, its query, or a header.
    pub fn malformed(part: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Malformed(FieldError { field: part.into(), message: message.into() })
    }

    /// What a form shows at its fields, where it is the input that was wrong.
    ///
    /// # Errors
    /// Any other failure, as it was.
    pub fn into_problems(self) -> Result<Problems, Self> {
        match self {
            Self::Invalid(problems) => Ok(problems),
            Self::Conflict(error) => Ok(Problems(vec![error])),
            other @ (Self::Malformed(_)
            | Self::Unauthorized
            | Self::Expired(_)
            | Self::Forbidden(_)
            | Self::Refused(_)
            | Self::NotFound
            | Self::WrongMethod(_)
            | Self::TooLarge(_)
            | Self::WrongType(_)
            | Self::TooMany(_)
            | Self::Unavailable
            | Self::Broken(_)) => Err(other),
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized | Self::Expired(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::Refused(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What is told; nothing of a fault's inside.
    fn detail(&self) -> String {
        match self {
            Self::Malformed(error) => error.message.clone(),
            Self::Unauthorized => {
                "send `Authorization: Bearer swy_…` with a key that is not revoked".to_owned()
            }
            Self::Expired(at) => format!("the key ended at {}; make another", in_utc(*at)),
            Self::Forbidden(section) => format!("the role does not allow this in the section `{section}`"),
            Self::Refused(why) => (*why).to_owned(),
            Self::NotFound => "there is no such thing in this network".to_owned(),
            Self::WrongMethod(methods) if methods.is_empty() => "the address takes other methods".to_owned(),
            Self::WrongMethod(methods) => format!("the address takes other methods: {methods}"),
            Self::Conflict(error) => format!("{}: {}", error.field, error.message),
            Self::TooLarge(most) => format!("the body has more than {most} bytes"),
            Self::WrongType(wanted) => format!("the body must be `{wanted}`"),
            Self::Invalid(problems) => {
                let count = problems.0.len();
                format!("{count} {} wrong", if count == 1 { "value is" } else { "values are" })
            }
            Self::TooMany(wait) => format!("try again in {} s", seconds(*wait)),
            Self::Unavailable => "the database is away; try again in a moment".to_owned(),
            Self::Broken(_) => "a fault of ours; it has been logged".to_owned(),
        }
    }

    fn errors(&self) -> &[FieldError] {
        match self {
            Self::Invalid(problems) => &problems.0,
            Self::Conflict(error) | Self::Malformed(error) => std::slice::from_ref(error),
            Self::Unauthorized
            | Self::Expired(_)
            | Self::Forbidden(_)
            | Self::Refused(_)
            | Self::NotFound
            | Self::WrongMethod(_)
            | Self::TooLarge(_)
            | Self::WrongType(_)
            | Self::TooMany(_)
            | Self::Unavailable
            | Self::Broken(_) => &[],
        }
    }

    /// The failure as the API tells it.
    #[must_use]
    pub fn to_problem(&self, request_id: Option<&str>) -> HttpResponse {
        let status = self.status();
        let problem = Problem {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: self.detail(),
            errors: self.errors(),
            request_id,
        };
        let body = serde_json::to_string(&problem).expect("a problem is plain data");
        let mut answer = HttpResponse::build(status);
        if self.status() == StatusCode::UNAUTHORIZED {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        self.with_headers(&mut answer);
        answer.content_type("application/problem+json").body(body)
    }

    /// The failure as pages tell it.
    #[must_use]
    pub fn to_page(&self, theme: Theme, request_id: Option<&str>) -> HttpResponse {
        let mut page = ErrorPage::of(self.status().as_u16(), theme);
        match self {
            Self::Malformed(error) => page.text = format!("{}.", capital(&error.message)),
            Self::Refused(why) => page.text = format!("{}.", capital(why)),
            Self::Conflict(_) => page.text = format!("{}.", capital(&self.detail())),
            Self::TooMany(wait) => page.text = format!("Wait {}, then try again.", in_words(*wait)),
            Self::Unavailable | Self::Broken(_) => page.request_id = request_id.map(str::to_owned),
            Self::Unauthorized
            | Self::Expired(_)
            | Self::Forbidden(_)
            | Self::NotFound
            | Self::WrongMethod(_)
            | Self::TooLarge(_)
            | Self::WrongType(_) => {}
            Self::Invalid(problems) => {
                page.problems = problems.0.iter().map(|at| format!("{}: {}", at.field, at.message)).collect();
            }
        }
        let mut answer = HttpResponse::build(self.status());
        self.with_headers(&mut answer);
        match page.render() {
            Ok(body) => answer.content_type(ContentType::html()).body(body),
            Err(error) => answer.content_type(ContentType::plaintext()).body(error.to_string()),
        }
    }

    /// What a status owes in headers.
    fn with_headers(&self, answer: &mut actix_web::HttpResponseBuilder) {
        if let Self::TooMany(wait) = self {
            answer.insert_header((header::RETRY_AFTER, seconds(*wait).to_string()));
        }
        if let Self::WrongMethod(methods) = self {
            answer.insert_header((header::ALLOW, methods.as_str()));
        }
    }

    /// The failure behind an error of the framework, such as a body that is too large.
    #[must_use]
    pub fn of(error: &actix_web::Error) -> Self {
        if let Some(failure) = error.as_error::<Self>() {
            return failure.clone();
        }
        match error.as_response_error().status_code() {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::WrongMethod(String::new()),
            status if status.is_client_error() => Self::malformed("request", error.to_string()),
            _ => Self::Broken(error.to_string()),
        }
    }
}

/// A moment as the API writes it.
fn in_utc(millis: i64) -> String {
    super::answer::moment(millis).unwrap_or_default()
}

/// Whole seconds, rounded up: whoever waits so long has waited long enough.
fn seconds(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX)
}

/// A wait as people say it.
#[must_use]
pub fn in_words(wait: Duration) -> String {
    match seconds(wait) {
        short @ 0..=90 => format::counted(short, "second"),
        long => format::counted(long.div_ceil(60), "minute"),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(inside) => f.write_str(inside),
            other => f.write_str(&other.detail()),
        }
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    // The frame around pages and the API tells it again in the words of the one or the other.
    fn error_response(&self) -> HttpResponse {
        self.to_problem(None)
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Missing => Self::NotFound,
            store::Error::Conflict { field, message } => Self::Conflict(FieldError { field, message }),
            store::Error::Timeout => Self::Unavailable,
            store::Error::Refused(inside) | store::Error::Broken(inside) => Self::Broken(inside),
        }
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Invalid(problems)
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::Broken(format!("a page was not made: {error}"))
    }
}
