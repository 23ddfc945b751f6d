//! The checks of a monitor: whether its site is up, how much of the time it was, how long it took to answer,
//! and the log, open to everybody who may see the monitor.

use super::{
    api::{UPTIME_DAYS, asked, share, uptimes},
    drawings::{Drawn, Reach},
    page::in_words,
    words,
};
use crate::web::{
    Access, Answer, Failure, Listing, answer, flash, format,
    markup::Markup,
    navigation,
    page::Shell,
    paging::{self, Paging},
    parts::{Cell, Column, Fact, Link, Tab},
    signal::Signal,
    views::MONITOR,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use chrono::{DateTime, Duration};
use domain::{
    identity::{Level, Section},
    links::{Check, Monitor, SiteState},
    shared::{Calendar, FieldError, MonitorId},
};
use store::{
    links::{checks_of, site_state, slots_of},
    shared::now_millis,
};

#[derive(Template)]
#[template(path = "links/monitor_checks.html")]
struct ChecksPage {
    shell: Shell,
    id: i64,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    signal: Signal,
    word: &'static str,
    told: (Signal, String),
    may_check: bool,
    facts: Vec<Fact>,
    reaches: Vec<Tab>,
    latency: Option<Markup>,
    band: Option<Markup>,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    paging: Paging,
}

/// `GET /monitors/{monitor_id}/checks`
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let listing = Listing::read(request.query_string(), &["range"])?;
    let reach = Reach::read(&listing)?;
    let (scope, own, now) = (access.scope(), MonitorId(*id), now_millis());
    let monitor = scope.get::<Monitor>(*id).await?.body;
    let state = site_state(scope, own).await?;
    let page = listing.page()?;
    let found = checks_of(scope, own, page.before, page.limit).await?;
    let (found, paging) = paging::cut(&request, &listing, found, |check| check.at);
    let calendar = Calendar::new(access.entrant().network.zone);
    let slots = slots_of(scope, own, reach.since(now, calendar), reach.width()).await?;
    let drawn = (!slots.is_empty()).then(|| Drawn::new(reach, now, &slots, calendar));
    let (signal, word) = words::site(&state, now);
    answer::page(&ChecksPage {
        shell: navigation::shell(&access, &request).titled(monitor.name.as_str()),
        id: *id,
        crumbs: MONITOR.crumbs(),
        tabs: MONITOR.tabs(&access, *id, request.path()),
        signal,
        word,
        told: in_words(&monitor, &state, now, calendar),
        may_check: access.may(Section::Links, Level::Full),
        facts: facts(&access, &monitor, own, &state, now).await?,
        reaches: reach.tabs(request.path()),
        latency: drawn.as_ref().map(Drawn::latency),
        band: drawn.as_ref().map(Drawn::band),
        columns: columns(),
        rows: found.iter().map(|check| cells(check, calendar)).collect(),
        paging,
    })
}

/// `POST /monitors/{monitor_id}/check`
pub async fn check_now(access: Access, id: Path<i64>) -> Answer {
    let page = format!("/monitors/{id}/checks");
    match asked(&access, *id).await {
        Ok(()) => {
            let text = "The check is on its way; look at this page again in a few seconds.";
            Ok(flash::see_other(&page, Signal::Good, text))
        }
        Err(Failure::Invalid(problems)) => {
            let told = |problem: &FieldError| format!("the monitor's {} {}", problem.field, problem.message);
            let why = problems.0.first().map(told).unwrap_or_default();
            Ok(flash::see_other(&page, Signal::Bad, &format!("Not checked: {why}.")))
        }
        Err(other) => Err(other),
    }
}

async fn facts(
    access: &Access,
    monitor: &Monitor,
    id: MonitorId,
    state: &SiteState,
    now: i64,
) -> Result<Vec<Fact>, Failure> {
    let expected: Vec<String> = monitor.expected.iter().map(ToString::to_string).collect();
    let mut facts = vec![
        Fact::new("Address", monitor.url.clone()),
        Fact::new("Checked every", words::minutes(monitor.every_minutes)),
        Fact::new("Expected status", expected.join(", ")),
        Fact::new("In a row", format!("{} failed, {} good", state.failures, state.successes)),
    ];
    let uptimes = uptimes(access, id, now).await?;
    for (uptime, days) in uptimes.into_iter().zip(UPTIME_DAYS) {
        let label = if days == 1 { "Up, 24 hours".to_owned() } else { format!("Up, {days} days") };
        let checks = format::counted(uptime.up + uptime.failed, "check");
        facts.push(Fact::new(label, format!("{} of {checks}", format::percent(share(uptime)))));
    }
    Ok(facts)
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("Began"),
        Column::text("Site"),
        Column::number("Status").hint("The HTTP status of the answer"),
        Column::number("Took").hint("Until it was judged"),
        Column::text("Why"),
    ]
}

fn cells(check: &Check, calendar: Calendar) -> Vec<Cell> {
    let at = DateTime::from_timestamp_millis(check.at).unwrap_or_default();
    let (signal, said) = words::outcome(check);
    vec![
        Cell::Moment(format::moment_html(at, calendar), None),
        Cell::State(signal, said.to_owned()),
        Cell::Number(check.status.map_or_else(|| "–".to_owned(), |status| status.to_string())),
        Cell::Number(format::duration(Duration::milliseconds(check.latency))),
        Cell::Prose(check.why.clone()),
    ]
}
