//! Metrics as they are written, the same wherever figures are shown: in cells, and in JSON.

use super::format;
use chrono::Duration;
use domain::shared::{Currency, Measures, Metric, Micros, Unit};
use rust_decimal::prelude::ToPrimitive;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Metrics of a group by their names: counts and ratios are numbers, money is a decimal string, no value
/// is null. Written straight out: a report has hundreds of groups of thirty metrics.
#[derive(Clone, Copy)]
pub struct Figures<'a> {
    pub measures: &'a Measures,
    pub metrics: &'a [Metric],
}

impl Serialize for Figures<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer
            .collect_map(self.metrics.iter().map(|metric| (metric.name(), json(*metric, self.measures))))
    }
}

fn json(metric: Metric, measures: &Measures) -> Value {
    let Some(value) = metric.value(measures) else { return Value::Null };
    match metric.unit() {
        Unit::Count => value.to_i64().map_or(Value::Null, Value::from),
        Unit::Money => Micros::from_decimal(value).map_or(Value::Null, |amount| amount.to_string().into()),
        Unit::Ratio | Unit::Seconds => value.to_f64().map_or(Value::Null, Value::from),
    }
}

/// A metric as it stands in a table.
#[must_use]
pub fn shown(metric: Metric, measures: &Measures, currency: Currency) -> String {
    let Some(value) = metric.value(measures) else { return format::NO_VALUE.to_owned() };
    match metric.unit() {
        Unit::Count => format::count(value.to_i64().unwrap_or(0)),
        Unit::Money => Micros::from_decimal(value)
            .map_or_else(|| format::NO_VALUE.to_owned(), |amount| format::money(amount, currency)),
        Unit::Ratio => format::percent(value.to_f64()),
        Unit::Seconds => format::duration(Duration::seconds(value.to_i64().unwrap_or(0))),
    }
}
