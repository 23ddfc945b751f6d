//! What becomes of a conversion call: read, matched to its click and its terms, then stored as
//! approved, pending or rejected, taken as news of an earlier one, or refused (DOMAIN.md, sections 2 and 9).

mod call;
mod code;
mod judge;
mod money;
mod terms;
pub mod upload;

pub use call::{Call, Malformed, Sender, is_token};
pub use code::{ConversionCode, ConversionStatus};
pub use judge::{Change, Existing, Judgement, Stored, by_hand, judge, under_caps};
pub use money::{Earned, Frozen, corrected, earned};
pub use terms::{ClickFacts, Credit, Identity, Terms, caller};

#[cfg(test)]
mod tests;
