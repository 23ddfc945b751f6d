//! Tables that are taken away as CSV.

use super::Failure;
use actix_web::{HttpResponse, http::header};
use serde_json::Value;

pub use domain::conversions::upload::safe_cell;

/// The most rows of a file of objects.
pub const MOST: u64 = 10_000;

/// A file of this name, a line a row. What somebody else wrote must have gone through [`safe_cell`].
///
/// # Errors
/// The rows are not equally long.
pub fn csv(name: &str, rows: impl Iterator<Item = Vec<String>>) -> Result<HttpResponse, Failure> {
    let broken = |error: String| Failure::Broken(format!("{name} was not made: {error}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(|error| broken(error.to_string()))?;
    }
    let body = writer.into_inner().map_err(|error| broken(error.to_string()))?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(body))
}

/// Objects as the API shows them, a line each, under the names of their fields.
///
/// # Errors
/// The objects have not the same fields.
pub fn objects(name: &str, objects: &[Value]) -> Result<HttpResponse, Failure> {
    let first = objects.first().and_then(Value::as_object);
    let head: Vec<String> = first.map_or_else(Vec::new, |first| first.keys().cloned().collect());
    let rows = objects.iter().map(|object| head.iter().map(|name| cell(&object[name])).collect::<Vec<_>>());
    csv(name, std::iter::once(head.clone()).filter(|head| !head.is_empty()).chain(rows))
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => safe_cell(text),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => safe_cell(&value.to_string()),
    }
}
