//! Evaluations in the API: what a rule would hit now at once, and the last 30 days in the background.

use super::{
    outcome::{Day, Now, Past, PastSource},
    work::{Asked, EVALUATIONS, begin as begin_work, outcome_of},
};
use crate::web::{
    Access, Answer, Failure, answer,
    figures::Figures,
    json::{Object, document},
};
use actix_web::web::Path;
use chrono::Utc;
use domain::{
    shared::{Calendar, Measures, Metric, RunId, SmartSwitchRuleId},
    smartswitch::{JudgedHours, SmartSwitchRule, Source},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::time::Duration;
use store::{
    shared::{Background, BackgroundState},
    tracking::{Found, evaluate},
};

/// How long a call waits for its turn.
const PATIENCE: Duration = Duration::from_secs(25);

/// What is to be evaluated.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    #[serde(default)]
    rule_id: Option<SmartSwitchRuleId>,
    #[serde(default)]
    rule: Option<SmartSwitchRule>,
}

/// `POST /api/v1/smart-switch/rules/evaluate`
pub async fn of_draft(access: Access, body: Object) -> Answer {
    let rule: SmartSwitchRule = document(body.0)?;
    rule.problems().into_result(())?;
    evaluated(&access, &rule).await
}

/// `POST /api/v1/smart-switch/rules/{smart_switch_rule_id}/evaluate`
pub async fn of_saved(access: Access, id: Path<i64>) -> Answer {
    let rule = access.scope().get::<SmartSwitchRule>(*id).await?.body;
    evaluated(&access, &rule).await
}

async fn evaluated(access: &Access, rule: &SmartSwitchRule) -> Answer {
    let _place = access.state().evaluating.place(PATIENCE).await?;
    let (database, network) = (access.scope().database(), access.network());
    let now = Now::of(evaluate(database, network, rule, Utc::now()).await?);
    Ok(answer::json(&now_shown(access, rule, &now)?))
}

/// `POST /api/v1/smart-switch/evaluations`
pub async fn begin(access: Access, body: Object) -> Answer {
    let Body { rule_id, rule } = document(body.0)?;
    let rule = match (rule_id, rule) {
        (Some(id), None) => access.scope().get::<SmartSwitchRule>(id.0).await?.body,
        (None, Some(rule)) => rule,
        (Some(_), Some(_)) | (None, None) => {
            return Err(Failure::field("rule", "must be there, or `rule_id` in place of it"));
        }
    };
    let id = begin_work(&access, Asked { rule_id, rule }).await?;
    let shown = shown(&access, &EVALUATIONS.read(access.scope(), id).await?)?;
    Ok(answer::created(&format!("/api/v1/smart-switch/evaluations/{id}"), &shown))
}

/// `GET /api/v1/smart-switch/evaluations/{evaluation_id}`
pub async fn show(access: Access, id: Path<i64>) -> Answer {
    Ok(answer::json(&shown(&access, &EVALUATIONS.read(access.scope(), RunId(*id)).await?)?))
}

/// `POST /api/v1/smart-switch/evaluations/{evaluation_id}/cancel`
pub async fn cancel(access: Access, id: Path<i64>) -> Answer {
    EVALUATIONS.cancel(access.scope(), RunId(*id)).await?;
    Ok(answer::json(&shown(&access, &EVALUATIONS.read(access.scope(), RunId(*id)).await?)?))
}

fn shown(access: &Access, evaluation: &Background) -> Result<Value, Failure> {
    let asked = Asked::of(evaluation)?;
    let state = evaluation.state();
    let (now, past) = match state {
        BackgroundState::Done => {
            let outcome = outcome_of(evaluation)?;
            (now_shown(access, &asked.rule, &outcome.now)?, past_shown(access, &asked.rule, &outcome.past)?)
        }
        BackgroundState::Running | BackgroundState::Cancelled | BackgroundState::Failed => {
            (Value::Null, Value::Null)
        }
    };
    Ok(json!({
        "id": evaluation.id.to_string(),
        "created_at": answer::moment(evaluation.created_at)?,
        "by": evaluation.actor,
        "rule_id": asked.rule_id,
        "rule": asked.rule,
        "state": state.name(),
        "done": evaluation.done,
        "whole": evaluation.whole,
        "note": (!evaluation.note.is_empty()).then_some(&evaluation.note),
        "now": now,
        "past": past,
    }))
}

fn now_shown(access: &Access, rule: &SmartSwitchRule, now: &Now) -> Result<Value, Failure> {
    let mut shown = window(access, now.hours)?;
    let hits: Vec<Value> = now.sources.iter().map(|found| found_shown(rule, found)).collect();
    shown.extend([
        ("judged".to_owned(), now.judged.into()),
        ("reached".to_owned(), now.reached.into()),
        ("hits".to_owned(), now.hits.into()),
        ("metrics".to_owned(), metrics(&now.traffic)),
        ("sources".to_owned(), hits.into()),
    ]);
    Ok(shown.into())
}

fn past_shown(access: &Access, rule: &SmartSwitchRule, past: &Past) -> Result<Value, Failure> {
    let mut shown = window(access, past.hours)?;
    shown.extend([
        ("found".to_owned(), past.found.into()),
        ("kept_out".to_owned(), metrics(&past.kept_out())),
        ("days".to_owned(), past.days.iter().map(day).collect()),
        ("sources".to_owned(), past.sources.iter().map(|source| past_source(rule, source)).collect()),
    ]);
    Ok(shown.into())
}

fn window(access: &Access, hours: JudgedHours) -> Result<Map<String, Value>, Failure> {
    let calendar = Calendar::new(access.entrant().network.zone);
    let at = |hour| answer::moment(calendar.start_of_hour(hour).timestamp_millis());
    Ok(Map::from_iter([("from".to_owned(), at(hours.from)?.into()), ("to".to_owned(), at(hours.to)?.into())]))
}

fn day(day: &Day) -> Value {
    json!({
        "day": day.day.date().to_string(),
        "runs": day.runs,
        "found": day.found,
        "acted_on": day.acted_on,
        "recovered": day.recovered,
        "kept_out": metrics(&day.kept_out),
    })
}

fn source(rule: &SmartSwitchRule, source: &Source) -> Value {
    json!({
        "offer_id": source.offer_id,
        "partner_id": source.partner_id,
        "variable": rule.variable.name(),
        "value": source.value,
    })
}

fn found_shown(rule: &SmartSwitchRule, found: &Found) -> Value {
    let mut shown = source(rule, &found.source);
    shown["metrics"] = metrics(&found.finding.measures);
    shown["threshold"] = json!(found.finding.judgement.threshold);
    shown["kpis"] = json!(found.finding.judgement.kpis);
    shown
}

fn past_source(rule: &SmartSwitchRule, past: &PastSource) -> Value {
    let mut shown = source(rule, &past.source);
    shown["found"] = past.found.into();
    shown["acted_on"] = past.acted_on.into();
    shown["kept_out"] = metrics(&past.kept_out);
    shown
}

/// Sums as reports show them.
fn metrics(measures: &Measures) -> Value {
    json!(Figures { measures, metrics: Metric::ALL })
}
