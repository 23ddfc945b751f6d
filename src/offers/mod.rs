//! What advertisers pay for: the pages and calls of offers, their landing pages and events.

mod api;
mod approvals;
mod coupons;
mod creation;
mod pages_events;
mod pages_landing;
mod pages_list;
mod pages_offer;
mod parts;
mod schemas;
pub mod terms;
mod words;

use crate::web::{
    objects::{list, pages},
    parts::Tab,
    routes::Route,
};
use domain::offers::Offer;
use store::offers::{CouponOf, EventOf, LandingPageOf};

pub use schemas::schemas;
pub use words::{CAPS, PAYOUT, measures, payout_text, payout_types, periods, status_signal};

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let own =
        vec![list::route::<Offer>(), pages::removal_route::<EventOf>(), pages::removal_route::<CouponOf>()];
    [
        api::routes(),
        parts::routes(),
        coupons::routes(),
        pages::routes::<CouponOf>(),
        approvals::routes(),
        pages::routes::<Offer>(),
        pages::routes::<LandingPageOf>(),
        pages::routes::<EventOf>(),
        own,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The views of one offer; `path` is the one that is open.
#[must_use]
pub fn tabs(id: i64, path: &str) -> Vec<Tab> {
    let own = format!("/offers/{id}");
    let tab = |label: &str, href: String| Tab {
        label: label.to_owned(),
        is_current: path == href || (href != own && path.starts_with(&href)),
        href,
        count: None,
    };
    vec![
        tab("Settings", own.clone()),
        tab("Landing pages", format!("{own}/landing-pages")),
        tab("Events", format!("{own}/events")),
        tab("Coupons", format!("{own}/coupons")),
        tab("Partners and links", format!("{own}/partners")),
    ]
}
