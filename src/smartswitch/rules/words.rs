//! What a rule does, in plain words. Pure, so that its preview, its page, lists and the partners' portal say the same.

use crate::web::format;
use chrono::{DateTime, Utc};
use domain::{
    shared::{Calendar, Currency, Metric, Micros, Unit},
    smartswitch::{
        AdvancedKpi, AdvancedMetric, Bound, Breach, DataPoint, EntityType, EventKind, Kpi, SmartSwitchRule,
        SwitchAction, SwitchOperator, Threshold,
    },
};

/// How many offers or advertisers a sentence names.
pub const NAMED: usize = 3;
/// What stands where something is still to be filled in.
const OPEN: &str = "…";
/// A blank at which no line ends: a number stays with its unit.
const UNBROKEN: &str = "\u{a0}";
const MINUTES_OF_DAY: u32 = 1_440;

/// What the document itself does not say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Around<'a> {
    /// The names of the first [`NAMED`] offers or advertisers.
    pub names: Vec<&'a str>,
    pub currency: Currency,
    pub calendar: Calendar,
}

/// A rule in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// What it does to whom.
    pub sentence: String,
    /// How and with what exceptions, a sentence each.
    pub notes: Vec<String>,
}

/// A rule as employees read it. It may be unfinished.
#[must_use]
pub fn words(rule: &SmartSwitchRule, around: &Around<'_>) -> Words {
    let condition = condition(rule, around.currency);
    let (source, outcome) = (source(rule, &around.names), outcome(rule, told(rule)));
    Words {
        sentence: format!("When {source} {condition}, {outcome}."),
        notes: [
            Some(checked(rule)),
            recovery(rule),
            dates(rule, around.calendar),
            exclusions(rule),
            Some(empty_values(rule)),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}

/// A rule as a partner reads it about its own sources at an offer: nothing of others, and where it rests on the
/// network's money nothing of its condition.
#[must_use]
pub fn words_for_partner(rule: &SmartSwitchRule, around: &Around<'_>) -> Words {
    let outcome = outcome(rule, rule.notify_partners.then_some("you"));
    let source = format!("{} of {}", rule.variable.name(), around.names.first().unwrap_or(&OPEN));
    let sentence = if rests_on_money(rule) {
        format!("Quality target not met by {source}: {outcome}.")
    } else {
        format!("When {source} {}, {outcome}.", condition(rule, around.currency))
    };
    Words { sentence, notes: [Some(checked(rule)), recovery(rule)].into_iter().flatten().collect() }
}

/// Whether a condition tells what the network earns.
#[must_use]
pub fn rests_on_money(rule: &SmartSwitchRule) -> bool {
    let of_threshold = |threshold: &Threshold| tells_money(threshold.data_point.metric());
    rule.thresholds.iter().any(of_threshold) || rule.kpis.iter().any(|kpi| tells_money(kpi.metric))
}

/// No `_`: a new figure must be put on one side.
const fn tells_money(metric: Metric) -> bool {
    match metric {
        Metric::Revenue
        | Metric::PendingRevenue
        | Metric::Profit
        | Metric::Margin
        | Metric::Rpc
        | Metric::Rpa
        | Metric::Rpm => true,
        Metric::Impressions
        | Metric::GrossClicks
        | Metric::Clicks
        | Metric::UniqueClicks
        | Metric::DuplicateClicks
        | Metric::InvalidClicks
        | Metric::InvalidRate
        | Metric::Ctr
        | Metric::Cv
        | Metric::ViewThrough
        | Metric::TotalCv
        | Metric::Pending
        | Metric::Rejected
        | Metric::AllConversions
        | Metric::Cvr
        | Metric::Events
        | Metric::Evr
        | Metric::FraudLevel
        | Metric::Payout
        | Metric::PendingPayout
        | Metric::Cpc
        | Metric::Cpa
        | Metric::Cpm
        | Metric::Epc
        | Metric::SaleAmount
        | Metric::AverageSaleValue
        | Metric::Delta => false,
    }
}

fn checked(rule: &SmartSwitchRule) -> String {
    let every = match rule.run_every_hours.hours() {
        1 => "hour".to_owned(),
        hours => format!("{hours} hours"),
    };
    let lookback = match rule.lookback_hours.hours() {
        1 => "hour".to_owned(),
        hours => span(u32::from(hours) * 60),
    };
    format!("Checked every {every} over the last {lookback}.")
}

/// How often it runs and over which time, for a narrow place: `every 3 h over 7 days`.
#[must_use]
pub fn runs(rule: &SmartSwitchRule) -> String {
    let lookback = match rule.lookback_hours.hours() {
        168 => "7 days".to_owned(),
        hours => format!("{hours} h"),
    };
    format!("every {} h over {lookback}", rule.run_every_hours.hours())
}

/// How many offers or advertisers it names.
#[must_use]
pub fn entities(rule: &SmartSwitchRule) -> String {
    match rule.entity_type {
        EntityType::Offers => format::counted(rule.offer_ids.len(), "offer"),
        EntityType::Advertisers => format::counted(rule.advertiser_ids.len(), "advertiser"),
    }
}

/// What becomes of a source's clicks, in a word or two.
#[must_use]
pub const fn action(action: SwitchAction) -> &'static str {
    match action {
        SwitchAction::Block => "blank page",
        SwitchAction::FailTraffic => "fail traffic",
        SwitchAction::Notify => "notify only",
    }
}

/// A time as people say it: `an hour`, `90 minutes`, `7 days`.
#[must_use]
pub fn span(minutes: u32) -> String {
    match minutes {
        1 => "a minute".to_owned(),
        60 => "an hour".to_owned(),
        _ if minutes.is_multiple_of(MINUTES_OF_DAY) && minutes > 2 * MINUTES_OF_DAY => {
            format::counted(minutes / MINUTES_OF_DAY, "day")
        }
        _ if minutes.is_multiple_of(60) => format::counted(minutes / 60, "hour"),
        _ => format::counted(minutes, "minute"),
    }
}

fn source(rule: &SmartSwitchRule, names: &[&str]) -> String {
    let variable = rule.variable.name();
    match rule.entity_type {
        EntityType::Offers if rule.offer_ids.is_empty() => format!("{variable} of an offer"),
        EntityType::Offers => format!("{variable} of {}", any_of(names, rule.offer_ids.len(), "offer")),
        EntityType::Advertisers => {
            let whose = any_of(names, rule.advertiser_ids.len(), "advertiser");
            format!("{variable} of an offer by {whose}")
        }
    }
}

/// Names joined by "or", the others counted.
fn any_of(names: &[&str], count: usize, one: &str) -> String {
    let shown = &names[..names.len().min(NAMED)];
    let more = count.saturating_sub(shown.len());
    let more = (more > 0 && !shown.is_empty())
        .then(|| format!("{} more {one}{}", format::count(more), plural(more)));
    let all: Vec<String> = shown.iter().map(|name| (*name).to_owned()).chain(more).collect();
    either(&all)
}

const fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// `a`, `a or b`, `a, b or c`.
fn either(all: &[String]) -> String {
    match all {
        [] => OPEN.to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn condition(rule: &SmartSwitchRule, currency: Currency) -> String {
    let lookback = span(u32::from(rule.lookback_hours.hours()) * 60);
    let kpis = rule.kpis.iter().map(|one| kpi(one, currency));
    let kpis: Vec<String> = kpis.chain(rule.advanced_kpis.iter().map(advanced_kpi)).collect();
    let kpis = if kpis.is_empty() { OPEN.to_owned() } else { kpis.join(" and ") };
    let comma = if rule.thresholds.len() > 1 { "," } else { "" };
    format!("{} in {lookback}{comma} and {kpis}", thresholds(&rule.thresholds, currency))
}

fn thresholds(thresholds: &[Threshold], currency: Currency) -> String {
    let of = |bound: Bound| {
        let its = thresholds.iter().filter(|threshold| threshold.bound == bound);
        its.map(|threshold| amount(threshold, currency)).collect::<Vec<_>>()
    };
    let (least, most) = (of(Bound::Minimum), of(Bound::Maximum));
    match (least.is_empty(), most.is_empty()) {
        (_, true) => format!("reaches {}", either(&least)),
        (true, false) => format!("has at most {}", either(&most)),
        (false, false) => format!("reaches {}, or has at most {}", either(&least), either(&most)),
    }
}

fn amount(threshold: &Threshold, currency: Currency) -> String {
    let counted = |one: &str| format::counted(threshold.value.0 / 1_000_000, one);
    let money = |of: &str| format!("{} of {of}", money(threshold.value, currency));
    match threshold.data_point {
        DataPoint::TotalClicks => counted("click"),
        DataPoint::Revenue => money("revenue"),
        DataPoint::Payout => money("payout"),
        DataPoint::Impressions => counted("impression"),
        DataPoint::Events => counted("event"),
        DataPoint::Conversions => counted("conversion"),
        DataPoint::AllConversions => format!("{} of any status", counted("conversion")),
    }
}

fn kpi(kpi: &Kpi, currency: Currency) -> String {
    let event = match kpi.event {
        EventKind::Base => String::new(),
        EventKind::Any => " of any event".to_owned(),
        EventKind::Named => format!(" of {}", quoted(&kpi.event_name)),
    };
    let unit = kpi.metric.unit();
    let (figure, verb) = figure(kpi.metric);
    let breach = breach(&kpi.breach(), |value| limit(value, unit, currency));
    format!("its {figure}{event} {verb} {breach}{}", sure(kpi.only_when_sure))
}

fn advanced_kpi(kpi: &AdvancedKpi) -> String {
    let of = match kpi.event {
        EventKind::Base => "conversions".to_owned(),
        EventKind::Any => "events".to_owned(),
        EventKind::Named => format!("{} events", quoted(&kpi.event_name)),
    };
    let breach = breach(&kpi.breach(), percentage);
    format!("{breach} of its {of} {}{}", quality(kpi.metric), sure(kpi.only_when_sure))
}

const fn quality(metric: AdvancedMetric) -> &'static str {
    match metric {
        AdvancedMetric::MobileTraffic => "come from mobile traffic (not from WiFi)",
        AdvancedMetric::WifiTraffic => "come from WiFi traffic",
        AdvancedMetric::DuplicateIps => "have duplicate IPs",
        AdvancedMetric::EmptySourceId => "have an empty source_id",
        AdvancedMetric::EmptySub1 => "have an empty sub1",
        AdvancedMetric::EmptySub2 => "have an empty sub2",
        AdvancedMetric::EmptySub3 => "have an empty sub3",
        AdvancedMetric::EmptySub4 => "have an empty sub4",
        AdvancedMetric::EmptySub5 => "have an empty sub5",
        AdvancedMetric::WithoutDeviceIds => "have no device id",
    }
}

fn quoted(name: &str) -> String {
    format!("“{}”", if name.is_empty() { OPEN } else { name })
}

const fn sure(only_when_sure: bool) -> &'static str {
    if only_when_sure { " for sure (95\u{a0}%)" } else { "" }
}

/// A figure within a sentence, and whether it is or they are.
fn figure(metric: Metric) -> (String, &'static str) {
    if matches!(metric, Metric::Pending | Metric::Rejected | Metric::ViewThrough) {
        return (format!("{} conversions", metric.words().to_lowercase()), "are");
    }
    let words = metric.words();
    let is_name = words.chars().nth(1).is_some_and(char::is_uppercase);
    let figure = if is_name { words.to_owned() } else { words[..1].to_lowercase() + &words[1..] };
    let are_several = metric.unit() == Unit::Count && words.ends_with('s');
    (figure, if are_several { "are" } else { "is" })
}

fn breach(breach: &Breach, written: impl Fn(Micros) -> String) -> String {
    match breach.operator {
        SwitchOperator::GreaterThan => format!("over {}", written(breach.value)),
        SwitchOperator::LessThan => format!("under {}", written(breach.value)),
        SwitchOperator::Range => {
            let to = breach.to.map_or_else(|| OPEN.to_owned(), &written);
            format!("from {} to {to}", written(breach.value))
        }
    }
}

fn limit(value: Micros, unit: Unit, currency: Currency) -> String {
    match unit {
        Unit::Count => format::count(value.0 / 1_000_000),
        Unit::Money => money(value, currency),
        Unit::Ratio => percentage(value),
        Unit::Seconds => format!("{}{UNBROKEN}s", value.to_decimal().normalize()),
    }
}

fn percentage(value: Micros) -> String {
    format!("{}{UNBROKEN}%", value.to_decimal().normalize())
}

fn money(value: Micros, currency: Currency) -> String {
    format::exact_money(value, currency).replace(' ', UNBROKEN)
}

/// Who is told.
const fn told(rule: &SmartSwitchRule) -> Option<&'static str> {
    match (rule.notify_employees, rule.notify_partners) {
        (true, true) => Some("employees and the partner"),
        (true, false) => Some("employees"),
        (false, true) => Some("the partner"),
        (false, false) => None,
    }
}

fn outcome(rule: &SmartSwitchRule, told: Option<&str>) -> String {
    let act = match rule.action {
        SwitchAction::Block => ("block it", " (a blank page)"),
        SwitchAction::FailTraffic => ("send it to the offer's fail traffic", ""),
        SwitchAction::Notify => {
            return told.map_or_else(
                || "we note it and tell nobody".to_owned(),
                |told| format!("we tell {told}, and do nothing else"),
            );
        }
    };
    let ((act, aside), lasting) = (act, lasting(rule));
    match (rule.action_delay_minutes.minutes(), told) {
        (0, Some(told)) => format!("we {act} at once{aside}, {lasting}, and tell {told}"),
        (0, None) => format!("we {act} at once{aside}, {lasting}, and tell nobody"),
        (delay, Some(told)) => format!("we tell {told}, and {act} {} later{aside}, {lasting}", span(delay)),
        (delay, None) => format!("we {act} {} later{aside}, {lasting}, and tell nobody", span(delay)),
    }
}

fn lasting(rule: &SmartSwitchRule) -> String {
    rule.block_hours
        .map_or_else(|| "until lifted".to_owned(), |block| format!("for {}", span(block.hours() * 60)))
}

/// What becomes of a source that is mended within the delay, where there is one.
fn recovery(rule: &SmartSwitchRule) -> Option<String> {
    let has_delay = rule.action_delay_minutes.minutes() > 0;
    if !has_delay || rule.action == SwitchAction::Notify {
        return None;
    }
    let then = if rule.recover { "left alone" } else { "acted on all the same" };
    Some(format!("What has recovered by the end of the delay is {then}."))
}

fn dates(rule: &SmartSwitchRule, calendar: Calendar) -> Option<String> {
    let written = |at: DateTime<Utc>| calendar.local(at).format("%-d %b %Y, %H:%M").to_string();
    match (rule.start_date.map(written), rule.end_date.map(written)) {
        (Some(start), Some(end)) => Some(format!("Runs from {start} until {end}.")),
        (Some(start), None) => Some(format!("Runs from {start} on.")),
        (None, Some(end)) => Some(format!("Runs until {end}.")),
        (None, None) => None,
    }
}

fn exclusions(rule: &SmartSwitchRule) -> Option<String> {
    match rule.exclusions.len() {
        0 => None,
        1 => Some("Leaves alone what its exclusion names.".to_owned()),
        count => Some(format!("Leaves alone what its {} exclusions name.", format::count(count))),
    }
}

fn empty_values(rule: &SmartSwitchRule) -> String {
    let judged = if rule.judge_empty { "judged too, as one source" } else { "not judged" };
    format!("Traffic without {} is {judged}.", rule.variable.name())
}
