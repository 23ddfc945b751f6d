//! Actionable variables as the API shows them: ids are strings, what is not there is null.

use crate::web::{Access, Failure, answer, figures::Figures};
use domain::{
    shared::{Calendar, Metric},
    smartswitch::{Finding, KpiFound},
};
use serde_json::{Map, Value, json};
use store::smartswitch::{ActionableVariable, VariableChange};

/// A source that a rule has found.
pub fn variable(access: &Access, variable: &ActionableVariable) -> Result<Value, Failure> {
    let mut fields = plain(variable)?;
    let figures = variable.figures.as_ref().map(|found| finding(access, found)).transpose()?;
    fields.insert("figures".to_owned(), figures.into());
    Ok(Value::Object(fields))
}

/// The same with its history.
pub fn with_history(
    access: &Access,
    found: &ActionableVariable,
    changes: &[VariableChange],
) -> Result<Value, Failure> {
    let mut shown = variable(access, found)?;
    let history = changes.iter().map(|one| change(access, one)).collect::<Result<Vec<_>, _>>()?;
    shown["history"] = history.into();
    Ok(shown)
}

/// The same as a line of a file: the figures beside the fields.
pub fn line(access: &Access, variable: &ActionableVariable) -> Result<Value, Failure> {
    let mut fields = plain(variable)?;
    let calendar = Calendar::new(access.entrant().network.zone);
    let hours = variable.figures.as_ref().map(|found| found.hours);
    let at = |hour| answer::moment(calendar.start_of_hour(hour).timestamp_millis());
    fields.insert("from".to_owned(), hours.map(|hours| at(hours.from)).transpose()?.into());
    fields.insert("to".to_owned(), hours.map(|hours| at(hours.to)).transpose()?.into());
    for metric in Metric::ALL {
        let measures = variable.figures.as_ref().map(|found| found.measures);
        let told = measures.map(|measures| json!(Figures { measures: &measures, metrics: &[*metric] }));
        let value = told.and_then(|told| told.get(metric.name()).cloned()).unwrap_or_default();
        fields.insert(metric.name().to_owned(), value);
    }
    Ok(Value::Object(fields))
}

fn plain(variable: &ActionableVariable) -> Result<Map<String, Value>, Failure> {
    let object = json!({
        "id": variable.id,
        "rule_id": variable.rule_id,
        "run_id": variable.run_id,
        "offer_id": variable.source.offer_id,
        "partner_id": variable.source.partner_id,
        "variable": variable.variable.name(),
        "value": variable.source.value,
        "action": variable.action.name(),
        "status": variable.state.name(),
        "created_at": answer::moment(variable.created_at)?,
        "due_at": moment_or_null(variable.due_at)?,
        "blocked_at": moment_or_null(variable.blocked_at)?,
        "ends_at": moment_or_null(variable.ends_at)?,
        "changed_at": answer::moment(variable.changed_at)?,
    });
    match object {
        Value::Object(fields) => Ok(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(Failure::Broken("a source is no object".to_owned()))
        }
    }
}

fn change(access: &Access, change: &VariableChange) -> Result<Value, Failure> {
    Ok(json!({
        "at": answer::moment(change.at)?,
        "status": change.state.name(),
        "by": text_or_null(&change.by),
        "run_id": change.run_id,
        "why": text_or_null(&change.why),
        "figures": change.figures.as_ref().map(|found| finding(access, found)).transpose()?,
    }))
}

/// What was judged, and what came of it.
fn finding(access: &Access, found: &Finding) -> Result<Value, Failure> {
    let network = &access.entrant().network;
    let calendar = Calendar::new(network.zone);
    let at = |hour| answer::moment(calendar.start_of_hour(hour).timestamp_millis());
    Ok(json!({
        "from": at(found.hours.from)?,
        "to": at(found.hours.to)?,
        "currency": network.currency,
        "metrics": Figures { measures: &found.measures, metrics: Metric::ALL },
        "threshold": found.judgement.threshold,
        "kpis": found.judgement.kpis.iter().map(kpi).collect::<Vec<_>>(),
    }))
}

fn kpi(found: &KpiFound) -> Value {
    json!({
        "value": found.value.map(|value| value.round_dp(6).normalize().to_string()),
        "probability": found.probability,
        "is_breached": found.is_breached,
    })
}

/// A moment that may not be there: 0 stands for none.
pub fn moment_or_null(millis: i64) -> Result<Option<String>, Failure> {
    (millis != 0).then(|| answer::moment(millis)).transpose()
}

/// A text that may not be there.
pub fn text_or_null(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
