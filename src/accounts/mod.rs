//! Who is on either side: advertisers and partners, their pages and calls of the API.

mod api;
mod pages_advertisers;
mod pages_partners;
pub mod people;
mod views;

use crate::web::{
    describe::Schemas,
    history,
    objects::{list, pages},
    routes::Route,
};
use domain::{
    accounts::{Advertiser, Partner},
    identity::Section,
};

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Section::{Advertisers, Partners, Users};
    let own = vec![
        Route::post("/advertisers/{advertiser_id}/token", Advertisers, pages_advertisers::new_token),
        history::route::<Advertiser>(),
        history::route::<Partner>(),
        Route::get("/partners/{partner_id}/users", Partners, people::show_of_partner),
        Route::post("/partners/{partner_id}/users", Users, people::add_to_partner),
        Route::get("/advertisers/{advertiser_id}/users", Advertisers, people::show_of_advertiser),
        Route::post("/advertisers/{advertiser_id}/users", Users, people::add_to_advertiser),
    ];
    [
        api::routes(),
        list::routes::<Advertiser>(),
        list::routes::<Partner>(),
        pages::routes::<Advertiser>(),
        pages::routes::<Partner>(),
        own,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The room's schemas.
#[must_use]
pub fn schemas() -> Schemas {
    api::schemas()
}
