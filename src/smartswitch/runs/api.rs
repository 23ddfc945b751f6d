//! Runs in the API.

use super::super::variables::{moment_or_null, text_or_null};
use crate::web::{Access, Answer, Failure, Listing, answer, figures::Figures};
use actix_web::{HttpRequest, web::Path};
use domain::{
    shared::{Calendar, Metric, SmartSwitchRuleId, SmartSwitchRunId},
    smartswitch::{SmartSwitchRule, SwitchRunRecord},
};
use serde_json::{Value, json};
use store::smartswitch::{SwitchRun, ask_for_run, run_of, runs};

/// `GET /api/v1/smart-switch/runs`
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &["rule_id"])?;
    let rule = listing.parsed::<SmartSwitchRuleId>("rule_id", "an id")?;
    listed(&access, &listing, rule).await
}

/// `GET /api/v1/smart-switch/rules/{smart_switch_rule_id}/runs`
pub async fn list_of_rule(access: Access, request: HttpRequest, rule: Path<i64>) -> Answer {
    let listing = Listing::read(request.query_string(), &[])?;
    access.scope().get::<SmartSwitchRule>(*rule).await?;
    listed(&access, &listing, Some(SmartSwitchRuleId(*rule))).await
}

async fn listed(access: &Access, listing: &Listing, rule: Option<SmartSwitchRuleId>) -> Answer {
    let page = listing.page()?;
    let found = runs(access.scope(), rule, page.before, page.limit).await?;
    listing.answer(found, |run| run.id, |run| shown(access, &run))
}

/// `GET /api/v1/smart-switch/runs/{smart_switch_run_id}`
pub async fn look(access: Access, id: Path<i64>) -> Answer {
    let run = run_of(access.scope(), SmartSwitchRunId(*id)).await?;
    Ok(answer::json(&shown(&access, &run)?))
}

/// `POST /api/v1/smart-switch/rules/{smart_switch_rule_id}/run`
pub async fn run_now(access: Access, rule: Path<i64>) -> Answer {
    let run = asked(&access, *rule).await?;
    Ok(answer::created(&format!("/api/v1/smart-switch/runs/{}", run.id), &shown(&access, &run)?))
}

/// The run that somebody has asked for, or the one that waits already.
pub(super) async fn asked(access: &Access, rule: i64) -> Result<SwitchRun, Failure> {
    let by = access.actor().name.clone();
    Ok(ask_for_run(access.scope(), SmartSwitchRuleId(rule), &by).await?)
}

/// A run as the API shows it.
pub(super) fn shown(access: &Access, run: &SwitchRun) -> Result<Value, Failure> {
    Ok(json!({
        "id": run.id,
        "rule_id": run.rule_id,
        "scheduled_at": answer::moment(run.scheduled_at)?,
        "finished_at": moment_or_null(run.finished_at)?,
        "asked_by": text_or_null(&run.asked_by),
        "state": run.state.name(),
        "why": text_or_null(&run.why),
        "record": run.record.as_ref().map(|record| told(access, record)).transpose()?,
    }))
}

fn told(access: &Access, record: &SwitchRunRecord) -> Result<Value, Failure> {
    let network = &access.entrant().network;
    let calendar = Calendar::new(network.zone);
    let at = |hour| answer::moment(calendar.start_of_hour(hour).timestamp_millis());
    Ok(json!({
        "from": at(record.hours.from)?,
        "to": at(record.hours.to)?,
        "rule_version": record.rule_version,
        "judged": record.judged,
        "reached": record.reached,
        "hits": record.hits,
        "found": record.found,
        "recovered": record.recovered,
        "currency": network.currency,
        "metrics": Figures { measures: &record.traffic, metrics: Metric::ALL },
    }))
}
