//! The filters of the logs of conversions and postbacks, a field each, all of them exact.

use domain::{conversions::ConversionStatus, shared::ClickId};
use store::shared::{Exactly, Value};

/// What the log of conversions can be filtered by.
pub(super) const CONVERSIONS: [&str; 21] = [
    "from",
    "to",
    "status",
    "offer_id",
    "partner_id",
    "smart_link_id",
    "campaign_id",
    "advertiser_id",
    "landing_page_id",
    "click_id",
    "code",
    "event",
    "txn_id",
    "country",
    "ip",
    "source_id",
    "sub1",
    "sub2",
    "sub3",
    "sub4",
    "sub5",
];

/// What the log of postbacks can be filtered by.
pub(super) const POSTBACKS: [&str; 9] =
    ["from", "to", "outcome", "code", "offer_id", "advertiser_id", "click_id", "conversion_id", "ip"];

/// What can become of a call.
pub(super) const OUTCOMES: [&str; 4] = ["approved", "pending", "rejected", "refused"];

/// The columns of numbers.
const NUMBERS: [&str; 7] =
    ["offer_id", "partner_id", "smart_link_id", "campaign_id", "advertiser_id", "landing_page_id", "code"];

/// Reads the value of a filter of one of the two logs, or says what is wrong with it.
pub(super) fn filter(name: &'static str, text: &str) -> Result<Exactly, &'static str> {
    Ok(Exactly::Column(name, value(name, text)?))
}

fn value(name: &str, text: &str) -> Result<Value, &'static str> {
    if NUMBERS.contains(&name) {
        return Ok(text.parse::<i64>().map_err(|_| "must be a whole number")?.into());
    }
    match name {
        "click_id" | "conversion_id" => {
            let id: ClickId = text.parse().map_err(|_| "must be an id of 32 hex characters")?;
            Ok(uuid::Uuid::from_u128(id.0).into())
        }
        "status" => {
            let status: ConversionStatus =
                text.parse().map_err(|_| "must be approved, pending or rejected")?;
            Ok(status.name().into())
        }
        "outcome" if !OUTCOMES.contains(&text) => Err("must be approved, pending, rejected or refused"),
        // No named event is called so.
        "event" if text.eq_ignore_ascii_case("base") => Ok("".into()),
        "country" => Ok(text.to_ascii_uppercase().into()),
        _ => Ok(text.into()),
    }
}
