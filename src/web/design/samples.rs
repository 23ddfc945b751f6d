//! Figures for the page of all parts: made up, but of the shapes and sizes that a network has.

use super::{
    OfferRow, PATH,
    drawings::{OFFERS, Offer, TODAY, dollars, some},
};
use crate::web::{
    chart::{self, Unit},
    format::{self, Better, Change},
    markup::Markup,
    parts::{Cell, Choice, Column, Link, Sorted, Tab, Task, Tile},
    signal::Signal,
};
use domain::shared::Problems;

pub(super) fn bars() -> Vec<(&'static str, Markup)> {
    vec![
        ("A sparkline", chart::sparkline("Clicks", &some(&TODAY), Unit::Count)),
        ("A bar of 62 %", chart::cell_bar(62.0, 100.0)),
        ("A cap at 34 %", chart::meter(68.0, 200.0)),
        ("A cap at 90 %, near", chart::meter(180.0, 200.0)),
        ("A cap that is reached", chart::meter(200.0, 200.0)),
    ]
}

pub(super) fn tiles() -> Vec<Tile> {
    let shape = || chart::sparkline("Clicks", &some(&TODAY), Unit::Count);
    let tile = |label: &str, value: &str, change: Option<Change>, shape: Markup| Tile {
        label: label.to_owned(),
        hint: "What it counts".to_owned(),
        value: value.to_owned(),
        change,
        shape,
        href: Some(PATH.to_owned()),
    };
    vec![
        tile("Clicks", "58,214", Change::relative(108.1, 100.0, Better::More), shape()),
        tile("Revenue", "$ 9,871.40", Change::relative(110.2, 100.0, Better::More), shape()),
        tile("Profit", "$ 2,310.65", Change::relative(98.1, 100.0, Better::More), shape()),
        tile("Invalid", "3.1 %", Change::points(Some(0.031), Some(0.027), Better::Less), shape()),
        tile("CVR", "1.96 %", Change::relative(1.0, 1.0, Better::More), shape()),
        tile("EPC", format::NO_VALUE, None, Markup::default()),
    ]
}

pub(super) fn offers() -> Vec<OfferRow> {
    let row = |(id, (name, advertiser, clicks, conversions, revenue, margin)): (usize, &Offer)| OfferRow {
        id,
        name,
        advertiser,
        bar: chart::cell_bar(*clicks, OFFERS[0].2),
        shape: chart::sparkline(name, &some(&TODAY[id..]), Unit::Count),
        clicks: format::decimal(*clicks, 0),
        conversions: format::decimal(*conversions, 0),
        rate: format::percent(Some(conversions / clicks)),
        revenue: dollars().full(*revenue),
        margin: format::percent((*revenue > 0.0).then_some(*margin)),
        is_loss: *margin < 0.0,
    };
    OFFERS.iter().enumerate().map(row).collect()
}

pub(super) fn offer_columns() -> Vec<Column> {
    vec![
        Column::text("Offer").sortable(PATH, Sorted::No),
        Column::bars("Clicks, drawn"),
        Column::number("Clicks").hint("Valid clicks").sortable(PATH, Sorted::Descending),
        Column::number("CV").sortable(PATH, Sorted::No),
        Column::number("CVR").sortable(PATH, Sorted::No),
        Column::number("Revenue").sortable(PATH, Sorted::No),
        Column::number("Margin").sortable(PATH, Sorted::No),
        Column::number("By hour"),
    ]
}

pub(super) fn columns() -> Vec<Column> {
    vec![
        Column::text("Time"),
        Column::text("Verdict"),
        Column::text("Offer"),
        Column::number("Payout"),
        Column::text("Click"),
        Column::text("Address"),
    ]
}

pub(super) fn rows() -> Vec<Vec<Cell>> {
    let row = |time: &str, signal, verdict: &str, payout: &str| {
        vec![
            Cell::way(time, PATH),
            Cell::State(signal, verdict.to_owned()),
            Cell::way("Aurora VPN", PATH),
            Cell::Number(payout.to_owned()),
            Cell::Code("9f2c41d07b".to_owned()),
            Cell::LongCode("https://aurora.example/start?cid=9f2c41d07b&from=s-7&sub1=spring".to_owned()),
        ]
    };
    vec![
        row("21 Nov 2026 14:02:11", Signal::Good, "valid", "$ 1.50"),
        row("21 Nov 2026 14:02:09", Signal::Warn, "duplicate", "$ 0.00"),
        row("21 Nov 2026 14:01:57", Signal::Bad, "invalid: country not targeted (code 9)", format::NO_VALUE),
    ]
}

fn tab(label: &str, is_current: bool, count: Option<i64>) -> Tab {
    Tab { label: label.to_owned(), href: PATH.to_owned(), is_current, count }
}

pub(super) fn tabs() -> Vec<Tab> {
    vec![tab("Settings", true, None), tab("Landing pages", false, Some(3)), tab("Partners", false, Some(318))]
}

pub(super) fn ranges() -> Vec<Tab> {
    vec![tab("Today", false, None), tab("7 days", true, None), tab("30 days", false, None)]
}

pub(super) fn choices() -> Vec<Choice> {
    [("", "Any state"), ("active", "active"), ("paused", "paused")]
        .map(|(value, label)| Choice::new(value, label))
        .to_vec()
}

pub(super) fn explained() -> Vec<Choice> {
    vec![
        Choice::new("public", "Public").hint("Every partner may run it."),
        Choice::new("private", "Private").hint("Only approved partners know of it."),
    ]
}

pub(super) fn tasks() -> Vec<Task> {
    let task = |signal, title: &str, text: &str, act: &str| Task {
        signal,
        title: title.to_owned(),
        text: text.to_owned(),
        act: Link::new(act, PATH),
    };
    vec![
        task(
            Signal::Warn,
            "12 sources will be blocked",
            "SmartSwitch “Sub4 under 0.05 %” · first in 41 min",
            "Review",
        ),
        task(Signal::Bad, "Postbacks refused: bad token", "Kite Capital · 38 in the last hour", "Open log"),
        task(Signal::Good, "2 partners applied", "Tern Ads, Blue Harbor", "Decide"),
    ]
}

pub(super) fn problems() -> Problems {
    let mut problems = Problems::default();
    problems.push("wrong_name", "must not be empty");
    problems.push("wrong_amount", "must be a decimal number such as 1.50");
    problems.push("wrong_state", "is not one of the states");
    problems.push("wrong_notes", "has 2,104 characters; at most 2,000 are allowed");
    problems.push("wrong_agreed", "must be agreed to");
    problems
}
