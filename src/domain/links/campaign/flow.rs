//! Conditions of flows that look at something else than the visitor: how full an offer is, and whether a
//! site is up. Where it can't be told they hold as if all were well: a hiccup never stops traffic.

use crate::shared::{CapPeriod, Condition, Field, MonitorId, OfferId, Operator};

/// What such a condition asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FlowTest {
    Cap { offer: OfferId, test: CapTest },
    Site { monitor: MonitorId, down: bool },
}

/// How an offer's fill is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CapTest {
    /// Whether one more click would go over a cap of the offer or of the partner's share: `reached` or `open`.
    Reached(bool),
    /// Approved and pending conversions of the period up to now: at least, or at most, so many.
    AtLeast(CapPeriod, u64),
    AtMost(CapPeriod, u64),
}

/// What a condition of a flow asks beside the visitor.
///
/// # Errors
/// The part of the condition that can't be read, with words: `values[0]`, `op`, `of.offer`, …
#[must_use = "a condition that can't be read never holds"]
pub fn flow_test(condition: &Condition) -> Option<Result<FlowTest, (&'static str, &'static str)>> {
    match condition.field {
        Field::OfferCap => Some(cap_test(condition)),
        Field::SiteStatus => Some(site_test(condition)),
        _ => None,
    }
}

fn only_value(condition: &Condition) -> Result<&str, (&'static str, &'static str)> {
    match condition.values.as_slice() {
        [only] => Ok(only.trim()),
        _ => Err(("values", "must be one value")),
    }
}

fn cap_test(condition: &Condition) -> Result<FlowTest, (&'static str, &'static str)> {
    let of = condition.of.as_ref();
    let offer =
        of.and_then(|of| of.offer).ok_or(("of.offer", "must name the offer whose cap is asked for"))?;
    let value = only_value(condition)?;
    let reached = || match value.to_ascii_lowercase().as_str() {
        "reached" => Ok(true),
        "open" => Ok(false),
        _ => Err(("values[0]", "must be open or reached; a number goes with at_least or at_most")),
    };
    let period = || match of.and_then(|of| of.period.as_deref()) {
        None => Err(("of.period", "must be day, week, month or total")),
        Some(text) => period_named(text).ok_or(("of.period", "must be day, week, month or total")),
    };
    let number = || value.parse::<u64>().map_err(|_| ("values[0]", "must be a whole number of conversions"));
    let test = match condition.operator {
        Operator::Is => CapTest::Reached(reached()?),
        Operator::IsNot => CapTest::Reached(!reached()?),
        Operator::AtLeast => CapTest::AtLeast(period()?, number()?),
        Operator::AtMost => CapTest::AtMost(period()?, number()?),
        Operator::Contains
        | Operator::StartsWith
        | Operator::EndsWith
        | Operator::Matches
        | Operator::IsEmpty => return Err(("op", "must be is, is_not, at_least or at_most for offer_cap")),
    };
    Ok(FlowTest::Cap { offer, test })
}

/// The period that a condition names, in the words of conditions or in those of caps.
#[must_use]
fn period_named(text: &str) -> Option<CapPeriod> {
    match text.trim().to_ascii_lowercase().as_str() {
        "day" | "daily" => Some(CapPeriod::Daily),
        "week" | "weekly" => Some(CapPeriod::Weekly),
        "month" | "monthly" => Some(CapPeriod::Monthly),
        "total" | "global" => Some(CapPeriod::Global),
        _ => None,
    }
}

fn site_test(condition: &Condition) -> Result<FlowTest, (&'static str, &'static str)> {
    let monitor = condition.of.as_ref().and_then(|of| of.monitor);
    let monitor = monitor.ok_or(("of.monitor", "must name the monitor that is asked"))?;
    let down = match only_value(condition)?.to_ascii_lowercase().as_str() {
        "down" => true,
        "up" => false,
        _ => return Err(("values[0]", "must be up or down")),
    };
    match condition.operator {
        Operator::Is => Ok(FlowTest::Site { monitor, down }),
        Operator::IsNot => Ok(FlowTest::Site { monitor, down: !down }),
        _ => Err(("op", "must be is or is_not for site_status")),
    }
}
