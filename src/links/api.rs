//! The tracking link of partner × offer in the API.

use super::{parameters, qr};
use crate::web::{
    Access, Answer, Failure, Form, Listing, Route, answer,
    describe::{About, Fields, Gives, Parameter, Schemas, id_of, text, text_or_null},
};
use actix_web::HttpRequest;
use domain::{
    accounts::Partner,
    identity::Section,
    offers::Offer,
    shared::{OfferId, PartnerId, Problems},
};
use serde_json::json;

/// The values that a link may carry, and whose it is.
const PARAMETERS: [Parameter; 13] = [
    ("partner_id", "The partner; required."),
    ("offer_id", "The offer; required."),
    ("domain_id", "The tracking domain to show; the network's default one without."),
    ("lp", "A landing page of the offer; drawn by weight without."),
    ("source_id", "Where the partner's visitor comes from."),
    ("ref_id", "The partner's own id of the click."),
    ("sub1", "A value that comes back in reports and postbacks; sub2 to sub30 are taken alike."),
    ("sub2", "As sub1."),
    ("sub3", "As sub1."),
    ("sub4", "As sub1."),
    ("sub5", "As sub1."),
    ("url", "A deep link, only to the hosts that the offer lists."),
    ("qr", "`true` draws the link as a QR code beside it."),
];

pub fn routes() -> Vec<Route> {
    let about = About::new("Get the tracking link of a partner for an offer", Gives::One("Link"));
    vec![Route::get("/api/v1/links", Section::Links, show).about(about.with(&PARAMETERS))]
}

pub fn schemas() -> Schemas {
    let link = Fields::of("A tracking link.")
        .shown("partner_id", id_of("The partner."))
        .shown("offer_id", id_of("The offer."))
        .shown("url", text("Where visitors click; sub ids are added as `?sub1=…`."))
        .shown("impression_url", text("An invisible image that counts an impression."))
        .shown("qr_svg", text_or_null("With `qr`: the link as a QR code, an SVG document; else null."));
    vec![("Link", link.done())]
}

async fn show(access: Access, request: HttpRequest) -> Answer {
    let names: Vec<String> = parameters::names().collect();
    let mut known: Vec<&str> = names.iter().map(String::as_str).collect();
    known.extend(["partner_id", "offer_id", "domain_id", "qr"]);
    let query = Listing::read(request.query_string(), &known)?;
    let partner: Option<PartnerId> = query.parsed("partner_id", "an id")?;
    let offer: Option<OfferId> = query.parsed("offer_id", "an id")?;
    let (Some(partner), Some(offer)) = (partner, offer) else {
        let mut problems = Problems::default();
        problems.check(partner.is_some(), "partner_id", "is missing");
        problems.check(offer.is_some(), "offer_id", "is missing");
        return Err(Failure::Invalid(problems));
    };
    let form = Form::read(request.query_string().as_bytes());
    let of_partner = access.scope().get::<Partner>(partner.0).await?;
    let of_offer = access.scope().get::<Offer>(offer.0).await?;
    let link = parameters::build(&access, &form, &of_partner, &of_offer).await?;
    let is_drawn = query.parsed("qr", "true or false")?.unwrap_or(false);
    let drawing = if is_drawn { Some(qr::drawn(&link.url)?) } else { None };
    Ok(answer::json(&json!({
        "partner_id": partner, "offer_id": offer, "url": link.url, "impression_url": link.impression_url,
        "qr_svg": drawing,
    })))
}
