//! What advertisers pay for: the pages and calls of offers, their landing pages and events.

mod api;
pub mod approvals;
mod creation;
pub mod editing;
mod pages_events;
mod pages_landing;
mod pages_list;
mod pages_offer;
mod parts;
mod schemas;
mod words;

use crate::web::{parts::Tab, routes::Route};
use domain::identity::Section;

pub use creation::create as create_offer;
pub use schemas::schemas;
pub use words::{payout_text, payout_types, periods_and_measures, status_name, status_signal};

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Section::Offers;
    let pages = vec![
        Route::get("/offers", Offers, pages_list::list),
        Route::blank("/offers/new", Offers, pages_offer::blank),
        Route::post("/offers/new", Offers, pages_offer::create),
        Route::get("/offers/{offer_id}", Offers, pages_offer::show),
        Route::post("/offers/{offer_id}", Offers, pages_offer::save),
        Route::get("/offers/{offer_id}/landing-pages", Offers, pages_landing::list),
        Route::post("/offers/{offer_id}/landing-pages", Offers, pages_landing::create),
        Route::get("/offers/{offer_id}/landing-pages/{landing_page_id}", Offers, pages_landing::show),
        Route::post("/offers/{offer_id}/landing-pages/{landing_page_id}", Offers, pages_landing::save),
        Route::get("/offers/{offer_id}/events", Offers, pages_events::list),
        Route::post("/offers/{offer_id}/events", Offers, pages_events::create),
        Route::get("/offers/{offer_id}/events/{event_id}", Offers, pages_events::show),
        Route::post("/offers/{offer_id}/events/{event_id}", Offers, pages_events::save),
        Route::post("/offers/{offer_id}/events/{event_id}/remove", Offers, pages_events::remove),
    ];
    [api::routes(), parts::routes(), approvals::routes(), pages].into_iter().flatten().collect()
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
        tab("Partners and links", format!("{own}/partners")),
    ]
}
