//! The tracking link of partner × target in the API.

use super::{
    parameters::{self, Target},
    qr,
};
use crate::web::{
    Access, Answer, Form, Listing, Route, answer,
    describe::{About, Fields, Gives, Parameter, Schemas, id_of, id_or_null, text, text_or_null},
};
use actix_web::HttpRequest;
use domain::{
    accounts::Partner,
    identity::Section,
    shared::{CampaignId, OfferId, PartnerId, Problems, SmartLinkId},
};
use serde_json::json;

/// The values that a link may carry, and whose it is.
const PARAMETERS: [Parameter; 15] = [
    ("partner_id", "The partner; required."),
    ("offer_id", "The offer; this, a Smart Link or a campaign is required."),
    ("smart_link_id", "The Smart Link, in place of an offer."),
    ("campaign_id", "The campaign, in place of an offer."),
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
    let about = About::new(
        "Get the tracking link of a partner for an offer, a Smart Link or a campaign",
        Gives::One("Link"),
    );
    vec![Route::get("/api/v1/links", Section::Links, show).about(about.with(&PARAMETERS))]
}

pub fn schemas() -> Schemas {
    let link = Fields::of("A tracking link.")
        .shown("partner_id", id_of("The partner."))
        .shown("offer_id", id_or_null("The offer."))
        .shown("smart_link_id", id_or_null("The Smart Link."))
        .shown("campaign_id", id_or_null("The campaign."))
        .shown("url", text("Where visitors click; sub ids are added as `?sub1=…`."))
        .shown("impression_url", text("An invisible image that counts an impression."))
        .shown("qr_svg", text_or_null("With `qr`: the link as a QR code, an SVG document; else null."));
    vec![("Link", link.done())]
}

async fn show(access: Access, request: HttpRequest) -> Answer {
    let names: Vec<String> = parameters::names().collect();
    let mut known: Vec<&str> = names.iter().map(String::as_str).collect();
    known.extend(["partner_id", "offer_id", "smart_link_id", "campaign_id", "domain_id", "qr"]);
    let query = Listing::read(request.query_string(), &known)?;
    let partner: Option<PartnerId> = query.parsed("partner_id", "an id")?;
    let offer: Option<OfferId> = query.parsed("offer_id", "an id")?;
    let smart_link: Option<SmartLinkId> = query.parsed("smart_link_id", "an id")?;
    let campaign: Option<CampaignId> = query.parsed("campaign_id", "an id")?;
    let mut problems = Problems::default();
    problems.check(partner.is_some(), "partner_id", "is missing");
    let named = [offer.is_some(), smart_link.is_some(), campaign.is_some()];
    let message = "name an offer, a smart_link_id or a campaign_id, one of them";
    problems.check(named.into_iter().filter(|named| *named).count() == 1, "offer_id", message);
    problems.into_result(())?;
    let form = Form::read(request.query_string().as_bytes());
    let scope = access.scope();
    let target = match (offer, smart_link, campaign) {
        (_, _, Some(campaign)) => Target::Campaign(scope.get(campaign.0).await?),
        (_, Some(link), None) => Target::SmartLink(scope.get(link.0).await?),
        (offer, None, None) => Target::Offer(scope.get(offer.unwrap_or_default().0).await?),
    };
    let of_partner = scope.get::<Partner>(partner.unwrap_or_default().0).await?;
    let link = parameters::build(&access, &form, &of_partner, &target).await?;
    let is_drawn = query.parsed("qr", "true or false")?.unwrap_or(false);
    let drawing = if is_drawn { Some(qr::drawn(&link.url)?) } else { None };
    Ok(answer::json(&json!({
        "partner_id": partner, "offer_id": offer, "smart_link_id": smart_link, "campaign_id": campaign,
        "url": link.url, "impression_url": link.impression_url,
        "qr_svg": drawing,
    })))
}
