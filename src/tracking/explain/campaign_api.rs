//! The explanation of a campaign in the API.

use super::{
    api::hop,
    ask::{MadeUp, asked_by_call},
    tables::{rule_words, way_words},
    told::{Told, campaign_told},
};
use crate::web::{
    Access, Answer, Failure, answer,
    describe::{
        Fields, Schemas, anything, flag, id_of, id_or_null, list, moment, number_or_null, text, text_or_null,
        whole, whole_or_null,
    },
    objects::{Object, path_id},
};
use actix_web::HttpRequest;
use domain::{
    links::Campaign,
    shared::CampaignId,
    tracking::{Code, RuleTold, RuleVerdict, WayTold},
};
use serde_json::{Value, json};

/// The schema.
pub fn schemas() -> Schemas {
    let rule = Fields::of("What a rule says of the visitor.")
        .shown("rule_id", id_of("The rule."))
        .shown("wins", flag("Whether it has the click."))
        .shown(
            "condition",
            whole_or_null("The first of its conditions that does not hold, from 0; null where all do."),
        )
        .shown("reason", text("The same in words."));
    let way = || {
        Fields::of("What an offer, or a rotator's option, says of the visitor.")
            .shown("offer_id", id_of("The offer."))
            .shown("option_id", id_or_null("The rotator's option; null in a split."))
            .shown("takes", flag("Whether its offer would take the click."))
            .shown("code", whole_or_null("What keeps it."))
            .shown("reason", text("The same in words."))
            .shown("probability", number_or_null("How likely it is drawn."))
    };
    let explanation = Fields::of("Where a made-up visitor of a campaign would go, and why.")
        .shown("at", moment("When it comes."))
        .shown("seed", text("The dice; asked again with them, the answer is the same."))
        .shown("plan_version", whole("The plan that decided."))
        .shown("status", whole("The HTTP status of the answer."))
        .shown("destination", text_or_null("Where it would be sent; null where it gets a page."))
        .shown("onward", text_or_null("Where the landing page leads on to; null where it is shown none."))
        .shown("rules", list("In the order in which they are asked.", rule.done()))
        .shown("ways", list("Where the winning rule leads; none where no rule wins.", way().done()))
        .shown("defaults", list("Where the defaults lead.", way().done()))
        .shown("hops", anything("The stops of the click, as in the explanation of a Smart Link."));
    vec![("CampaignExplanation", explanation.done())]
}

pub async fn explain(access: Access, request: HttpRequest) -> Answer {
    let id = path_id(&request, Campaign::ID)?;
    access.scope().get::<Campaign>(id).await?;
    let visitor = asked_by_call(&access, &request).await?;
    let told = campaign_told(&access, &request, CampaignId(id), &visitor).await?;
    Ok(answer::json(&shown(&visitor, &told)?))
}

fn shown(visitor: &MadeUp, told: &Told) -> Result<Value, Failure> {
    let (campaign, said) = told.of_campaign().ok_or(Failure::NotFound)?;
    Ok(json!({
        "at": answer::moment(visitor.at.timestamp_millis())?,
        "seed": visitor.seed.to_string(),
        "plan_version": told.plan().version(),
        "status": told.status,
        "destination": told.destination,
        "onward": told.onward,
        "rules": said.rules.iter().map(|said| rule(campaign, said)).collect::<Vec<_>>(),
        "ways": said.ways.iter().map(way).collect::<Vec<_>>(),
        "defaults": said.defaults.iter().map(way).collect::<Vec<_>>(),
        "hops": told.explained.decision.hops.iter().map(hop).collect::<Vec<_>>(),
    }))
}

pub(super) fn rule(campaign: &Campaign, said: &RuleTold) -> Value {
    let condition = match said.verdict {
        RuleVerdict::Fails(at) => Some(at),
        RuleVerdict::Wins | RuleVerdict::Later | RuleVerdict::NotAsked => None,
    };
    json!({
        "rule_id": campaign.rules.get(said.place).map(|rule| rule.id),
        "wins": said.verdict == RuleVerdict::Wins,
        "condition": condition,
        "reason": rule_words(campaign, said),
    })
}

pub(super) fn way(said: &WayTold) -> Value {
    json!({
        "offer_id": said.offer, "option_id": said.option, "takes": said.refused.is_none(),
        "code": said.refused.map(Code::number), "reason": way_words(said), "probability": said.propensity,
    })
}
