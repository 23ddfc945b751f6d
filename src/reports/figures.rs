//! Metrics as they are written: in cells, and in JSON.

use crate::web::format;
use chrono::Duration;
use domain::{
    reports::{Measures, Metric, Unit},
    shared::{Currency, Micros},
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde_json::{Map, Value};

/// Every metric by its name: counts and ratios are numbers, money is a decimal string, no value is null.
pub(super) fn metrics(measures: &Measures) -> Map<String, Value> {
    Metric::ALL.iter().map(|metric| (metric.name().to_owned(), json(*metric, measures))).collect()
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
pub(super) fn shown(metric: Metric, measures: &Measures, currency: Currency) -> String {
    let Some(value) = metric.value(measures) else { return format::NO_VALUE.to_owned() };
    match metric.unit() {
        Unit::Count => format::count(value.to_i64().unwrap_or(0)),
        Unit::Money => Micros::from_decimal(value)
            .map_or_else(|| format::NO_VALUE.to_owned(), |amount| format::money(amount, currency)),
        Unit::Ratio => format::percent(value.to_f64()),
        Unit::Seconds => format::duration(Duration::seconds(value.to_i64().unwrap_or(0))),
    }
}

/// A metric as a chart draws it.
pub(super) fn drawn(metric: Metric, measures: &Measures) -> Option<f64> {
    metric.value(measures).as_ref().and_then(Decimal::to_f64)
}
