//! Files that are taken away: the template of each kind, and all errors of an upload.

use crate::web::{
    Failure,
    download::{self, safe_cell},
};
use actix_web::HttpResponse;
use domain::conversions::upload::UploadKind;
use store::conversions::UploadError;

/// The template of a kind: its columns, and a row as an example.
pub fn template(kind: UploadKind) -> Result<HttpResponse, Failure> {
    let columns = kind.columns();
    let rows = [
        columns.iter().map(|column| column.name).collect::<Vec<_>>(),
        columns.iter().map(|column| column.example).collect(),
    ];
    file(
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
    file(&format!("upload-{id}-errors.csv"), std::iter::once(head).chain(rows))
}

/// Every cell may have been written by somebody else.
fn file(name: &str, rows: impl Iterator<Item = Vec<String>>) -> Result<HttpResponse, Failure> {
    download::csv(name, rows.map(|row| row.iter().map(|cell| safe_cell(cell)).collect()))
}
