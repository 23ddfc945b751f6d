//! The experiments of a campaign: a rotator each, its options as a picture and as a table, and how they shared
//! the traffic over time.

use super::found::{Experiment, found, money};
use crate::web::{
    Access, Answer, answer,
    chart::{self, Interval, Intervals, Unit},
    format,
    history::Viewed,
    markup::Markup,
    navigation,
    page::Shell,
    parts::{Cell, Column, Link, Tab},
    signal::Signal,
    views::CAMPAIGN,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use chrono::Utc;
use domain::{
    links::{Campaign, RotatorGoal, optimizer::Settlement},
    shared::{Calendar, Currency, DayNumber},
};

/// How many days the picture of the traffic shows.
const DAYS: i64 = 14;

#[derive(Template)]
#[template(path = "tracking/experiments.html")]
struct ExperimentsPage {
    shell: Shell,
    flow_href: String,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    state: Option<(Signal, &'static str)>,
    experiments: Vec<Shown>,
}

/// A rotator as it is shown.
struct Shown {
    name: String,
    goal: &'static str,
    signal: Signal,
    verdict: String,
    /// When it learnt last, in words.
    refreshed: String,
    held: Option<String>,
    rates: Option<Markup>,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    traffic: Option<Markup>,
}

/// `GET /campaigns/{campaign_id}/experiments`
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let campaign = access.scope().get::<Campaign>(*id).await?.body;
    let calendar = Calendar::new(access.entrant().network.zone);
    let currency = access.entrant().network.currency;
    let experiments = found(&access, *id, &campaign).await?;
    let shown = experiments.iter().enumerate();
    let shown = shown.map(|(place, one)| shown_of(place, one, calendar, currency));
    answer::page(&ExperimentsPage {
        shell: navigation::shell(&access, &request).titled(campaign.name.as_str()),
        flow_href: format!("/campaigns/{id}"),
        crumbs: CAMPAIGN.crumbs(),
        tabs: CAMPAIGN.tabs(&access, *id, request.path()),
        state: campaign.state(),
        experiments: shown.collect(),
    })
}

fn shown_of(place: usize, one: &Experiment, calendar: Calendar, currency: Currency) -> Shown {
    let is_money = one.rotator.goal == RotatorGoal::Epc;
    let refreshed = one.table.as_ref().map_or_else(
        || "It has not learnt yet: all options have equal shares.".to_owned(),
        |table| format!("Learnt last at {}.", format::moment(table.at, calendar)),
    );
    let held = one.table.as_ref().and_then(|table| table.held_since);
    Shown {
        name: one.rotator.name.clone(),
        goal: if is_money { "EPC: what a view earns" } else { "CR: conversions a view" },
        signal: if matches!(one.settlement, Settlement::Settled(_)) { Signal::Good } else { Signal::Note },
        verdict: one.verdict(),
        refreshed,
        held: held.map(|since| format::moment(since, calendar)),
        rates: rates(place, one, currency),
        columns: columns(is_money),
        rows: one.options.iter().map(|option| row(option, is_money, currency)).collect(),
        traffic: traffic(place, one, calendar),
    }
}

/// What a view of each option is worth, with its interval; none where nobody has viewed any, and where it is not
/// known what one pays.
fn rates(place: usize, one: &Experiment, currency: Currency) -> Option<Markup> {
    let is_money = one.rotator.goal == RotatorGoal::Epc;
    if one.options.iter().all(|option| option.compared.views <= 0.0) {
        return None;
    }
    let rows: Option<Vec<Interval>> = one
        .options
        .iter()
        .map(|option| {
            let (known, worth) = (&option.compared, option.compared.worth?);
            let (rate, low, high) = (known.rate * worth, known.low * worth, known.high * worth);
            Some(Interval::new(option.name.as_str(), rate, low, high))
        })
        .collect();
    Some(chart::intervals(&Intervals {
        id: &format!("rates-{place}"),
        title: if is_money {
            "What a view earns, with its 95 % interval"
        } else {
            "Conversions a view, with their 95 % interval"
        },
        row: "Option",
        rows: &rows?,
        unit: if is_money { Unit::Money(currency) } else { Unit::Share },
        mark: None,
    }))
}

fn columns(is_money: bool) -> Vec<Column> {
    vec![
        Column::text("Option"),
        Column::number("Views"),
        match is_money {
            true => {
                Column::number("What earned").hint("Conversions, events and paid clicks, each counted as one")
            }
            false => Column::number("Conversions").hint("Those that were not rejected"),
        },
        Column::number("Rate").hint("How many of them a view, of views that have had the time to convert"),
        Column::number("95 % interval"),
        Column::number(if is_money { "One pays" } else { "Counts" })
            .hint("On average, as far as it is known; a fixed payout counts as known from the start"),
        Column::number("Is best").hint("The probability of being the best option"),
        Column::number("Loss of 1,000")
            .hint("What a thousand views are expected to lose by it against the best"),
        Column::number("Share now"),
    ]
}

fn row(option: &super::found::OptionFound, is_money: bool, currency: Currency) -> Vec<Cell> {
    let known = &option.compared;
    let percent = |share: f64| format::percent(Some(share));
    let money = |amount: Option<f64>| amount.map_or_else(|| "–".to_owned(), |amount| money(amount, currency));
    let has_views = known.views > 0.0;
    let interval = format!("{} – {}", percent(known.low), percent(known.high));
    let loss = known.loss.map(|loss| loss * 1_000.0);
    vec![
        Cell::Words(option.name.clone()),
        Cell::Number(format::decimal(known.views, 0)),
        Cell::Number(format::decimal(known.conversions, 0)),
        Cell::Number(if has_views { percent(known.rate) } else { "–".to_owned() }),
        Cell::Number(if has_views { interval } else { "–".to_owned() }),
        Cell::Number(if is_money { money(known.worth) } else { "1".to_owned() }),
        Cell::Number(percent(known.best)),
        Cell::Number(match (is_money, loss) {
            (true, _) => money(loss),
            (false, Some(loss)) => format::decimal(loss, 1),
            (false, None) => "–".to_owned(),
        }),
        Cell::Number(option.share.map_or_else(|| "equal".to_owned(), percent)),
    ]
}

/// How the options shared the rotator's clicks, day by day; none where there were none.
fn traffic(place: usize, one: &Experiment, calendar: Calendar) -> Option<Markup> {
    let first = calendar.day(Utc::now()).0 + 1 - DAYS;
    let parts: Vec<[i64; DAYS as usize]> = one
        .options
        .iter()
        .map(|option| {
            let mut part = [0; DAYS as usize];
            for (at, views) in &option.hours {
                let day = usize::try_from(calendar.day(*at).0 - first).ok();
                if let Some(sum) = day.and_then(|day| part.get_mut(day)) {
                    *sum += views;
                }
            }
            part
        })
        .collect();
    let wholes: Vec<i64> = (0..DAYS as usize).map(|day| parts.iter().map(|part| part[day]).sum()).collect();
    if wholes.iter().all(|whole| *whole == 0) {
        return None;
    }
    let series: Vec<chart::Series> = one
        .options
        .iter()
        .zip(&parts)
        .map(|(option, part)| {
            let shares = part.iter().zip(&wholes);
            let shares = shares.map(|(part, whole)| (*whole > 0).then(|| *part as f64 / *whole as f64));
            chart::Series::new(option.name.as_str(), shares.collect())
        })
        .collect();
    let slots: Vec<String> =
        (0..DAYS).map(|day| DayNumber(first + day).date().format("%-d %b").to_string()).collect();
    Some(chart::stacked(&chart::Plot {
        id: &format!("traffic-{place}"),
        title: "How the options shared the clicks by day",
        slot: "Day",
        slots: &slots,
        series: &series,
        unit: Unit::Share,
    }))
}
