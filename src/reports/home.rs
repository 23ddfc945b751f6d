//! The first page: today against yesterday, hour by hour, and what today comes from. It stays true
//! while one looks at it.

use super::{figures, groups};
use crate::{
    identity::landing,
    web::{
        Access, Answer, Failure, answer, chart, format,
        format::{Better, Change},
        markup::Markup,
        navigation,
        page::Shell,
        parts::{Column, Tile},
    },
};
use actix_web::HttpRequest;
use askama::Template;
use chrono::Utc;
use domain::{
    identity::{Level, Section, UserKind},
    reports::{Measures, Metric, Unit},
    shared::{Calendar, Currency},
};
use store::reports::{self, Cut, Home, Line};

/// The figures on top, and which way of change is welcome.
const TILES: [(Metric, Better); 6] = [
    (Metric::Clicks, Better::More),
    (Metric::Cv, Better::More),
    (Metric::Cvr, Better::More),
    (Metric::Revenue, Better::More),
    (Metric::Profit, Better::More),
    (Metric::InvalidRate, Better::Less),
];
/// The columns of the tables.
const COLUMNS: [Metric; 5] = [Metric::Clicks, Metric::Cv, Metric::Cvr, Metric::Revenue, Metric::Margin];

#[derive(Template)]
#[template(path = "reports/home.html")]
struct HomePage {
    shell: Shell,
    view: View,
}

#[derive(Template)]
#[template(path = "reports/home_live.html")]
struct LivePart {
    view: View,
}

/// What changes while one looks.
struct View {
    updated: String,
    date: String,
    tiles: Vec<Tile>,
    chart: Markup,
    tops: Vec<Top>,
    is_empty: bool,
    may_see_offers: bool,
}

struct Top {
    title: &'static str,
    all_href: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    href: String,
    bar: Markup,
    figures: Vec<String>,
}

/// `GET /`: for employees the figures; for others, and without the right, where they are.
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    let is_employee = access.entrant().kind == UserKind::Employee;
    if !is_employee || !access.may(Section::Reports, Level::Read) {
        return landing::show(access, request).await;
    }
    let view = view(&access).await?;
    answer::page(&HomePage { shell: navigation::shell(&access, &request).titled("Home"), view })
}

/// `GET /home/live`: the part that changes.
pub async fn live(access: Access) -> Answer {
    answer::page(&LivePart { view: view(&access).await? })
}

async fn view(access: &Access) -> Result<View, Failure> {
    let network = &access.entrant().network;
    let (calendar, now) = (Calendar::new(network.zone), Utc::now());
    let home = reports::home(access.scope(), calendar.hour(now)).await?;
    Ok(View {
        updated: format::clock(now, calendar),
        date: format::date(now, calendar),
        tiles: TILES.iter().map(|(metric, better)| tile(&home, *metric, *better, network.currency)).collect(),
        chart: chart_of(&home),
        tops: vec![
            top(access, "Top offers", Cut::Offer, &home.offers).await?,
            top(access, "Top partners", Cut::Partner, &home.partners).await?,
        ],
        is_empty: home.today.iter().chain(&home.yesterday).all(|hour| *hour == Measures::default()),
        may_see_offers: access.may(Section::Offers, Level::Read),
    })
}

fn tile(home: &Home, metric: Metric, better: Better, currency: Currency) -> Tile {
    let (now, then) = (home.now(), home.then());
    let (today, before) = (figures::drawn(metric, &now), figures::drawn(metric, &then));
    let change = match metric.unit() {
        Unit::Ratio => Change::points(today, before, better),
        Unit::Count | Unit::Money | Unit::Seconds => {
            Change::relative(today.unwrap_or(0.0), before.unwrap_or(0.0), better)
        }
    };
    Tile {
        label: metric.words().to_owned(),
        hint: format!("{}; today so far, against yesterday up to the end of the same hour", metric.formula()),
        value: figures::shown(metric, &now, currency),
        change,
        shape: chart::sparkline(metric.words(), &so_far(home, metric), unit(metric, currency)),
        href: Some(format!("/reports?group_by=hour&from={}&sort={}", home.hour.day().date(), metric.name())),
    }
}

/// Today's hours up to the one that is running.
fn so_far(home: &Home, metric: Metric) -> Vec<Option<f64>> {
    let hours = usize::try_from(home.hour.hour_of_day()).unwrap_or(0) + 1;
    home.today.iter().take(hours).map(|hour| figures::drawn(metric, hour)).collect()
}

/// The unit of a metric on a chart.
pub(super) fn unit(metric: Metric, currency: Currency) -> chart::Unit {
    match metric.unit() {
        Unit::Count | Unit::Seconds => chart::Unit::Count,
        Unit::Money => chart::Unit::Money(currency),
        Unit::Ratio => chart::Unit::Share,
    }
}

fn chart_of(home: &Home) -> Markup {
    let slots: Vec<String> = (0..24).map(|hour| format!("{hour:02}:00")).collect();
    let yesterday = home.yesterday.iter().map(|hour| figures::drawn(Metric::Clicks, hour)).collect();
    let series = [
        chart::Series::new("Today", so_far(home, Metric::Clicks)),
        chart::Series::new("Yesterday", yesterday).compared(),
    ];
    chart::area(&chart::Plot {
        id: "home-clicks",
        title: "Clicks by hour, today and yesterday",
        slot: "Hour",
        slots: &slots,
        series: &series,
        unit: chart::Unit::Count,
    })
}

async fn top(access: &Access, title: &'static str, cut: Cut, lines: &[Line]) -> Result<Top, Failure> {
    let names = groups::names(access.scope(), &[cut], lines).await?;
    let currency = access.entrant().network.currency;
    let most = lines.iter().map(|line| line.measures.clicks()).max().unwrap_or(0);
    let mut columns = vec![Column::text(cut.words()), Column::bars("Clicks, drawn")];
    columns.extend(COLUMNS.iter().map(|metric| Column::number(metric.words()).hint(metric.formula())));
    let rows = lines.iter().map(|line| Row {
        name: line.values.first().map_or_else(String::new, |value| groups::label(&names, cut, value)),
        href: line
            .values
            .first()
            .and_then(|value| groups::filter(cut, value))
            .map_or_else(|| "/reports".to_owned(), |(name, id)| format!("/reports?group_by=day&{name}={id}")),
        bar: chart::cell_bar(as_length(line.measures.clicks()), as_length(most)),
        figures: COLUMNS.iter().map(|metric| figures::shown(*metric, &line.measures, currency)).collect(),
    });
    Ok(Top { title, all_href: format!("/reports?group_by={}", cut.name()), columns, rows: rows.collect() })
}

/// A count as a length.
#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(super) fn as_length(count: i64) -> f64 {
    count as f64
}
