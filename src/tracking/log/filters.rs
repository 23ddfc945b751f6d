//! The filters of the two logs, a field each, all of them exact.

use domain::tracking::{Device, SUBS, Verdict};
use store::shared::Exactly;

/// What the click log can be filtered by.
pub(super) const CLICKS: [&str; 59] = [
    "from",
    "to",
    "partner_id",
    "offer_id",
    "smart_link_id",
    "campaign_id",
    "landing_page_id",
    "smart_switch_rule_id",
    "country",
    "region",
    "city",
    "isp",
    "asn",
    "connection",
    "carrier",
    "proxy",
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
    "domain",
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
pub(super) const IMPRESSIONS: [&str; 19] = [
    "from",
    "to",
    "partner_id",
    "offer_id",
    "smart_link_id",
    "campaign_id",
    "country",
    "device",
    "os",
    "browser",
    "ip",
    "is_bot",
    "source_id",
    "domain",
    "sub1",
    "sub2",
    "sub3",
    "sub4",
    "sub5",
];

/// The words of the verdicts, by number.
const VERDICTS: [&str; 3] = [Verdict::Valid.name(), Verdict::Duplicate.name(), Verdict::Invalid.name()];
/// The columns of numbers.
const NUMBERS: [&str; 9] = [
    "partner_id",
    "offer_id",
    "smart_link_id",
    "campaign_id",
    "landing_page_id",
    "smart_switch_rule_id",
    "code",
    "plan_version",
    "asn",
];
/// How many `sub` parameters have a column of their own.
const COLUMN_SUBS: usize = 5;

/// The word of a stored verdict.
pub fn verdict(number: i64) -> &'static str {
    usize::try_from(number).ok().and_then(|place| VERDICTS.get(place)).copied().unwrap_or("invalid")
}

/// Reads the value of a filter of one of the two logs, or says what is wrong with it.
pub(super) fn filter(name: &'static str, text: &str) -> Result<Exactly, &'static str> {
    if sub_number(name).is_some_and(|number| number > COLUMN_SUBS) {
        return Ok(Exactly::More(name.to_owned(), text.to_owned()));
    }
    if NUMBERS.contains(&name) {
        let number: i64 = text.parse().map_err(|_| "must be a whole number")?;
        return Ok(Exactly::Column(name, number.into()));
    }
    let place_of = |words: &[&str]| words.iter().position(|word| *word == text).map(as_number);
    let value = match name {
        "verdict" => place_of(&VERDICTS).ok_or("must be valid, duplicate or invalid")?.into(),
        "is_bot" | "proxy" => place_of(&["false", "true"]).ok_or("must be true or false")?.into(),
        "device" => {
            let found = (1..=6).find(|number| Device::of_number(*number).name() == text);
            found.ok_or("must be desktop, mobile, tablet, tv, console or bot")?.into()
        }
        "country" => text.to_ascii_uppercase().into(),
        "os" | "browser" | "language" | "connection" | "parent" | "domain" => text.to_lowercase().into(),
        _ => text.into(),
    };
    Ok(Exactly::Column(name, value))
}

fn as_number(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}

fn sub_number(name: &str) -> Option<usize> {
    name.strip_prefix("sub")?.parse().ok().filter(|number| (1..=SUBS).contains(number))
}
