//! Metrics of reports: as charts draw them, and how they change.

use crate::web::{
    chart,
    format::{self, Better, Change},
};
use domain::{
    reports::{Measures, Metric, Unit},
    shared::{Currency, Micros},
};
use rust_decimal::{Decimal, prelude::ToPrimitive};

pub(super) use crate::web::figures::{Figures, shown};

/// A metric as a chart draws it.
pub(super) fn drawn(metric: Metric, measures: &Measures) -> Option<f64> {
    metric.value(measures).as_ref().and_then(Decimal::to_f64)
}

/// The unit of a metric on a chart.
pub(super) fn unit(metric: Metric, currency: Currency) -> chart::Unit {
    match metric.unit() {
        Unit::Count | Unit::Seconds => chart::Unit::Count,
        Unit::Money => chart::Unit::Money(currency),
        Unit::Ratio => chart::Unit::Share,
    }
}

/// A count as a length.
#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(super) fn as_length(count: i64) -> f64 {
    count as f64
}

/// Which way of change is welcome.
pub(super) fn better(metric: Metric) -> Better {
    match metric {
        Metric::DuplicateClicks
        | Metric::InvalidClicks
        | Metric::InvalidRate
        | Metric::Rejected
        | Metric::FraudLevel => Better::Less,
        Metric::Payout
        | Metric::Pending
        | Metric::PendingPayout
        | Metric::PendingRevenue
        | Metric::Cpc
        | Metric::Cpa
        | Metric::Cpm
        | Metric::Delta => Better::Neither,
        Metric::Impressions
        | Metric::GrossClicks
        | Metric::Clicks
        | Metric::UniqueClicks
        | Metric::Ctr
        | Metric::Cv
        | Metric::ViewThrough
        | Metric::TotalCv
        | Metric::AllConversions
        | Metric::Cvr
        | Metric::Events
        | Metric::Evr
        | Metric::Revenue
        | Metric::Profit
        | Metric::Margin
        | Metric::Epc
        | Metric::Rpc
        | Metric::Rpa
        | Metric::Rpm
        | Metric::SaleAmount
        | Metric::AverageSaleValue => Better::More,
    }
}

/// The change of a metric: in points for shares, in percent else. None where there is nothing to hold it
/// against.
pub(super) fn change(metric: Metric, now: Option<f64>, before: Option<f64>) -> Option<Change> {
    match metric.unit() {
        Unit::Ratio => Change::points(now, before, better(metric)),
        Unit::Count | Unit::Money | Unit::Seconds => Change::relative(now?, before?, better(metric)),
    }
}

/// The difference of two values with its sign, as it stands in a table; none for shares, whose change
/// says it.
pub(super) fn difference(
    metric: Metric,
    now: &Measures,
    before: &Measures,
    currency: Currency,
) -> Option<String> {
    let difference = metric.value(now)? - metric.value(before)?;
    let written = match metric.unit() {
        Unit::Count => format::count(difference.to_i64()?),
        Unit::Money => format::money(Micros::from_decimal(difference)?, currency),
        Unit::Seconds => format::count(difference.round().to_i64()?) + " s",
        Unit::Ratio => return None,
    };
    let plus = if difference > Decimal::ZERO { "+" } else { "" };
    Some(format!("{plus}{written}"))
}

/// A metric as a spreadsheet reads it: plain digits with a point, empty where there is no value.
pub(super) fn plain(metric: Metric, measures: &Measures) -> String {
    let Some(value) = metric.value(measures) else { return String::new() };
    match metric.unit() {
        Unit::Count => value.normalize().to_string(),
        Unit::Money | Unit::Ratio => value.round_dp(6).normalize().to_string(),
        Unit::Seconds => value.round().to_string(),
    }
}
