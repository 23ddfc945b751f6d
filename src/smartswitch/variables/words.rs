//! The words of actionable variables on pages: states, acts, and what a rule said of a source.

use crate::web::{
    format,
    format::Grain,
    markup::{Markup, escape},
    parts::Choice,
    signal::Signal,
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    shared::{Calendar, Currency, Micros, Unit},
    smartswitch::{
        ActionableAct, ActionableState, Bound, Breach, EventKind, Judgement, KpiFound, KpiOn,
        SmartSwitchRule, SwitchAction, SwitchOperator, Threshold,
    },
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use store::smartswitch::ActionableVariable;

/// What a state means to whoever looks.
pub const fn signal(state: ActionableState) -> Signal {
    match state {
        ActionableState::Pending => Signal::Warn,
        ActionableState::Blocked | ActionableState::Failing => Signal::Bad,
        ActionableState::Notified | ActionableState::Whitelisted => Signal::Note,
        ActionableState::Recovered => Signal::Good,
        ActionableState::Deleted | ActionableState::Expired => Signal::Off,
    }
}

/// The states to choose from.
pub fn states() -> Vec<Choice> {
    ActionableState::ALL.map(|state| Choice::new(state.name(), state.name())).to_vec()
}

/// A source as people read it: `sub4 = site-8761`.
pub fn source(variable: &ActionableVariable) -> String {
    let (name, value) = (variable.variable.name(), variable.source.value.as_str());
    if value.is_empty() { format!("{name} is empty") } else { format!("{name} = {value}") }
}

/// What becomes of clicks by an action.
pub const fn action(action: SwitchAction) -> &'static str {
    match action {
        SwitchAction::Block => "blank page",
        SwitchAction::FailTraffic => "fail traffic",
        SwitchAction::Notify => "notification only",
    }
}

/// What happens next with a source and when, counted down; empty where nothing does by itself.
pub fn next(variable: &ActionableVariable, now: DateTime<Utc>, calendar: Calendar, grain: Grain) -> Markup {
    let (verb, at) = match variable.state {
        ActionableState::Pending => (will(variable.action, grain), variable.due_at),
        ActionableState::Blocked | ActionableState::Failing => ("lifted", variable.ends_at),
        ActionableState::Notified
        | ActionableState::Recovered
        | ActionableState::Whitelisted
        | ActionableState::Deleted
        | ActionableState::Expired => return Markup::default(),
    };
    if at == 0 {
        return Markup::default();
    }
    let at = DateTime::from_timestamp_millis(at).unwrap_or_default();
    Markup::trusted(format!("{} {}", escape(verb), format::until_html(at, now, calendar, grain)))
}

/// What a pending source will be; in a table in fewer words.
const fn will(action: SwitchAction, grain: Grain) -> &'static str {
    match (action, grain) {
        (SwitchAction::Block, _) => "blocked",
        (SwitchAction::FailTraffic, Grain::Coarse) => "fail traffic",
        (SwitchAction::FailTraffic, Grain::Fine) => "sent to fail traffic",
        (SwitchAction::Notify, _) => "told of",
    }
}

/// The button's word.
pub const fn act(act: ActionableAct) -> &'static str {
    match act {
        ActionableAct::Block => "Block",
        ActionableAct::Delete => "Delete",
        ActionableAct::Whitelist => "Whitelist",
    }
}

/// The same when it is done.
pub const fn done(act: ActionableAct) -> &'static str {
    match act {
        ActionableAct::Block => "Blocked",
        ActionableAct::Delete => "Deleted",
        ActionableAct::Whitelist => "Whitelisted",
    }
}

/// Whether an act cuts clicks off.
pub const fn is_danger(act: ActionableAct) -> bool {
    match act {
        ActionableAct::Block => true,
        ActionableAct::Delete | ActionableAct::Whitelist => false,
    }
}

/// What an act does, said before.
pub const fn what(act: ActionableAct) -> &'static str {
    match act {
        ActionableAct::Block => {
            "Within two seconds their clicks see a blank page, or go to the offer's fail traffic where the rule says so, without waiting for the delay. They are stored as invalid with code 28."
        }
        ActionableAct::Delete => {
            "What is blocked is let through again within two seconds, and what is pending is cancelled. A later run may find them again."
        }
        ActionableAct::Whitelist => {
            "What is blocked is let through again within two seconds, and what is pending is cancelled. This rule never acts on them again; other rules still do."
        }
    }
}

/// The same of one source.
pub const fn what_of_one(act: ActionableAct) -> &'static str {
    match act {
        ActionableAct::Block => {
            "Within two seconds its clicks see a blank page, or go to the offer's fail traffic where the rule says so, without waiting for the delay. They are stored as invalid with code 28."
        }
        ActionableAct::Delete => {
            "If it is blocked it is let through again within two seconds, and if it is pending that is cancelled. A later run may find it again."
        }
        ActionableAct::Whitelist => {
            "If it is blocked it is let through again within two seconds, and if it is pending that is cancelled. This rule never acts on it again; other rules still do."
        }
    }
}

/// The acts to choose from.
pub fn acts() -> Vec<Choice> {
    ActionableAct::ALL.map(|one| Choice::new(one.name(), act(one))).to_vec()
}

/// Why an act left a source as it is, behind "is" or "are".
pub const fn left(act: ActionableAct, state: ActionableState, action: SwitchAction) -> &'static str {
    if state.after(act, action).is_some() {
        return "found again since";
    }
    match state {
        ActionableState::Pending => "pending",
        ActionableState::Blocked => "blocked already",
        ActionableState::Failing => "sent to fail traffic already",
        ActionableState::Notified => "told of already",
        ActionableState::Recovered => "recovered",
        ActionableState::Whitelisted => "whitelisted",
        ActionableState::Deleted => "deleted already",
        ActionableState::Expired => "expired",
    }
}

/// What reaches a threshold: `5,001 or more`.
pub fn bound(threshold: &Threshold, currency: Currency) -> String {
    let value = limit(threshold.value, threshold.data_point.metric().unit(), currency);
    match threshold.bound {
        Bound::Minimum => format!("{value} or more"),
        Bound::Maximum => format!("{value} or less"),
    }
}

/// What one KPI of a rule said of a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KpiLine {
    pub name: String,
    pub value: String,
    /// What is unacceptable.
    pub limit: String,
    /// How probable the breach is, where the KPI asks for it; empty else.
    pub probability: String,
    pub is_breached: bool,
}

/// What each KPI of a rule said of a source, the advanced ones last.
pub fn kpis(rule: &SmartSwitchRule, judgement: &Judgement, currency: Currency) -> Vec<KpiLine> {
    let usual = rule.kpis.iter().map(|kpi| (name(kpi.metric.words(), kpi), kpi.metric.unit(), kpi.breach()));
    let advanced =
        rule.advanced_kpis.iter().map(|kpi| (name(kpi.metric.words(), kpi), Unit::Ratio, kpi.breach()));
    let all = usual.chain(advanced).zip(&judgement.kpis);
    all.map(|((name, unit, breach), found)| line(name, (unit, currency), &breach, found)).collect()
}

/// The same in a line: `CVR 0.04 %, under 0.05 %`.
pub fn in_a_line(lines: &[KpiLine]) -> String {
    let said = |line: &KpiLine| format!("{} {}, {}", line.name, line.value, line.limit);
    lines.iter().map(said).collect::<Vec<_>>().join("; ")
}

/// The first of them in a line, and how many more there are.
pub fn in_short(lines: &[KpiLine]) -> String {
    let Some((first, others)) = lines.split_first() else { return String::new() };
    let more = match others.len() {
        0 => String::new(),
        count => format!(", {} more", format::count(count)),
    };
    format!("{}{more}", in_a_line(std::slice::from_ref(first)))
}

fn name<M>(words: &str, kpi: &KpiOn<M>) -> String {
    match kpi.event {
        EventKind::Base => words.to_owned(),
        EventKind::Any => format!("{words}, any event"),
        EventKind::Named => format!("{words}, event “{}”", kpi.event_name),
    }
}

fn line(name: String, (unit, currency): (Unit, Currency), breach: &Breach, found: &KpiFound) -> KpiLine {
    let at = |amount| limit(amount, unit, currency);
    let bounds = match (breach.operator, breach.to) {
        (SwitchOperator::GreaterThan, _) => format!("over {}", at(breach.value)),
        (SwitchOperator::LessThan, _) => format!("under {}", at(breach.value)),
        (SwitchOperator::Range, Some(to)) => format!("{} to {}", at(breach.value), at(to)),
        (SwitchOperator::Range, None) => at(breach.value),
    };
    KpiLine {
        name,
        value: found
            .value
            .map_or_else(|| format::NO_VALUE.to_owned(), |value| written(value, unit, currency)),
        limit: bounds,
        probability: found.probability.map_or_else(String::new, |share| format::percent(Some(share))),
        is_breached: found.is_breached,
    }
}

/// A limit as people wrote it, shares in percent.
fn limit(value: Micros, unit: Unit, currency: Currency) -> String {
    match unit {
        Unit::Count => format::count(value.0 / 1_000_000),
        Unit::Money => format::exact_money(value, currency),
        Unit::Ratio => format!("{} %", value.to_decimal().normalize()),
        Unit::Seconds => format::duration(Duration::seconds(value.0 / 1_000_000)),
    }
}

/// A value in the unit of its limit, to as many digits as it takes to tell it from the limit.
fn written(value: Decimal, unit: Unit, currency: Currency) -> String {
    match unit {
        Unit::Count => format::count(value.to_i64().unwrap_or(0)),
        Unit::Money => Micros::from_decimal(value)
            .map_or_else(|| format::NO_VALUE.to_owned(), |amount| format::money(amount, currency)),
        Unit::Ratio => {
            let digits = if value.abs() < Decimal::ONE { 4 } else { 2 };
            format!("{} %", value.round_dp(digits).normalize())
        }
        Unit::Seconds => format::duration(Duration::seconds(value.to_i64().unwrap_or(0))),
    }
}
