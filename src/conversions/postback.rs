//! A postback: kept raw before anything is judged, judged in the drain, answered within 2 s with the
//! judgement or with 202.

use super::Judgements;
use crate::tracking::{Tracker, records::postcard_of, signals::without_nul};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use chrono::Utc;
use domain::{
    conversions::{ConversionCode, Malformed},
    shared::NetworkId,
};
use serde_json::json;
use std::time::Duration;
use store::{
    conversions::{Judged, LONGEST_QUERY},
    tracking::{Full, PostbackRecord, Record},
};

/// How long the answer waits for the judgement.
const PATIENCE: Duration = Duration::from_secs(2);

/// Answers a postback whose form body, if any, is `body`.
pub async fn postback(
    tracker: &Tracker,
    judgements: &Judgements,
    request: &HttpRequest,
    body: &[u8],
) -> HttpResponse {
    let query = joined(request.query_string(), body);
    match kept(tracker, judgements, request, |record| Record::Postback(Box::new(record)), &query).await {
        Ok(Some(judged)) => told(&judged),
        Ok(None) => HttpResponse::Accepted().json(json!({"status": "queued"})),
        Err(Full) => not_durable(),
    }
}

/// The same for a call of the cookie pixel; gives the status of the answer.
pub async fn by_pixel(tracker: &Tracker, judgements: &Judgements, request: &HttpRequest, query: &str) -> u16 {
    match kept(tracker, judgements, request, |record| Record::Pixel(Box::new(record)), query).await {
        Ok(Some(Judged::Stored { .. })) => 200,
        Ok(Some(Judged::Refused { code, .. })) => status(code).as_u16(),
        Ok(None) => 202,
        Err(Full) => 503,
    }
}

/// Keeps a call and waits for its judgement; none where that takes too long.
async fn kept(
    tracker: &Tracker,
    judgements: &Judgements,
    request: &HttpRequest,
    record_of: impl for<'r> FnOnce(PostbackRecord<'r>) -> Record<'r>,
    query: &str,
) -> Result<Option<Judged>, Full> {
    let signals = tracker.signals.read(request);
    let at = Utc::now().timestamp_millis();
    let id = tracker.ids.next(NetworkId(0), at);
    let record =
        PostbackRecord { id: id.0, at, ip: signals.ip, user_agent: &signals.agent.user_agent, query };
    let bytes = postcard_of(&record_of(record)).ok_or(Full)?;
    let judgement = judgements.wait_for(id);
    tracker.spool.append(&bytes).await?;
    Ok(tokio::time::timeout(PATIENCE, judgement).await.ok().flatten())
}

/// Answers a call whose body can't be read: it is cut off, or not packed as it says.
pub fn unreadable() -> HttpResponse {
    let message = "can't be read".to_owned();
    refused(ConversionCode::Malformed, None, Some(&Malformed { field: "body", message }))
}

/// Query and body as they are kept: without NUL, which PostgreSQL takes in no text, and cut where they are
/// longer than they may be, which the judgement sees by what is left.
fn joined(query: &str, body: &[u8]) -> String {
    let body = without_nul(String::from_utf8_lossy(body));
    let mut joined = match (query.is_empty(), body.is_empty()) {
        (_, true) => query.to_owned(),
        (true, false) => body.into_owned(),
        (false, false) => format!("{query}&{body}"),
    };
    joined.truncate(joined.ceil_char_boundary(LONGEST_QUERY + 1));
    joined
}

fn not_durable() -> HttpResponse {
    problem(
        StatusCode::SERVICE_UNAVAILABLE,
        "The call can't be kept at the moment; send it again in a minute.",
        json!([]),
        json!({}),
    )
}

fn told(judged: &Judged) -> HttpResponse {
    match judged {
        Judged::Stored { status, code, conversion } => HttpResponse::Ok().json(json!({
            "status": status.name(),
            "code": code.map(ConversionCode::number),
            "reason": code.map(ConversionCode::words),
            "conversion_id": conversion.to_string(),
        })),
        Judged::Refused { code, conversion, problem } => {
            refused(*code, conversion.map(|id| id.to_string()), problem.as_ref())
        }
    }
}

fn refused(code: ConversionCode, conversion: Option<String>, malformed: Option<&Malformed>) -> HttpResponse {
    let errors: Vec<_> =
        malformed.iter().map(|problem| json!({"field": problem.field, "message": problem.message})).collect();
    let extra = json!({"code": code.number(), "conversion_id": conversion});
    problem(status(code), code.words(), json!(errors), extra)
}

/// Which status says it (INTERFACE.md, "Tracking").
fn status(code: ConversionCode) -> StatusCode {
    match code {
        ConversionCode::Malformed => StatusCode::BAD_REQUEST,
        ConversionCode::AddressNotAllowed | ConversionCode::BadToken => StatusCode::FORBIDDEN,
        ConversionCode::ClickNotFound => StatusCode::NOT_FOUND,
        ConversionCode::Duplicate => StatusCode::CONFLICT,
        ConversionCode::OfferMismatch
        | ConversionCode::UnknownEvent
        | ConversionCode::OverCap
        | ConversionCode::TooLate
        | ConversionCode::ByHand
        | ConversionCode::InactiveOffer
        | ConversionCode::EndedOffer
        | ConversionCode::TooSoon
        | ConversionCode::FraudFlag
        | ConversionCode::Bot
        | ConversionCode::InvalidClick => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

fn problem(
    status: StatusCode,
    title: &str,
    errors: serde_json::Value,
    extra: serde_json::Value,
) -> HttpResponse {
    let mut body =
        json!({"type": "about:blank", "title": title, "status": status.as_u16(), "errors": errors});
    if let (Some(body), Some(extra)) = (body.as_object_mut(), extra.as_object()) {
        body.extend(extra.clone());
    }
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "application/problem+json"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(body.to_string())
}
