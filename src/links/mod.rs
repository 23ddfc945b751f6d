//! Tracking links: what a partner may run and by which link, the link builder, tracking domains.

pub mod approvals;
pub mod domains;
mod pages_builder;
mod pages_domains;
mod pages_offer_partners;
mod pages_partner_offers;
mod pages_terms;
pub mod urls;

use crate::web::routes::{Right, Route};
use actix_web::http::Method;
use domain::identity::{Level, Section};

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Section::{Links, Offers, Partners, Settings};
    vec![
        Route::get("/links", Links, pages_builder::show),
        Route::get("/offers/{offer_id}/partners", Offers, pages_offer_partners::list),
        Route::post("/offers/{offer_id}/partners", Offers, pages_offer_partners::set),
        Route::get("/partners/{partner_id}/offers", Partners, pages_partner_offers::list),
        Route::post("/partners/{partner_id}/offers", Partners, pages_partner_offers::set),
        Route::new(
            Method::GET,
            "/partners/{partner_id}/offers/{offer_id}",
            Right::To(Partners, Level::Read),
            pages_terms::show,
        ),
        Route::post("/partners/{partner_id}/offers/{offer_id}", Partners, pages_terms::save),
        Route::get("/settings/domains", Settings, pages_domains::list),
        Route::post("/settings/domains", Settings, pages_domains::create),
        Route::post("/settings/domains/{domain_id}/remove", Settings, pages_domains::remove),
    ]
}
