//! Reports by the API: `from` belongs to the range, `to` does not; both are dates of the network's
//! zone or times, which count by whole hours. What crosses dimensions is counted over the rows.

use super::{
    ask::{Asked, ask},
    counting::MOST_CALL_ROWS,
    figures, groups,
    told::Told,
};
use crate::web::{Access, Answer, Failure, Form, answer, format};
use actix_web::HttpRequest;
use chrono::Utc;
use domain::{
    reports::{Measures, Metric},
    shared::Calendar,
};
use serde_json::{Map, Value, json};
use store::reports::{Pair, Range, TimeOf, rows_to_read};

/// The whole answer of one call.
async fn answered(access: &Access, form: &Form) -> Result<Value, Failure> {
    let network = &access.entrant().network;
    let asked = ask(form, Calendar::new(network.zone), Utc::now(), &[])?;
    let question = &asked.question;
    let told =
        if question.is_free() { counted(access, &asked).await? } else { Told::of(access, &asked).await? };
    let lines = told.pairs.iter().map(|pair| &pair.line);
    let names = groups::names(access.scope(), &question.cuts, lines).await?;
    let item = |pair: &Pair| {
        let mut item = json!({
            "group": groups::json(&names, &question.cuts, &pair.line),
            "metrics": metrics(&asked, &pair.line.measures),
        });
        if asked.against.is_some() {
            item["before"] =
                pair.before.as_ref().map_or(Value::Null, |before| metrics(&asked, before).into());
        }
        item
    };
    let time = match question.time {
        TimeOf::Conversion => "conversion",
        TimeOf::Click => "click",
    };
    let mut report = json!({
        "items": told.pairs.iter().map(item).collect::<Vec<_>>(),
        "next": Value::Null,
        "totals": metrics(&asked, &told.totals),
        "currency": network.currency,
        "from": answer::moment(asked.span.from.timestamp_millis())?,
        "to": answer::moment(asked.span.to.timestamp_millis())?,
        "zone": network.zone.name(),
        "time": time,
        "is_cut": told.is_cut,
        "compared": Value::Null,
    });
    if let Some((before, range)) = &told.before {
        report["compared"] = compared(&asked, before, *range);
    }
    Ok(report)
}

/// The stretch that it is compared with, in hours of the network's clock, and its totals.
fn compared(asked: &Asked, before: &Measures, range: Range) -> Value {
    json!({
        "from": groups::hour(range.from),
        "to": groups::hour(range.to),
        "totals": metrics(asked, before),
    })
}

/// The metrics that were chosen; all where none were.
fn metrics(asked: &Asked, measures: &Measures) -> Map<String, Value> {
    let all = figures::metrics(measures);
    if asked.metrics.is_empty() {
        return all;
    }
    let is_chosen = |name: &String| asked.metrics.iter().any(|metric: &Metric| metric.name() == name);
    all.into_iter().filter(|(name, _)| is_chosen(name)).collect()
}

/// Counts over rows while the caller waits, where that is not too much.
async fn counted(access: &Access, asked: &Asked) -> Result<Told, Failure> {
    if asked.against.is_some() {
        return Err(Failure::field("compare", "can't be had where dimensions are crossed"));
    }
    let rows = rows_to_read(access.scope(), &asked.question).await?;
    if rows > MOST_CALL_ROWS {
        let message = format!(
            "crosses dimensions, which reads about {} rows; a call reads {} at most: take a shorter range or a filter, \
             or count it on the page of reports",
            format::count(rows),
            format::count(MOST_CALL_ROWS)
        );
        return Err(Failure::field("group_by", message));
    }
    let mut told = Told::alone(access.state().counting.wait(access, &asked.question).await?);
    if let Some(metric) = asked.sort {
        told.sort(metric, asked.descending);
    }
    Ok(told)
}

/// `GET /api/v1/reports`
pub async fn report(access: Access, request: HttpRequest) -> Answer {
    let form = Form::read(request.query_string().as_bytes());
    Ok(answer::json(&answered(&access, &form).await?))
}
