//! Clicks and impressions as the API shows them (INTERFACE.md, "Click"): ids are strings, what is
//! not there is null.

use super::filters::verdict;
use crate::{
    tracking::explain::sees_rules,
    web::{Access, Failure, answer},
};
use domain::{
    shared::{Currency, Micros},
    tracking::{Code, Device, NotedFacts, SUBS},
};
use serde_json::{Map, Value, json};
use store::tracking::{Click, Impression};

/// A click with its decision.
pub(super) fn click(click: &Click, access: &Access) -> Result<Value, Failure> {
    let sees_rules = sees_rules(access);
    let mut object = fields(json!({
        "id": click.id().to_string(),
        "at": answer::moment(click.id().parts().millis)?,
        "partner_id": id(click.partner_id),
        "offer_id": id(click.offer_id),
        "smart_link_id": id(click.smart_link_id),
        "campaign_id": id(click.campaign_id),
        "landing_page_id": id(click.landing_page_id),
        "parent": text(&click.parent),
        "verdict": verdict(click.verdict),
        "code": code(click.code),
        "reason": reason(click.code),
        "smart_switch_rule_id": if sees_rules { id(click.smart_switch_rule_id) } else { Value::Null },
        "country": text(&click.country),
        "region": text(&click.region),
        "city": text(&click.city),
        "device": text(Device::of_number(click.device).name()),
        "os": text(&click.os),
        "os_version": text(&click.os_version),
        "browser": text(&click.browser),
        "browser_version": text(&click.browser_version),
        "language": text(&click.language),
        "isp": text(&click.isp),
        "asn": if click.asn == 0 { Value::Null } else { click.asn.into() },
        "connection": text(&click.connection),
        "carrier": text(&click.carrier),
        "proxy": match click.proxy {
            0 => json!(false),
            1 => json!(true),
            _ => Value::Null,
        },
        "ip": text(&click.ip),
        "user_agent": text(&click.user_agent),
        "referrer": text(&click.referrer),
        "is_bot": click.is_bot != 0,
        "source_id": text(&click.source_id),
        "domain": text(&click.domain),
        "ref_id": text(&click.ref_id),
        "destination": text(&click.destination),
        "onward": text(&click.onward),
    }));
    let mut other = click.more();
    for number in 1..=SUBS {
        let name = format!("sub{number}");
        object.insert(name.clone(), text(&click.sub(number)));
        other.remove(&name);
    }
    object.extend(fields(json!({
        "other": other,
        "payout": Micros(click.payout),
        "revenue": Micros(click.revenue),
        "currency": access.entrant().network.currency,
        "decision": decision(click, sees_rules),
    })));
    Ok(Value::Object(object))
}

/// What was decided, and from what it can be computed again.
fn decision(click: &Click, sees_rules: bool) -> Value {
    let facts = NotedFacts::of_json(&click.facts).without_totals();
    let drawn = |place: i64| if place < 0 { Value::Null } else { place.into() };
    json!({
        "plan_version": click.plan_version,
        "branch": drawn(click.branch),
        "option": drawn(click.option),
        "row_id": id(click.row_id),
        "campaign_page_id": id(click.campaign_page_id),
        "rotator_option_id": id(click.rotator_option_id),
        "propensity": click.propensity,
        "seed": click.seed.cast_unsigned().to_string(),
        "facts": if sees_rules { facts } else { facts.without_rules() },
        "paid": click.paid != 0,
    })
}

/// An impression.
pub(super) fn impression(impression: &Impression, currency: Currency) -> Result<Value, Failure> {
    Ok(json!({
        "id": impression.id().to_string(),
        "at": answer::moment(impression.id().parts().millis)?,
        "partner_id": id(impression.partner_id),
        "offer_id": id(impression.offer_id),
        "smart_link_id": id(impression.smart_link_id),
        "campaign_id": id(impression.campaign_id),
        "country": text(&impression.country),
        "device": text(Device::of_number(impression.device).name()),
        "os": text(&impression.os),
        "browser": text(&impression.browser),
        "is_bot": impression.is_bot != 0,
        "ip": text(&impression.ip),
        "user_agent": text(&impression.user_agent),
        "referrer": text(&impression.referrer),
        "source_id": text(&impression.source_id),
        "domain": text(&impression.domain),
        "sub1": text(&impression.sub1),
        "sub2": text(&impression.sub2),
        "sub3": text(&impression.sub3),
        "sub4": text(&impression.sub4),
        "sub5": text(&impression.sub5),
        "payout": Micros(impression.payout),
        "revenue": Micros(impression.revenue),
        "currency": currency,
    }))
}

/// Why a click is not valid, in words; empty where it is.
#[must_use]
pub fn words(code: i64) -> &'static str {
    u16::try_from(code).ok().and_then(Code::of_number).map_or("", Code::words)
}

fn reason(code: i64) -> Value {
    text(words(code))
}

fn code(number: i64) -> Value {
    if number == 0 { Value::Null } else { number.into() }
}

fn id(number: i64) -> Value {
    if number == 0 { Value::Null } else { number.to_string().into() }
}

fn text(value: &str) -> Value {
    if value.is_empty() { Value::Null } else { value.into() }
}

fn fields(object: Value) -> Map<String, Value> {
    match object {
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}
