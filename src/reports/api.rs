//! Reports by the API: `from` belongs to the range, `to` does not; both are dates of the network's
//! zone or times, which count by whole hours.

use super::{ask::ask, figures, groups};
use crate::web::{Access, Answer, Failure, Form, answer};
use actix_web::HttpRequest;
use chrono::Utc;
use domain::shared::Calendar;
use serde_json::{Value, json};
use store::reports::{self, Line, TimeOf};

/// The whole answer of one call.
async fn answered(access: &Access, form: &Form) -> Result<Value, Failure> {
    let network = &access.entrant().network;
    let asked = ask(form, Calendar::new(network.zone), Utc::now(), &[])?;
    let question = &asked.question;
    let found = reports::report(access.scope(), question).await?;
    let names = groups::names(access.scope(), &question.cuts, &found.lines).await?;
    let item = |line: &Line| {
        json!({
            "group": groups::json(&names, &question.cuts, line),
            "metrics": figures::metrics(&line.measures),
        })
    };
    let time = match question.time {
        TimeOf::Conversion => "conversion",
        TimeOf::Click => "click",
    };
    Ok(json!({
        "items": found.lines.iter().map(item).collect::<Vec<_>>(),
        "next": Value::Null,
        "totals": figures::metrics(&found.totals),
        "currency": network.currency,
        "from": answer::moment(asked.span.from.timestamp_millis())?,
        "to": answer::moment(asked.span.to.timestamp_millis())?,
        "zone": network.zone.name(),
        "time": time,
        "is_cut": found.is_cut,
    }))
}

/// `GET /api/v1/reports`
pub async fn report(access: Access, request: HttpRequest) -> Answer {
    let form = Form::read(request.query_string().as_bytes());
    Ok(answer::json(&answered(&access, &form).await?))
}
