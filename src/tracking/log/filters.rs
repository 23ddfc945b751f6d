//! The filters of the two logs, a field each, all of them exact.

use crate::web::{Access, Failure, Listing, Span};
use domain::{
    shared::{Calendar, Problems},
    tracking::{Device, SUBS},
};
use store::tracking::{ClickFilter, ClickPage};

/// What the click log can be filtered by.
pub(super) const CLICKS: [&str; 48] = [
    "from",
    "to",
    "partner_id",
    "offer_id",
    "landing_page_id",
    "country",
    "device",
    "os",
    "browser",
    "language",
    "verdict",
    "code",
    "ip",
    "is_bot",
    "source_id",
    "ref_id",
    "parent",
    "plan_version",
    "sub1",
    "sub2",
    "sub3",
    "sub4",
    "sub5",
    "sub6",
    "sub7",
    "sub8",
    "sub9",
    "sub10",
    "sub11",
    "sub12",
    "sub13",
    "sub14",
    "sub15",
    "sub16",
    "sub17",
    "sub18",
    "sub19",
    "sub20",
    "sub21",
    "sub22",
    "sub23",
    "sub24",
    "sub25",
    "sub26",
    "sub27",
    "sub28",
    "sub29",
    "sub30",
];

/// What the log of impressions can be filtered by.
pub(super) const IMPRESSIONS: [&str; 16] = [
    "from",
    "to",
    "partner_id",
    "offer_id",
    "country",
    "device",
    "os",
    "browser",
    "ip",
    "is_bot",
    "source_id",
    "sub1",
    "sub2",
    "sub3",
    "sub4",
    "sub5",
];

/// The words of the verdicts, by number.
const VERDICTS: [&str; 3] = ["valid", "duplicate", "invalid"];
/// The columns of numbers.
const NUMBERS: [&str; 5] = ["partner_id", "offer_id", "landing_page_id", "code", "plan_version"];
/// How many `sub` parameters have a column of their own.
const COLUMN_SUBS: usize = 5;

/// The word of a stored verdict.
pub(super) fn verdict(number: i64) -> &'static str {
    usize::try_from(number).ok().and_then(|place| VERDICTS.get(place)).copied().unwrap_or("invalid")
}

/// The stretch that a listing asks for: one row more than is wanted, to see whether there is a next.
pub(super) fn page(access: &Access, listing: &Listing, known: &[&'static str]) -> Result<ClickPage, Failure> {
    let span = Span::of(listing, Calendar::new(access.entrant().network.zone))?;
    Ok(ClickPage {
        from: span.from.timestamp_millis(),
        to: span.to.timestamp_millis(),
        before: listing.before()?,
        limit: listing.limit + 1,
        filters: filters(listing, known)?,
    })
}

fn filters(listing: &Listing, known: &[&'static str]) -> Result<Vec<ClickFilter>, Failure> {
    let mut problems = Problems::default();
    let mut filters = Vec::new();
    for name in known.iter().filter(|name| !["from", "to"].contains(*name)) {
        let Some(text) = listing.text(name) else { continue };
        match filter(name, text) {
            Ok(filter) => filters.push(filter),
            Err(message) => problems.push(*name, message),
        }
    }
    Ok(problems.into_result(filters)?)
}

fn filter(name: &'static str, text: &str) -> Result<ClickFilter, &'static str> {
    if NUMBERS.contains(&name) {
        return Ok(ClickFilter::Number(name, text.parse().map_err(|_| "must be a whole number")?));
    }
    let place_of = |words: &[&str]| words.iter().position(|word| *word == text).map(as_number);
    match name {
        "verdict" => {
            let number = place_of(&VERDICTS).ok_or("must be valid, duplicate or invalid")?;
            Ok(ClickFilter::Number(name, number))
        }
        "is_bot" => {
            let number = place_of(&["false", "true"]).ok_or("must be true or false")?;
            Ok(ClickFilter::Number(name, number))
        }
        "device" => {
            let found = (1..=6).find(|number| Device::of_number(*number).name() == text);
            let number = found.ok_or("must be desktop, mobile, tablet, tv, console or bot")?;
            Ok(ClickFilter::Number(name, number))
        }
        "country" => Ok(ClickFilter::Text(name, text.to_ascii_uppercase())),
        "os" | "browser" | "language" | "parent" => Ok(ClickFilter::Text(name, text.to_lowercase())),
        _ => Ok(match sub_number(name) {
            Some(number) if number > COLUMN_SUBS => ClickFilter::More(name.to_owned(), text.to_owned()),
            Some(_) | None => ClickFilter::Text(name, text.to_owned()),
        }),
    }
}

fn as_number(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}

fn sub_number(name: &str) -> Option<usize> {
    name.strip_prefix("sub")?.parse().ok().filter(|number| (1..=SUBS).contains(number))
}
