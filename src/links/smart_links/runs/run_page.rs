//! The Run Record: one run with the figures that it learnt from, the weights before and after, and why.

use super::words::{self, row_name, share};
use crate::web::{
    Access, Answer, answer, chart, format,
    markup::Markup,
    navigation,
    objects::path_id,
    page::Shell,
    parts::{Column, Fact, Link, Tab},
    signal::Signal,
    views::SMART_LINK,
};
use actix_web::HttpRequest;
use askama::Template;
use domain::{
    links::{
        SmartLink,
        kpi::{RunRecord, RunRow, RunSegment, WHOLE},
        optimizer::{Expected, Kpi},
    },
    shared::{Calendar, Currency, RowId, RunId, SmartLinkId},
};
use store::{
    links::{self, SmartLinkRun},
    offers::{Named, Names},
};

/// Of whom a row's expectation is where visitors are not told apart.
const WHOLE_OF_ROWS: &str = "All that each row may take";
/// How many rows are shown of each kind of visitors, the best first.
const SHOWN: usize = 6;

#[derive(Template)]
#[template(path = "links/smart_link_run.html")]
struct RunPage {
    shell: Shell,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    outcome: (Signal, &'static str),
    is_waiting: bool,
    story: String,
    facts: Vec<Fact>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    grounds_columns: Vec<Column>,
    grounds: Vec<Grounds>,
    /// What clicks count that are older than the lookback.
    older: &'static str,
}

struct Row {
    name: String,
    before: Markup,
    after: Markup,
    figures: Vec<String>,
}

/// What was known of visitors and expected of them, row by row.
struct Grounds {
    visitors: String,
    share: String,
    lines: Vec<Line>,
}

struct Line {
    row: String,
    figures: [String; 4],
}

/// `GET /smart-links/{smart_link_id}/runs/{smart_link_run_id}`
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    let (id, run) = (path_id(&request, "smart_link_id")?, path_id(&request, "smart_link_run_id")?);
    let link = access.scope().get::<SmartLink>(id).await?.body;
    let run = links::run_of(access.scope(), SmartLinkId(id), RunId(run)).await?;
    let network = &access.entrant().network;
    let (calendar, currency) = (Calendar::new(network.zone), network.currency);
    let of_run = run.record.iter().flat_map(|record| &record.rows).map(|row| (Named::Offer, row.offer_id.0));
    let names = Names::read(access.scope(), super::super::named_by(&link).chain(of_run)).await?;
    let due = format::moment_of_millis(run.scheduled_at, calendar);
    let mut crumbs = SMART_LINK.crumbs();
    crumbs.push(Link::new(link.name.as_str(), format!("/smart-links/{id}")));
    crumbs.push(Link::new("Runs", format!("/smart-links/{id}/runs")));
    let record = run.record.as_ref();
    answer::page(&RunPage {
        shell: navigation::shell(&access, &request).titled(format!("Run of {due}")),
        crumbs,
        tabs: SMART_LINK.tabs(&access, id, request.path()),
        outcome: words::outcome(&run),
        is_waiting: run.is_waiting(),
        story: story(&run, &names, &link, currency),
        facts: record.map(|record| facts(&run, record, calendar, currency)).unwrap_or_default(),
        columns: columns(record),
        rows: record.map(|record| rows(record, &names, &link, currency)).unwrap_or_default(),
        grounds_columns: grounds_columns(record),
        older: if record.is_some_and(|record| record.settings.memory) { "0.3" } else { "nothing" },
        grounds: record.map(|record| grounds(record, &names, &link, currency)).unwrap_or_default(),
    })
}

fn story(run: &SmartLinkRun, names: &Names, link: &SmartLink, currency: Currency) -> String {
    match &run.record {
        Some(record) => words::story(record, names, link, currency),
        None if !run.is_waiting() => format!("The run was given up: {}.", run.why),
        None if run.why.is_empty() => "The run is on its way; look again in a few seconds.".to_owned(),
        None => format!("The run failed and is tried again: {}.", run.why),
    }
}

fn facts(run: &SmartLinkRun, record: &RunRecord, calendar: Calendar, currency: Currency) -> Vec<Fact> {
    let at = |millis| format::moment_of_millis(millis, calendar);
    let settings = &record.settings;
    let of = words::occasion(settings.metric);
    let by = if run.asked_by.is_empty() { "the clock" } else { run.asked_by.as_str() };
    Fact::known(vec![
        Fact::new("Aim", words::aim(settings, currency)),
        Fact::new("Asked by", by),
        Fact::new("Lookback", format!("{} to {}", at(record.from), at(record.to))),
        Fact::new(
            "Older figures",
            if settings.memory {
                "since the rows are what they are, at 0.3 of their weight"
            } else {
                "not used"
            },
        ),
        Fact::new("Figures of these rows since", at(record.epoch_began)),
        Fact::new("Clicks since then", format::count(record.clicks)),
        Fact::new(format!("Expected before, {of}"), words::fitness(record, record.fitness_before, currency)),
        Fact::new(format!("Expected now, {of}"), words::fitness(record, record.fitness, currency)),
        Fact::new(
            "Plan version",
            if run.plan_version == 0 { String::new() } else { run.plan_version.to_string() },
        ),
        Fact::new("Seed", record.seed.to_string()),
    ])
}

fn columns(record: Option<&RunRecord>) -> Vec<Column> {
    let metric = record.map_or("KPI", |record| words::metric_name(record.settings.metric));
    vec![
        Column::text("Row"),
        Column::bars("Before, drawn"),
        Column::number("Before"),
        Column::bars("Since, drawn"),
        Column::number("Since"),
        Column::number("Clicks").hint("Valid clicks of the lookback"),
        Column::number("Older clicks").hint("Valid clicks of before, since the rows are what they are"),
        Column::number("CV").hint("Base conversions of the lookback that are not rejected"),
        Column::number("Events"),
        Column::number("Payout").hint("With what is pending"),
        Column::number("Revenue").hint("With what is pending"),
        Column::number(format!("KPI: {metric}")).hint("Over the lookback"),
    ]
}

fn rows(record: &RunRecord, names: &Names, link: &SmartLink, currency: Currency) -> Vec<Row> {
    let row = |row: &RunRow| {
        let measures = &row.lookback;
        let bar = |weight: u32| chart::cell_bar(f64::from(weight), f64::from(WHOLE));
        Row {
            name: row_name(names, link, row.row_id, row.offer_id.0),
            before: bar(row.weight_before),
            after: bar(row.weight),
            figures: vec![
                share(row.weight_before),
                share(row.weight),
                format::count(measures.unique),
                format::count(row.epoch.unique - measures.unique),
                format::count(measures.unrejected()),
                format::count(measures.events),
                format::money(measures.payout_with_pending(), currency),
                format::money(measures.revenue_with_pending(), currency),
                words::value(record.settings.metric, row.kpi, currency),
            ],
        }
    };
    record.rows.iter().map(row).collect()
}

fn grounds_columns(record: Option<&RunRecord>) -> Vec<Column> {
    let metric = record.map(|record| record.settings.metric).unwrap_or_default();
    let (of, is_money) = (words::occasion(metric), metric.kpi() == Kpi::Value);
    vec![
        Column::text("Row"),
        Column::number(format!("Expected {of}")),
        Column::number("Four of five chances").hint("Between these the truth lies with 80 %"),
        Column::number("Clicks, as they count").hint(
            "As far as conversions of them have had time to come; those older than the lookback in part",
        ),
        Column::number(if is_money { "What earned, as it counts" } else { "Conversions, as they count" })
            .hint("Of these clicks; money is earned by conversions, events and paid clicks, each counted as one"),
    ]
}

/// What the run went by: of all visitors, then of each kind that it told apart.
fn grounds(record: &RunRecord, names: &Names, link: &SmartLink, currency: Currency) -> Vec<Grounds> {
    let of_all = record.rows.iter().filter_map(|row| Some((row.row_id, row.expected?)));
    let whole = (WHOLE_OF_ROWS.to_owned(), String::new(), of_all.collect::<Vec<_>>());
    let whole = (record.segments.len() > 1).then_some(whole);
    let told = record.segments.iter().map(|told| {
        let rows = told.row_ids.iter().copied().zip(told.expected.iter().copied());
        let share = format!("{} of the clicks", format::percent(Some(told.share)));
        (visitors(told), share, rows.collect())
    });
    let offer = |id| record.rows.iter().find(|row| row.row_id == id).map_or(0, |row| row.offer_id.0);
    let line = |(id, expected): (RowId, Expected)| {
        line(record, row_name(names, link, id, offer(id)), &expected, currency)
    };
    let groups = whole.into_iter().chain(told).map(|(visitors, share, mut rows)| {
        rows.sort_by(|(_, one), (_, other)| other.mean.total_cmp(&one.mean));
        let left = rows.len().saturating_sub(SHOWN);
        let more = (left > 0).then(|| Line {
            row: format!("and {}", format::counted(i64::try_from(left).unwrap_or(i64::MAX), "row")),
            figures: Default::default(),
        });
        Grounds { visitors, share, lines: rows.into_iter().take(SHOWN).map(line).chain(more).collect() }
    });
    groups.filter(|group| !group.lines.is_empty()).collect()
}

fn line(record: &RunRecord, row: String, expected: &Expected, currency: Currency) -> Line {
    let worth = |worth| words::of_click(record.settings.metric, worth, currency);
    Line {
        row,
        figures: [
            worth(expected.mean),
            format!("{} to {}", worth(expected.low), worth(expected.high)),
            format::decimal(expected.clicks, 0),
            format::decimal(expected.conversions, 1),
        ],
    }
}

fn visitors(told: &RunSegment) -> String {
    let parts = [&told.segment.country, &told.segment.device, &told.segment.os];
    let named: Vec<&str> = parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    match named.as_slice() {
        [] if told.share < 1.0 => "All others".to_owned(),
        [] => "All visitors".to_owned(),
        named => named.join(", "),
    }
}
