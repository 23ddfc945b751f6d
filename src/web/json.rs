//! JSON that comes in: read within bounds, and what is wrong named by its field.

use super::{Failure, complaint};
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
                Ok(_) => Err(Failure::malformed("body", "the body must be a JSON object")),
                Err(error) => Err(Failure::malformed("body", format!("the body is not JSON: {error}"))),
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
    Failure::malformed("body", format!("the body ended early: {error}"))
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
        .filter(|error| quoted(error, MISSING).is_none_or(|missing| !knows::<T>(&missing)))
}

/// Whether the document has a field of this name; else it is one of something inside it.
fn knows<T: DeserializeOwned>(name: &str) -> bool {
    let alone = Map::from_iter([(name.to_owned(), Value::Null)]);
    let error = T::deserialize(Value::Object(alone)).err();
    error.is_none_or(|error| quoted(&error, "unknown field").as_deref() != Some(name))
}

/// The path of what is wrong in a field, as deep as can be told.
fn place<T: DeserializeOwned>(name: &str, value: &Value) -> String {
    let judge = |value: Value| complaint::<T>(name, value).map(|error| error.to_string());
    narrow(name.to_owned(), value, &judge)
}

/// Most parts of a list or an object that are tried alone: documents have fewer, and each try reads the
/// whole field again.
const MOST_PARTS: usize = 100;

/// How serde says that a field is missing.
const MISSING: &str = "missing field";

/// Looks for the part of `value` that `judge` complains of: the element that is wrong alone, or the field
/// without which the complaint is another one.
fn narrow(place: String, value: &Value, judge: &dyn Fn(Value) -> Option<String>) -> String {
    let Some(complaint) = judge(value.clone()) else { return place };
    match value {
        Value::Array(elements) => {
            let alone = |element: &Value| judge(Value::Array(vec![element.clone()]));
            let wrong = elements.iter().take(MOST_PARTS).position(|element| alone(element).is_some());
            let Some(index) = wrong else { return place };
            narrow(format!("{place}[{index}]"), &elements[index], &|part| judge(Value::Array(vec![part])))
        }
        Value::Object(fields) if fields.len() <= MOST_PARTS => {
            let is_wrong = |name: &&String| {
                let mut others = fields.clone();
                others.remove(*name);
                match judge(Value::Object(others)) {
                    // Something else is missing, and now this is too: it is not what was wrong.
                    Some(other) if complaint.starts_with(MISSING) => !other.starts_with(MISSING),
                    other => other.as_ref() != Some(&complaint),
                }
            };
            let Some(name) = fields.keys().find(is_wrong) else { return place };
            narrow(format!("{place}.{name}"), &fields[name], &|part| {
                let mut whole = fields.clone();
                whole.insert(name.clone(), part);
                judge(Value::Object(whole))
            })
        }
        Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => place,
    }
}

/// The complaint at its field, as far as serde tells which.
fn named(place: &str, error: &serde_json::Error) -> FieldError {
    let inner = quoted(error, "unknown field").map(|name| (name, "is not a field here"));
    let inner = inner.or_else(|| quoted(error, MISSING).map(|name| (name, "is missing")));
    let Some((name, message)) = inner else {
        return FieldError { field: place.to_owned(), message: complaint::words(&error.to_string()) };
    };
    let is_whole = place == name || place.strip_suffix(&name).is_some_and(|rest| rest.ends_with('.'));
    let field = match (place, is_whole) {
        ("", _) => name,
        (whole, true) => whole.to_owned(),
        (whole, false) => format!("{whole}.{name}"),
    };
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
