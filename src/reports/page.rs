//! The report builder: what is grouped by what, over which range; a chart by day above the table,
//! rows that lead further down, and the call of the API that gives the same.

use super::{
    ask::{Asked, ask},
    figures, groups,
    home::{as_length, unit},
};
use crate::web::{
    Access, Answer, Failure, Form, answer, chart, format,
    log::{self, href},
    markup::Markup,
    navigation,
    page::Shell,
    parts::{Choice, Column, Link, Sorted},
};
use actix_web::HttpRequest;
use askama::Template;
use chrono::Utc;
use domain::{
    reports::Metric,
    shared::{Calendar, Currency, Problems},
};
use store::{
    offers::{Named, Names, choices},
    reports::{self, Cut, Line, Order, Question, Report, Value},
};

/// The columns of figures.
const COLUMNS: [Metric; 15] = [
    Metric::GrossClicks,
    Metric::Clicks,
    Metric::UniqueClicks,
    Metric::InvalidClicks,
    Metric::InvalidRate,
    Metric::Cv,
    Metric::Pending,
    Metric::Rejected,
    Metric::Cvr,
    Metric::Events,
    Metric::Payout,
    Metric::Revenue,
    Metric::Profit,
    Metric::Margin,
    Metric::Epc,
];
/// The most rows that the page shows; the API gives more.
const MOST_ROWS: usize = 500;
/// Up to so many hours the chart is drawn by the hour.
const SHORT: i64 = 72;

#[derive(Template)]
#[template(path = "reports/report.html")]
struct ReportPage {
    shell: Shell,
    form: Form,
    problems: Problems,
    cuts: Vec<Choice>,
    first: String,
    second: String,
    from: String,
    to: String,
    offers: Vec<Choice>,
    partners: Vec<Choice>,
    times: Vec<Choice>,
    chips: Vec<Link>,
    call: String,
    table: Option<Table>,
}

struct Table {
    chart: Markup,
    chart_title: &'static str,
    columns: Vec<Column>,
    rows: Vec<Row>,
    totals: Vec<String>,
    /// How many columns stand before the figures, without the first.
    blanks: usize,
    note: String,
}

struct Row {
    cells: Vec<Cell>,
    bar: Markup,
    figures: Vec<String>,
}

struct Cell {
    label: String,
    href: Option<String>,
}

/// `GET /reports`
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    let form = Form::read(request.query_string().as_bytes());
    let network = &access.entrant().network;
    let calendar = Calendar::new(network.zone);
    let asked = ask(&form, calendar, Utc::now(), &[Cut::Offer]);
    let scope = access.scope();
    let set =
        [(Named::Offer, "offer_id"), (Named::Partner, "partner_id"), (Named::LandingPage, "landing_page_id")]
            .map(|(kind, field)| (kind, form.get(field).parse().unwrap_or(0)));
    let names = Names::read(scope, set).await?;
    let table = match &asked {
        Ok(asked) => Some(table(&access, &form, asked).await?),
        Err(_) => None,
    };
    let cut = |place: usize| {
        asked
            .as_ref()
            .ok()
            .and_then(|asked| asked.question.cuts.get(place))
            .map_or("", |cut| cut.name())
            .to_owned()
    };
    let date = |field: &str, at: Option<chrono::DateTime<Utc>>| {
        at.map_or_else(|| form.get(field).to_owned(), |at| calendar.local(at).format("%Y-%m-%d").to_string())
    };
    let page = ReportPage {
        shell: navigation::shell(&access, &request).titled("Reports"),
        cuts: Cut::all().into_iter().map(|cut| Choice::new(cut.name(), cut.words())).collect(),
        first: cut(0),
        second: cut(1),
        from: date("from", asked.as_ref().ok().map(|asked| asked.span.from)),
        to: date("to", asked.as_ref().ok().map(|asked| asked.span.to)),
        offers: log::menu("Any offer", choices(scope, Named::Offer).await?),
        partners: log::menu("Any partner", choices(scope, Named::Partner).await?),
        times: vec![Choice::new("conversion", "Conversion"), Choice::new("click", "Click")],
        chips: chips(&form, &names),
        call: call(&access, &form, asked.as_ref().ok()),
        problems: asked.err().unwrap_or_default(),
        table,
        form,
    };
    answer::page(&page)
}

/// The filters that are set, each with the way to drop it.
fn chips(form: &Form, names: &Names) -> Vec<Link> {
    let hidden = ["group_by", "from", "to", "time", "sort", "desc", "limit"];
    let set =
        form.fields().iter().filter(|(name, value)| !value.is_empty() && !hidden.contains(&name.as_str()));
    let chip = |(name, value): &(String, String)| {
        let id = value.parse().unwrap_or(0);
        let (label, words) = match name.as_str() {
            "offer_id" => ("Offer", names.of(Named::Offer, id)),
            "partner_id" => ("Partner", names.of(Named::Partner, id)),
            "landing_page_id" => ("Landing page", names.of(Named::LandingPage, id)),
            other => (other.parse::<Cut>().map_or(other, |cut| cut.words()), ""),
        };
        let words = if words.is_empty() { value } else { words };
        Link::new(format!("{label}: {words}"), href("/reports", form, &[(name.as_str(), "")]))
    };
    set.map(chip).collect()
}

/// The same report by the API.
fn call(access: &Access, form: &Form, asked: Option<&Asked>) -> String {
    let cuts: Vec<&str> =
        asked.map_or_else(Vec::new, |asked| asked.question.cuts.iter().map(|cut| cut.name()).collect());
    let changed = [("group_by", cuts.join(",")), ("sort", String::new()), ("desc", String::new())];
    let changed: Vec<(&str, &str)> = changed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let address =
        href("/api/v1/reports", form, &changed).replace("%2C", ",").replace("%2D", "-").replace("%5F", "_");
    format!("curl -H \"Authorization: Bearer swy_…\" \"{}{address}\"", access.state().public_url)
}

async fn table(access: &Access, form: &Form, asked: &Asked) -> Result<Table, Failure> {
    let currency = access.entrant().network.currency;
    let question = &asked.question;
    let mut found = reports::report(access.scope(), question).await?;
    let sort = form.get("sort").parse::<Metric>().ok();
    if let Some(metric) = sort {
        sort_by(&mut found, metric, form.get("desc") != "false");
    }
    let charted = sort.unwrap_or(Metric::Clicks);
    let chart = chart_of(access, question, charted, currency).await?;
    let names = groups::names(access.scope(), &question.cuts, &found.lines).await?;
    let most = found.lines.iter().map(|line| line.measures.gross_clicks()).max().unwrap_or(0);
    let note = note(&found);
    let rows = found.lines.iter().take(MOST_ROWS).map(|line| Row {
        cells: cells(form, &names, question, line),
        bar: chart::cell_bar(as_length(line.measures.gross_clicks()), as_length(most)),
        figures: shown(line, currency),
    });
    Ok(Table {
        chart,
        chart_title: charted.words(),
        columns: columns(form, question, sort),
        rows: rows.collect(),
        totals: shown(&Line { values: Vec::new(), measures: found.totals }, currency),
        blanks: question.cuts.len(),
        note,
    })
}

fn shown(line: &Line, currency: Currency) -> Vec<String> {
    COLUMNS.iter().map(|metric| figures::shown(*metric, &line.measures, currency)).collect()
}

fn sort_by(report: &mut Report, metric: Metric, descending: bool) {
    report.lines.sort_by(|one, other| {
        let (one, other) = (metric.value(&one.measures), metric.value(&other.measures));
        if descending { other.cmp(&one) } else { one.cmp(&other) }
    });
}

fn note(report: &Report) -> String {
    let count = report.lines.len();
    if report.is_cut {
        return format!(
            "The first {} of more than {count} groups; narrow the report to see the others. Totals are of all.",
            count.min(MOST_ROWS)
        );
    }
    if count > MOST_ROWS {
        return format!("{MOST_ROWS} of {count} groups; the API gives all. Totals are of all.");
    }
    format::counted(count, "group")
}

fn columns(form: &Form, question: &Question, sort: Option<Metric>) -> Vec<Column> {
    let mut columns: Vec<_> = question.cuts.iter().map(|cut| Column::text(cut.words())).collect();
    columns.push(Column::bars("Clicks, drawn"));
    let descending = form.get("desc") != "false";
    columns.extend(COLUMNS.iter().map(|metric| {
        let sorted = match (sort == Some(*metric), descending) {
            (false, _) => Sorted::No,
            (true, true) => Sorted::Descending,
            (true, false) => Sorted::Ascending,
        };
        let other = if sorted == Sorted::Descending { "false" } else { "" };
        let cuts = question.cuts.iter().map(|cut| cut.name()).collect::<Vec<_>>().join(",");
        let way = href("/reports", form, &[("group_by", &cuts), ("sort", metric.name()), ("desc", other)]);
        Column::number(metric.words()).hint(metric.formula()).sortable(way, sorted)
    }));
    columns
}

/// A group's cells; each leads to a report of it alone.
fn cells(form: &Form, names: &Names, question: &Question, line: &Line) -> Vec<Cell> {
    let cell = |(cut, value): (&Cut, &Value)| Cell {
        label: groups::label(names, *cut, value),
        href: deeper(form, *cut, value),
    };
    question.cuts.iter().zip(&line.values).map(cell).collect()
}

/// Where a group leads: offers, partners and values by day, a day by offer.
fn deeper(form: &Form, cut: Cut, value: &Value) -> Option<String> {
    if let Value::Day(day) = value {
        let (from, to) = (day.date().to_string(), (day.date() + chrono::Duration::days(1)).to_string());
        return Some(href("/reports", form, &[("group_by", "offer"), ("from", &from), ("to", &to)]));
    }
    let (name, value) = groups::filter(cut, value)?;
    Some(href("/reports", form, &[("group_by", "day"), (&name, &value)]))
}

/// The metric over the range, by the day or, where it is short, by the hour.
async fn chart_of(
    access: &Access,
    question: &Question,
    metric: Metric,
    currency: Currency,
) -> Result<Markup, Failure> {
    let (from, to) = (question.range.from, question.range.to);
    let cut = if to.0 - from.0 <= SHORT { Cut::Hour } else { Cut::Day };
    let by_time = Question { cuts: vec![cut], order: Order::Groups, ..question.clone() };
    let found = reports::report(access.scope(), &by_time).await?.lines;
    let (first, last) = match cut {
        Cut::Hour => (from.0, to.0),
        _ => (from.day().0, (to.0 + 23).div_euclid(24)),
    };
    let place_of = |value: &Value| match value {
        Value::Hour(hour) => hour.0,
        Value::Day(day) => day.0,
        Value::Id(_) | Value::Text(_) => i64::MIN,
    };
    let by_place: std::collections::HashMap<i64, Line> =
        found.into_iter().filter_map(|line| Some((place_of(line.values.first()?), line))).collect();
    let empty = domain::reports::Measures::default();
    let values = (first..last)
        .map(|place| figures::drawn(metric, by_place.get(&place).map_or(&empty, |line| &line.measures)));
    let names = Names::default();
    let slots: Vec<String> = (first..last)
        .map(|place| match cut {
            Cut::Hour => groups::label(&names, cut, &Value::Hour(domain::shared::HourNumber(place))),
            _ => domain::shared::DayNumber(place).date().format("%-d %b").to_string(),
        })
        .collect();
    let series = [chart::Series::new(metric.words(), values.collect())];
    let slot = cut.words();
    let title = format!("{} by {}", metric.words(), slot.to_lowercase());
    let plot = chart::Plot {
        id: "report-chart",
        title: &title,
        slot,
        slots: &slots,
        series: &series,
        unit: unit(metric, currency),
    };
    Ok(chart::area(&plot))
}
