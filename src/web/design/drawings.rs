//! The drawings on the page of all parts, of figures that are made up but have the shapes and sizes that
//! a network's have.

use super::Figure;
use crate::web::{
    chart::{self, Heat, Interval, Intervals, Plot, Series, Strip, Unit},
    markup::Markup,
};
use domain::shared::Currency;

/// Name, advertiser, clicks, conversions, revenue, margin.
pub(super) type Offer = (&'static str, &'static str, f64, f64, f64, f64);

/// Clicks by hour, today up to 14:00.
pub(super) const TODAY: [f64; 15] = [
    2310.0, 2390.0, 2320.0, 2480.0, 2630.0, 3190.0, 4040.0, 4360.0, 5060.0, 5230.0, 5700.0, 5910.0, 5220.0,
    6510.0, 6280.0,
];
/// The same, all of yesterday.
const YESTERDAY: [f64; 24] = [
    2240.0, 2210.0, 2080.0, 2700.0, 2780.0, 3290.0, 3260.0, 3650.0, 4210.0, 4720.0, 5390.0, 5520.0, 5400.0,
    5220.0, 5340.0, 5930.0, 4790.0, 4850.0, 4480.0, 3420.0, 3440.0, 3310.0, 2210.0, 2300.0,
];
/// The offers of the tables.
pub(super) const OFFERS: [Offer; 7] = [
    ("Aurora VPN — iOS", "Northlight Media", 18_204.0, 402.0, 3_618.0, 0.31),
    ("Meridian VPN", "Northlight Media", 12_110.0, 251.0, 2_259.0, 0.27),
    ("Kite Trading — FTD", "Kite Capital", 9_870.0, 118.0, 2_006.0, 0.22),
    ("Lumen Broadband", "Lumen", 7_421.0, 163.0, 1_141.0, 0.19),
    ("Pocket Poker", "Redwood Games", 5_902.0, 96.0, 518.4, -0.04),
    ("Halcyon Sleep", "Halcyon Health", 4_707.0, 112.0, 329.0, 0.12),
    (
        "An offer whose name is as long as people make them when nobody stops them",
        "Redwood Games",
        12.0,
        0.0,
        0.0,
        0.0,
    ),
];

/// The days of a week, as rows and slots.
fn weekdays() -> Vec<String> {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map(str::to_owned).to_vec()
}

pub(super) fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

fn hours() -> Vec<String> {
    (0..24).map(|hour| format!("{hour:02}:00")).collect()
}

fn days() -> Vec<String> {
    (8..22).map(|day| format!("{day} Nov")).collect()
}

pub(super) fn dollars() -> Unit {
    Unit::Money(Currency::default())
}

/// Every kind of drawing; the first one is the largest.
pub(super) fn all() -> Vec<Figure> {
    vec![
        Figure::new("Clicks", "by hour, area", today()),
        Figure::new("Revenue and payout", "by hour, lines", money()),
        Figure::new("Profit", "by day, bars above and below nothing", profit()),
        Figure::new("Clicks", "by weekday, bars against last week", week()),
        Figure::new("Share", "by offer, stacked", shares()),
        Figure::new("CVR", "by offer, with 95 % intervals", rates()),
        Figure::new("Clicks", "by weekday and hour, heat map", heat("d-heat", &hours())),
        Figure::new("Clicks", "by weekday and part of the day", heat("d-heat-few", &parts_of_the_day())),
        Figure::new("Failed checks", "by hour", failed_checks()),
        Figure::new("Nothing yet", "no figures", nothing()),
    ]
}

fn today() -> Markup {
    let series = [Series::new("Today", some(&TODAY)), Series::new("Yesterday", some(&YESTERDAY)).compared()];
    chart::area(&by_hour("d-area", "Clicks by hour, today and yesterday", &hours(), &series))
}

fn by_hour<'a>(id: &'a str, title: &'a str, slots: &'a [String], series: &'a [Series]) -> Plot<'a> {
    Plot { id, title, slot: "Hour", slots, series, unit: Unit::Count }
}

fn money() -> Markup {
    let of = |share: f64, fixed: f64| TODAY.iter().map(|clicks| Some(clicks * share - fixed)).collect();
    let series = [Series::new("Revenue", of(0.17, 90.0)), Series::new("Payout", of(0.11, 120.0))];
    let title = "Revenue and payout by hour";
    chart::line(&Plot { unit: dollars(), ..by_hour("d-line", title, &hours(), &series) })
}

fn profit() -> Markup {
    let values = (0..14).map(|day| Some(f64::from((day * 37) % 23) * 61.0 - 210.0)).collect();
    let series = [Series::new("Profit", values)];
    let title = "Profit by day";
    chart::bars(&Plot { slot: "Day", unit: dollars(), ..by_hour("d-bars", title, &days(), &series) })
}

fn week() -> Markup {
    let busy: Vec<_> = (0..7).map(|day| 40_000.0 + 5_100.0 * f64::from((day * 5) % 7)).collect();
    let before = busy.iter().map(|clicks| Some(62_000.0 - clicks * 0.4)).collect();
    let series = [Series::new("This week", some(&busy)), Series::new("Last week", before).compared()];
    let title = "Clicks by weekday, this week and last";
    chart::bars(&Plot { slot: "Day", ..by_hour("d-week", title, &weekdays(), &series) })
}

fn nothing() -> Markup {
    let series = [Series::new("Clicks", vec![None; 24])];
    chart::line(&by_hour("d-none", "Clicks of tomorrow", &hours(), &series))
}

fn shares() -> Markup {
    let names = ["Aurora iOS", "Meridian VPN", "Kite Trading", "Lumen"];
    let weights = |day: f64| [20.0 + day * 3.0, 24.0, 26.0 - day, 30.0 - day * 1.6];
    let share = |place: usize, day: i32| {
        let weights = weights(f64::from(day));
        Some(weights[place] / weights.iter().sum::<f64>())
    };
    let series =
        |(place, name): (usize, &&str)| Series::new(*name, (0..14).map(|day| share(place, day)).collect());
    let series: Vec<_> = names.iter().enumerate().map(series).collect();
    let title = "Share of clicks by offer";
    chart::stacked(&Plot { slot: "Day", unit: Unit::Share, ..by_hour("d-stacked", title, &days(), &series) })
}

/// Rates with the normal approximation of their interval.
fn rates() -> Markup {
    let rate = |(name, _, clicks, conversions, ..): &Offer| {
        let rate = conversions / clicks;
        let reach = 1.96 * (rate * (1.0 - rate) / clicks).sqrt();
        Interval::new(*name, rate, (rate - reach).max(0.0), rate + reach)
    };
    let unknown = Interval::new("Tern Ads", f64::NAN, f64::NAN, f64::NAN);
    let rows: Vec<_> = OFFERS.iter().take(6).map(rate).chain([unknown]).collect();
    chart::intervals(&Intervals {
        id: "d-intervals",
        title: "CVR by offer with its 95 % interval",
        row: "Offer",
        rows: &rows,
        unit: Unit::Share,
        mark: Some(("Network 1.96 %", 0.0196)),
    })
}

fn parts_of_the_day() -> Vec<String> {
    ["Night", "Morning", "Noon", "Evening"].map(str::to_owned).to_vec()
}

fn failed_checks() -> Markup {
    let checks: Vec<_> = (0..24)
        .map(|hour| (hour % 11 != 10).then_some((60 - hour % 7, if hour == 13 { 6 } else { 0 })))
        .collect();
    chart::strip(&Strip {
        id: "d-strip",
        title: "When checks failed",
        slot: "Hour",
        slots: &hours(),
        checks: &checks,
    })
}

#[allow(clippy::cast_precision_loss, reason = "places are few")]
fn heat(id: &str, columns: &[String]) -> Markup {
    let count = columns.len();
    let value = |day: usize, column: usize| {
        let hour = (column as f64 + 0.5) / count as f64;
        let weekend = if day > 4 { 0.55 } else { 1.0 };
        Some((1.0 - (hour - 0.6).abs() * 1.9).max(0.02) * weekend * 6_500.0 / count as f64 * 24.0)
    };
    let values: Vec<Vec<_>> =
        (0..7).map(|day| (0..count).map(|column| value(day, column)).collect()).collect();
    chart::heat(&Heat {
        id,
        title: "Clicks by weekday and time of day",
        row: "Day",
        rows: &weekdays(),
        columns,
        values: &values,
        unit: Unit::Count,
    })
}
