//! Who is on either side: advertisers and partners, their pages and calls of the API.

pub mod advertisers;
mod api;
mod pages_advertisers;
mod pages_partners;
pub mod partners;
pub mod people;

pub use pages_partners::tabs as partner_tabs;

use crate::web::{describe::Schemas, parts::Choice, routes::Route, signal::Signal};
use domain::{accounts::AccountStatus, identity::Section};

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Section::{Advertisers, Partners, Users};
    let pages = vec![
        Route::get("/advertisers", Advertisers, pages_advertisers::list),
        Route::blank("/advertisers/new", Advertisers, pages_advertisers::blank),
        Route::post("/advertisers/new", Advertisers, pages_advertisers::create),
        Route::get("/advertisers/{advertiser_id}", Advertisers, pages_advertisers::show),
        Route::post("/advertisers/{advertiser_id}", Advertisers, pages_advertisers::save),
        Route::post("/advertisers/{advertiser_id}/token", Advertisers, pages_advertisers::new_token),
        Route::get("/partners", Partners, pages_partners::list),
        Route::blank("/partners/new", Partners, pages_partners::blank),
        Route::post("/partners/new", Partners, pages_partners::create),
        Route::get("/partners/{partner_id}", Partners, pages_partners::show),
        Route::post("/partners/{partner_id}", Partners, pages_partners::save),
        Route::get("/partners/{partner_id}/users", Partners, people::show_of_partner),
        Route::post("/partners/{partner_id}/users", Users, people::add_to_partner),
        Route::get("/advertisers/{advertiser_id}/users", Advertisers, people::show_of_advertiser),
        Route::post("/advertisers/{advertiser_id}/users", Users, people::add_to_advertiser),
    ];
    api::routes().into_iter().chain(pages).collect()
}

/// The room's schemas.
#[must_use]
pub fn schemas() -> Schemas {
    api::schemas()
}

/// The word of a state in JSON, in forms and on pages.
#[must_use]
pub fn status_name(status: &AccountStatus) -> &'static str {
    match status {
        AccountStatus::Active => "active",
        AccountStatus::Paused => "paused",
        AccountStatus::Deleted => "deleted",
    }
}

/// What a state means to whoever looks.
#[must_use]
pub fn status_signal(status: &AccountStatus) -> Signal {
    match status {
        AccountStatus::Active => Signal::Good,
        AccountStatus::Paused => Signal::Warn,
        AccountStatus::Deleted => Signal::Off,
    }
}

/// Every state, to choose from.
#[must_use]
pub fn status_choices() -> Vec<Choice> {
    ["active", "paused", "deleted"].map(|name| Choice::new(name, name)).to_vec()
}

/// The states that a list can be narrowed to, and all.
#[must_use]
pub fn status_filter() -> Vec<Choice> {
    std::iter::once(Choice::new("", "all but deleted")).chain(status_choices()).collect()
}
