//! What is counted, and by what it is cut.

use std::ops::AddAssign;

/// Raw sums.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Measures {
    pub impressions: i64,
    pub unique_clicks: i64,
    pub duplicate_clicks: i64,
    pub invalid_clicks: i64,
    pub approved: i64,
    pub pending: i64,
    pub rejected: i64,
    pub view_through: i64,
    pub events: i64,
    pub fraud: i64,
    pub payout: i64,
    pub revenue: i64,
    pub sale_amount: i64,
    pub pending_payout: i64,
    pub pending_revenue: i64,
}

impl Measures {
    #[must_use]
    pub fn sums(&self) -> [i64; 15] {
        [
            self.impressions, self.unique_clicks, self.duplicate_clicks, self.invalid_clicks, self.approved, self.pending,
            self.rejected, self.view_through, self.events, self.fraud, self.payout, self.revenue, self.sale_amount,
            self.pending_payout, self.pending_revenue,
        ]
    }
}

impl AddAssign for Measures {
    fn add_assign(&mut self, other: Self) {
        self.impressions += other.impressions;
        self.unique_clicks += other.unique_clicks;
        self.duplicate_clicks += other.duplicate_clicks;
        self.invalid_clicks += other.invalid_clicks;
        self.approved += other.approved;
        self.pending += other.pending;
        self.rejected += other.rejected;
        self.view_through += other.view_through;
        self.events += other.events;
        self.fraud += other.fraud;
        self.payout += other.payout;
        self.revenue += other.revenue;
        self.sale_amount += other.sale_amount;
        self.pending_payout += other.pending_payout;
        self.pending_revenue += other.pending_revenue;
    }
}

/// A listed dimension.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Dimension { None = 0, Country, Device, Os, Browser, SourceId, Sub1, Sub2, Sub3, Sub4, Sub5, Code, Event }

impl Dimension {
    #[must_use]
    pub fn number(self) -> i64 { self as i64 }
}
