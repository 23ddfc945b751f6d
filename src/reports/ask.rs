//! A report's address read as a question, for the page and the API alike.

use super::period::Period;
use crate::web::{Form, Span, listing::LONGEST};
use chrono::{DateTime, Utc};
use domain::{
    reports::{Dimension, Metric},
    shared::{
        AdvertiserId, Calendar, CampaignId, HourNumber, LandingPageId, OfferId, PartnerId, Problems,
        SmartLinkId,
    },
};
use std::str::FromStr;
use store::reports::{Against, Cut, Filters, MOST_GROUPS, Order, Question, Range, TimeOf};

/// How many days a report shows where nothing else is asked for.
const USUAL_DAYS: i64 = 30;
/// What an address takes beside the names of dimensions.
pub(super) const OWN: [&str; 17] = [
    "group_by",
    "from",
    "to",
    "range",
    "time",
    "compare",
    "metrics",
    "chart",
    "offer_id",
    "advertiser_id",
    "partner_id",
    "smart_link_id",
    "campaign_id",
    "landing_page_id",
    "limit",
    "sort",
    "desc",
];

/// A question and how its answer is to be shown.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub question: Question,
    /// As it was asked for, to the millisecond.
    pub span: Span,
    pub period: Option<Period>,
    pub against: Option<Against>,
    /// The columns; none where none were chosen.
    pub metrics: Vec<Metric>,
    pub chart: Option<Metric>,
    pub sort: Option<Metric>,
    pub descending: bool,
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
    let cuts: Vec<Cut> = names(form, "group_by", &mut problems);
    let cuts = if form.all("group_by").all(str::is_empty) { usual.to_vec() } else { cuts };
    let metrics = names(form, "metrics", &mut problems);
    let filters = filters(form, &mut problems);
    let time = one(form, "time", &mut problems, |text| match text {
        "conversion" => Ok(TimeOf::Conversion),
        "click" => Ok(TimeOf::Click),
        _ => Err("must be conversion or click"),
    });
    let against = one(form, "compare", &mut problems, |text| {
        let found = Against::ALL.into_iter().find(|against| against.name() == text);
        found.ok_or("must be previous, week or year")
    });
    let metric = |text: &str| text.parse::<Metric>().map_err(|_| "must be the name of a metric");
    let chart = one(form, "chart", &mut problems, metric);
    let sort = if form.get("sort") == "group" { None } else { one(form, "sort", &mut problems, metric) };
    let limit = one(form, "limit", &mut problems, |text| {
        let limit = text.parse().ok().filter(|limit| (1..=MOST_GROUPS).contains(limit));
        limit.ok_or("must be a whole number from 1 to 10,000")
    });
    let (period, span) = match spanned(form, calendar, now, &mut problems) {
        Ok(found) => found,
        Err(found) => {
            problems.0.extend(found.0);
            return Err(problems);
        }
    };
    for (name, at) in [("from", span.from), ("to", span.to)] {
        let message = "must be a full hour of the network's clock: figures are kept by the hour";
        problems.check(form.get(name).is_empty() || begins_an_hour(at, calendar), name, message);
    }
    let by_time = cuts.first().is_some_and(|cut| [Cut::Day, Cut::Hour].contains(cut));
    let question = Question {
        range: hours(span, calendar),
        cuts,
        filters,
        time: time.unwrap_or_default(),
        order: if by_time { Order::Groups } else { Order::Clicks },
        limit: limit.unwrap_or(MOST_GROUPS),
    };
    if let Err(found) = question.check() {
        problems.0.extend(found.0);
    }
    let descending = form.get("desc") != "false";
    problems.into_result(Asked { question, span, period, against, metrics, chart, sort, descending })
}

/// The stretch of time: dates of one's own before the name of a period.
fn spanned(
    form: &Form,
    calendar: Calendar,
    now: DateTime<Utc>,
    problems: &mut Problems,
) -> Result<(Option<Period>, Span), Problems> {
    let period = one(form, "range", problems, |text| {
        let found = Period::ALL.into_iter().find(|period| period.name() == text);
        found.ok_or("must be today, yesterday, 7d, 30d, month or last_month")
    });
    let (from, to) = (form.get("from"), form.get("to"));
    if let (Some(period), "", "") = (period, from, to) {
        return Ok((Some(period), period.span(calendar, now)));
    }
    Ok((None, Span::read(from, to, USUAL_DAYS, (calendar, now))?))
}

/// A field that holds one of a few words; none where it is empty or wrong.
fn one<T>(
    form: &Form,
    name: &str,
    problems: &mut Problems,
    read: impl Fn(&str) -> Result<T, &'static str>,
) -> Option<T> {
    let text = form.get(name);
    if text.is_empty() {
        return None;
    }
    read(text).map_err(|message| problems.push(name, message)).ok()
}

/// A field that holds several names, apart by commas or field by field.
fn names<T: FromStr<Err: std::fmt::Display> + PartialEq>(
    form: &Form,
    field: &str,
    problems: &mut Problems,
) -> Vec<T> {
    let texts = form.all(field).flat_map(|value| value.split(',')).map(str::trim);
    let mut found = Vec::new();
    for text in texts.filter(|text| !text.is_empty()) {
        match text.parse() {
            Ok(name) => found.push(name),
            Err(error) => problems.push(field, format!("`{text}` {error}")),
        }
    }
    found
}

fn begins_an_hour(at: DateTime<Utc>, calendar: Calendar) -> bool {
    calendar.hour(at) != calendar.hour(at - chrono::Duration::milliseconds(1))
}

/// The hours that a span touches: roll-ups know no smaller part.
fn hours(span: Span, calendar: Calendar) -> Range {
    let last = calendar.hour(span.to - chrono::Duration::milliseconds(1));
    Range { from: calendar.hour(span.from), to: HourNumber(last.0 + 1) }
}

fn filters(form: &Form, problems: &mut Problems) -> Filters {
    let mut ids = |name: &'static str| {
        let texts = form.all(name).filter(|text| !text.is_empty());
        let mut found = Vec::new();
        for text in texts {
            match text.parse::<i64>() {
                Ok(id) if !found.contains(&id) => found.push(id),
                Ok(_) => {}
                Err(_) => problems.push(name, "must be an id"),
            }
        }
        found
    };
    let mut filters = Filters {
        offers: ids("offer_id").into_iter().map(OfferId).collect(),
        partners: ids("partner_id").into_iter().map(PartnerId).collect(),
        advertisers: ids("advertiser_id").into_iter().map(AdvertiserId).collect(),
        smart_links: ids("smart_link_id").into_iter().map(SmartLinkId).collect(),
        campaigns: ids("campaign_id").into_iter().map(CampaignId).collect(),
        landing_pages: ids("landing_page_id").into_iter().map(LandingPageId).collect(),
        values: Vec::new(),
    };
    for (name, value) in form.fields().iter().filter(|(_, value)| !value.trim().is_empty()) {
        if let Some(dimension) = dimension(name) {
            filters.add(dimension, as_stored(dimension, value.trim()));
        }
    }
    filters
}

fn dimension(name: &str) -> Option<Dimension> {
    name.parse().ok().filter(|dimension| *dimension != Dimension::None)
}

/// A value as roll-ups spell it.
fn as_stored(dimension: Dimension, value: &str) -> String {
    match dimension {
        Dimension::Country => value.to_ascii_uppercase(),
        Dimension::Device | Dimension::Os | Dimension::Browser | Dimension::Domain => value.to_lowercase(),
        Dimension::None
        | Dimension::SourceId
        | Dimension::Sub1
        | Dimension::Sub2
        | Dimension::Sub3
        | Dimension::Sub4
        | Dimension::Sub5
        | Dimension::Code
        | Dimension::Event
        | Dimension::Row
        | Dimension::RowSegment
        | Dimension::CampaignPage
        | Dimension::RotatorOption
        | Dimension::SmartSwitchRule => value.to_owned(),
    }
}
