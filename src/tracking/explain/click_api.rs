//! The explanation of a stored click in the API.

use super::{
    api::{catch_all, hop, rows},
    campaign_api::{rule, way},
    controls::Refusing,
    stored::{Difference, NotAgain, again},
    tables::{campaign_of, link_of, way_out_words},
};
use crate::web::{
    Access, Answer, Failure, answer,
    describe::{Fields, Schemas, anything, flag, list, text, whole},
};
use actix_web::{HttpRequest, web::Path};
use domain::{
    shared::{ClickId, FieldError},
    tracking::{CampaignTold, Code, OfferTold, PlaceTold, Plan, SmartLinkTold, WayOutTold, WayOutVerdict},
};
use serde_json::{Value, json};
use store::tracking;

/// The schema.
pub fn schemas() -> Schemas {
    let difference = Fields::of("What is stored otherwise than it comes out now.")
        .shown("stop", whole("Which stop of the visit, from 0."))
        .shown("what", text("What differs, in words."))
        .shown("stored", text("As it is stored; empty for none."))
        .shown("again", text("As it came out; empty for none."));
    let explanation = Fields::of(
        "A visit decided again from what is stored of it: by the configuration of its plan version, its facts and its dice.",
    )
    .shown("click_ids", list("The stops of the visit, each a click.", text("A click.")))
    .shown("plan_version", whole("The plan that decided."))
    .shown("seed", text("The dice."))
    .shown("agrees", flag("Whether it comes out as it happened."))
    .shown("differences", list("Where it does not.", difference.done()))
    .shown("facts", anything("The facts of the decision, as in a click's `decision`; and, for those who see all partners, the counts that were asked: `conversions`, `rotations` (what the options of a rotator weighed) and `views`, by their ids."))
    .shown("refused_by", list(
        "The source blocks, traffic controls and SmartSwitch rules that refused it at a stop with code 14, 24 or 28.",
        anything("`kind` is `source_block` or `black_list` (with `id` and `name` for who may open all of them), `white_list` (with the `field` on whose lists the visitor was not), or `smart_switch` (with `action`, `variable` and `value`, and the rule's `id` and `name` for who may open all of them)."),
    ))
    .shown("places", list(
        "What each place on the way said.",
        anything("`kind` is `offer` (with `offer_id`, `code`, `reason`, and the rows of its `forwarding` and its `fail_traffic`), `smart_link` (with `smart_link_id`, `rows` and `catch_all` as in the explanation of a Smart Link, and `catch_all_fail_traffic` as of an offer) or `campaign` (with `campaign_id`, `rules`, `ways` and `defaults` as in that of a campaign)."),
    ))
    .shown("hops", anything("The stops as they come out, as in the explanation of a Smart Link."));
    vec![("ClickExplanation", explanation.done())]
}

/// `GET /api/v1/clicks/{click_id}/explain`
pub async fn explain(access: Access, request: HttpRequest, path: Path<String>) -> Answer {
    let id: ClickId = path.parse().map_err(|_| Failure::NotFound)?;
    let click = tracking::click(access.scope(), id).await?;
    let seed = click.seed.cast_unsigned().to_string();
    let visit = tracking::visit_of(access.scope(), click).await?;
    let again = again(&access, &request, &visit).await?.map_err(|why| match why {
        NotAgain::NotInTheLog => conflict("belongs to a visit whose first click is not in the log any more"),
        NotAgain::WithoutFacts => {
            conflict("is from before all the facts were kept by which clicks are decided")
        }
    })?;
    let places = again.explained.places.iter().filter_map(|told| place(again.plan(), told));
    Ok(answer::json(&json!({
        "click_ids": visit.iter().map(|click| click.id().to_string()).collect::<Vec<_>>(),
        "plan_version": again.plan().version(),
        "seed": seed,
        "agrees": again.differences.is_empty(),
        "differences": again.differences.iter().map(difference).collect::<Vec<_>>(),
        "facts": again.noted,
        "refused_by": again.controls.iter().map(Refusing::json).collect::<Vec<_>>(),
        "places": places.collect::<Vec<_>>(),
        "hops": again.explained.decision.hops.iter().map(hop).collect::<Vec<_>>(),
    })))
}

fn conflict(message: &str) -> Failure {
    Failure::Conflict(FieldError { field: "click_id".to_owned(), message: message.to_owned() })
}

fn difference(found: &Difference) -> Value {
    json!({ "stop": found.stop, "what": found.what, "stored": found.stored, "again": found.again })
}

fn place(plan: &Plan, told: &PlaceTold) -> Option<Value> {
    match told {
        PlaceTold::Offer(told) => Some(offer(told)),
        PlaceTold::SmartLink(told) => smart_link(plan, told),
        PlaceTold::Campaign(told) => campaign(plan, told),
    }
}

fn offer(told: &OfferTold) -> Value {
    let is_forwarded = told.refused == Some(Code::Forwarded);
    let drawn = |is_asked: bool| told.drawn.filter(|_| is_asked);
    json!({
        "kind": "offer", "offer_id": told.offer,
        "code": told.refused.map(Code::number), "reason": told.refused.map(Code::words),
        "forwarding": ways_out(&told.forwarding, drawn(is_forwarded)),
        "fail_traffic": ways_out(&told.fail_traffic, drawn(!is_forwarded)),
    })
}

fn ways_out(rows: &[WayOutTold], drawn: Option<u16>) -> Vec<Value> {
    let drawn = drawn.map(usize::from);
    rows.iter().enumerate().map(|(at, said)| way_out(said, drawn == Some(at))).collect()
}

fn way_out(said: &WayOutTold, drawn: bool) -> Value {
    json!({
        "takes": said.verdict == WayOutVerdict::Takes, "reason": way_out_words(said.verdict),
        "probability": said.propensity, "drawn": drawn,
    })
}

fn smart_link(plan: &Plan, told: &SmartLinkTold) -> Option<Value> {
    let link = link_of(plan, told)?;
    Some(json!({
        "kind": "smart_link", "smart_link_id": told.smart_link, "rows": rows(link, told),
        "catch_all": catch_all(link, told),
        "catch_all_fail_traffic": ways_out(&told.catch_all_ways, told.catch_all_drawn),
    }))
}

fn campaign(plan: &Plan, told: &CampaignTold) -> Option<Value> {
    let campaign = campaign_of(plan, told)?;
    Some(json!({
        "kind": "campaign", "campaign_id": told.campaign,
        "rules": told.rules.iter().map(|said| rule(campaign, said)).collect::<Vec<_>>(),
        "ways": told.ways.iter().map(way).collect::<Vec<_>>(),
        "defaults": told.defaults.iter().map(way).collect::<Vec<_>>(),
    }))
}
