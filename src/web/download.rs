//! Tables that are taken away as CSV.

use super::Failure;
use actix_web::{HttpResponse, http::header};

pub use domain::conversions::upload::safe_cell;

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
