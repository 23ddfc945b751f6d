//! What runs are called on pages.

use crate::web::{format, signal::Signal};
use domain::{
    links::{
        SmartLink,
        kpi::{KpiMetric, KpiSettings, RunOutcome, RunRecord, RunRow, WHOLE},
    },
    shared::{Currency, Micros, RowId},
};
use store::{
    links::SmartLinkRun,
    offers::{Named, Names},
    shared::RunState,
};

/// How many rows a story tells the moves of, the largest first.
const TOLD_ROWS: usize = 6;

/// The state or outcome of a run.
pub fn outcome(run: &SmartLinkRun) -> (Signal, &'static str) {
    match (run.state, run.record.as_ref().map(|record| record.outcome)) {
        (_, Some(RunOutcome::Applied)) => (Signal::Good, "weights moved"),
        (_, Some(RunOutcome::NoChange)) => (Signal::Note, "no change"),
        (_, Some(RunOutcome::SkippedThreshold)) => (Signal::Off, "skipped: threshold"),
        (_, Some(RunOutcome::Held)) => (Signal::Bad, "held"),
        (RunState::Due, None) => (Signal::Note, "waits"),
        (RunState::Running, None) => (Signal::Note, "running"),
        (RunState::Done | RunState::Failed, None) => (Signal::Bad, "given up"),
    }
}

/// What a metric is called.
pub fn metric_name(metric: KpiMetric) -> &'static str {
    match metric {
        KpiMetric::Cv => "CV",
        KpiMetric::Cvr => "CVR",
        KpiMetric::Evr => "EVR",
        KpiMetric::Payout => "payout",
        KpiMetric::Profit => "profit",
        KpiMetric::Revenue => "revenue",
        KpiMetric::Rpc => "RPC",
        KpiMetric::Cpc => "CPC",
        KpiMetric::Epc => "EPC",
    }
}

/// What a link is asked for, in a sentence.
pub fn aim(settings: &KpiSettings, currency: Currency) -> String {
    let name = metric_name(settings.metric);
    let Some(goal) = settings.goal else { return format!("as much {name} as possible") };
    let goal = match settings.metric {
        KpiMetric::Cvr | KpiMetric::Evr => format!("{} %", format::amount(goal)),
        KpiMetric::Cv => format::amount(goal),
        KpiMetric::Payout
        | KpiMetric::Profit
        | KpiMetric::Revenue
        | KpiMetric::Rpc
        | KpiMetric::Cpc
        | KpiMetric::Epc => format::exact_money(goal, currency),
    };
    format!("{name} as near to {goal} as possible")
}

/// A value of a metric over several clicks.
pub fn value(metric: KpiMetric, value: Option<f64>, currency: Currency) -> String {
    match metric {
        KpiMetric::Cvr | KpiMetric::Evr => format::percent(value),
        KpiMetric::Cv => value.map_or_else(|| "–".to_owned(), |value| format::decimal(value, 0)),
        KpiMetric::Payout | KpiMetric::Profit | KpiMetric::Revenue => {
            amount(value, 1).map_or_else(|| "–".to_owned(), |amount| format::money(amount, currency))
        }
        KpiMetric::Rpc | KpiMetric::Cpc | KpiMetric::Epc => money(value, currency),
    }
}

/// What is expected of a click: a share or an amount; with a goal, how far from it, as a part of the goal.
pub fn fitness(record: &RunRecord, fitness: Option<f64>, currency: Currency) -> String {
    let Some(fitness) = fitness else { return "–".to_owned() };
    let settings = &record.settings;
    if let Some(goal) = settings.goal_of_click(record.clicks_of_lookback()) {
        return format!("{} of the goal away", format::percent(Some(-fitness / goal)));
    }
    of_click(settings.metric, fitness, currency)
}

/// What a click brings; of events, what a conversion does.
pub fn of_click(metric: KpiMetric, worth: f64, currency: Currency) -> String {
    match metric {
        KpiMetric::Cvr | KpiMetric::Evr => format::percent(Some(worth)),
        KpiMetric::Cv => format::decimal(worth, 4),
        KpiMetric::Payout
        | KpiMetric::Profit
        | KpiMetric::Revenue
        | KpiMetric::Rpc
        | KpiMetric::Cpc
        | KpiMetric::Epc => money(Some(worth), currency),
    }
}

/// What [`of_click`] is of.
pub fn occasion(metric: KpiMetric) -> &'static str {
    match metric {
        KpiMetric::Evr => "a conversion",
        KpiMetric::Cv
        | KpiMetric::Cvr
        | KpiMetric::Payout
        | KpiMetric::Profit
        | KpiMetric::Revenue
        | KpiMetric::Rpc
        | KpiMetric::Cpc
        | KpiMetric::Epc => "a click",
    }
}

fn money(value: Option<f64>, currency: Currency) -> String {
    // A click's is told to a hundredth of a cent.
    amount(value, 100).map_or_else(|| "–".to_owned(), |amount| format::fine_money(amount, currency))
}

/// A value as an amount in steps of so many millionths; none where it is too large for one.
fn amount(value: Option<f64>, step: i64) -> Option<Micros> {
    let value = value.filter(|value| value.abs() < 1e12)?;
    Some(Micros((value * (1e6 / step as f64)).round() as i64 * step))
}

/// A share of the clicks.
pub fn share(weight: u32) -> String {
    // A row at the floor is not out.
    if weight > 0 && weight < WHOLE / 10_000 {
        return "under 0.01 %".to_owned();
    }
    format::percent(Some(f64::from(weight) / f64::from(WHOLE)))
}

/// What a row of a run is called: as the link calls it now, else by its offer.
pub fn row_name(names: &Names, link: &SmartLink, row: RowId, offer: i64) -> String {
    match link.rows.iter().position(|own| own.id == row) {
        Some(place) => super::super::row_name(names, place, &link.rows[place]),
        None => format!("{} (removed)", names.of(Named::Offer, offer)),
    }
}

/// What a run did, and why, in sentences.
pub fn story(record: &RunRecord, names: &Names, link: &SmartLink, currency: Currency) -> String {
    let settings = &record.settings;
    let clicks = format::counted(record.clicks, "click");
    match record.outcome {
        RunOutcome::SkippedThreshold => format!(
            "Nothing moved: {clicks} since the rows are what they are, and the first change waits for {}. Until then all rows have equal shares.",
            format::count(i64::from(settings.threshold))
        ),
        RunOutcome::Held => record.stopped.map_or_else(String::new, |stopped| {
            format!(
                "The weights are held: the clicks of the last {} should have brought about {} conversions by now and brought {}. A broken postback must not teach; see whether conversions still come in.",
                hours(stopped.hours),
                format::decimal(stopped.expected, 0),
                format::decimal(stopped.reported, 0),
            )
        }),
        RunOutcome::NoChange if record.fitness.is_none() => {
            format!("The weights stay: nothing has come of {clicks} yet, so there is nothing to learn from.")
        }
        RunOutcome::NoChange => format!(
            "The weights stay: for {}, learnt of {clicks}, no other mixture was found that {} by moving a share by a thousandth or more.",
            aim(settings, currency),
            if settings.goal.is_some() { "comes nearer" } else { "is expected to bring more" },
        ),
        RunOutcome::Applied => {
            let moved = |row: &RunRow| i64::from(row.weight) - i64::from(row.weight_before);
            let name = |row: &RunRow| row_name(names, link, row.row_id, row.offer_id.0);
            let told = |row: &RunRow| {
                let (name, before, now) =
                    (name(row), unbroken(&share(row.weight_before)), unbroken(&share(row.weight)));
                format!("{name} from {before} to {now}{}", expectation(record, row, currency))
            };
            let mut rows: Vec<&RunRow> = record.rows.iter().filter(|row| row.weight != row.weight_before).collect();
            rows.sort_by_key(|row| std::cmp::Reverse(moved(row).unsigned_abs()));
            let left = rows.len().saturating_sub(TOLD_ROWS);
            let mut moves: Vec<String> = rows.into_iter().take(TOLD_ROWS).map(told).collect();
            if left > 0 {
                moves.push(format!("{} less", format::counted(left as u64, "more row")));
            }
            let moves = moves.join("; ");
            let tries = if record.fitness < record.fitness_before && settings.goal.is_none() {
                " What is unsure is tried in proportion: a little is given up to learn which row is better."
            } else {
                ""
            };
            format!(
                "For {}, learnt of {clicks}: {moves}. Expected of all together, {}: {} before, {} now.{tries}",
                aim(settings, currency),
                occasion(settings.metric),
                unbroken(&fitness(record, record.fitness_before, currency)),
                unbroken(&fitness(record, record.fitness, currency)),
            )
        }
    }
}

/// Why a row moved: what is expected of it.
fn expectation(record: &RunRecord, row: &RunRow, currency: Currency) -> String {
    let Some(expected) = row.expected else { return String::new() };
    let metric = record.settings.metric;
    let expected = of_click(metric, expected.mean, currency);
    format!(" (expected: {} {})", unbroken(&expected), occasion(metric))
}

/// A figure that a line of text does not end in the middle of.
fn unbroken(figure: &str) -> String {
    figure.replace(' ', "\u{a0}")
}

/// A number of hours in words.
pub fn hours(hours: f64) -> String {
    if (hours - 1.0).abs() < 1e-9 {
        "hour".to_owned()
    } else {
        format!("{} hours", format::decimal(hours, 0))
    }
}
