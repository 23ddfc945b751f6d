//! Files that are taken away: the template of each kind, and all errors of an upload.

use crate::web::Failure;
use actix_web::{HttpResponse, http::header};
use domain::conversions::upload::{UploadKind, safe_cell};
use store::conversions::UploadError;

/// The template of a kind: its columns, and a row as an example.
pub fn template(kind: UploadKind) -> Result<HttpResponse, Failure> {
    let columns = kind.columns();
    let rows = [
        columns.iter().map(|column| column.name).collect::<Vec<_>>(),
        columns.iter().map(|column| column.example).collect(),
    ];
    download(
        &format!("{}.csv", kind.name()),
        rows.into_iter().map(|row| row.into_iter().map(str::to_owned).collect()),
    )
}

/// All errors of an upload.
pub fn errors(id: i64, errors: &[UploadError]) -> Result<HttpResponse, Failure> {
    let head = ["row", "column", "name", "value", "error"].map(str::to_owned).to_vec();
    let rows = errors.iter().map(|error| {
        let column = if error.cell == 0 { String::new() } else { error.cell.to_string() };
        vec![error.line.to_string(), column, error.name.clone(), error.value.clone(), error.message.clone()]
    });
    download(&format!("upload-{id}-errors.csv"), std::iter::once(head).chain(rows))
}

fn download(name: &str, rows: impl Iterator<Item = Vec<String>>) -> Result<HttpResponse, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let broken = |error: String| Failure::Broken(format!("a file was not made: {error}"));
    for row in rows {
        let cells = row.iter().map(|cell| safe_cell(cell));
        writer.write_record(cells).map_err(|error| broken(error.to_string()))?;
    }
    let body = writer.into_inner().map_err(|error| broken(error.to_string()))?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(body))
}
