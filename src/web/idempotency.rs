//! A POST that is sent again with the same `Idempotency-Key` gets the answer of the first, and does
//! nothing. Only successes are kept: what was refused may be mended and sent again. Where a fault or the
//! end of the process left it open whether something was done, the key stays taken and that is said.

use super::{Access, Failure, problem};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, to_bytes},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Bytes,
};
use domain::shared::FieldError;
use futures::stream;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;
use store::identity::{Kept, Reservation, forget_request, keep_answer, reserve_request};

/// The longest key, in characters.
const LONGEST: usize = 200;
/// When a request that is still being worked on may be asked for again.
const RUNNING: Duration = Duration::from_secs(1);
/// What is told where the first request was cut off.
const CUT_OFF: &str = "the first request with this key was cut off, and whether it was done is not known; \
                       look whether what it makes is there, and if not send it with a new key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What a handler wants kept in place of its answer's body, because that holds a secret.
#[derive(Clone, Debug)]
pub struct KeepInstead(pub String);

/// An answer as it lies in the database.
#[derive(Serialize, Deserialize)]
struct Stored {
    location: Option<String>,
    body: String,
}

/// The key that a request carries.
///
/// # Errors
/// It is empty or too long.
pub fn key_of(request: &HttpRequest) -> Result<Option<String>, Failure> {
    let Some(value) = request.headers().get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=LONGEST).contains(&key.len()) => Ok(Some(key.to_owned())),
        Ok(_) | Err(_) => {
            let message = format!("Idempotency-Key must have 1 to {LONGEST} plain characters");
            Err(Failure::malformed("Idempotency-Key", message))
        }
    }
}

/// Answers from what was kept, or lets the request through and keeps its answer.
///
/// # Errors
/// Only the framework's own.
pub async fn through(
    mut request: ServiceRequest,
    next: Next<BoxBody>,
    access: &Access,
    secret: &str,
    key: &str,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let body = match request.extract::<Bytes>().await {
        Ok(body) => body,
        Err(error) => return Ok(request.error_response(super::json::unread(&error, super::json::LARGEST))),
    };
    let hash = request_hash(&request, secret, &body);
    let body = stream::once(std::future::ready(Ok(body)));
    request.set_payload(Payload::Stream { payload: Box::pin(body) });
    let database = &access.state().database;
    match reserve_request(database, access.network(), key, hash).await {
        Ok(Reservation::Yours) => keep(next.call(request).await?, access, key).await,
        Ok(Reservation::Running) => Ok(request.error_response(Failure::TooMany(RUNNING))),
        Ok(Reservation::Unknown) => {
            let error = FieldError { field: "Idempotency-Key".to_owned(), message: CUT_OFF.to_owned() };
            Ok(request.error_response(Failure::Conflict(error)))
        }
        Ok(Reservation::Answered(kept)) => Ok(request.into_response(replay(&kept))),
        Ok(Reservation::Foreign) => {
            let what = "stands for another request already; take a new one";
            Ok(request.error_response(Failure::field("Idempotency-Key", what)))
        }
        Err(error) => Ok(request.error_response(problem::Failure::from(error))),
    }
}

/// Bodies may hold passwords, and the hash is stored: the API key, which is not, goes into it.
fn request_hash(request: &ServiceRequest, secret: &str, body: &[u8]) -> [u8; 32] {
    let address = request.uri().to_string();
    let mut hash = Sha256::new();
    for part in [secret.as_bytes(), address.as_bytes(), body] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

async fn keep(
    answer: ServiceResponse<BoxBody>,
    access: &Access,
    key: &str,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let database = &access.state().database;
    if answer.status().is_server_error() {
        // Whether the act was committed before the fault is not known: the key stays taken.
        return Ok(answer);
    }
    if !answer.status().is_success() {
        if let Err(error) = forget_request(database, access.network(), key).await {
            tracing::warn!(%error, "an Idempotency-Key was not freed");
        }
        return Ok(answer);
    }
    let (request, answer) = answer.into_parts();
    let (head, body) = answer.into_parts();
    let body = to_bytes(body).await.map_err(|_| Failure::Broken("an answer's body was lost".to_owned()))?;
    let instead = request.extensions_mut().remove::<KeepInstead>().map(|KeepInstead(body)| body);
    let location = head.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    let stored = Stored {
        location: location.map(str::to_owned),
        body: instead.unwrap_or_else(|| String::from_utf8_lossy(&body).into_owned()),
    };
    let text = serde_json::to_string(&stored).expect("two texts");
    let kept = Kept { status: head.status().as_u16(), body: text };
    if let Err(error) = keep_answer(database, access.network(), key, kept).await {
        tracing::warn!(%error, "an answer was not kept for its Idempotency-Key");
    }
    Ok(ServiceResponse::new(request, head.set_body(BoxBody::new(body))))
}

fn replay(kept: &Kept) -> HttpResponse {
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let stored: Stored =
        serde_json::from_str(&kept.body).unwrap_or(Stored { location: None, body: String::new() });
    let mut answer = HttpResponse::build(status);
    answer.insert_header((REPLAYED, HeaderValue::from_static("true")));
    if let Some(location) = stored.location {
        answer.insert_header((header::LOCATION, location));
    }
    answer.content_type("application/json").body(stored.body)
}
