//! An impression: the offer was seen. Stored with what it earns, which is nothing where a click would be refused.

use super::{
    click::{Visitor, host, others},
    cookies,
    query::LinkQuery,
    realise::realise_impression,
    records::{postcard_of, visitor_record},
    routes::Link,
    tracker::Tracker,
};
use actix_web::{HttpRequest, HttpResponse, http::header};
use chrono::Utc;
use domain::{
    offers::VIEW_SECONDS,
    shared::{CampaignId, SmartLinkId},
    tracking::{OfferIndex, Plan, Target},
};
use store::tracking::{ImpressionRecord, Record, Used};

/// A transparent GIF of one pixel.
const PIXEL: &[u8] =
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\
\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// What was seen: an offer, or a link over several, which earns nothing by being seen.
#[derive(Default)]
struct Seen {
    offer: Option<OfferIndex>,
    smart_link: Option<SmartLinkId>,
    campaign: Option<CampaignId>,
}

impl Seen {
    fn of(plan: &Plan, target: Target) -> Option<Self> {
        match target {
            Target::Offer(index) => Some(Self { offer: Some(index), ..Self::default() }),
            Target::SmartLink(index) => {
                plan.smart_link(index).map(|link| Self { smart_link: Some(link.id()), ..Self::default() })
            }
            Target::Campaign(index) => {
                plan.campaign(index).map(|campaign| Self { campaign: Some(campaign.id()), ..Self::default() })
            }
            Target::Unknown => None,
        }
    }
}

/// Answers an impression with the image, known link or not: a broken picture helps nobody.
pub async fn impression(tracker: &Tracker, request: &HttpRequest, link: Link<'_>) -> HttpResponse {
    let named = tracker.plans.named(host(request), link.partner, link.target);
    let known = named.and_then(|named| {
        let partner = named.live.plan.partner_by_code(link.partner)?;
        let seen = Seen::of(&named.live.plan, named.target)?;
        Some((seen, partner, named.live, named.domain))
    });
    let Some((seen, partner, live, domain)) = known else { return pixel(404) };
    let signals = tracker.signals.read(request);
    let network = live.plan.network();
    let session = tracker.hasher.keys(network, signals.ip, &signals.agent.user_agent, "");
    let visitor = Visitor { signals, session, domain };
    let query = LinkQuery::read(request.query_string());
    let others = others(&query);
    let visit = visitor.visit(&query, &others);
    let now = Utc::now();
    let compiled = seen.offer.and_then(|index| live.plan.offer(index));
    let offer = compiled.map_or(0, |offer| offer.id().0);
    let id = tracker.ids.next(network, now.timestamp_millis());
    let earning = seen.offer.filter(|_| !visit.is_bot);
    let earned = earning.map(|index| realise_impression(&live, &tracker.keys, partner, index, now));
    let (payout, revenue) = earned.unwrap_or_default();
    let record = ImpressionRecord {
        id: id.0,
        partner_id: partner.0,
        offer_id: offer,
        smart_link_id: seen.smart_link.map_or(0, |link| link.0),
        campaign_id: seen.campaign.map_or(0, |campaign| campaign.0),
        visitor: visitor_record(&visit),
        payout: payout.0,
        revenue: revenue.0,
    };
    if let Some(body) = postcard_of(&Record::Impression(Box::new(record)))
        && tracker.spool.append(&body).await.is_err()
    {
        tracker.meters.unrecorded.increment(1);
        let used = Used { payout: payout.0, revenue: revenue.0, ..Used::default() };
        live.usages.take_away(offer, partner.0, live.plan.calendar().day(now), used);
    }
    let mut shown = pixel(200);
    if let Some(offer) = compiled.filter(|offer| offer.document().view_through) {
        cookies::keep_view(&mut shown, request, (offer.id(), id), VIEW_SECONDS);
    }
    shown
}

/// The image, with a status that tells how it went.
pub fn pixel(status: u16) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(status).unwrap_or_default();
    HttpResponse::build(status)
        .content_type("image/gif")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(PIXEL)
}
