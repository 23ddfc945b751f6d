//! What becomes of a conversion call: read, matched to its click and its terms, then stored as
//! approved, pending or rejected, taken as news of an earlier one, or refused (DOMAIN.md, sections 2 and 9).

mod call;
mod code;
mod judge;
mod money;

pub use call::{Call, Malformed};
pub use code::{ConversionCode, ConversionStatus};
pub use judge::{Change, ClickFacts, Existing, Identity, Judgement, Stored, Terms, by_hand, judge};
pub use money::{Earned, earned};

#[cfg(test)]
mod tests;
