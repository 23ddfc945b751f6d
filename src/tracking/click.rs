//! A click: signals, decision, record, answer. The record is the only thing that is waited for.

use super::{
    answer,
    live::Named,
    query::LinkQuery,
    realise::realise,
    signals::{Signals, fresh_cookie},
    tracker::Tracker,
};
use actix_web::{HttpRequest, HttpResponse, http::header::HOST};
use chrono::Utc;
use domain::{
    offers::Session,
    shared::{ClickId, PartnerId},
    tracking::{Code, Decision, Dice, Hop, SUBS, SessionKeys, Target, Visit},
};
use smallvec::SmallVec;
use std::time::Instant;
use store::tracking::{ClickRecord, Record, VisitorRecord};

/// The cookie that a visitor is known again by, where an offer asks for it.
pub const VISITOR_COOKIE: &str = "swy_visitor";
/// Bytes of a cookie's value that are looked at.
const LONGEST_COOKIE: usize = 64;

/// The host that a request names, without more ado: it only ever selects a network.
pub fn host(request: &HttpRequest) -> &str {
    request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("")
}

/// A part of the path; broken UTF-8 names nothing.
pub fn part<'r>(request: &'r HttpRequest, name: &str) -> &'r str {
    request.match_info().get(name).unwrap_or("")
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
}

impl Visitor {
    /// The visit, from signals and query.
    pub fn visit<'a>(&'a self, query: &'a LinkQuery<'a>, others: &'a [(&'a str, &'a str)]) -> Visit<'a> {
        let agent = &self.signals.agent;
        Visit {
            country: self.signals.country.as_ref().map_or("", |country| country.as_str()),
            region: "",
            city: "",
            language: self.signals.language.as_str(),
            device: agent.device,
            os: &agent.os,
            os_version: &agent.os_version,
            browser: &agent.browser,
            browser_version: &agent.browser_version,
            isp: "",
            connection: "",
            carrier: "",
            proxy: None,
            is_bot: agent.is_bot,
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

/// Whether an offer of the plan may ask for the visitor's cookie.
fn wants_cookie(named: &Named) -> bool {
    named
        .target
        .and_then(|index| named.live.plan.offer(index))
        .is_some_and(|offer| offer.document().duplicate_filter.session == Session::Cookie)
}

/// Answers a click.
pub async fn click(tracker: &Tracker, request: &HttpRequest) -> HttpResponse {
    let Some(named) = tracker.plans.named(host(request), part(request, "target")) else {
        return answer::page(Code::UnknownLink);
    };
    let signals = tracker.signals.read(request);
    let brought = cookie(request);
    let fresh = (brought.is_none() && wants_cookie(&named)).then(fresh_cookie);
    let known_by = brought.as_deref().or(fresh.as_deref()).unwrap_or("");
    let network = named.live.plan.network();
    let session = tracker.hasher.keys(network, signals.ip, &signals.agent.user_agent, known_by);
    let visitor = Visitor { signals, session };
    let query = LinkQuery::read(request.query_string());
    let others = others(&query);
    let visit = visitor.visit(&query, &others);
    let partner = named.live.plan.partner_by_code(part(request, "partner"));
    let target = named.target.map_or(Target::Unknown, Target::Offer);
    let now = Utc::now();
    let seed = rand::random::<u64>();
    let begun = Instant::now();
    let decision = realise(&named.live, &tracker.keys, partner, target, &visit, now, Dice(seed));
    tracker.meters.decide.record(begun.elapsed());
    let ids: SmallVec<[ClickId; 2]> =
        decision.hops.iter().map(|_| tracker.ids.next(network, now.timestamp_millis())).collect();
    let last = ids.last().copied().unwrap_or(ClickId(0));
    let destination = decision.url(&named.live.plan, &visit, last);
    let recorded = Recorded {
        named: &named,
        visit: &visit,
        decision: &decision,
        ids: &ids,
        destination: destination.as_deref().unwrap_or(""),
        seed,
    };
    record(tracker, &recorded).await;
    let mut response = answer::answer(&decision.answer, destination.as_deref(), &tracker.hasher);
    if let Some(value) = fresh {
        answer::set_cookie(&mut response, VISITOR_COOKIE, &value);
    }
    response
}

/// What a click's records are made of.
struct Recorded<'a> {
    named: &'a Named,
    visit: &'a Visit<'a>,
    decision: &'a Decision,
    ids: &'a [ClickId],
    destination: &'a str,
    seed: u64,
}

/// Keeps every hop. Where the disk does not take it, the visitor is sent on all the same, and the loss is counted.
async fn record(tracker: &Tracker, recorded: &Recorded<'_>) {
    let count = recorded.ids.len() as u64;
    let bodies: SmallVec<[Vec<u8>; 2]> = recorded
        .decision
        .hops
        .iter()
        .enumerate()
        .filter_map(|(place, hop)| postcard_of(&Record::Click(Box::new(recorded.hop(place, hop)))))
        .collect();
    tracker.meters.answered.increment(count);
    if tracker.spool.append_all(bodies.iter().map(Vec::as_slice)).await.is_err() {
        tracker.meters.unrecorded.increment(count);
    }
}

/// A record's bytes; none only where it can't be written, which its types rule out.
pub fn postcard_of(record: &Record<'_>) -> Option<Vec<u8>> {
    record.to_bytes().inspect_err(|error| tracing::error!(%error, "a record was not written")).ok()
}

/// The visitor's part of a record.
pub fn visitor_record<'a>(visit: &Visit<'a>) -> VisitorRecord<'a> {
    let given = visit.subs.iter().rposition(|sub| !sub.is_empty()).map_or(0, |last| last + 1);
    VisitorRecord {
        country: visit.country,
        device: visit.device,
        os: visit.os,
        os_version: visit.os_version,
        browser: visit.browser,
        browser_version: visit.browser_version,
        language: visit.language,
        is_bot: visit.is_bot,
        ip: visit.ip,
        user_agent: visit.user_agent,
        referrer: visit.referrer,
        source_id: visit.source_id,
        subs: visit.subs[..given.min(SUBS)].to_vec(),
    }
}

impl<'a> Recorded<'a> {
    fn hop(&'a self, place: usize, hop: &'a Hop) -> ClickRecord<'a> {
        let is_last = place + 1 == self.ids.len();
        ClickRecord {
            id: self.ids[place].0,
            parent: if place == 0 { 0 } else { self.ids[place - 1].0 },
            partner_id: hop.partner.map_or(0, |PartnerId(id)| id),
            offer_id: hop.offer.map_or(0, |offer| offer.0),
            landing_page_id: hop.landing_page.map_or(0, |page| page.0),
            verdict: hop.verdict as u8,
            code: hop.code.map_or(0, Code::number),
            visitor: visitor_record(self.visit),
            ref_id: self.visit.ref_id,
            other: self.visit.other.to_vec(),
            destination: if is_last { self.destination } else { "" },
            payout: hop.payout.0,
            revenue: hop.revenue.0,
            paid: hop.paid,
            session_key: self.session_key(hop),
            remember: hop.remember.is_some(),
            reserves: hop.reserves,
            plan_version: self.named.live.plan.version(),
            seed: self.seed,
            branch: hop.branch.map_or(-1, i32::from),
            option: hop.option.map_or(-1, i32::from),
            propensity: hop.propensity,
            facts: facts(hop),
        }
    }

    fn session_key(&self, hop: &Hop) -> u64 {
        let keys = self.visit.session;
        let session = hop
            .index
            .and_then(|index| self.named.live.plan.offer(index))
            .map_or(Session::IpUserAgent, |offer| offer.document().duplicate_filter.session);
        match session {
            Session::Cookie => keys.cookie,
            Session::Ip => keys.ip,
            Session::IpUserAgent => keys.ip_user_agent,
        }
    }
}

/// The facts that refused something: without them the decision could not be computed again.
fn facts(hop: &Hop) -> &'static str {
    match hop.code {
        Some(Code::OfferCap) => r#"{"capped":true}"#,
        Some(Code::DuplicateClick) => r#"{"seen":true}"#,
        Some(Code::AlreadyConverted) => r#"{"converted":true}"#,
        Some(_) | None => "",
    }
}
