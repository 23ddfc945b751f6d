//! Terms that an offer and a partner's approval for it both have: payouts and caps.

use super::{Micros, Percent, Problems};
use serde::{Deserialize, Serialize};

/// What the partner earns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payout {
    #[serde(default, rename = "type")]
    pub kind: PayoutType,
    /// A fixed amount: a conversion, a click, or a thousand impressions, as the type says.
    #[serde(default)]
    pub amount: Micros,
    /// Percent of the sale amount, or of the revenue.
    #[serde(default)]
    pub percent: Percent,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayoutType {
    #[default]
    Cpa,
    Cps,
    CpaCps,
    Cpc,
    Cpm,
    RevenueShare,
}

/// A limit of an offer, or of a partner's share of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    pub period: CapPeriod,
    pub measure: CapMeasure,
    /// Whole number for clicks and conversions, an amount for payout and revenue; at most a billion.
    #[serde(deserialize_with = "Micros::deserialize_limit")]
    pub limit: Micros,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapPeriod {
    Daily,
    /// Monday to Sunday.
    Weekly,
    Monthly,
    Global,
}

impl CapPeriod {
    pub const ALL: [Self; 4] = [Self::Daily, Self::Weekly, Self::Monthly, Self::Global];

    /// The name in the API, and by which levels of caps are kept.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Global => "global",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapMeasure {
    Clicks,
    Conversions,
    Payout,
    Revenue,
}

impl CapMeasure {
    pub const ALL: [Self; 4] = [Self::Clicks, Self::Conversions, Self::Payout, Self::Revenue];

    /// The name in the API, and by which levels of caps are kept.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clicks => "clicks",
            Self::Conversions => "conversions",
            Self::Payout => "payout",
            Self::Revenue => "revenue",
        }
    }
}

/// Most caps, fail-traffic rows, or deep-link hosts of one offer.
pub(crate) const MOST_ROWS: usize = 100;
/// The highest weight.
const HIGHEST_WEIGHT: u32 = 1_000_000;

/// What is wrong with the caps at `path`; for offers and for a partner's share alike.
#[must_use]
pub fn caps_problems(path: &str, caps: &[Cap]) -> Problems {
    let mut problems = Problems::default();
    check_rows(&mut problems, path, caps.len());
    for (index, cap) in caps.iter().enumerate() {
        let place = format!("{path}[{index}]");
        let limit = format!("{place}.limit");
        problems.check(cap.limit > Micros::ZERO, &limit, "must be more than 0; to stop an offer, pause it");
        let counted = matches!(cap.measure, CapMeasure::Clicks | CapMeasure::Conversions);
        problems.check(!counted || cap.limit.0 % 1_000_000 == 0, &limit, "must be a whole number");
        let twice =
            caps[..index].iter().any(|other| (other.period, other.measure) == (cap.period, cap.measure));
        problems.check(!twice, &place, "limits the same measure in the same period a second time");
    }
    problems
}

/// What is wrong with a payout at `path`; for offers, events and a partner's own terms alike.
pub(crate) fn check_payout(problems: &mut Problems, path: &str, payout: Payout) {
    check_money(problems, path, payout.amount, payout.percent);
}

/// What is wrong with an amount and a percentage at `path`.
pub(crate) fn check_money(problems: &mut Problems, path: &str, amount: Micros, percent: Percent) {
    problems.check(amount >= Micros::ZERO, &format!("{path}.amount"), "must not be negative");
    let fine = (0..=100_000_000).contains(&percent.0);
    problems.check(fine, &format!("{path}.percent"), "must be from 0 to 100");
}

/// Whether a list at `path` is not too long.
pub(crate) fn check_rows(problems: &mut Problems, path: &str, count: usize) {
    problems.check(count <= MOST_ROWS, path, format!("has {count} entries; at most {MOST_ROWS} are allowed"));
}

/// Notes a weight above the highest.
pub(crate) fn check_weight(problems: &mut Problems, path: &str, weight: u32) {
    problems.check(weight <= HIGHEST_WEIGHT, path, format!("must be from 0 to {HIGHEST_WEIGHT}"));
}
