//! Experiments in the API.

use super::found::{Experiment, OptionFound, found};
use crate::web::{
    Access, Answer, Failure, answer,
    describe::{Fields, Schemas, id_of, list, moment_or_null, number_or_null, text, whole},
};
use actix_web::web::Path;
use domain::links::{Campaign, optimizer::Settlement};
use serde_json::{Value, json};

/// The schema.
pub fn schemas() -> Schemas {
    let option = Fields::of("An option of a rotator.")
        .shown("option_id", id_of("The option."))
        .shown("name", text("Its offer, and its landing page."))
        .shown("views", whole("Valid clicks that it had."))
        .shown("conversions", whole("Those that were not rejected, and what else it earns by."))
        .shown("rate", number_or_null("Conversions a view, of views that have had the time to convert."))
        .shown("low", number_or_null("The lower end of the interval that holds the rate with 95 %."))
        .shown("high", number_or_null("The upper end."))
        .shown("value", number_or_null("What a conversion is worth to partners, null where nothing is known of any; 1 where the goal is CR."))
        .shown("best", number_or_null("The probability of being the best."))
        .shown("loss", number_or_null("What a view is expected to lose by it against the best; null with `value`."))
        .shown("share", number_or_null("Its share of the visitors now; null before the first refresh."));
    let rotator = Fields::of("A rotator.")
        .shown("rotator_id", id_of("The rotator."))
        .shown("name", text("Its name."))
        .shown("goal", text("cr or epc."))
        .shown("refreshed_at", moment_or_null("When it learnt last."))
        .shown("held_since", moment_or_null("Since when its weights are held, as conversions have stopped."))
        .shown("verdict", text("How far the options are told apart, in words."))
        .shown(
            "conversions_to_settle",
            number_or_null("How many more conversions of the leader and the one behind it would make it the best with 99 %; null where none would, or it is settled."),
        )
        .shown("options", list("In their order.", option.done()));
    let all = Fields::of("How the options of a campaign's rotators compare.")
        .shown("rotators", list("In their order.", rotator.done()));
    vec![("Experiments", all.done())]
}

/// `GET /api/v1/campaigns/{campaign_id}/experiments`
pub async fn show(access: Access, id: Path<i64>) -> Answer {
    let campaign = access.scope().get::<Campaign>(*id).await?.body;
    let rotators = found(&access, *id, &campaign).await?;
    let rotators: Vec<Value> = rotators.iter().map(rotator).collect::<Result<_, Failure>>()?;
    Ok(answer::json(&json!({ "rotators": rotators })))
}

fn rotator(of: &Experiment) -> Result<Value, Failure> {
    let table = of.table.as_ref();
    let refreshed = table.map(|table| answer::moment(table.at.timestamp_millis())).transpose()?;
    let held = table.and_then(|table| table.held_since);
    let held = held.map(|since| answer::moment(since.timestamp_millis())).transpose()?;
    let more = match of.settlement {
        Settlement::After { conversions, .. } => Some(conversions),
        Settlement::Settled(_) | Settlement::TooClose => None,
    };
    Ok(json!({
        "rotator_id": of.rotator.id, "name": of.rotator.name, "goal": of.rotator.goal.name(),
        "refreshed_at": refreshed, "held_since": held, "verdict": of.verdict(), "conversions_to_settle": more,
        "options": of.options.iter().map(option).collect::<Vec<_>>(),
    }))
}

fn option(of: &OptionFound) -> Value {
    let known = &of.compared;
    json!({
        "option_id": of.id, "name": of.name, "views": known.views.round() as i64,
        "conversions": known.conversions.round() as i64, "rate": known.rate, "low": known.low, "high": known.high,
        "value": known.worth, "best": known.best, "loss": known.loss, "share": of.share,
    })
}
