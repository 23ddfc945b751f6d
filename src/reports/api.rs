//! Reports by the API: `from` belongs to the range, `to` does not; both are dates of the network's
//! zone or times, which count by whole hours. What crosses dimensions is counted over the rows.

use super::{
    ask::{Asked, ask},
    counting::MOST_CALL_ROWS,
    figures::Figures,
    groups,
    told::Told,
};
use crate::web::{Access, Answer, Failure, Form, answer, format};
use actix_web::HttpRequest;
use chrono::Utc;
use domain::{
    reports::Metric,
    shared::{Calendar, Currency},
};
use serde::Serialize;
use serde_json::{Map, Value};
use store::reports::{TimeOf, rows_to_read};

/// A report as it is told.
#[derive(Serialize)]
pub(super) struct Answered<'a> {
    items: Vec<Item<'a>>,
    /// Always null: an answer is whole.
    next: Option<()>,
    totals: Figures<'a>,
    currency: Currency,
    from: String,
    to: String,
    zone: &'static str,
    time: &'static str,
    is_cut: bool,
    compared: Option<Before<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    group: Map<String, Value>,
    metrics: Figures<'a>,
    /// Where it is compared; null where it is not known, because groups were left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Option<Figures<'a>>>,
}

/// The stretch that it is compared with, and its totals.
#[derive(Serialize)]
struct Before<'a> {
    from: String,
    to: String,
    totals: Figures<'a>,
}

async fn answered(access: &Access, form: &Form) -> Answer {
    let network = &access.entrant().network;
    let asked = ask(form, Calendar::new(network.zone), Utc::now(), &[])?;
    let question = &asked.question;
    let told =
        if question.is_free() { counted(access, &asked).await? } else { Told::of(access, &asked).await? };
    let names = names(access, &asked, &told).await?;
    answer::written(&whole(access, (&asked, &told), &names)?)
}

/// The names of its groups.
///
/// # Errors
/// What the database said.
pub(super) async fn names(
    access: &Access,
    asked: &Asked,
    told: &Told,
) -> Result<groups::GroupNames, Failure> {
    let lines = told.pairs.iter().map(|pair| &pair.line);
    groups::names(access.scope(), &asked.question.cuts, lines).await
}

/// The report, put together.
///
/// # Errors
/// A moment that no calendar has.
pub(super) fn whole<'a>(
    access: &Access,
    (asked, told): (&'a Asked, &'a Told),
    names: &groups::GroupNames,
) -> Result<Answered<'a>, Failure> {
    let (network, question) = (&access.entrant().network, &asked.question);
    let calendar = Calendar::new(network.zone);
    let metrics: &[Metric] = if asked.metrics.is_empty() { Metric::ALL } else { &asked.metrics };
    let figures = |measures| Figures { measures, metrics };
    let items = told.pairs.iter().map(|pair| Item {
        group: groups::json(names, &question.cuts, &pair.line),
        metrics: figures(&pair.line.measures),
        before: asked.against.map(|_| pair.before.as_ref().map(figures)),
    });
    Ok(Answered {
        items: items.collect(),
        next: None,
        totals: figures(&told.totals),
        currency: network.currency,
        from: answer::moment(asked.span.from.timestamp_millis())?,
        to: answer::moment(asked.span.to.timestamp_millis())?,
        zone: network.zone.name(),
        time: match question.time {
            TimeOf::Conversion => "conversion",
            TimeOf::Click => "click",
        },
        is_cut: told.is_cut,
        compared: match &told.before {
            Some((before, range)) => {
                let moment = |hour| answer::moment(calendar.start_of_hour(hour).timestamp_millis());
                Some(Before { from: moment(range.from)?, to: moment(range.to)?, totals: figures(before) })
            }
            None => None,
        },
    })
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
    answered(&access, &form).await
}
