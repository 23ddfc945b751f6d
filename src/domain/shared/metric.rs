//! Every figure of a report: its name, its unit, its formula in words, its value. A ratio over zero
//! is no value, never 0 and never an error (DOMAIN.md, section 3).

use super::{Measures, Micros};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A whole number.
    Count,
    /// An amount in the network's currency.
    Money,
    /// A share: 0.05 is five percent.
    Ratio,
    Seconds,
}

macro_rules! metrics {
    ($($variant:ident $name:literal $words:literal $unit:ident $formula:literal),* $(,)?) => {
        /// A figure of a report.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Metric {
            $(#[doc = $formula] $variant,)*
        }

        impl Metric {
            /// Every metric, in the order of a report's columns.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in the API and in JSON.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The words that stand above a column.
            #[must_use]
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)* }
            }

            /// How its values are written.
            #[must_use]
            pub fn unit(self) -> Unit {
                match self { $(Self::$variant => Unit::$unit,)* }
            }

            /// What it counts, in words.
            #[must_use]
            pub fn formula(self) -> &'static str {
                match self { $(Self::$variant => $formula,)* }
            }
        }
    };
}

metrics! {
    Impressions "impressions" "Impressions" Count "impressions served",
    GrossClicks "gross_clicks" "Gross clicks" Count "unique + duplicate + invalid clicks",
    Clicks "clicks" "Clicks" Count "unique + duplicate clicks",
    UniqueClicks "unique_clicks" "Unique clicks" Count "valid clicks",
    DuplicateClicks "duplicate_clicks" "Duplicate clicks" Count "clicks of a visitor seen before on the offer",
    InvalidClicks "invalid_clicks" "Invalid clicks" Count "refused clicks and bots",
    InvalidRate "invalid_rate" "Invalid rate" Ratio "invalid / gross clicks",
    Ctr "ctr" "CTR" Ratio "clicks / impressions",
    Cv "cv" "CV" Count "approved base conversions",
    ViewThrough "view_through" "View-through" Count "approved conversions after an impression without a click",
    TotalCv "total_cv" "Total CV" Count "CV + view-through",
    Pending "pending" "Pending" Count "base conversions that wait for approval",
    Rejected "rejected" "Rejected" Count "rejected base conversions",
    AllConversions "all_conversions" "All conversions" Count "approved + pending + rejected, without view-through",
    Cvr "cvr" "CVR" Ratio "CV / clicks",
    Events "events" "Events" Count "approved named events",
    Evr "evr" "EVR" Ratio "events / CV",
    FraudLevel "fraud_level" "Fraud level" Ratio "conversions with a fraud flag / all conversions",
    Payout "payout" "Payout" Money "what partners earned by what is approved",
    Revenue "revenue" "Revenue" Money "what advertisers pay for what is approved",
    Profit "profit" "Profit" Money "revenue − payout",
    Margin "margin" "Margin" Ratio "profit / revenue",
    PendingPayout "pending_payout" "Pending payout" Money "payout of what waits for approval",
    PendingRevenue "pending_revenue" "Pending revenue" Money "revenue of what waits for approval",
    Cpc "cpc" "CPC" Money "payout / clicks",
    Cpa "cpa" "CPA" Money "payout / CV",
    Cpm "cpm" "CPM" Money "payout / impressions × 1,000",
    Epc "epc" "EPC" Money "the partner's earnings / clicks",
    Rpc "rpc" "RPC" Money "revenue / clicks",
    Rpa "rpa" "RPA" Money "revenue / CV",
    Rpm "rpm" "RPM" Money "revenue / impressions × 1,000",
    SaleAmount "sale_amount" "Sale amount" Money "baskets of approved base conversions",
    AverageSaleValue "average_sale_value" "Average sale value" Money "sale amount / CV",
    Delta "delta" "Delta" Seconds "mean time from click to conversion",
}

impl Metric {
    /// The value, or none where it is a ratio over zero. Money is in units of the currency.
    #[must_use]
    pub fn value(self, of: &Measures) -> Option<Decimal> {
        let count = |number: i64| Some(Decimal::from(number));
        let money = |amount: Micros| Some(amount.to_decimal());
        match self {
            Self::Impressions => count(of.impressions),
            Self::GrossClicks => count(of.gross_clicks()),
            Self::Clicks => count(of.clicks()),
            Self::UniqueClicks => count(of.unique),
            Self::DuplicateClicks => count(of.duplicate),
            Self::InvalidClicks => count(of.invalid),
            Self::Cv => count(of.approved),
            Self::ViewThrough => count(of.view_through),
            Self::TotalCv => count(of.approved + of.view_through),
            Self::Pending => count(of.pending),
            Self::Rejected => count(of.rejected),
            Self::AllConversions => count(of.all_conversions()),
            Self::Events => count(of.events),
            Self::Payout => money(of.payout),
            Self::Revenue => money(of.revenue),
            Self::Profit => money(of.profit()),
            Self::PendingPayout => money(of.pending_payout),
            Self::PendingRevenue => money(of.pending_revenue),
            Self::SaleAmount => money(of.sale_amount),
            Self::InvalidRate | Self::Ctr | Self::Cvr | Self::Evr | Self::FraudLevel => {
                self.shares(of).and_then(|(part, whole)| share(part, whole))
            }
            Self::Delta => share(of.delta_seconds, of.approved - of.untimed),
            Self::Margin => over(of.profit().to_decimal(), of.revenue.to_decimal()),
            Self::Cpc | Self::Epc => each(of.payout, of.clicks()),
            Self::Cpa => each(of.payout, of.approved),
            Self::Cpm => each(of.payout, of.impressions).map(thousand),
            Self::Rpc => each(of.revenue, of.clicks()),
            Self::Rpa => each(of.revenue, of.approved),
            Self::Rpm => each(of.revenue, of.impressions).map(thousand),
            Self::AverageSaleValue => each(of.sale_amount, of.approved),
        }
    }
}

impl Metric {
    /// Of a share of counts, what is counted and out of how much; none of other metrics.
    #[must_use]
    pub fn shares(self, of: &Measures) -> Option<(i64, i64)> {
        match self {
            Self::InvalidRate => Some((of.invalid, of.gross_clicks())),
            Self::Ctr => Some((of.clicks(), of.impressions)),
            Self::Cvr => Some((of.approved, of.clicks())),
            Self::Evr => Some((of.events, of.approved)),
            Self::FraudLevel => Some((of.fraud, of.all_conversions())),
            Self::Impressions
            | Self::GrossClicks
            | Self::Clicks
            | Self::UniqueClicks
            | Self::DuplicateClicks
            | Self::InvalidClicks
            | Self::Cv
            | Self::ViewThrough
            | Self::TotalCv
            | Self::Pending
            | Self::Rejected
            | Self::AllConversions
            | Self::Events
            | Self::Payout
            | Self::Revenue
            | Self::Profit
            | Self::Margin
            | Self::PendingPayout
            | Self::PendingRevenue
            | Self::Cpc
            | Self::Cpa
            | Self::Cpm
            | Self::Epc
            | Self::Rpc
            | Self::Rpa
            | Self::Rpm
            | Self::SaleAmount
            | Self::AverageSaleValue
            | Self::Delta => None,
        }
    }
}

fn over(part: Decimal, whole: Decimal) -> Option<Decimal> {
    part.checked_div(whole)
}

/// One count over another; none over zero.
pub(crate) fn share(part: i64, whole: i64) -> Option<Decimal> {
    over(Decimal::from(part), Decimal::from(whole))
}

fn each(amount: Micros, count: i64) -> Option<Decimal> {
    over(amount.to_decimal(), Decimal::from(count))
}

fn thousand(value: Decimal) -> Decimal {
    value * Decimal::ONE_THOUSAND
}

/// A text that names no metric.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("must be a metric such as clicks, cv, payout or revenue")]
pub struct UnknownMetric;

impl FromStr for Metric {
    type Err = UnknownMetric;

    fn from_str(text: &str) -> Result<Self, UnknownMetric> {
        Self::ALL.iter().copied().find(|metric| metric.name() == text).ok_or(UnknownMetric)
    }
}

#[cfg(test)]
mod tests {
    use super::{Metric, Unit};
    use crate::shared::{Measures, Micros};

    fn day() -> Measures {
        Measures {
            impressions: 10_000,
            unique: 180,
            duplicate: 20,
            invalid: 50,
            approved: 10,
            pending: 4,
            rejected: 6,
            view_through: 3,
            events: 5,
            fraud: 2,
            payout: Micros(30_000_000),
            revenue: Micros(50_000_000),
            sale_amount: Micros(500_000_000),
            pending_payout: Micros(12_000_000),
            pending_revenue: Micros(20_000_000),
            delta_seconds: 36_000,
            untimed: 0,
        }
    }

    #[test]
    fn the_formulas_are_those_of_the_field() {
        for (metric, value) in [
            (Metric::GrossClicks, "250"),
            (Metric::Clicks, "200"),
            (Metric::TotalCv, "13"),
            (Metric::AllConversions, "20"),
            (Metric::Cvr, "0.05"),
            (Metric::Evr, "0.5"),
            (Metric::Ctr, "0.02"),
            (Metric::InvalidRate, "0.2"),
            (Metric::FraudLevel, "0.1"),
            (Metric::Profit, "20"),
            (Metric::Margin, "0.4"),
            (Metric::Cpc, "0.15"),
            (Metric::Epc, "0.15"),
            (Metric::Cpa, "3"),
            (Metric::Cpm, "3"),
            (Metric::Rpc, "0.25"),
            (Metric::Rpa, "5"),
            (Metric::Rpm, "5"),
            (Metric::AverageSaleValue, "50"),
            (Metric::Delta, "3600"),
            (Metric::PendingPayout, "12"),
        ] {
            assert_eq!(
                metric.value(&day()).map(|v| v.normalize().to_string()).as_deref(),
                Some(value),
                "{metric:?}"
            );
        }
    }

    #[test]
    fn a_ratio_over_zero_is_no_value_and_a_count_of_nothing_is_zero() {
        for metric in Metric::ALL {
            let value = metric.value(&Measures::default());
            let ratio = metric.formula().contains(" / ") || metric.unit() == Unit::Seconds;
            assert_eq!(value.is_none(), ratio, "{metric:?}");
        }
    }

    #[test]
    fn a_change_of_status_moves_figures_and_counts_nothing_twice() {
        let pending = Measures { pending: 1, pending_payout: Micros(7), ..Measures::default() };
        let approved = Measures { approved: 1, payout: Micros(7), ..Measures::default() };
        let moved = day() + pending + (approved - pending);
        assert_eq!(moved, day() + approved);
        assert_eq!(moved.all_conversions(), day().all_conversions() + 1);
    }

    #[test]
    fn every_metric_is_found_by_its_name() {
        for metric in Metric::ALL {
            assert_eq!(metric.name().parse(), Ok(*metric));
            assert_eq!(serde_json::to_value(metric).expect("JSON"), metric.name());
        }
    }
}
