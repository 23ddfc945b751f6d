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
    parts::{Cell, Choice},
    routes::Route,
    signal::Signal,
};
use domain::{
    accounts::{AccountStatus, Advertiser, Partner},
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

/// What a state means to whoever looks.
#[must_use]
pub fn status_signal(status: &AccountStatus) -> Signal {
    match status {
        AccountStatus::Active => Signal::Good,
        AccountStatus::Paused => Signal::Warn,
        AccountStatus::Deleted => Signal::Off,
    }
}

/// The state in a list.
fn status_cell(status: AccountStatus) -> Cell {
    Cell::State(status_signal(&status), status.name().to_owned())
}

/// Every state, to choose from.
fn status_choices() -> Vec<Choice> {
    AccountStatus::ALL.map(|status| Choice::new(status.name(), status.name())).to_vec()
}
