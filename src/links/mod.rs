//! Tracking links: what a partner may run and by which link, the link builder, tracking domains.

mod api;
pub mod approvals;
mod domains;
pub mod hosts;
mod link;
mod pages_builder;
mod pages_domains;
mod pages_offer_partners;
mod pages_partner_offers;
mod pages_terms;
pub mod urls;

pub use link::{LinkOf, link_of};

use crate::web::{describe::Schemas, routes::Route};
use domain::identity::Section;

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Section::{Links, Offers, Partners, Settings};
    let pages = vec![
        Route::get("/links", Links, pages_builder::show),
        Route::get("/offers/{offer_id}/partners", Offers, pages_offer_partners::list),
        Route::post("/offers/{offer_id}/partners", Offers, pages_offer_partners::set),
        Route::get("/partners/{partner_id}/offers", Partners, pages_partner_offers::list),
        Route::post("/partners/{partner_id}/offers", Partners, pages_partner_offers::set),
        Route::get("/partners/{partner_id}/offers/{offer_id}", Partners, pages_terms::show),
        Route::post("/partners/{partner_id}/offers/{offer_id}", Partners, pages_terms::save),
        Route::get("/settings/domains", Settings, pages_domains::list),
        Route::post("/settings/domains", Settings, pages_domains::create),
        Route::post("/settings/domains/{domain_id}/remove", Settings, pages_domains::remove),
    ];
    [api::routes(), domains::routes(), pages].into_iter().flatten().collect()
}

/// The room's schemas.
#[must_use]
pub fn schemas() -> Schemas {
    [api::schemas(), domains::schemas()].into_iter().flatten().collect()
}
