//! Tracking links: what a partner may run and by which link, the link builder, tracking domains, Smart Links,
//! campaigns, monitors.

mod api;
mod approvals;
pub mod campaigns;
mod domains;
mod link;
mod monitors;
mod pages_builder;
mod pages_domain;
mod pages_domains;
mod pages_offer_partners;
mod pages_partner_offers;
mod pages_terms;
mod pages_uses;
mod parameters;
mod qr;
pub mod referee;
pub mod smart_links;

use crate::web::{describe::Schemas, history, objects::pages, routes::Route};
use domain::identity::Section;
use store::links::Domain;

/// The room's authorised routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Section::{Links, Offers, Partners, Settings};
    let own = vec![
        Route::get("/links", Links, pages_builder::show),
        Route::get("/links/{partner_id}/{offer_id}/qr.svg", Links, pages_builder::draw),
        Route::get(
            "/links/{partner_id}/smart-links/{smart_link_id}/qr.svg",
            Links,
            pages_builder::draw_smart_link,
        ),
        Route::get("/links/{partner_id}/campaigns/{campaign_id}/qr.svg", Links, pages_builder::draw_campaign),
        Route::get("/settings/domains/csv", Settings, pages_domains::csv),
        Route::get("/settings/domains/{domain_id}", Settings, pages_domain::show),
        Route::post("/settings/domains/{domain_id}", Settings, pages_domain::save),
        history::route::<Domain>(),
        Route::get("/offers/{offer_id}/partners", Offers, pages_offer_partners::list),
        Route::post("/offers/{offer_id}/partners", Offers, pages_offer_partners::set),
        Route::get("/partners/{partner_id}/offers", Partners, pages_partner_offers::list),
        Route::post("/partners/{partner_id}/offers", Partners, pages_partner_offers::set),
        Route::get("/partners/{partner_id}/offers/{offer_id}", Partners, pages_terms::show),
        Route::post("/partners/{partner_id}/offers/{offer_id}", Partners, pages_terms::save),
    ];
    let of_domains = pages::new_routes::<Domain>().into_iter().chain([pages::removal_route::<Domain>()]);
    let of_kinds = [smart_links::routes(), campaigns::routes(), monitors::routes()];
    [api::routes(), domains::routes(), pages_uses::routes(), own]
        .into_iter()
        .chain(of_kinds)
        .flatten()
        .chain(of_domains)
        .collect()
}

/// The room's schemas.
#[must_use]
pub fn schemas() -> Schemas {
    let of_kinds = [smart_links::schemas(), campaigns::schemas(), monitors::schemas()];
    [api::schemas(), domains::schemas(), pages_uses::schemas()]
        .into_iter()
        .chain(of_kinds)
        .flatten()
        .collect()
}
