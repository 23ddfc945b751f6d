//! The filters of the logs of conversions and postbacks, a field each, all of them exact.

use crate::web::{Access, Failure, Listing, Span};
use domain::{
    conversions::ConversionStatus,
    shared::{Calendar, ClickId, Problems},
};
use store::conversions::{ConversionPage, PostbackLog};

/// A filter as the store takes it: the column and its value.
type Filter = (&'static str, store::shared::Value);

/// What the log of conversions can be filtered by.
pub(super) const CONVERSIONS: [&str; 19] = [
    "from",
    "to",
    "status",
    "offer_id",
    "partner_id",
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
const NUMBERS: [&str; 5] = ["offer_id", "partner_id", "advertiser_id", "landing_page_id", "code"];

/// The stretch of conversions that a listing asks for: one row more than is wanted.
pub(super) fn conversions(access: &Access, listing: &Listing) -> Result<ConversionPage, Failure> {
    let span = Span::of(listing, Calendar::new(access.entrant().network.zone))?;
    Ok(ConversionPage {
        from: span.from.timestamp_millis(),
        to: span.to.timestamp_millis(),
        before: listing.before()?,
        limit: listing.limit + 1,
        filters: filters(listing, &CONVERSIONS)?,
    })
}

/// The same of postbacks.
pub(super) fn postbacks(access: &Access, listing: &Listing) -> Result<PostbackLog, Failure> {
    let span = Span::of(listing, Calendar::new(access.entrant().network.zone))?;
    Ok(PostbackLog {
        from: span.from.timestamp_millis(),
        to: span.to.timestamp_millis(),
        before: listing.before()?,
        limit: listing.limit + 1,
        filters: filters(listing, &POSTBACKS)?,
    })
}

fn filters(listing: &Listing, known: &[&'static str]) -> Result<Vec<Filter>, Failure> {
    let mut problems = Problems::default();
    let mut filters = Vec::new();
    for name in known.iter().filter(|name| !["from", "to"].contains(*name)) {
        let Some(text) = listing.text(name) else { continue };
        match filter(name, text) {
            Ok(value) => filters.push((*name, value)),
            Err(message) => problems.push(*name, message),
        }
    }
    Ok(problems.into_result(filters)?)
}

fn filter(name: &str, text: &str) -> Result<store::shared::Value, &'static str> {
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
        "country" => Ok(text.to_ascii_uppercase().into()),
        _ => Ok(text.into()),
    }
}
