//! What an advertiser pays for: offers with their landing pages, events, targeting, caps, filters
//! and fail traffic, as documents that are stored, versioned and compiled into the plan.

mod destination;
mod fail_loop;
mod offer;
mod validate;

pub use destination::{LONGEST_URL, destination_problem, origin_length};
pub use fail_loop::find_loop;
pub use offer::{
    Cap, CapMeasure, CapPeriod, ConvertedFilter, DeepLinks, Destination, DuplicateAction, DuplicateFilter,
    FailMechanism, FailRow, FailTraffic, LandingPage, Offer, OfferEvent, OfferStatus, OverCap, Payout,
    PayoutType, Redirect, ReferrerPolicy, Revenue, RevenueType, Session, Visibility,
};
pub(crate) use validate::check_payout;
pub use validate::{FAIL_REASONS, caps_problems};

#[cfg(test)]
mod tests;
