//! The tracking link of partner × offer in the API.

use super::link::link_of;
use crate::web::{
    Access, Answer, Failure, Listing, Route, answer,
    describe::{About, Fields, Gives, Schemas, id_of, text},
};
use actix_web::HttpRequest;
use domain::{
    identity::Section,
    shared::{DomainId, OfferId, PartnerId, Problems},
};
use serde_json::json;

pub fn routes() -> Vec<Route> {
    let about = About::new("Get the tracking link of a partner for an offer", Gives::One("Link")).with(&[
        ("partner_id", "The partner; required."),
        ("offer_id", "The offer; required."),
        ("domain_id", "The tracking domain to show; the network's default one without."),
    ]);
    vec![Route::get("/api/v1/links", Section::Links, show).about(about)]
}

pub fn schemas() -> Schemas {
    let link = Fields::of("A tracking link.")
        .shown("partner_id", id_of("The partner."))
        .shown("offer_id", id_of("The offer."))
        .shown("url", text("Where visitors click; sub ids are added as `?sub1=…`."))
        .shown("impression_url", text("An invisible image that counts an impression."));
    vec![("Link", link.done())]
}

async fn show(access: Access, request: HttpRequest) -> Answer {
    let query = Listing::read(request.query_string(), &["partner_id", "offer_id", "domain_id"])?;
    let partner: Option<PartnerId> = query.parsed("partner_id", "an id")?;
    let offer: Option<OfferId> = query.parsed("offer_id", "an id")?;
    let domain: Option<DomainId> = query.parsed("domain_id", "an id")?;
    let (Some(partner), Some(offer)) = (partner, offer) else {
        let mut problems = Problems::default();
        problems.check(partner.is_some(), "partner_id", "is missing");
        problems.check(offer.is_some(), "offer_id", "is missing");
        return Err(Failure::Invalid(problems));
    };
    let link = link_of(&access, partner, offer, domain).await?;
    let (url, impression_url) = (link.url, link.impression_url);
    Ok(answer::json(&json!({
        "partner_id": partner, "offer_id": offer, "url": url, "impression_url": impression_url,
    })))
}
