//! The terms of a rule: thresholds, from when on a source is judged, and KPIs, what is unacceptable (DOMAIN.md,
//! section 8).

use crate::shared::{Measures, Metric, Micros, Problems, Unit};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The longest name of an event.
const LONGEST_EVENT: usize = 200;

/// What a threshold counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataPoint {
    /// Unique and duplicate clicks.
    TotalClicks,
    Revenue,
    Payout,
    Impressions,
    /// Approved named events.
    Events,
    /// Approved base conversions.
    Conversions,
    /// Approved, pending and rejected base conversions, without view-through.
    AllConversions,
}

impl DataPoint {
    /// All, in the order of a menu.
    pub const ALL: [Self; 7] = [
        Self::TotalClicks,
        Self::Revenue,
        Self::Payout,
        Self::Impressions,
        Self::Events,
        Self::Conversions,
        Self::AllConversions,
    ];

    /// The word in JSON and in forms.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TotalClicks => "total_clicks",
            Self::Revenue => "revenue",
            Self::Payout => "payout",
            Self::Impressions => "impressions",
            Self::Events => "events",
            Self::Conversions => "conversions",
            Self::AllConversions => "all_conversions",
        }
    }

    /// The figure of reports that it is.
    #[must_use]
    pub const fn metric(self) -> Metric {
        match self {
            Self::TotalClicks => Metric::Clicks,
            Self::Revenue => Metric::Revenue,
            Self::Payout => Metric::Payout,
            Self::Impressions => Metric::Impressions,
            Self::Events => Metric::Events,
            Self::Conversions => Metric::Cv,
            Self::AllConversions => Metric::AllConversions,
        }
    }

    /// How much of it there is, in millionths.
    #[must_use]
    pub fn of(self, measures: &Measures) -> i64 {
        let count = |number: i64| number.saturating_mul(1_000_000);
        match self {
            Self::TotalClicks => count(measures.clicks()),
            Self::Revenue => measures.revenue.0,
            Self::Payout => measures.payout.0,
            Self::Impressions => count(measures.impressions),
            Self::Events => count(measures.events),
            Self::Conversions => count(measures.approved),
            Self::AllConversions => count(measures.all_conversions()),
        }
    }
}

/// Which side of a threshold's value is in reach.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// So much or more.
    #[default]
    Minimum,
    /// So much or less.
    Maximum,
}

impl Bound {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Minimum, Self::Maximum];

    /// The word in JSON and in forms.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
        }
    }
}

/// From when on a source is judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    pub data_point: DataPoint,
    #[serde(default)]
    pub bound: Bound,
    /// A whole number, or an amount of the network's currency.
    #[serde(deserialize_with = "Micros::deserialize_limit")]
    pub value: Micros,
}

impl Threshold {
    pub(super) fn check(&self, problems: &mut Problems, path: &str) {
        check_value(problems, &format!("{path}.value"), self.data_point.metric().unit(), self.value);
    }

    /// Whether a source's figures reach it: the value itself does.
    #[must_use]
    pub fn is_reached(&self, measures: &Measures) -> bool {
        let has = self.data_point.of(measures);
        match self.bound {
            Bound::Minimum => has >= self.value.0,
            Bound::Maximum => has <= self.value.0,
        }
    }
}

fn check_value(problems: &mut Problems, path: &str, unit: Unit, value: Micros) {
    let is_whole = unit != Unit::Count || value.0 % 1_000_000 == 0;
    problems.check(is_whole, path, "must be a whole number: it is a count");
    let may_be_negative = matches!(unit, Unit::Money | Unit::Ratio);
    problems.check(value.0 >= 0 || may_be_negative, path, "must be 0 or more");
}

/// Of which conversions a KPI is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The base conversion: all figures as reports have them.
    #[default]
    Base,
    /// Named events, whatever their name, in place of the base conversion.
    Any,
    /// The events of one name in place of the base conversion.
    Named,
}

impl EventKind {
    /// All.
    pub const ALL: [Self; 3] = [Self::Base, Self::Any, Self::Named];

    /// The word in JSON and in forms.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Any => "any",
            Self::Named => "named",
        }
    }
}

/// How a value is compared: what lies there is unacceptable.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SwitchOperator {
    /// Above the value, not at it.
    GreaterThan,
    /// Below the value, not at it.
    #[default]
    LessThan,
    /// From one value to another, both included.
    Range,
}

impl SwitchOperator {
    /// All.
    pub const ALL: [Self; 3] = [Self::GreaterThan, Self::LessThan, Self::Range];

    /// The word in JSON and in forms.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GreaterThan => "greater_than",
            Self::LessThan => "less_than",
            Self::Range => "range",
        }
    }
}

/// A KPI on a figure of reports.
pub type Kpi = KpiOn<Metric>;

/// A KPI on the quality of conversions.
pub type AdvancedKpi = KpiOn<AdvancedMetric>;

/// What is unacceptable of a metric.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KpiOn<M> {
    #[serde(default)]
    pub event: EventKind,
    /// The name of the event where it is a named one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub event_name: String,
    pub metric: M,
    #[serde(default)]
    pub operator: SwitchOperator,
    /// A number, an amount of the network's currency, or a percentage where the metric is a share.
    #[serde(deserialize_with = "Micros::deserialize_limit")]
    pub value: Micros,
    /// The upper end of a range.
    #[serde(default, deserialize_with = "limit_or_none", skip_serializing_if = "Option::is_none")]
    pub to: Option<Micros>,
    /// Only where the figures leave no doubt: with a probability of 95 % what lies behind the share breaches too.
    #[serde(default)]
    pub only_when_sure: bool,
}

/// What an advanced KPI counts: a percentage of conversions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdvancedMetric {
    /// From mobile data, of those whose connection is known.
    MobileTraffic,
    /// From WiFi, of those whose connection is known.
    WifiTraffic,
    /// Whose click's address another conversion of the source has too, of those whose address is known.
    DuplicateIps,
    EmptySourceId,
    EmptySub1,
    EmptySub2,
    EmptySub3,
    EmptySub4,
    EmptySub5,
    /// Whose click came without a device id, of those of which that is known.
    WithoutDeviceIds,
}

impl AdvancedMetric {
    /// The ten of seed 003, in its order.
    pub const ALL: [Self; 10] = [
        Self::MobileTraffic,
        Self::WifiTraffic,
        Self::DuplicateIps,
        Self::EmptySourceId,
        Self::EmptySub1,
        Self::EmptySub2,
        Self::EmptySub3,
        Self::EmptySub4,
        Self::EmptySub5,
        Self::WithoutDeviceIds,
    ];

    /// The word in JSON and in forms.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MobileTraffic => "mobile_traffic",
            Self::WifiTraffic => "wifi_traffic",
            Self::DuplicateIps => "duplicate_ips",
            Self::EmptySourceId => "empty_source_id",
            Self::EmptySub1 => "empty_sub1",
            Self::EmptySub2 => "empty_sub2",
            Self::EmptySub3 => "empty_sub3",
            Self::EmptySub4 => "empty_sub4",
            Self::EmptySub5 => "empty_sub5",
            Self::WithoutDeviceIds => "without_device_ids",
        }
    }

    /// The words of seed 003.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::MobileTraffic => "% of conversions coming from mobile traffic (not from WiFi)",
            Self::WifiTraffic => "% of conversions coming from WiFi traffic",
            Self::DuplicateIps => "% of conversions with duplicate IPs",
            Self::EmptySourceId => "% of conversions with empty source_id",
            Self::EmptySub1 => "% of conversions with empty sub1",
            Self::EmptySub2 => "% of conversions with empty sub2",
            Self::EmptySub3 => "% of conversions with empty sub3",
            Self::EmptySub4 => "% of conversions with empty sub4",
            Self::EmptySub5 => "% of conversions with empty sub5",
            Self::WithoutDeviceIds => "% of conversions without device ids",
        }
    }
}

fn limit_or_none<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Micros>, D::Error> {
    #[derive(Deserialize)]
    struct Limit(#[serde(deserialize_with = "Micros::deserialize_limit")] Micros);
    Ok(Option::<Limit>::deserialize(deserializer)?.map(|limit| limit.0))
}

/// What is unacceptable of a value: the part of a KPI that both kinds have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Breach {
    pub operator: SwitchOperator,
    pub value: Micros,
    pub to: Option<Micros>,
}

impl Breach {
    /// Whether a value lies where it is unacceptable; `value` in the unit that the KPI is written in, shares in
    /// percent.
    #[must_use]
    pub fn holds(&self, value: Decimal) -> bool {
        let limit = self.value.to_decimal();
        match self.operator {
            SwitchOperator::GreaterThan => value > limit,
            SwitchOperator::LessThan => value < limit,
            SwitchOperator::Range => value >= limit && self.to.is_some_and(|to| value <= to.to_decimal()),
        }
    }

    fn check(&self, problems: &mut Problems, path: &str, unit: Unit) {
        check_value(problems, &format!("{path}.value"), unit, self.value);
        let at = format!("{path}.to");
        match (self.operator, self.to) {
            (SwitchOperator::Range, None) => problems.push(at, "must be there: where the range ends"),
            (SwitchOperator::Range, Some(to)) => {
                check_value(problems, &at, unit, to);
                problems.check(
                    self.value <= to,
                    &at,
                    "must be as large as the value that the range begins with",
                );
            }
            (SwitchOperator::GreaterThan | SwitchOperator::LessThan, Some(_)) => {
                problems.push(at, "must be left out: only a range has an end");
            }
            (SwitchOperator::GreaterThan | SwitchOperator::LessThan, None) => {}
        }
    }
}

impl<M> KpiOn<M> {
    /// What is unacceptable.
    #[must_use]
    pub fn breach(&self) -> Breach {
        Breach { operator: self.operator, value: self.value, to: self.to }
    }

    fn check_in(&self, problems: &mut Problems, path: &str, unit: Unit) {
        self.breach().check(problems, path, unit);
        check_event(problems, path, self.event, &self.event_name);
    }
}

impl Kpi {
    pub(super) fn check(&self, problems: &mut Problems, path: &str) {
        self.check_in(problems, path, self.metric.unit());
        let may_be_sure = !self.only_when_sure || self.metric.shares(&Measures::default()).is_some();
        problems.check(
            may_be_sure,
            &format!("{path}.only_when_sure"),
            "is for shares such as CVR: what is counted or paid is sure as it is",
        );
    }
}

impl AdvancedKpi {
    pub(super) fn check(&self, problems: &mut Problems, path: &str) {
        self.check_in(problems, path, Unit::Ratio);
    }
}

fn check_event(problems: &mut Problems, path: &str, kind: EventKind, name: &str) {
    let at = format!("{path}.event_name");
    problems.text(&at, name, kind == EventKind::Named, LONGEST_EVENT);
    let has_no_name = kind == EventKind::Named || name.is_empty();
    problems.check(has_no_name, &at, "must be left out: only a named event has one");
}
