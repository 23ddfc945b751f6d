//! A coupon: the partner that a code credits.

use crate::shared::{PartnerId, Problems};
use serde::{Deserialize, Serialize};

/// A code of a partner on an offer. Codes ignore case, and each is one partner's of one offer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Coupon {
    /// What the customer types, and the call's `coupon_code` says.
    pub code: String,
    pub partner_id: PartnerId,
}

impl Coupon {
    /// What is wrong with it.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        problems.text("code", &self.code, true, 64);
        let is_plain = self.code.chars().all(|letter| letter.is_ascii_graphic());
        problems.check(is_plain, "code", "may hold letters, digits and signs of ASCII, and no blanks");
        problems
    }
}
