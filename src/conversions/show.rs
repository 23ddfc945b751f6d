//! Conversions and postbacks as the API shows them: ids are strings, what is not there is null.

use crate::web::{Failure, answer, signal::Signal};
use domain::{
    conversions::{ConversionCode, ConversionStatus},
    shared::{ClickId, Currency, Micros},
    tracking::Device,
};
use serde_json::{Value, json};
use store::conversions::{Conversion, LoggedPostback, Passage};

/// A conversion or event.
pub(super) fn conversion(conversion: &Conversion, currency: Currency) -> Result<Value, Failure> {
    Ok(json!({
        "id": conversion.id().to_string(),
        "click_id": if conversion.click_id.is_nil() { Value::Null } else { conversion.click_id().to_string().into() },
        "view_through": conversion.view_through != 0,
        "at": answer::moment(conversion.at)?,
        "click_at": if conversion.has_origin() { json!(answer::moment(conversion.click_at)?) } else { Value::Null },
        "offer_id": id(conversion.offer_id),
        "partner_id": id(conversion.partner_id),
        "advertiser_id": id(conversion.advertiser_id),
        "smart_link_id": id(conversion.smart_link_id),
        "campaign_id": id(conversion.campaign_id),
        "landing_page_id": id(conversion.landing_page_id),
        "event": text(&conversion.event),
        "status": conversion.status().name(),
        "code": code(conversion.code),
        "reason": text(words(conversion.code)),
        "by_hand": conversion.by_hand != 0,
        "fraud": conversion.fraud != 0,
        "amount": Micros(conversion.amount),
        "payout": Micros(conversion.payout),
        "revenue": Micros(conversion.revenue),
        "currency": currency,
        "txn_id": text(&conversion.txn_id),
        "country": text(&conversion.country),
        "device": text(Device::of_number(conversion.device).name()),
        "os": text(&conversion.os),
        "browser": text(&conversion.browser),
        "connection": text(&conversion.connection),
        "ip": text(&conversion.ip),
        "source_id": text(&conversion.source_id),
        "sub1": text(&conversion.sub1),
        "sub2": text(&conversion.sub2),
        "sub3": text(&conversion.sub3),
        "sub4": text(&conversion.sub4),
        "sub5": text(&conversion.sub5),
    }))
}

/// One status that a conversion had.
pub(super) fn passage(passage: &Passage) -> Result<Value, Failure> {
    Ok(json!({
        "version": passage.version,
        "at": answer::moment(passage.at)?,
        "actor": passage.actor,
        "status": passage.status,
        "code": code(passage.code),
        "reason": text(words(passage.code)),
        "note": text(&passage.note),
    }))
}

/// A logged call.
pub(super) fn postback(call: &LoggedPostback) -> Result<Value, Failure> {
    let uuid =
        |id: uuid::Uuid| if id.is_nil() { Value::Null } else { ClickId(id.as_u128()).to_string().into() };
    Ok(json!({
        "id": ClickId(call.id.as_u128()).to_string(),
        "at": answer::moment(call.at)?,
        "ip": text(&call.ip),
        "user_agent": text(&call.user_agent),
        "query": call.query,
        "click_id": uuid(call.click_id),
        "offer_id": id(call.offer_id),
        "advertiser_id": id(call.advertiser_id),
        "outcome": call.outcome,
        "code": code(call.code),
        "reason": text(words(call.code)),
        "problem": text(&call.problem),
        "conversion_id": uuid(call.conversion_id),
    }))
}

/// Why a conversion is not approved or a call was refused, in words; empty where there is nothing to say.
pub(super) fn words(code: i64) -> &'static str {
    u16::try_from(code).ok().and_then(ConversionCode::of_number).map_or("", ConversionCode::words)
}

/// The sign of a status.
pub(super) fn signal_of(status: ConversionStatus) -> Signal {
    match status {
        ConversionStatus::Approved => Signal::Good,
        ConversionStatus::Pending => Signal::Warn,
        ConversionStatus::Rejected => Signal::Bad,
    }
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
