//! A click: signals, decision, record, answer. The record is the only thing that is waited for.

use super::{
    answer, cookies,
    live::Named,
    query::LinkQuery,
    realise::{give_back, realise},
    records::Decided,
    routes::Link,
    signals::{Signals, fresh_cookie},
    tracker::Tracker,
};
use actix_web::{HttpRequest, HttpResponse, http::header::HOST};
use chrono::Utc;
use domain::tracking::{Code, Dice, SessionKeys, Verdict, Visit};
use smallvec::SmallVec;
use std::{sync::Arc, time::Instant};
use store::tracking::Full;

/// The cookie that a visitor is known again by, where an offer asks for it.
pub const VISITOR_COOKIE: &str = "swy_visitor";
/// Bytes of a cookie's value that are looked at.
const LONGEST_COOKIE: usize = 64;

/// The host that a request names, without more ado: it only ever selects a network.
pub fn host(request: &HttpRequest) -> &str {
    request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("")
}

/// The visitor's cookie, or none.
fn cookie(request: &HttpRequest) -> Option<String> {
    request.cookie(VISITOR_COOKIE).map(|cookie| cookie.value().to_owned()).filter(|value| {
        value.len() <= LONGEST_COOKIE
            && !value.is_empty()
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// What a visit borrows from.
pub struct Visitor {
    pub signals: Signals,
    pub session: SessionKeys,
    /// The network's tracking domain; none for the installation's own address.
    pub domain: Option<Arc<str>>,
}

impl Visitor {
    /// The visit, from signals and query.
    pub fn visit<'a>(&'a self, query: &'a LinkQuery<'a>, others: &'a [(&'a str, &'a str)]) -> Visit<'a> {
        let (agent, place) = (&self.signals.agent, &self.signals.place);
        Visit {
            country: place.country.as_ref().map_or("", |country| country.as_str()),
            region: place.region(),
            city: place.city(),
            language: self.signals.language.as_str(),
            device: agent.device,
            os: &agent.os,
            os_version: &agent.os_version,
            browser: &agent.browser,
            browser_version: &agent.browser_version,
            isp: place.isp(),
            asn: place.asn,
            connection: place.connection.name(),
            carrier: place.carrier(),
            proxy: place.proxy,
            is_bot: agent.is_bot,
            domain: self.domain.as_deref().unwrap_or(""),
            ip: self.signals.ip,
            user_agent: &agent.user_agent,
            referrer: &self.signals.referrer,
            source_id: &query.source_id,
            subs: std::array::from_fn(|index| query.subs[index].as_ref()),
            ref_id: &query.ref_id,
            landing_page: query.landing_page,
            deep_link: &query.deep_link,
            other: others,
            session: self.session,
        }
    }
}

/// The unknown parameters, borrowed.
pub fn others<'a>(query: &'a LinkQuery<'a>) -> SmallVec<[(&'a str, &'a str); 4]> {
    query.others.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect()
}

/// Answers a click.
pub async fn click(tracker: &Tracker, request: &HttpRequest, link: Link<'_>) -> HttpResponse {
    let Some(named) = tracker.plans.named(host(request), link.partner, link.target) else {
        return answer::page(Code::UnknownLink);
    };
    let signals = tracker.signals.read(request);
    let brought = cookie(request);
    let fresh = (brought.is_none() && named.live.plan.wants_cookie(named.target)).then(fresh_cookie);
    let known_by = brought.as_deref().or(fresh.as_deref()).unwrap_or("");
    let network = named.live.plan.network();
    let session = tracker.hasher.keys(network, signals.ip, &signals.agent.user_agent, known_by);
    let visitor = Visitor { signals, session, domain: named.domain.clone() };
    let query = LinkQuery::read(request.query_string());
    let others = others(&query);
    let visit = visitor.visit(&query, &others);
    let partner = named.live.plan.partner_by_code(link.partner);
    let now = Utc::now();
    let seed = rand::random::<u64>();
    let begun = Instant::now();
    let realised = realise(&named.live, &tracker.keys, partner, named.target, &visit, now, Dice(seed));
    tracker.meters.decide.record(begun.elapsed());
    let decided = Decided::new(&named.live, &visit, realised, &tracker.ids, now, seed);
    tracker.onwards.remember(&decided);
    if record(tracker, &decided).await.is_err() {
        give_back(&named.live, &tracker.keys, partner, &decided.decision, now);
    }
    let mut response =
        answer::answer(&decided.decision.answer, decided.destination.as_deref(), &tracker.hasher);
    keep_for_pixel(&mut response, request, &named, &decided);
    if let Some(value) = fresh {
        answer::set_cookie(&mut response, VISITOR_COOKIE, &value);
    }
    response
}

/// Lets the visitor's browser remember the click, where its offer takes conversions by the pixel.
fn keep_for_pixel(response: &mut HttpResponse, request: &HttpRequest, named: &Named, decided: &Decided<'_>) {
    let (Some(hop), Some(id)) = (decided.decision.hops.last(), decided.ids.last()) else { return };
    let offer = hop.index.and_then(|index| named.live.plan.offer(index));
    let Some(offer) = offer.filter(|offer| offer.document().allow_pixel && hop.verdict != Verdict::Invalid)
    else {
        return;
    };
    let seconds = i64::from(offer.document().max_conversion_seconds);
    cookies::keep_click(response, request, (offer.id(), *id), seconds);
}

/// Keeps every hop. Where the disk does not take it, the visitor is sent on all the same, and the loss is counted.
async fn record(tracker: &Tracker, decided: &Decided<'_>) -> Result<(), Full> {
    let count = decided.ids.len() as u64;
    let bodies = decided.bodies();
    tracker.meters.answered.increment(count);
    let appended = tracker.spool.append_all(bodies.iter().map(Vec::as_slice)).await;
    appended.map(|_| ()).inspect_err(|_| tracker.meters.unrecorded.increment(count))
}
