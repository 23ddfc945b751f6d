//! Counts over rows by the API: begin one, look how far it is and what came out, end it.

use super::{address::Address, api, page, runs};
use crate::web::{
    Access, Answer, Failure, Form, answer,
    json::{Object, document},
};
use actix_web::web::Path;
use domain::shared::RunId;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{
    reports::REPORT_RUNS,
    shared::{Background, BackgroundState},
};

/// What is to be counted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    /// The parameters of a report, as they stand in its address.
    query: String,
}

/// `POST /api/v1/reports/runs`
pub async fn begin(access: Access, body: Object) -> Answer {
    let body: Body = document(body.0)?;
    let (address, _) = Address::read(&Form::read(body.query.as_bytes()));
    if !address.get("compare").is_empty() {
        return Err(Failure::field("compare", "can't be had where rows are counted"));
    }
    let id = runs::begin_of(&access, &address).await?;
    let shown = shown(&access, &REPORT_RUNS.read(access.scope(), id).await?).await?;
    Ok(answer::created(&format!("/api/v1/reports/runs/{id}"), &shown))
}

/// `GET /api/v1/reports/runs/{run_id}`
pub async fn show(access: Access, id: Path<i64>) -> Answer {
    let run = REPORT_RUNS.read(access.scope(), RunId(*id)).await?;
    Ok(answer::json(&shown(&access, &run).await?))
}

/// `POST /api/v1/reports/runs/{run_id}/cancel`
pub async fn cancel(access: Access, id: Path<i64>) -> Answer {
    let run = REPORT_RUNS.read(access.scope(), RunId(*id)).await?;
    runs::end(&access, &run).await?;
    let run = REPORT_RUNS.read(access.scope(), RunId(*id)).await?;
    Ok(answer::json(&shown(&access, &run).await?))
}

async fn shown(access: &Access, run: &Background) -> Result<Value, Failure> {
    let state = run.state();
    let report = match state {
        BackgroundState::Done => report(access, run).await?,
        BackgroundState::Running | BackgroundState::Cancelled | BackgroundState::Failed => Value::Null,
    };
    Ok(json!({
        "id": run.id.to_string(),
        "created_at": answer::moment(run.created_at)?,
        "by": run.actor,
        "query": run.query,
        "state": state.name(),
        "done": run.done,
        "whole": run.whole,
        "note": if run.note.is_empty() { Value::Null } else { run.note.as_str().into() },
        "report": report,
    }))
}

async fn report(access: &Access, run: &Background) -> Result<Value, Failure> {
    let (address, _) = Address::read(&Form::read(run.query.as_bytes()));
    let asked = page::asked(access, &address)?;
    let told = runs::told(run, &asked)?;
    let names = api::names(access, &asked, &told).await?;
    Ok(json!(api::whole(access, (&asked, &told), &names)?))
}
