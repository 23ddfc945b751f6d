//! What advertisers pay for: the pages and calls of offers, their landing pages and events.

mod api;
mod approvals;
mod caps_api;
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
    describe::Schemas,
    history,
    objects::{list, pages},
    routes::Route,
};
use domain::{identity::Section, offers::Offer};
use store::offers::{CouponOf, EventOf, LandingPageOf};

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
        caps_api::routes(),
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

/// The room's schemas.
#[must_use]
pub fn schemas() -> Schemas {
    [schemas::schemas(), caps_api::schemas()].into_iter().flatten().collect()
}
