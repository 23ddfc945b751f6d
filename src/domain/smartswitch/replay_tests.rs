//! A replay does what runs at the same hours do, one by one.

use super::{
    ActionableState, Came, Connection, ConversionFact, Figures, Replay, Replayed, ReplayedHour,
    SmartSwitchRule, SourceNumber,
};
use crate::shared::{DayNumber, HourNumber, Measures};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A source's hour: which hour, which source, its clicks and its conversions.
type Row = (i64, SourceNumber, i64, i64);

fn rule(more: &Value) -> SmartSwitchRule {
    let mut document = json!({
        "name": "R", "offer_ids": ["1"], "run_every_hours": 1, "lookback_hours": 3, "action_delay_minutes": 120,
        "thresholds": [{"data_point": "total_clicks", "value": "10"}],
        "kpis": [{"metric": "cvr", "operator": "less_than", "value": "10"}],
    });
    document.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    serde_json::from_value(document).expect("a rule")
}

fn measures((_, _, unique, approved): Row) -> Measures {
    Measures { unique, approved, ..Measures::default() }
}

/// The conversions of a row; those of even sources come from mobile data.
fn conversions((_, source, _, approved): Row) -> Vec<ConversionFact> {
    let connection = if source % 2 == 0 { Connection::Mobile } else { Connection::Wifi };
    (0..approved).map(|_| ConversionFact { connection, ..ConversionFact::default() }).collect()
}

/// From hour 24 on, the day before fills the lookback.
const FROM: HourNumber = HourNumber(24);

fn replayed(rule: &SmartSwitchRule, rows: &[Row], hours: i64) -> Replayed {
    let mut replay = Replay::new(rule, FROM);
    for hour in 0..hours {
        let mut of_hour: BTreeMap<SourceNumber, Measures> = BTreeMap::new();
        let mut came = ReplayedHour::default();
        for row in rows.iter().filter(|row| row.0 == hour) {
            *of_hour.entry(row.1).or_default() += measures(*row);
            came.conversions.extend(conversions(*row).into_iter().map(|fact| (row.1, fact)));
        }
        let sources =
            of_hour.into_iter().map(|(source, counted)| Came { source, counted, by_click: counted });
        replay.hour(HourNumber(hour), ReplayedHour { sources: sources.collect(), ..came });
    }
    replay.done()
}

/// The same by looking at all rows anew whenever something is judged.
fn run_one_by_one(rule: &SmartSwitchRule, rows: &[Row], hours: i64) -> BTreeMap<DayNumber, [i64; 5]> {
    let (lookback, every) = (i64::from(rule.lookback_hours.hours()), i64::from(rule.run_every_hours.hours()));
    let delay = i64::from(rule.action_delay_minutes.minutes()) / 60;
    let mut came: Vec<Row> = Vec::new();
    // Of each source: its state, when it is due or its block ends, and where its window began.
    let mut open: BTreeMap<SourceNumber, (ActionableState, i64, i64)> = BTreeMap::new();
    let mut days: BTreeMap<DayNumber, [i64; 5]> = BTreeMap::new();
    let block_end = |hour: i64| rule.block_hours.map_or(i64::MAX, |hours| hour + i64::from(hours.hours()));
    for hour in 0..hours {
        let sum = |came: &[Row], source: SourceNumber, since: i64| {
            came.iter()
                .filter(|row| row.1 == source && row.0 >= since)
                .map(|row| measures(*row))
                .sum::<Measures>()
        };
        let judge = |came: &[Row], source: SourceNumber, since: i64| {
            let of_source = came.iter().filter(|row| row.1 == source && row.0 >= since);
            let facts: Vec<ConversionFact> = of_source.flat_map(|row| conversions(*row)).collect();
            rule.judge(&Figures { measures: sum(came, source, since), conversions: &facts })
        };
        if hour >= FROM.0 {
            let day = days.entry(HourNumber(hour).day()).or_default();
            open.retain(|_, (state, until, _)| *state != ActionableState::Blocked || *until > hour);
            let due = open
                .clone()
                .into_iter()
                .filter(|(_, (state, due, _))| *state == ActionableState::Pending && *due <= hour);
            for (source, (_, _, since)) in due {
                match rule.after_delay(&judge(&came, source, since)) {
                    ActionableState::Recovered => {
                        open.remove(&source);
                        day[3] += 1;
                    }
                    state => {
                        open.insert(source, (state, block_end(hour), 0));
                        day[2] += 1;
                    }
                }
            }
            if hour % every == 0 {
                day[0] += 1;
                for source in 0..5 {
                    let window = sum(&came, source, hour - lookback);
                    let judgement = judge(&came, source, hour - lookback);
                    let is_hit = window != Measures::default() && judgement.is_hit();
                    match open.get(&source).map(|(state, _, _)| *state) {
                        None if is_hit => {
                            let state = rule.after_hit();
                            let is_blocked = state == ActionableState::Blocked;
                            let until = if is_blocked { block_end(hour) } else { hour + delay };
                            open.insert(source, (state, until, hour - lookback));
                            day[1] += 1;
                            day[2] += i64::from(is_blocked);
                        }
                        Some(ActionableState::Notified) if rule.is_calm(&judgement) => {
                            open.remove(&source);
                            day[3] += 1;
                        }
                        None | Some(_) => {}
                    }
                }
            }
        }
        for row in rows.iter().filter(|row| row.0 == hour) {
            if open.get(&row.1).is_some_and(|(state, _, _)| *state == ActionableState::Blocked) {
                days.entry(HourNumber(hour).day()).or_default()[4] += row.2;
            } else {
                came.push(*row);
            }
        }
    }
    days
}

fn by_day(replayed: &Replayed) -> BTreeMap<DayNumber, [i64; 5]> {
    let told =
        |day: &super::ReplayedDay| [day.runs, day.found, day.acted_on, day.recovered, day.kept_out.unique];
    replayed.days.iter().map(|(number, day)| (*number, told(day))).collect()
}

#[test]
fn a_source_is_found_acted_on_after_its_delay_and_kept_out() {
    let rows: Vec<Row> = (24..48).map(|hour| (hour, 1, 6, 0)).collect();
    let replayed = replayed(&rule(&json!({})), &rows, 48);
    // 12 clicks at hour 26, acted on at 28: 20 hours of 6 clicks are kept out.
    let source = replayed.sources[&1];
    assert_eq!((source.found, source.acted_on, source.kept_out.unique), (1, 1, 120));
    assert_eq!(by_day(&replayed)[&DayNumber(1)], [24, 1, 1, 0, 120]);
}

#[test]
fn a_source_that_repairs_itself_within_its_delay_recovers_and_one_that_pauses_does_not() {
    let bad = [(24, 1, 6, 0), (25, 1, 6, 0)];
    let repaired = [bad.as_slice(), &[(26, 1, 6, 3)]].concat();
    assert_eq!(by_day(&replayed(&rule(&json!({})), &repaired, 48))[&DayNumber(1)], [24, 1, 0, 1, 0]);
    let paused = [bad.as_slice(), &[(30, 1, 6, 0)]].concat();
    assert_eq!(by_day(&replayed(&rule(&json!({})), &paused, 48))[&DayNumber(1)], [24, 1, 1, 0, 6]);
    let unforgiving = rule(&json!({"recover": false}));
    assert_eq!(by_day(&replayed(&unforgiving, &repaired, 48))[&DayNumber(1)], [24, 1, 1, 0, 0]);
}

#[test]
fn a_rule_that_only_tells_keeps_nothing_out_and_tells_again_after_a_calm() {
    let notify = rule(&json!({"action": "notify"}));
    let mut rows: Vec<Row> = vec![(24, 1, 20, 0)];
    rows.push((40, 1, 20, 0));
    assert_eq!(by_day(&replayed(&notify, &rows, 48))[&DayNumber(1)], [24, 2, 0, 2, 0]);
}

proptest! {
    #[test]
    fn a_replay_does_what_runs_do_one_by_one(
        rows in vec((0_i64..72, 0_u32..5, 0_i64..12, 0_i64..3), 0..120),
        every in prop::sample::select(vec![1, 3, 6, 24]),
        lookback in prop::sample::select(vec![1, 3, 12, 24]),
        delay in prop::sample::select(vec![0, 60, 240, 1_440]),
        block_hours in prop::option::of(1_u32..30),
        action in prop::sample::select(vec!["block", "notify"]),
        recover in any::<bool>(),
        asks_quality in any::<bool>(),
    ) {
        let advanced = json!([{"metric": "mobile_traffic", "operator": "greater_than", "value": "50"}]);
        let rule = rule(&json!({
            "run_every_hours": every, "lookback_hours": lookback, "action_delay_minutes": delay,
            "block_hours": block_hours, "action": action, "recover": recover,
            "advanced_kpis": if asks_quality { advanced } else { json!([]) },
            "kpis": [{"metric": "cvr", "operator": "less_than", "value": if asks_quality { "40" } else { "10" }}],
        }));
        prop_assert_eq!(by_day(&replayed(&rule, &rows, 72)), run_one_by_one(&rule, &rows, 72));
    }
}
