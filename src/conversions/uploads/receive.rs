//! A file on its way in: as a form with a file, or as the body itself. What is beyond the bound is never
//! kept.

use crate::web::{Failure, Form, describe::Parameter};
use actix_multipart::{Field, Multipart};
use actix_web::{HttpRequest, http::header, web::Payload};
use domain::{conversions::upload::UploadKind, shared::Problems};
use futures::{Stream, StreamExt};
use std::pin::pin;
use store::conversions::{LARGEST_FILE, NewFile};

/// What stands in the query where the file is the body.
pub const PARAMETERS: [Parameter; 2] = [
    ("kind", "What the file does: new, status or amounts. Also a field of a form."),
    ("name", "What the file is called, where it is the body itself."),
];

/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 200;
/// The most bytes of a field beside the file.
const LONGEST_FIELD: usize = 200;
/// Bodies up to so many times the bound are read to their end, so that the answer reaches whoever sends.
const PATIENCE: usize = 4;

/// What came in, before it is judged.
#[derive(Default)]
struct Parts {
    kind: String,
    name: String,
    body: Vec<u8>,
    is_too_large: bool,
}

/// Reads a file from a request.
///
/// # Errors
/// The kind or the file is missing or wrong, each by its field; another type of body.
pub async fn file(request: &HttpRequest, payload: Payload) -> Result<NewFile, Failure> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let parts = match kind.as_str() {
        "multipart/form-data" => form(request, payload).await?,
        "text/csv" | "text/plain" | "application/octet-stream" | "" => body(request, payload).await?,
        _ => return Err(Failure::WrongType("multipart/form-data or text/csv")),
    };
    judged(parts)
}

fn judged(parts: Parts) -> Result<NewFile, Failure> {
    let mut problems = Problems::default();
    let kind: Option<UploadKind> = parts.kind.parse().ok();
    problems.check(kind.is_some(), "kind", "must be new, status or amounts");
    problems.check(!parts.is_too_large, "file", format!("has more than {} MB; split it", LARGEST_FILE >> 20));
    problems.check(parts.is_too_large || !parts.body.is_empty(), "file", "choose a file that is not empty");
    problems.text("name", &parts.name, false, LONGEST_NAME);
    let Some(kind) = kind else { return Err(problems.into()) };
    let name = if parts.name.is_empty() { "unnamed.csv".to_owned() } else { parts.name };
    Ok(problems.into_result(NewFile { kind, name, body: parts.body })?)
}

async fn body(request: &HttpRequest, payload: Payload) -> Result<Parts, Failure> {
    let query = Form::read(request.query_string().as_bytes());
    let mut parts =
        Parts { kind: query.get("kind").to_owned(), name: query.get("name").to_owned(), ..Parts::default() };
    parts.read(payload).await?;
    Ok(parts)
}

async fn form(request: &HttpRequest, payload: Payload) -> Result<Parts, Failure> {
    let mut form = Multipart::new(request.headers(), payload);
    let mut parts = Parts::default();
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|error| unreadable(&error))?;
        match field.name().unwrap_or("") {
            "kind" => parts.kind = short(&mut field).await?,
            "file" => {
                let name = field.content_disposition().and_then(|place| place.get_filename()).unwrap_or("");
                // Some browsers name the whole path.
                let name = name.rsplit(['/', '\\']).next().unwrap_or("");
                parts.name = name.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect();
                parts.read(field).await?;
            }
            _ => drop(short(&mut field).await?),
        }
    }
    Ok(parts)
}

impl Parts {
    /// Reads the file up to the bound.
    async fn read<B: AsRef<[u8]>, E: std::fmt::Display>(
        &mut self,
        chunks: impl Stream<Item = Result<B, E>>,
    ) -> Result<(), Failure> {
        let (mut chunks, mut length) = (pin!(chunks), 0);
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| unreadable(&error))?;
            length += chunk.as_ref().len();
            if length > LARGEST_FILE {
                self.is_too_large = true;
                self.body = Vec::new();
            } else {
                self.body.extend_from_slice(chunk.as_ref());
            }
            if length > PATIENCE * LARGEST_FILE {
                return Err(Failure::TooLarge(LARGEST_FILE));
            }
        }
        Ok(())
    }
}

async fn short(field: &mut Field) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(|error| unreadable(&error))?;
        if bytes.len() + chunk.len() > LONGEST_FIELD {
            return Err(Failure::malformed("body", format!("a field has more than {LONGEST_FIELD} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

fn unreadable(error: &impl std::fmt::Display) -> Failure {
    Failure::malformed("body", format!("can't be read: {error}"))
}
