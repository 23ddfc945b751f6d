//! A report's address read as a question, for the page and the API alike.

use crate::web::{Form, Span, listing::LONGEST};
use chrono::{DateTime, Utc};
use domain::{
    reports::{Dimension, Metric},
    shared::{Calendar, HourNumber, LandingPageId, OfferId, PartnerId, Problems},
};
use store::reports::{Cut, Filters, MOST_GROUPS, Order, Question, Range, TimeOf};

/// How many days a report shows where nothing else is asked for.
const USUAL_DAYS: i64 = 30;
/// What an address takes beside the names of dimensions.
pub(super) const OWN: [&str; 10] =
    ["group_by", "from", "to", "time", "offer_id", "partner_id", "landing_page_id", "limit", "sort", "desc"];

/// A question and the stretch of time as it was asked for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub question: Question,
    pub span: Span,
}

/// Reads the fields of an address; without `group_by`, `usual` are the cuts.
///
/// # Errors
/// Everything that is wrong, at its field.
pub(super) fn ask(
    form: &Form,
    calendar: Calendar,
    now: DateTime<Utc>,
    usual: &[Cut],
) -> Result<Asked, Problems> {
    let mut problems = Problems::default();
    for (name, value) in form.fields() {
        let is_known = OWN.contains(&name.as_str()) || dimension(name).is_some();
        problems.check(is_known, name, "is no filter of a report");
        problems.text(name, value, false, LONGEST);
    }
    if !problems.0.is_empty() {
        return Err(problems);
    }
    let cuts = cuts(form, usual, &mut problems);
    let filters = filters(form, &mut problems);
    let time = match form.get("time") {
        "" | "conversion" => TimeOf::Conversion,
        "click" => TimeOf::Click,
        _ => {
            problems.push("time", "must be conversion or click");
            TimeOf::Conversion
        }
    };
    if !["", "group"].contains(&form.get("sort")) && form.get("sort").parse::<Metric>().is_err() {
        problems.push("sort", "must be the name of a metric");
    }
    let limit = match form.get("limit") {
        "" => MOST_GROUPS,
        text => text.parse().ok().filter(|limit| (1..=MOST_GROUPS).contains(limit)).unwrap_or_else(|| {
            problems.push("limit", format!("must be a whole number from 1 to {MOST_GROUPS}"));
            MOST_GROUPS
        }),
    };
    let span = match Span::read(form.get("from"), form.get("to"), USUAL_DAYS, (calendar, now)) {
        Ok(span) => span,
        Err(found) => {
            problems.0.extend(found.0);
            return Err(problems);
        }
    };
    let by_time = cuts.first().is_some_and(|cut| [Cut::Day, Cut::Hour].contains(cut));
    let order = if by_time { Order::Groups } else { Order::Clicks };
    let question = Question { range: hours(span, calendar), cuts, filters, time, order, limit };
    if let Err(found) = question.check() {
        problems.0.extend(found.0);
    }
    problems.into_result(Asked { question, span })
}

/// The hours that a span touches: roll-ups know no smaller part.
fn hours(span: Span, calendar: Calendar) -> Range {
    let last = calendar.hour(span.to - chrono::Duration::milliseconds(1));
    Range { from: calendar.hour(span.from), to: HourNumber(last.0 + 1) }
}

fn cuts(form: &Form, usual: &[Cut], problems: &mut Problems) -> Vec<Cut> {
    let names = form.all("group_by").flat_map(|value| value.split(',')).map(str::trim);
    let mut cuts = Vec::new();
    for name in names.filter(|name| !name.is_empty()) {
        match name.parse() {
            Ok(cut) => cuts.push(cut),
            Err(error) => problems.push("group_by", format!("`{name}` {error}")),
        }
    }
    if form.all("group_by").all(str::is_empty) { usual.to_vec() } else { cuts }
}

fn filters(form: &Form, problems: &mut Problems) -> Filters {
    let mut id = |name: &str| {
        let text = form.get(name);
        let found: Option<i64> = text.parse().ok();
        problems.check(text.is_empty() || found.is_some(), name, "must be an id");
        found
    };
    let (offer, partner, page) = (id("offer_id"), id("partner_id"), id("landing_page_id"));
    let mut values = form
        .fields()
        .iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .filter_map(|(name, value)| Some((dimension(name)?, as_stored(dimension(name)?, value.trim()))));
    let value = values.next();
    if let Some((second, _)) = values.next() {
        problems.push(second.name(), "can't be combined with another of these filters yet");
    }
    Filters {
        offer: offer.map(OfferId),
        partner: partner.map(PartnerId),
        landing_page: page.map(LandingPageId),
        value,
    }
}

fn dimension(name: &str) -> Option<Dimension> {
    name.parse().ok().filter(|dimension| *dimension != Dimension::None)
}

/// A value as roll-ups spell it.
fn as_stored(dimension: Dimension, value: &str) -> String {
    match dimension {
        Dimension::Country => value.to_ascii_uppercase(),
        Dimension::Device | Dimension::Os | Dimension::Browser => value.to_lowercase(),
        Dimension::None
        | Dimension::SourceId
        | Dimension::Sub1
        | Dimension::Sub2
        | Dimension::Sub3
        | Dimension::Sub4
        | Dimension::Sub5
        | Dimension::Code
        | Dimension::Event => value.to_owned(),
    }
}
