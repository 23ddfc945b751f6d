//! The search over everything, for people and programs: offers, partners, advertisers, domains,
//! people, clicks and conversions, each only for whoever may see its section. It reads every room
//! and no room reads it.

mod api;
mod look;
mod page;

pub use api::schemas;

use crate::web::{
    Route,
    describe::{About, Gives},
    routes::Right,
};
use actix_web::http::Method;

/// The room's authorised routes. Who may see nothing finds nothing.
#[must_use]
pub fn routes() -> Vec<Route> {
    let about = About::new("Search everything that the key may see", Gives::One("Search"));
    vec![
        Route::new(Method::GET, "/search", Right::SignedIn, page::show),
        Route::new(Method::GET, "/api/v1/search", Right::SignedIn, api::show)
            .about(about.with(&api::PARAMETERS)),
    ]
}
