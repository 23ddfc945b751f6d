//! JSON that comes in: read within bounds, and what is wrong named by its field.

use super::Failure;
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::StatusCode, http::header, web::Bytes};
use domain::shared::{FieldError, Problems};
use futures::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The most bytes that a JSON body may have.
pub const LARGEST: usize = 256 << 10;

/// A JSON object as the body of a request; an empty body is an empty object.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Object(pub Map<String, Value>);

impl FromRequest for Object {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_json = kind.is_none_or(|kind| kind.contains("json"));
        let body = Bytes::from_request(request, payload);
        Box::pin(async move {
            let body = body.await.map_err(|error| unread(&error, LARGEST))?;
            if body.is_empty() {
                return Ok(Self::default());
            }
            if !is_json {
                return Err(Failure::WrongType("application/json"));
            }
            match serde_json::from_slice(&body) {
                Ok(Value::Object(fields)) => {
                    let mut problems = Problems::default();
                    find_nul(&mut problems, "", &fields);
                    Ok(problems.into_result(Self(fields))?)
                }
                Ok(_) => Err(Failure::Malformed("the body must be a JSON object".to_owned())),
                Err(error) => Err(Failure::Malformed(format!("the body is not JSON: {error}"))),
            }
        })
    }
}

/// Notes every text that holds NUL, however deep: the one character that PostgreSQL stores in no text.
/// What else may stand in a text is each document's own rule.
fn find_nul(problems: &mut Problems, path: &str, fields: &Map<String, Value>) {
    for (name, value) in fields {
        let place = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        if name.contains('\0') {
            problems.plain(path, name);
        }
        find_nul_in(problems, &place, value);
    }
}

fn find_nul_in(problems: &mut Problems, place: &str, value: &Value) {
    match value {
        Value::String(text) if text.contains('\0') => problems.plain(place, "\0"),
        Value::Object(fields) => find_nul(problems, place, fields),
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                find_nul_in(problems, &format!("{place}[{index}]"), value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Why a body could not be read.
pub(super) fn unread(error: &actix_web::Error, most: usize) -> Failure {
    if error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE {
        return Failure::TooLarge(most);
    }
    Failure::Malformed(format!("the body ended early: {error}"))
}

/// Reads a document.
///
/// # Errors
/// Every field that is wrong or unknown, and the first that is missing, each by its name.
pub fn document<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Problems> {
    let whole = Value::Object(fields.clone());
    let Err(error) = T::deserialize(whole) else {
        return T::deserialize(Value::Object(fields)).map_err(|error| Problems(vec![named("", &error)]));
    };
    let mut problems = Problems::default();
    for (name, value) in &fields {
        if let Some(error) = complaint::<T>(name, value.clone()) {
            problems.0.push(named(&place::<T>(name, value), &error));
        }
    }
    if problems.0.is_empty() {
        problems.0.push(named("", &error));
    }
    Err(problems)
}

/// What is wrong with a field alone, beside that others are missing.
fn complaint<T: DeserializeOwned>(name: &str, value: Value) -> Option<serde_json::Error> {
    let alone = Map::from_iter([(name.to_owned(), value)]);
    T::deserialize(Value::Object(alone))
        .err()
        .filter(|error| quoted(error, "missing field").is_none_or(|missing| !knows::<T>(&missing)))
}

/// Whether the document has a field of this name; else it is one of something inside it.
fn knows<T: DeserializeOwned>(name: &str) -> bool {
    let alone = Map::from_iter([(name.to_owned(), Value::Null)]);
    let error = T::deserialize(Value::Object(alone)).err();
    error.is_none_or(|error| quoted(&error, "unknown field").as_deref() != Some(name))
}

/// The field, or the element of it that is wrong where it is a list.
fn place<T: DeserializeOwned>(name: &str, value: &Value) -> String {
    let Value::Array(elements) = value else { return name.to_owned() };
    let is_wrong = |element: &Value| complaint::<T>(name, Value::Array(vec![element.clone()])).is_some();
    let wrong = elements.iter().position(is_wrong);
    wrong.map_or_else(|| name.to_owned(), |index| format!("{name}[{index}]"))
}

/// The complaint at its field, as far as serde tells which.
fn named(place: &str, error: &serde_json::Error) -> FieldError {
    let inner = quoted(error, "unknown field").map(|name| (name, "is not a field here"));
    let inner = inner.or_else(|| quoted(error, "missing field").map(|name| (name, "is missing")));
    let Some((name, message)) = inner else {
        return FieldError { field: place.to_owned(), message: error.to_string() };
    };
    let field = if place.is_empty() || place == name { name.to_owned() } else { format!("{place}.{name}") };
    let known = error.to_string().split_once(", expected ").map(|(_, known)| format!("; known: {known}"));
    FieldError { field, message: format!("{message}{}", known.unwrap_or_default()) }
}

/// The name that a complaint of this kind quotes.
fn quoted(error: &serde_json::Error, kind: &str) -> Option<String> {
    let text = error.to_string();
    let (name, _) = text.strip_prefix(kind)?.strip_prefix(" `")?.split_once('`')?;
    Some(name.to_owned())
}

/// Lays a merge patch (RFC 7396) over a document: what is named changes, null takes away.
pub fn merge(document: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (name, value) in patch {
        match (value, document.get_mut(&name)) {
            (Value::Null, _) => {
                document.remove(&name);
            }
            (Value::Object(patch), Some(Value::Object(inner))) => merge(inner, patch),
            (value, _) => {
                document.insert(name, value);
            }
        }
    }
}
