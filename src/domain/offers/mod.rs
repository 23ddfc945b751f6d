//! What an advertiser pays for: offers with their landing pages, events, targeting, caps, filters
//! and fail traffic, as documents that are stored, versioned and compiled into the plan.

mod offer;
mod validate;

pub use offer::{
    Cap, CapMeasure, CapPeriod, DeepLinks, Destination, DuplicateAction, DuplicateFilter, FailMechanism,
    FailRow, FailTraffic, LandingPage, Offer, OfferEvent, OfferStatus, OverCap, Payout, PayoutType, Redirect,
    ReferrerPolicy, Revenue, RevenueType, Session, Visibility, ConvertedFilter,
};
