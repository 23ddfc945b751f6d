//! The chart above a report: the chosen measure over the range, by the day or, where the range is short,
//! by the hour, with what it is compared with dashed behind it. Counts over rows without a day or an hour
//! show their largest groups instead.

use super::{ask::Asked, figures, groups, table::charted, told::Told};
use crate::web::{Access, Failure, chart, markup::Markup};
use domain::{
    reports::{Measures, Metric},
    shared::{DayNumber, HourNumber},
};
use std::collections::HashMap;
use store::reports::{self, Cut, Line, Order, Question, Range, Value};

/// Up to so many hours the chart is drawn by the hour.
const SHORT: i64 = 72;
/// The most groups that are drawn as bars.
const MOST_BARS: usize = 12;

/// A chart with its words.
pub(super) struct Drawing {
    pub title: &'static str,
    pub about: &'static str,
    pub chart: Markup,
}

/// Draws what the roll-ups say.
///
/// # Errors
/// What the database said.
pub(super) async fn over_time(access: &Access, asked: &Asked, told: &Told) -> Result<Drawing, Failure> {
    let question = &asked.question;
    let cut = slot_of(question.range);
    let mut rows = vec![(charted(asked).words(), line(access, question, cut, question.range).await?)];
    if let Some((_, range)) = told.before {
        // As long as the range itself, so that the hours to come are there to be held against.
        let length = question.range.to.0 - question.range.from.0;
        let whole = Range { from: range.from, to: HourNumber(range.from.0 + length) };
        rows.push(("Before", line(access, question, cut, whole).await?));
    }
    let last = super::told::running(access);
    Ok(drawn(access, asked, cut, &rows, last))
}

fn slot_of(range: Range) -> Cut {
    if range.to.0 - range.from.0 <= SHORT { Cut::Hour } else { Cut::Day }
}

/// The sums of each slot, from the first of the range on.
async fn line(
    access: &Access,
    question: &Question,
    cut: Cut,
    range: Range,
) -> Result<Vec<Measures>, Failure> {
    let by_time = Question { cuts: vec![cut], order: Order::Groups, range, ..question.clone() };
    let lines = reports::report(access.scope(), &by_time).await?.lines;
    Ok(slotted(lines.iter(), cut, range, 0))
}

/// Sums by slot; `place` is that of the cut among the values of a line.
fn slotted<'a>(lines: impl Iterator<Item = &'a Line>, cut: Cut, range: Range, place: usize) -> Vec<Measures> {
    let (first, last) = bounds(cut, range);
    let mut sums: HashMap<i64, Measures> = HashMap::new();
    for line in lines {
        let number = match line.values.get(place) {
            Some(Value::Hour(hour)) => hour.0,
            Some(Value::Day(day)) => day.0,
            Some(Value::Id(_) | Value::Text(_)) | None => continue,
        };
        *sums.entry(number).or_default() += line.measures;
    }
    (first..last).map(|number| sums.get(&number).copied().unwrap_or_default()).collect()
}

fn bounds(cut: Cut, range: Range) -> (i64, i64) {
    if cut == Cut::Hour {
        return (range.from.0, range.to.0);
    }
    (range.from.day().0, (range.to.0 + 23).div_euclid(24))
}

fn drawn(
    access: &Access,
    asked: &Asked,
    cut: Cut,
    rows: &[(&'static str, Vec<Measures>)],
    running: HourNumber,
) -> Drawing {
    let (metric, currency) = (charted(asked), access.entrant().network.currency);
    let (first, last) = bounds(cut, asked.question.range);
    let names = groups::GroupNames::default();
    let Range { from, to } = asked.question.range;
    let is_one_day = from.day() == HourNumber(to.0 - 1).day();
    let slot = |number: i64| match cut {
        Cut::Hour if is_one_day => format!("{:02}:00", HourNumber(number).hour_of_day()),
        Cut::Hour => groups::label(&names, cut, &Value::Hour(HourNumber(number))),
        Cut::Offer
        | Cut::Advertiser
        | Cut::Partner
        | Cut::SmartLink
        | Cut::Campaign
        | Cut::LandingPage
        | Cut::Day
        | Cut::By(_) => DayNumber(number).date().format("%-d %b").to_string(),
    };
    let slots: Vec<String> = (first..last).map(slot).collect();
    let present = if cut == Cut::Hour { running.0 } else { running.day().0 };
    let series: Vec<chart::Series> = rows
        .iter()
        .enumerate()
        .map(|(place, (name, sums))| {
            // What has not happened yet is no zero.
            let value = |(number, sums): (i64, &Measures)| match place == 0 && number > present {
                true => None,
                false => figures::drawn(metric, sums),
            };
            let row = chart::Series::new(*name, (first..).zip(sums).map(value).collect());
            if place == 0 { row } else { row.compared() }
        })
        .collect();
    let title = format!("{} by {}", metric.words(), cut.words().to_lowercase());
    let plot = chart::Plot {
        id: "report-chart",
        title: &title,
        slot: cut.words(),
        slots: &slots,
        series: &series,
        unit: figures::unit(metric, currency),
    };
    Drawing { title: metric.words(), about: "over the range", chart: chart::area(&plot) }
}

/// Draws a count over rows.
///
/// # Errors
/// What the database said of the names.
pub(super) async fn of_groups(access: &Access, asked: &Asked, told: &Told) -> Result<Drawing, Failure> {
    let (question, metric) = (&asked.question, charted(asked));
    let by_time = question.cuts.iter().position(|cut| [Cut::Day, Cut::Hour].contains(cut));
    if let Some(place) = by_time {
        let cut = question.cuts[place];
        let lines = told.pairs.iter().map(|pair| &pair.line);
        let rows = [(metric.words(), slotted(lines, cut, question.range, place))];
        return Ok(drawn(access, asked, cut, &rows, super::told::running(access)));
    }
    let mut lines: Vec<&Line> = told.pairs.iter().map(|pair| &pair.line).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(metric.value(&line.measures)));
    lines.truncate(MOST_BARS);
    bars(access, asked, metric, &lines).await
}

async fn bars(access: &Access, asked: &Asked, metric: Metric, lines: &[&Line]) -> Result<Drawing, Failure> {
    let cuts = &asked.question.cuts;
    let names = groups::names(access.scope(), cuts, lines.iter().copied()).await?;
    let name = |line: &&Line| {
        let labels = cuts.iter().zip(&line.values).map(|(cut, value)| groups::label(&names, *cut, value));
        labels.collect::<Vec<_>>().join(" · ")
    };
    let slots: Vec<String> = lines.iter().map(name).collect();
    let values = lines.iter().map(|line| figures::drawn(metric, &line.measures)).collect();
    let title = format!("{}: the largest groups", metric.words());
    let plot = chart::Plot {
        id: "report-chart",
        title: &title,
        slot: "Group",
        slots: &slots,
        series: &[chart::Series::new(metric.words(), values)],
        unit: figures::unit(metric, access.entrant().network.currency),
    };
    Ok(Drawing { title: metric.words(), about: "of the largest groups", chart: chart::bars(&plot) })
}
