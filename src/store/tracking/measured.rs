//! The sums of a roll-up's row: their columns, and what they are of the [`Measures`]. Rows are written and
//! reports read in the order that stands here.

use super::Basis;
use domain::shared::Measures;

/// One column of sums. Money is in millionths.
pub(crate) struct Sum {
    pub column: &'static str,
    /// What it is counted from; in all other rows it is 0.
    of_clicks: bool,
    of_conversions: bool,
    /// The sum among the measures.
    pub of: fn(&Measures) -> i64,
    /// Sets it.
    pub set: fn(&mut Measures, i64),
}

impl Sum {
    /// Whether rows of a basis can hold anything in it.
    pub fn is_counted_by(&self, basis: Basis) -> bool {
        match basis {
            Basis::Click => self.of_clicks,
            Basis::Conversion | Basis::ConversionByClick => self.of_conversions,
        }
    }
}

macro_rules! sum {
    (click $column:literal, $($field:tt)+) => { sum!(true, false, $column, $($field)+) };
    (conversion $column:literal, $($field:tt)+) => { sum!(false, true, $column, $($field)+) };
    (either $column:literal, $($field:tt)+) => { sum!(true, true, $column, $($field)+) };
    ($clicks:literal, $conversions:literal, $column:literal, $($field:tt)+) => {
        Sum {
            column: $column,
            of_clicks: $clicks,
            of_conversions: $conversions,
            of: |measures| measures.$($field)+,
            set: |measures, sum| measures.$($field)+ = sum,
        }
    };
}

/// All sums, in the order of the columns.
pub(crate) const SUMS: [Sum; 17] = [
    sum!(click "impressions", impressions),
    sum!(click "unique_clicks", unique),
    sum!(click "duplicate_clicks", duplicate),
    sum!(click "invalid_clicks", invalid),
    sum!(conversion "approved", approved),
    sum!(conversion "pending", pending),
    sum!(conversion "rejected", rejected),
    sum!(conversion "view_through", view_through),
    sum!(conversion "events", events),
    sum!(conversion "fraud", fraud),
    sum!(either "payout", payout.0),
    sum!(either "revenue", revenue.0),
    sum!(conversion "sale_amount", sale_amount.0),
    sum!(conversion "pending_payout", pending_payout.0),
    sum!(conversion "pending_revenue", pending_revenue.0),
    sum!(conversion "delta_seconds", delta_seconds),
    sum!(conversion "untimed", untimed),
];
