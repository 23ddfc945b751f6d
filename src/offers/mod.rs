//! What advertisers pay for: the pages and calls of offers, their landing pages and events.

mod api;
mod approvals;
mod copy;
mod coupons;
mod creation;
mod pages_events;
mod pages_landing;
mod pages_list;
mod pages_offer;
mod parts;
mod schemas;
pub mod terms;
mod views;
mod words;

use crate::web::{
    history,
    objects::{list, pages},
    routes::Route,
};
use domain::{identity::Section, offers::Offer};
use store::offers::{CouponOf, EventOf, LandingPageOf};

pub use schemas::schemas;
pub use words::{CAPS, PAYOUT, measures, payout_text, payout_types, periods, status_signal};

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let own = vec![
        pages::removal_route::<EventOf>(),
        pages::removal_route::<CouponOf>(),
        history::route::<Offer>(),
        Route::post("/offers/{offer_id}/copy", Section::Offers, copy::of_page),
    ];
    [
        api::routes(),
        parts::routes(),
        coupons::routes(),
        pages::routes::<CouponOf>(),
        approvals::routes(),
        list::routes::<Offer>(),
        copy::routes(),
        pages::routes::<Offer>(),
        pages::routes::<LandingPageOf>(),
        pages::routes::<EventOf>(),
        own,
    ]
    .into_iter()
    .flatten()
    .collect()
}
