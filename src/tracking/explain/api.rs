//! The explanation in the API.

use super::{
    ask::{MadeUp, asked_by_call},
    told::{Told, code_of, told, words_of},
};
use crate::web::{
    Access, Answer, Failure, answer,
    describe::{
        Fields, Schemas, anything, flag, id_or_null, list, moment, number_or_null, text, text_or_null, whole,
        whole_or_null, word,
    },
    objects::{Object, path_id},
};
use actix_web::HttpRequest;
use domain::{
    links::SmartLink,
    shared::SmartLinkId,
    tracking::{Code, Hop, RowVerdict, SmartLinkTold},
};
use serde_json::{Value, json};

/// The schema.
pub fn schemas() -> Schemas {
    let row = Fields::of("What a row says of the visitor.")
        .shown("row_id", text("The row."))
        .shown("offer_id", id_or_null("Its offer."))
        .shown("landing_page_id", id_or_null("Its landing page, where it names one."))
        .shown("takes", flag("Whether it would take the click."))
        .shown("reason", text("The first thing that keeps it from the click, in words."))
        .shown("code", whole_or_null("Its code."))
        .shown("probability", number_or_null("How likely the row is drawn."));
    let hop = Fields::of("A stop of the click, as it would be stored.")
        .shown("offer_id", id_or_null("The offer."))
        .shown("landing_page_id", id_or_null("The landing page."))
        .shown("verdict", word("Whether it counts.", &["valid", "duplicate", "invalid"]))
        .shown("code", whole_or_null("Why it does not."))
        .shown("reason", text_or_null("The same in words."))
        .shown("branch", whole_or_null("The row that led here, from 0."))
        .shown("propensity", number_or_null("How likely row and page were drawn."));
    let explanation = Fields::of("Where a made-up visitor of a Smart Link would go, and why.")
        .shown("at", moment("When it comes."))
        .shown("seed", text("The dice; asked again with them, the answer is the same."))
        .shown("plan_version", whole("The plan that decided."))
        .shown("status", whole("The HTTP status of the answer."))
        .shown("destination", text_or_null("Where it would be sent; null where it gets a page."))
        .shown("rows", list("Every row, in order.", row.done()))
        .shown("catch_all", anything("What the catch-all says, which is asked where no row takes the click: `offer_id`, `takes`, `reason` and `code`; null where there is none."))
        .shown("hops", list("The stops of the click.", hop.done()));
    vec![("Explanation", explanation.done())]
}

pub async fn explain(access: Access, request: HttpRequest) -> Answer {
    let id = path_id(&request, SmartLink::ID)?;
    access.scope().get::<SmartLink>(id).await?;
    let visitor = asked_by_call(&access, &request).await?;
    let told = told(&access, &request, SmartLinkId(id), &visitor).await?;
    Ok(answer::json(&shown(&visitor, &told)?))
}

fn shown(visitor: &MadeUp, told: &Told) -> Result<Value, Failure> {
    let (link, said) = told.of_smart_link().ok_or(Failure::NotFound)?;
    Ok(json!({
        "catch_all": catch_all(link, said),
        "at": answer::moment(visitor.at.timestamp_millis())?,
        "seed": visitor.seed.to_string(),
        "plan_version": told.plan().version(),
        "status": told.status,
        "destination": told.destination,
        "rows": rows(link, said),
        "hops": told.explained.decision.hops.iter().map(hop).collect::<Vec<_>>(),
    }))
}

/// What each row says.
pub(super) fn rows(link: &SmartLink, told: &SmartLinkTold) -> Vec<Value> {
    let rows = link.rows.iter().zip(&told.rows).map(|(row, said)| {
        json!({
            "row_id": row.id, "offer_id": row.offer_id, "landing_page_id": row.landing_page_id,
            "takes": said.verdict == RowVerdict::Takes, "reason": words_of(said.verdict),
            "code": code_of(said.verdict).map(Code::number), "probability": said.propensity,
        })
    });
    rows.collect()
}

/// What the catch-all says; none where there is none.
pub(super) fn catch_all(link: &SmartLink, told: &SmartLinkTold) -> Option<Value> {
    let said = told.catch_all?;
    Some(json!({
        "offer_id": link.catch_all_id, "takes": said == RowVerdict::Takes, "reason": words_of(said),
        "code": code_of(said).map(Code::number),
    }))
}

pub(super) fn hop(hop: &Hop) -> Value {
    json!({
        "offer_id": hop.offer, "landing_page_id": hop.landing_page, "verdict": hop.verdict.name(),
        "code": hop.code.map(Code::number), "reason": hop.code.map(Code::words),
        "branch": hop.branch, "propensity": hop.propensity,
    })
}
