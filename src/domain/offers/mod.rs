//! What an advertiser pays for: offers with their landing pages, events, targeting, caps, filters
//! and fail traffic, as documents that are stored, versioned and compiled into the plan.

mod coupon;
mod deep_links;
mod fail_loop;
mod macros;
mod offer;
mod pace;
mod validate;

pub use crate::shared::{Cap, CapMeasure, CapPeriod, Payout, PayoutType, caps_problems};
pub use coupon::Coupon;
pub use fail_loop::{Stop, find_loop};
pub use macros::unknown_macros;
pub(crate) use macros::{FIRST_APPENDED, Macro, braces};
pub use offer::{
    ConvertedFilter, DeepLinks, Destination, DuplicateAction, DuplicateFilter, FailMechanism, FailRow,
    FailTraffic, ForwardingRow, LandingPage, Offer, OfferEvent, OfferStatus, OverCap, Redirect,
    ReferrerPolicy, Revenue, RevenueType, Session, VIEW_SECONDS, Visibility,
};
pub use pace::{Outlook, outlook};
pub use validate::FAIL_REASONS;

#[cfg(test)]
mod tests;
