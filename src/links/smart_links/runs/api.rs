//! Runs in the API.

use crate::web::{Access, Answer, Failure, Listing, answer, objects::path_id};
use actix_web::{HttpRequest, web::Path};
use domain::{
    links::{
        Mechanism, SmartLink,
        kpi::{RunRecord, RunRow, RunSegment, WHOLE},
    },
    shared::{RunId, SmartLinkId, Status},
};
use serde_json::{Value, json};
use store::links::{self, SmartLinkRun};

/// `GET /api/v1/smart-links/{smart_link_id}/runs`
pub async fn list(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let listing = Listing::read(request.query_string(), &[])?;
    access.scope().get::<SmartLink>(*id).await?;
    let page = listing.page()?;
    let found = links::runs_of(access.scope(), SmartLinkId(*id), page.before, page.limit).await?;
    listing.answer(found, |run| run.id, |run| shown(*id, &run))
}

/// `GET /api/v1/smart-links/{smart_link_id}/runs/{smart_link_run_id}`
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    let (link, run) = (path_id(&request, "smart_link_id")?, path_id(&request, "smart_link_run_id")?);
    let run = links::run_of(access.scope(), SmartLinkId(link), RunId(run)).await?;
    Ok(answer::json(&shown(link, &run)?))
}

/// `POST /api/v1/smart-links/{smart_link_id}/run`
pub async fn run_now(access: Access, id: Path<i64>) -> Answer {
    let run = asked(&access, *id).await?;
    Ok(answer::created(&format!("/api/v1/smart-links/{id}/runs/{}", run.id), &shown(*id, &run)?))
}

/// The run that somebody has asked for, or the one that waits already.
pub(super) async fn asked(access: &Access, link: i64) -> Result<SmartLinkRun, Failure> {
    let document = access.scope().get::<SmartLink>(link).await?.body;
    if document.mechanism != Mechanism::Kpi {
        return Err(Failure::field("mechanism", "is not kpi: only the rows of such a link have runs"));
    }
    if document.status != Status::Active {
        return Err(Failure::field("status", "is not active: a link that takes no clicks has no runs"));
    }
    let by = access.actor().name.clone();
    Ok(links::ask_for_run(access.scope(), SmartLinkId(link), &by).await?)
}

fn shown(link: i64, run: &SmartLinkRun) -> Result<Value, Failure> {
    let finished = (run.finished_at != 0).then(|| answer::moment(run.finished_at)).transpose()?;
    Ok(json!({
        "id": run.id,
        "smart_link_id": link.to_string(),
        "scheduled_at": answer::moment(run.scheduled_at)?,
        "finished_at": finished,
        "asked_by": or_null(&run.asked_by),
        "state": run.state.name(),
        "outcome": run.record.as_ref().map(|record| record.outcome.name()),
        "plan_version": (run.plan_version != 0).then_some(run.plan_version),
        "why": or_null(&run.why),
        "record": run.record.as_ref().map(record).transpose()?,
    }))
}

fn or_null(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn record(record: &RunRecord) -> Result<Value, Failure> {
    let stopped = record.stopped.map(
        |stopped| json!({"hours": stopped.hours, "expected": stopped.expected, "reported": stopped.reported}),
    );
    Ok(json!({
        "settings": record.settings,
        "epoch_began": answer::moment(record.epoch_began)?,
        "from": answer::moment(record.from)?,
        "to": answer::moment(record.to)?,
        "clicks": record.clicks,
        "rows": record.rows.iter().map(row).collect::<Vec<_>>(),
        "segments": record.segments.iter().map(segment).collect::<Vec<_>>(),
        "fitness_before": record.fitness_before,
        "fitness": record.fitness,
        "stopped": stopped,
        "seed": record.seed.to_string(),
    }))
}

fn row(row: &RunRow) -> Value {
    let share = |weight: u32| f64::from(weight) / f64::from(WHOLE);
    let measures = &row.lookback;
    json!({
        "row_id": row.row_id,
        "offer_id": row.offer_id,
        "landing_page_id": row.landing_page_id,
        "clicks": measures.unique,
        "conversions": measures.unrejected(),
        "events": measures.events,
        "payout": measures.payout_with_pending(),
        "revenue": measures.revenue_with_pending(),
        "epoch_clicks": row.epoch.unique,
        "kpi": row.kpi,
        "expected": row.expected,
        "weight_before": share(row.weight_before),
        "weight": share(row.weight),
    })
}

fn segment(segment: &RunSegment) -> Value {
    let RunSegment { segment, share, row_ids, expected } = segment;
    json!({
        "country": or_null(&segment.country), "device": or_null(&segment.device), "os": or_null(&segment.os),
        "share": share, "row_ids": row_ids, "expected": expected,
    })
}
