//! The report builder: what is grouped by what, over which range, compared with what; the table with its
//! chart, which stays true while one looks; and the call of the API that gives the same.

use super::{
    address::Address,
    ask::{Asked, ask},
    drawing::{self, Drawing},
    period::{self, End, Period},
    table::{self, Table, charted},
    told::{Told, running},
    views,
};
use crate::web::{
    Access, Answer, Failure, Form, answer, filters, format,
    later::Shown,
    live::{self, rendered},
    navigation,
    page::Shell,
    parts::{Choice, Link, Tab, Ticked},
};
use actix_web::HttpRequest;
use askama::Template;
use chrono::Utc;
use domain::{
    reports::{Dimension, Metric},
    shared::{Calendar, Problems},
};
use store::{
    offers::{Named, Names, choices},
    reports::{Against, Cut, MOST_FREE_ROWS, rows_to_read},
};

/// The fields that the form has no control of, or whose values stand as chips.
const CARRIED: [&str; 4] = ["range", "sort", "desc", "limit"];

#[derive(Template)]
#[template(path = "reports/report.html")]
struct ReportPage {
    shell: Shell,
    problems: Problems,
    cuts: Vec<Choice>,
    first: String,
    second: String,
    third: String,
    periods: Vec<Tab>,
    from: String,
    to: String,
    added: Vec<Choice>,
    offers: Vec<Choice>,
    advertisers: Vec<Choice>,
    partners: Vec<Choice>,
    times: Vec<Choice>,
    time: String,
    compares: Vec<Choice>,
    compare: String,
    charts: Vec<Choice>,
    chart: String,
    metrics: Vec<Ticked>,
    carried: Vec<(String, String)>,
    chips: Vec<Link>,
    call: String,
    query: String,
    csv_href: String,
    saved: views::Menu,
    free: Option<Free>,
    live: Option<Shown>,
}

/// What is counted over rows on demand.
struct Free {
    rows: i64,
    is_too_large: bool,
    words: String,
}

/// What changes while one looks.
#[derive(Template)]
#[template(path = "reports/report_live.html")]
pub(super) struct LivePart {
    pub live_href: Option<String>,
    pub updated: String,
    pub compared: String,
    pub drawing: Drawing,
    pub table: Table,
}

/// `GET /reports`
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    let form = Form::read(request.query_string().as_bytes());
    let (address, is_added) = Address::read(&form);
    let tidy = tidied(&address);
    if is_added || tidy != address {
        return Ok(answer::see_other(&tidy.href("/reports")));
    }
    let asked = asked(&access, &address);
    let live = match &asked {
        Ok(asked) if !asked.question.is_free() => Some(shown(&access, &address, asked).await?),
        Ok(_) | Err(_) => None,
    };
    let free = match &asked {
        Ok(asked) if asked.question.is_free() => Some(free(&access, asked).await?),
        Ok(_) | Err(_) => None,
    };
    answer::page(&page(&access, &request, address, asked, (live, free)).await?)
}

/// `GET /reports/live`: the part that changes, once or as events.
pub async fn live(access: Access, request: HttpRequest) -> Answer {
    let (address, _) = Address::read(&Form::read(request.query_string().as_bytes()));
    let render = async move |access: &Access| {
        let asked = asked(access, &address)?;
        if asked.question.is_free() {
            return Err(Failure::field("group_by", "is counted over rows, which is not live"));
        }
        let href = address.href("/reports/live");
        access.state().later.whole((access, &href), made(access.clone(), address.clone(), asked)).await
    };
    live::part(access, &request, render).await
}

async fn shown(access: &Access, address: &Address, asked: &Asked) -> Result<Shown, Failure> {
    let work = made(access.clone(), address.clone(), asked.clone());
    let hrefs = (address.href("/reports/live"), address.href("/reports"));
    access.state().later.part(access, hrefs, work).await
}

async fn made(access: Access, address: Address, asked: Asked) -> Result<String, Failure> {
    rendered(&part(&access, &address, &asked).await?)
}

/// The question of an address; a page without one groups by offer.
///
/// # Errors
/// What is wrong with it.
pub(super) fn asked(access: &Access, address: &Address) -> Result<Asked, Problems> {
    ask(&address.form(), Calendar::new(access.entrant().network.zone), Utc::now(), &[Cut::Offer])
}

/// The address with its lists in one field each, and without what is meant anyway.
fn tidied(address: &Address) -> Address {
    let joined = |name: &str| {
        let held = address.fields().iter().filter(|(known, _)| known == name);
        let mut names: Vec<&str> = Vec::new();
        for name in held.flat_map(|(_, value)| value.split(',')).map(str::trim) {
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
        names.join(",")
    };
    let several = |name: &str| address.fields().iter().filter(|(known, _)| known == name).count() > 1;
    let mut tidy = address.clone();
    for name in ["group_by", "metrics"] {
        if several(name) {
            tidy = tidy.with(&[(name, joined(name).as_str())]);
        }
    }
    let usual = table::USUAL.map(Metric::name).join(",");
    if tidy.get("metrics") == usual { tidy.with(&[("metrics", "")]) } else { tidy }
}

async fn free(access: &Access, asked: &Asked) -> Result<Free, Failure> {
    let rows = rows_to_read(access.scope(), &asked.question).await?;
    let words: Vec<&str> = asked.question.cuts.iter().map(|cut| cut.words()).collect();
    Ok(Free { rows, is_too_large: rows > MOST_FREE_ROWS, words: words.join(" × ") })
}

async fn part(access: &Access, address: &Address, asked: &Asked) -> Result<LivePart, Failure> {
    let told = Told::of(access, asked).await?;
    let (calendar, now) = (Calendar::new(access.entrant().network.zone), Utc::now());
    let is_running = asked.question.range.to > running(access);
    Ok(LivePart {
        live_href: is_running.then(|| address.href("/reports/live")),
        updated: format::clock(now, calendar),
        compared: compared_words(&told),
        drawing: drawing::over_time(access, asked, &told).await?,
        table: table::table(access, (address, asked), &told).await?,
    })
}

/// With what it is compared, to the hour: half a day stands against half a day.
pub(super) fn compared_words(told: &Told) -> String {
    let Some((_, range)) = told.before else { return String::new() };
    let hour = |hour: domain::shared::HourNumber| match hour.hour_of_day() {
        0 => hour.day().date().format("%-d %b %Y").to_string(),
        of_day => format!("{} {of_day:02}:00", hour.day().date().format("%-d %b %Y")),
    };
    format!("Compared with {} until before {}", hour(range.from), hour(range.to))
}

async fn page(
    access: &Access,
    request: &HttpRequest,
    address: Address,
    asked: Result<Asked, Problems>,
    (live, free): (Option<Shown>, Option<Free>),
) -> Result<ReportPage, Failure> {
    let scope = access.scope();
    let found = asked.as_ref().ok();
    let cut =
        |place: usize| found.and_then(|asked| asked.question.cuts.get(place)).map_or("", |cut| cut.name());
    let (calendar, span) = (Calendar::new(access.entrant().network.zone), found.map(|asked| asked.span));
    let chosen = found.map_or(&table::USUAL[..], table::metrics);
    let named = address.fields().iter().filter_map(|(name, value)| Some((kind(name)?, value.parse().ok()?)));
    let names = Names::read(scope, named).await?;
    Ok(ReportPage {
        shell: navigation::shell(access, request).titled("Reports"),
        cuts: Cut::all().into_iter().map(|cut| Choice::new(cut.name(), cut.words())).collect(),
        first: cut(0).to_owned(),
        second: cut(1).to_owned(),
        third: cut(2).to_owned(),
        periods: periods(&address, found),
        from: period::date(calendar, address.get("from"), span, End::From),
        to: period::date(calendar, address.get("to"), span, End::To),
        added: added(),
        offers: filters::menu("Any offer", choices(scope, Named::Offer).await?),
        advertisers: filters::menu("Any advertiser", choices(scope, Named::Advertiser).await?),
        partners: filters::menu("Any partner", choices(scope, Named::Partner).await?),
        times: vec![Choice::new("", "their own"), Choice::new("click", "their clicks")],
        time: address.get("time").to_owned(),
        compares: std::iter::once(Choice::new("", "nothing"))
            .chain(Against::ALL.map(|against| Choice::new(against.name(), against.words())))
            .collect(),
        compare: address.get("compare").to_owned(),
        charts: Metric::ALL.iter().map(|metric| Choice::new(metric.name(), metric.words())).collect(),
        chart: found.map_or(Metric::Clicks, charted).name().to_owned(),
        metrics: Metric::ALL
            .iter()
            .map(|metric| Ticked {
                value: metric.name(),
                label: metric.words().to_owned(),
                hint: metric.formula().to_owned(),
                is_ticked: chosen.contains(metric),
            })
            .collect(),
        carried: carried(&address),
        chips: chips(&address, &names),
        call: call(access, &address, found),
        query: address.query(),
        csv_href: address.href("/reports/csv"),
        saved: views::menu(access, &address).await?,
        problems: asked.err().unwrap_or_default(),
        free,
        live,
    })
}

/// The filters that are added by a name and a value.
fn added() -> Vec<Choice> {
    let listed = Dimension::reported();
    let entry = |dimension: Dimension| Choice::new(dimension.name(), dimension.words());
    std::iter::once(Choice::new("", "no more")).chain(listed.map(entry)).collect()
}

fn periods(address: &Address, asked: Option<&Asked>) -> Vec<Tab> {
    let chosen = asked.and_then(|asked| asked.period);
    let is_usual = address.get("from").is_empty() && address.get("to").is_empty() && chosen.is_none();
    let tab = |period: Period| Tab {
        label: period.words().to_owned(),
        href: address.with(&[("range", period.name()), ("from", ""), ("to", "")]).href("/reports"),
        is_current: chosen == Some(period) || (is_usual && period == Period::Days30),
        count: None,
    };
    Period::ALL.map(tab).to_vec()
}

/// The object that a filter names by its id.
fn kind(name: &str) -> Option<Named> {
    match name {
        "offer_id" => Some(Named::Offer),
        "advertiser_id" => Some(Named::Advertiser),
        "partner_id" => Some(Named::Partner),
        "smart_link_id" => Some(Named::SmartLink),
        "campaign_id" => Some(Named::Campaign),
        "landing_page_id" => Some(Named::LandingPage),
        _ => None,
    }
}

fn is_filter(name: &str) -> bool {
    kind(name).is_some() || name.parse::<Dimension>().is_ok()
}

/// What the form sends along unseen.
fn carried(address: &Address) -> Vec<(String, String)> {
    let fields = address.fields().iter();
    fields.filter(|(name, _)| CARRIED.contains(&name.as_str()) || is_filter(name)).cloned().collect()
}

/// The filters that are set, each with the way to drop it.
pub(super) fn chips(address: &Address, names: &Names) -> Vec<Link> {
    let set = address.fields().iter().filter(|(name, _)| is_filter(name));
    let chip = |(name, value): &(String, String)| {
        let label = match name.strip_suffix("_id").and_then(|cut| cut.parse::<Cut>().ok()) {
            Some(cut) => cut.words(),
            None => name.parse::<Cut>().map_or(name.as_str(), |cut| cut.words()),
        };
        let words = kind(name).map_or("", |kind| names.of(kind, value.parse().unwrap_or(0)));
        let words = if words.is_empty() { value } else { words };
        Link::new(format!("{label}: {words}"), address.without(name, value).href("/reports"))
    };
    set.map(chip).collect()
}

/// The same report by the API.
fn call(access: &Access, address: &Address, asked: Option<&Asked>) -> String {
    let cuts: Vec<&str> =
        asked.map_or_else(Vec::new, |asked| asked.question.cuts.iter().map(|cut| cut.name()).collect());
    let changed = [("group_by", cuts.join(",")), ("chart", String::new())];
    let changed: Vec<(&str, &str)> = changed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let address = address.with(&changed).href("/api/v1/reports");
    format!("curl -H \"Authorization: Bearer swy_…\" \"{}{address}\"", access.state().public_url)
}
