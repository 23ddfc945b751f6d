//! The runs of a Smart Link: what its rows weigh now, how the weights moved, each run, and the button that lets
//! it run now.

use super::{
    api::asked,
    words::{self, aim, row_name, share},
};
use crate::web::{
    Access, Answer, Failure, Listing, answer, chart, flash, format,
    history::Viewed,
    markup::Markup,
    navigation,
    page::Shell,
    paging::{self, Paging},
    parts::{Cell, Column, Fact, Link, Tab},
    signal::Signal,
    views::SMART_LINK,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use chrono::{DateTime, Utc};
use domain::{
    identity::{Level, Section},
    links::{
        Mechanism, SmartLink,
        kpi::{WHOLE, next_slot},
    },
    shared::{Calendar, Currency, FieldError, RowId, SmartLinkId, Status},
};
use store::{
    links::{self, Epoch, SmartLinkRun},
    offers::{Named, Names},
    shared::RunState,
};

/// How many runs the picture of the weights shows.
const DRAWN: u64 = 60;

#[derive(Template)]
#[template(path = "links/smart_link_runs.html")]
struct RunsPage {
    shell: Shell,
    id: i64,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    state: Option<(Signal, &'static str)>,
    /// Whether its rows are chosen by KPI.
    is_on_kpi: bool,
    may_run: bool,
    facts: Vec<Fact>,
    weights: Vec<Weight>,
    weight_columns: Vec<Column>,
    picture: Option<Markup>,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    paging: Paging,
}

/// What a row weighs now.
struct Weight {
    name: String,
    bar: Markup,
    share: String,
}

/// `GET /smart-links/{smart_link_id}/runs`
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let listing = Listing::read(request.query_string(), &[])?;
    let (scope, own) = (access.scope(), SmartLinkId(*id));
    let link = scope.get::<SmartLink>(*id).await?.body;
    let page = listing.page()?;
    let found = links::runs_of(scope, own, page.before, page.limit).await?;
    let (found, paging) = paging::cut(&request, &listing, found, |run| run.id.0);
    let mut drawn = links::runs_of(scope, own, None, DRAWN).await?;
    drawn.retain(|run| run.state == RunState::Done);
    drawn.reverse();
    let of_runs = drawn.iter().filter_map(|run| run.record.as_ref()).flat_map(|record| &record.rows);
    let offers = of_runs.map(|row| (Named::Offer, row.offer_id.0));
    let names = Names::read(scope, super::super::named_by(&link).chain(offers)).await?;
    let is_on_kpi = link.mechanism == Mechanism::Kpi;
    let weights = links::weights_of(scope, own, &link).await?;
    let calendar = Calendar::new(access.entrant().network.zone);
    let currency = access.entrant().network.currency;
    let epoch = Epoch::of(scope.database(), scope.network(), own, &link).await?;
    answer::page(&RunsPage {
        shell: navigation::shell(&access, &request).titled(link.name.as_str()),
        id: *id,
        crumbs: SMART_LINK.crumbs(),
        tabs: SMART_LINK.tabs(&access, *id, request.path()),
        state: link.state(),
        may_run: is_on_kpi && access.may(Section::Links, Level::Full),
        is_on_kpi,
        facts: facts(&link, &epoch, calendar, currency),
        weights: weighed(&link, &names, &weights),
        weight_columns: vec![Column::text("Row"), Column::bars("Share, drawn"), Column::number("Share now")],
        picture: (!drawn.is_empty()).then(|| picture(&link, &names, &drawn, calendar)),
        columns: columns(),
        rows: found.iter().map(|run| cells(*id, run, calendar, currency)).collect(),
        paging,
    })
}

/// `POST /smart-links/{smart_link_id}/run`
pub async fn run_now(access: Access, id: Path<i64>) -> Answer {
    let page = format!("/smart-links/{id}/runs");
    match asked(&access, *id).await {
        Ok(run) => {
            let text = "The run is on its way; look at this page again in a few seconds.";
            Ok(flash::see_other(&format!("{page}/{}", run.id), Signal::Good, text))
        }
        Err(Failure::Invalid(problems)) => {
            let told = |problem: &FieldError| format!("the link's {} {}", problem.field, problem.message);
            let why = problems.0.first().map(told).unwrap_or_default();
            Ok(flash::see_other(&page, Signal::Bad, &format!("Not run: {why}.")))
        }
        Err(other) => Err(other),
    }
}

fn facts(link: &SmartLink, epoch: &Epoch, calendar: Calendar, currency: Currency) -> Vec<Fact> {
    let settings = &link.kpi;
    let at = |millis| format::moment_of_millis(millis, calendar);
    let next = next_slot(settings.every_hours, Utc::now().timestamp_millis());
    let memory = if settings.memory { "older ones count 0.3" } else { "older ones don't count" };
    vec![
        Fact::new("Aim", aim(settings, currency)),
        Fact::new("First change after", format::counted(i64::from(settings.threshold), "click")),
        Fact::new("Learns from", format!("the last {} hours; {memory}", settings.lookback_hours.hours())),
        Fact::new("Rows unchanged since", at(epoch.began)),
        Fact::new(
            "Figures count since",
            if epoch.is_first {
                "the link's first click".to_owned()
            } else {
                let first = calendar.start_of_hour(epoch.first_hour(calendar));
                format!("{}, the first hour of these rows alone", at(first.timestamp_millis()))
            },
        ),
        Fact::new("Runs every", words::hours(f64::from(settings.every_hours.hours()))),
        Fact::new(
            "Next run",
            if link.status == Status::Active {
                at(next)
            } else {
                "none while the link is not active".to_owned()
            },
        ),
    ]
}

fn weighed(link: &SmartLink, names: &Names, weights: &[u32]) -> Vec<Weight> {
    let rows = link.rows.iter().zip(weights);
    rows.map(|(row, weight)| Weight {
        name: row_name(names, link, row.id, row.offer_id.0),
        bar: chart::cell_bar(f64::from(*weight), f64::from(WHOLE)),
        share: share(*weight),
    })
    .collect()
}

/// How the weights moved over the runs, the oldest first; rows that are there no more are told as one.
fn picture(link: &SmartLink, names: &Names, runs: &[SmartLinkRun], calendar: Calendar) -> Markup {
    let mut slots = Vec::new();
    let mut steps: Vec<Vec<(RowId, u32)>> = Vec::new();
    for run in runs {
        let Some(record) = &run.record else { continue };
        let at = DateTime::from_timestamp_millis(run.finished_at).unwrap_or_default();
        let at = calendar.local(at).format("%-d %b %H:%M").to_string();
        let before: Vec<_> = record.rows.iter().map(|row| (row.row_id, row.weight_before)).collect();
        // The first shares, and those that rows got when they became others.
        if steps.last() != Some(&before) {
            slots.push(format!("before {at}"));
            steps.push(before);
        }
        slots.push(at);
        steps.push(record.weights());
    }
    let weight = |wanted: &dyn Fn(RowId) -> bool| -> Vec<Option<f64>> {
        let of = |step: &Vec<(RowId, u32)>| {
            let weights = step.iter().filter(|(id, _)| wanted(*id)).map(|(_, weight)| *weight);
            Some(f64::from(weights.sum::<u32>()) / f64::from(WHOLE))
        };
        steps.iter().map(of).collect()
    };
    let mut series: Vec<_> = link
        .rows
        .iter()
        .map(|row| {
            chart::Series::new(row_name(names, link, row.id, row.offer_id.0), weight(&|id| id == row.id))
        })
        .collect();
    let gone = weight(&|id| link.row(id).is_none());
    if gone.iter().flatten().any(|share| *share > 0.0) {
        series.push(chart::Series::new("removed rows", gone));
    }
    chart::stacked(&chart::Plot {
        id: "weights",
        title: "How the weights moved over the runs",
        slot: "Run",
        slots: &slots,
        series: &series,
        unit: chart::Unit::Share,
    })
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("Due"),
        Column::text("Outcome"),
        Column::text("Asked by"),
        Column::number("Clicks").hint("Valid clicks since the rows are what they are"),
        Column::number("Expected before").hint("What the old weights were expected to bring a click"),
        Column::number("Expected now").hint("What the weights since are expected to bring a click"),
        Column::number("Largest move").hint("By how many points of a hundred a row's share moved at most"),
    ]
}

fn cells(link: i64, run: &SmartLinkRun, calendar: Calendar, currency: Currency) -> Vec<Cell> {
    let at = DateTime::from_timestamp_millis(run.scheduled_at).unwrap_or_default();
    let (signal, said) = words::outcome(run);
    let record = run.record.as_ref();
    let fitness = |of: fn(&domain::links::kpi::RunRecord) -> Option<f64>| {
        Cell::Number(
            record.map_or_else(|| "–".to_owned(), |record| words::fitness(record, of(record), currency)),
        )
    };
    let moved = record.and_then(|record| {
        record.rows.iter().map(|row| row.weight.abs_diff(row.weight_before)).max().filter(|most| *most > 0)
    });
    vec![
        Cell::Moment(format::moment_html(at, calendar), Some(format!("/smart-links/{link}/runs/{}", run.id))),
        Cell::State(signal, said.to_owned()),
        Cell::Words(if run.asked_by.is_empty() { "the clock".to_owned() } else { run.asked_by.clone() }),
        Cell::Number(record.map_or_else(|| "–".to_owned(), |record| format::count(record.clicks))),
        fitness(|record| record.fitness_before),
        fitness(|record| record.fitness),
        Cell::Number(moved.map_or_else(|| "–".to_owned(), |most| format!("{} pts", points(most)))),
    ]
}

fn points(millionths: u32) -> String {
    format::decimal(f64::from(millionths) * 100.0 / f64::from(WHOLE), 1)
}
