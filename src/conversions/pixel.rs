//! The cookie pixel: an image on the advertiser's page. The cookie of the click, or of the view, says what
//! is credited; there is no token, so that only offers that allow it take part, and of what the address
//! says only what no money hangs on but the sale amount. The answer is always the image; its status tells.

use super::{Judgements, postback};
use crate::tracking::{Tracker, cookies, impression::pixel as image};
use actix_web::{HttpRequest, HttpResponse};
use domain::{
    shared::{NetworkId, OfferId},
    tracking::{CompiledOffer, Target},
};
use url::form_urlencoded::{Serializer, parse};

/// The most bytes of an address's query that are looked at.
const LONGEST: usize = 8 << 10;
/// What the pixel may say; the rest is a visitor's to make up.
const SAID: [&str; 10] =
    ["event", "amount", "txn_id", "order_id", "fraud_flag", "adv1", "adv2", "adv3", "adv4", "adv5"];

/// Answers a call of the pixel.
pub async fn pixel(tracker: &Tracker, judgements: &Judgements, request: &HttpRequest) -> HttpResponse {
    let query = request.query_string();
    if query.len() > LONGEST {
        return image(400);
    }
    let said: Vec<(String, String)> = parse(query.as_bytes()).into_owned().collect();
    let value =
        |name: &str| said.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value.as_str());
    let network = value("network").parse().ok().map(NetworkId);
    let Some(live) = network.and_then(|network| tracker.plans.of(network)) else { return image(404) };
    let named = value("offer");
    let index = named.parse().ok().and_then(|id| live.plan.offer_index(OfferId(id)));
    let index = index.or_else(|| match live.plan.target_by_code(named)? {
        Target::Offer(index) => Some(index),
        Target::SmartLink(_) | Target::Campaign(_) | Target::Unknown => None,
    });
    let Some(offer) = index.and_then(|index| live.plan.offer(index)) else { return image(404) };
    if !offer.document().allow_pixel {
        return image(403);
    }
    let Some(id) = credited(request, offer) else { return image(404) };
    let mut call = Serializer::new(String::new());
    call.append_pair("cid", &id);
    call.extend_pairs(said.iter().filter(|(name, _)| SAID.contains(&name.to_ascii_lowercase().as_str())));
    image(postback::by_pixel(tracker, judgements, request, &call.finish()).await)
}

/// The click of the visitor's cookie, else the view of it.
fn credited(request: &HttpRequest, offer: &CompiledOffer) -> Option<String> {
    let view = offer.document().view_through;
    cookies::click(request, offer.id()).or_else(|| cookies::view(request, offer.id()).filter(|_| view))
}
