//! What a Smart Link on a KPI is asked for (DOMAIN.md, section 5).

use super::figures::units;
use crate::{
    links::optimizer,
    shared::{Micros, Problems, hours},
};
use serde::{Deserialize, Serialize};

/// What the older figures of an epoch count beside those of the lookback (OPTIMISER.md, 8).
const OLDER: f64 = 0.3;
/// The highest threshold, in clicks.
const HIGHEST_THRESHOLD: u32 = 10_000_000;

/// What the routing is moved towards: as much of it as possible, or as near the goal as possible.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KpiMetric {
    /// Conversions.
    Cv,
    /// Conversions a click.
    Cvr,
    /// Events a conversion.
    Evr,
    /// What partners earn.
    Payout,
    /// What the network keeps.
    #[default]
    Profit,
    /// What advertisers pay.
    Revenue,
    /// Revenue a click.
    Rpc,
    /// Payout a click.
    Cpc,
    /// What a partner earns a click.
    Epc,
}

impl KpiMetric {
    pub const ALL: [Self; 9] = [
        Self::Cv,
        Self::Cvr,
        Self::Evr,
        Self::Payout,
        Self::Profit,
        Self::Revenue,
        Self::Rpc,
        Self::Cpc,
        Self::Epc,
    ];

    /// The word in JSON and in forms.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cv => "cv",
            Self::Cvr => "cvr",
            Self::Evr => "evr",
            Self::Payout => "payout",
            Self::Profit => "profit",
            Self::Revenue => "revenue",
            Self::Rpc => "rpc",
            Self::Cpc => "cpc",
            Self::Epc => "epc",
        }
    }

    /// What the optimiser counts for it.
    #[must_use]
    pub const fn kpi(self) -> optimizer::Kpi {
        match self {
            Self::Cv | Self::Cvr => optimizer::Kpi::Conversions,
            Self::Evr => optimizer::Kpi::ValuePerConversion,
            Self::Payout | Self::Profit | Self::Revenue | Self::Rpc | Self::Cpc | Self::Epc => {
                optimizer::Kpi::Value
            }
        }
    }

    /// Whether it is a sum over the clicks of the lookback, rather than a mean of them.
    #[must_use]
    pub const fn is_total(self) -> bool {
        matches!(self, Self::Cv | Self::Payout | Self::Profit | Self::Revenue)
    }

    /// Whether it is a share, written in percent.
    #[must_use]
    pub const fn is_percent(self) -> bool {
        matches!(self, Self::Cvr | Self::Evr)
    }
}

hours!(
    /// How often a run is due: every so many hours.
    RunEvery, 12, [1, 3, 6, 12, 24]
);
hours!(
    /// The hours whose figures count in full.
    Lookback, 48, [12, 24, 48]
);

/// What a Smart Link on a KPI is asked for. The defaults are those that the referee judges (OPTIMISER.md).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KpiSettings {
    pub metric: KpiMetric,
    /// To come as near to this as possible: money in the network's currency, CVR and EVR in percent, a
    /// number of conversions. Sums are those of the lookback. As much as possible without.
    pub goal: Option<Micros>,
    /// Clicks of the epoch before the weights are moved for the first time; 0 to 10,000,000.
    pub threshold: u32,
    pub every_hours: RunEvery,
    pub lookback_hours: Lookback,
    /// Whether older figures of the epoch count too, at 0.3 of their weight.
    pub memory: bool,
}

impl Default for KpiSettings {
    fn default() -> Self {
        Self {
            metric: KpiMetric::default(),
            goal: None,
            threshold: 500,
            every_hours: RunEvery::default(),
            lookback_hours: Lookback::default(),
            memory: true,
        }
    }
}

impl KpiSettings {
    /// Adds what is wrong with the settings at `path`.
    pub(crate) fn check(&self, problems: &mut Problems, path: &str) {
        let message = format!("must be from 0 to {HIGHEST_THRESHOLD} clicks");
        problems.check(self.threshold <= HIGHEST_THRESHOLD, &format!("{path}.threshold"), message);
        let is_positive = self.goal.is_none_or(|goal| goal > Micros::ZERO);
        problems.check(
            is_positive,
            &format!("{path}.goal"),
            "must be above 0, or nothing for as much as possible",
        );
    }

    /// The goal in the optimiser's unit: a share, a ratio, or what a click is to bring. `clicks`: how many the
    /// lookback had, over which a sum's goal is spread.
    #[must_use]
    pub fn goal_of_click(&self, clicks: f64) -> Option<f64> {
        let goal = units(self.goal?);
        Some(match self.metric {
            metric if metric.is_percent() => goal / 100.0,
            metric if metric.is_total() => goal / clicks.max(1.0),
            _ => goal,
        })
    }

    /// The settings in the optimiser's words; `clicks` as for [`Self::goal_of_click`].
    pub(super) fn terms(&self, clicks: f64) -> optimizer::Terms {
        let hours = f64::from(self.lookback_hours.hours());
        let older = if self.memory { OLDER } else { 0.0 };
        optimizer::Terms {
            kpi: self.metric.kpi(),
            goal: self.goal_of_click(clicks),
            lookback: optimizer::Lookback::Hours { hours, older },
            floor: 0.0,
            threshold: f64::from(self.threshold),
        }
    }
}
