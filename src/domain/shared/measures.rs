//! The raw sums that roll-ups keep. They add up over hours, offers, partners and everything else.

use super::Micros;
use serde::{Deserialize, Serialize};
use std::{iter::Sum, ops};

macro_rules! measures {
    ($($(#[$doc:meta])* $name:ident: $kind:ty),* $(,)?) => {
        /// Sums of what happened. A correction is a difference, so each may be negative in a single change.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Measures {
            $($(#[$doc])* pub $name: $kind,)*
        }

        impl ops::Add for Measures {
            type Output = Self;

            fn add(self, other: Self) -> Self {
                Self { $($name: self.$name + other.$name,)* }
            }
        }

        impl ops::Sub for Measures {
            type Output = Self;

            fn sub(self, other: Self) -> Self {
                Self { $($name: self.$name - other.$name,)* }
            }
        }
    };
}

measures! {
    impressions: i64,
    /// Valid clicks.
    unique: i64,
    /// Clicks of a visitor seen before, that passed.
    duplicate: i64,
    /// Clicks refused, and bots.
    invalid: i64,
    /// Approved base conversions, without view-through.
    approved: i64,
    /// Base conversions that wait for approval.
    pending: i64,
    /// Base conversions that were rejected.
    rejected: i64,
    /// Approved base conversions after an impression without a click.
    view_through: i64,
    /// Approved named events.
    events: i64,
    /// Base conversions of any status that came with a fraud flag.
    fraud: i64,
    /// What partners earned: approved conversions and events, unique clicks, impressions.
    payout: Micros,
    /// What advertisers pay for the same.
    revenue: Micros,
    /// Baskets of approved base conversions.
    sale_amount: Micros,
    /// The payout of what is pending.
    pending_payout: Micros,
    /// The revenue of what is pending.
    pending_revenue: Micros,
    /// Seconds from click to conversion, summed over approved base conversions.
    delta_seconds: i64,
    /// Of the approved base conversions, those of a coupon: there is no click to count from.
    untimed: i64,
}

impl ops::AddAssign for Measures {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl ops::SubAssign for Measures {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl ops::Neg for Measures {
    type Output = Self;

    fn neg(self) -> Self {
        Self::default() - self
    }
}

impl Sum for Measures {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), ops::Add::add)
    }
}

impl Measures {
    /// Unique and duplicate clicks: the field's "clicks".
    #[must_use]
    pub fn clicks(&self) -> i64 {
        self.unique + self.duplicate
    }

    /// All clicks, the invalid ones too.
    #[must_use]
    pub fn gross_clicks(&self) -> i64 {
        self.clicks() + self.invalid
    }

    /// Base conversions of any status, without view-through.
    #[must_use]
    pub fn all_conversions(&self) -> i64 {
        self.approved + self.pending + self.rejected
    }

    /// Base conversions that are not rejected, without view-through.
    #[must_use]
    pub fn unrejected(&self) -> i64 {
        self.approved + self.pending
    }

    /// What partners earned, with what is pending.
    #[must_use]
    pub fn payout_with_pending(&self) -> Micros {
        self.payout + self.pending_payout
    }

    /// What advertisers pay, with what is pending.
    #[must_use]
    pub fn revenue_with_pending(&self) -> Micros {
        self.revenue + self.pending_revenue
    }

    /// What the network keeps: revenue − payout.
    #[must_use]
    pub fn profit(&self) -> Micros {
        self.revenue - self.payout
    }
}
