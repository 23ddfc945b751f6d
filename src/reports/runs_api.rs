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
use store::reports::{Run, RunState, read_run};

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
    let shown = shown(&access, &read_run(access.scope(), id).await?).await?;
    Ok(answer::created(&format!("/api/v1/reports/runs/{id}"), &shown))
}

/// `GET /api/v1/reports/runs/{run_id}`
pub async fn show(access: Access, id: Path<i64>) -> Answer {
    let run = read_run(access.scope(), RunId(*id)).await?;
    Ok(answer::json(&shown(&access, &run).await?))
}

/// `POST /api/v1/reports/runs/{run_id}/cancel`
pub async fn cancel(access: Access, id: Path<i64>) -> Answer {
    let run = read_run(access.scope(), RunId(*id)).await?;
    runs::end(&access, &run).await?;
    let run = read_run(access.scope(), RunId(*id)).await?;
    Ok(answer::json(&shown(&access, &run).await?))
}

async fn shown(access: &Access, run: &Run) -> Result<Value, Failure> {
    let state = run.state();
    let report = match state {
        RunState::Done => report(access, run).await?,
        RunState::Running | RunState::Cancelled | RunState::Failed => Value::Null,
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

async fn report(access: &Access, run: &Run) -> Result<Value, Failure> {
    let (address, _) = Address::read(&Form::read(run.query.as_bytes()));
    let asked = page::asked(access, &address)?;
    let told = runs::told(run, &asked)?;
    let names = api::names(access, &asked, &told).await?;
    Ok(json!(api::whole(access, (&asked, &told), &names)?))
}
