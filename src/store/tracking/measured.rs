//! The sums of a roll-up's row: their columns, and what they are of the [`Measures`]. Rows are written and
//! reports read in the order that stands here.

use domain::shared::Measures;

/// One column of sums. Money is in millionths.
pub(crate) struct Sum {
    pub column: &'static str,
    /// The sum among the measures.
    pub of: fn(&Measures) -> i64,
    /// Sets it.
    pub set: fn(&mut Measures, i64),
}

macro_rules! sum {
    ($column:literal, $($field:tt)+) => {
        Sum {
            column: $column,
            of: |measures| measures.$($field)+,
            set: |measures, sum| measures.$($field)+ = sum,
        }
    };
}

/// All sums, in the order of the columns.
pub(crate) const SUMS: [Sum; 16] = [
    sum!("impressions", impressions),
    sum!("unique_clicks", unique),
    sum!("duplicate_clicks", duplicate),
    sum!("invalid_clicks", invalid),
    sum!("approved", approved),
    sum!("pending", pending),
    sum!("rejected", rejected),
    sum!("view_through", view_through),
    sum!("events", events),
    sum!("fraud", fraud),
    sum!("payout", payout.0),
    sum!("revenue", revenue.0),
    sum!("sale_amount", sale_amount.0),
    sum!("pending_payout", pending_payout.0),
    sum!("pending_revenue", pending_revenue.0),
    sum!("delta_seconds", delta_seconds),
];
