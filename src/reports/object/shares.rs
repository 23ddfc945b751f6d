//! How the rows of a Smart Link, or the rules of a campaign, shared its clicks, day by day.

use super::{Asked, DAYS, as_length, day_names};
use crate::web::{chart, markup::Markup};
use domain::shared::DayNumber;
use std::collections::BTreeMap;
use store::reports::{Line, Value};

/// How the rows of a Smart Link or the rules of a campaign shared its clicks, day by day: in their order, then
/// all else.
pub(super) fn picture(asked: &Asked, lines: &[Line], first: DayNumber) -> Markup {
    let called = &asked.called;
    let (title, others) = match asked.is_campaign() {
        true => ("How the rules shared the clicks by day", "the defaults and others"),
        false => ("How the rows shared the clicks by day", "catch-all and others"),
    };
    let mut wholes = [0_i64; DAYS];
    let mut parts: BTreeMap<Option<&str>, [i64; DAYS]> = BTreeMap::new();
    for line in lines {
        let [Value::Day(day), Value::Text(row)] = line.values.as_slice() else { continue };
        let Some(place) = usize::try_from(day.0 - first.0).ok().filter(|place| *place < DAYS) else {
            continue;
        };
        wholes[place] += line.measures.clicks();
        let known = called.iter().any(|(known, _)| known == row).then_some(row.as_str());
        parts.entry(known).or_insert([0; DAYS])[place] += line.measures.clicks();
    }
    let share = |row: Option<&str>| -> Vec<Option<f64>> {
        let part = parts.get(&row).copied().unwrap_or([0; DAYS]);
        let each = part.iter().zip(&wholes);
        each.map(|(part, whole)| (*whole > 0).then(|| as_length(*part) / as_length(*whole))).collect()
    };
    let known = called.iter().filter(|(row, _)| parts.contains_key(&Some(row.as_str())));
    let mut series: Vec<_> =
        known.map(|(row, name)| chart::Series::new(name.as_str(), share(Some(row)))).collect();
    if parts.contains_key(&None) {
        series.push(chart::Series::new(others, share(None)));
    }
    let slots = day_names(first);
    chart::stacked(&chart::Plot {
        id: "object-shares",
        title,
        slot: "Day",
        slots: &slots,
        series: &series,
        unit: chart::Unit::Share,
    })
}
