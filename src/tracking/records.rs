//! From a decision to what is kept of it: a record a hop. Requests and the demo's history share it,
//! so that both leave the same rows.

use super::{ids::ClickIds, live::Live, realise::Realised};
use chrono::{DateTime, Utc};
use domain::{
    offers::Session,
    shared::{ClickId, PartnerId, RowId},
    tracking::{Code, Decision, Hop, NotedFacts, SUBS, Visit},
};
use smallvec::SmallVec;
use store::tracking::{ClickRecord, Record, VisitorRecord};

/// A click that was decided, with the ids and the destination that it got.
pub struct Decided<'a> {
    live: &'a Live,
    visit: &'a Visit<'a>,
    pub decision: Decision,
    /// An id a hop, the visitor's end last.
    pub ids: SmallVec<[ClickId; 2]>,
    /// Where the visitor is sent; none where it is answered by a page.
    pub destination: Option<String>,
    /// Where the campaign's landing page leads on to; none where the visitor is shown none.
    pub onward: Option<String>,
    /// The ids of row or rule, landing page and option that took the click, in digits; at most one hop has them.
    row: String,
    campaign_page: String,
    rotator_option: String,
    /// The rules that refused it on its way, in digits, a hop each; mostly none of them has one.
    rules: SmallVec<[String; 2]>,
    seed: u64,
    /// What it was decided by, in JSON.
    facts: String,
}

impl<'a> Decided<'a> {
    /// Gives the hops of a decision, drawn with `seed`, their ids at `now`, and the redirect its URL.
    #[must_use]
    pub fn new(
        live: &'a Live,
        visit: &'a Visit<'a>,
        Realised { decision, facts }: Realised,
        ids: &ClickIds,
        now: DateTime<Utc>,
        seed: u64,
    ) -> Self {
        let network = live.plan.network();
        let ids: SmallVec<[ClickId; 2]> =
            decision.hops.iter().map(|_| ids.next(network, now.timestamp_millis())).collect();
        let last = ids.last().copied().unwrap_or(ClickId(0));
        let destination = decision.url(&live.plan, visit, last);
        let onward = decision.onward_url(&live.plan, visit, last);
        let digits = |of: fn(&Hop) -> Option<RowId>| {
            decision.hops.iter().find_map(of).map_or_else(String::new, |id| id.to_string())
        };
        let (row, campaign_page) = (digits(|hop| hop.row), digits(|hop| hop.campaign_page));
        let rotator_option = digits(|hop| hop.rotator_option);
        let rule = |hop: &Hop| hop.smart_switch_rule.map_or_else(String::new, |rule| rule.to_string());
        let rules = decision.hops.iter().map(rule).collect();
        let facts = NotedFacts {
            landing_page_id: visit.landing_page,
            deep_link: decision.followed_deep_link(visit).unwrap_or_default().to_owned(),
            ..facts
        };
        let facts = facts.to_json();
        Self {
            live,
            visit,
            decision,
            ids,
            destination,
            onward,
            row,
            campaign_page,
            rotator_option,
            rules,
            seed,
            facts,
        }
    }

    /// A body for the spool a hop.
    #[must_use]
    pub fn bodies(&self) -> SmallVec<[Vec<u8>; 2]> {
        let hops = self.decision.hops.iter().enumerate();
        hops.filter_map(|(place, hop)| postcard_of(&Record::Click(Box::new(self.record(place, hop)))))
            .collect()
    }

    fn record(&'a self, place: usize, hop: &Hop) -> ClickRecord<'a> {
        let is_last = place + 1 == self.ids.len();
        ClickRecord {
            id: self.ids[place].0,
            parent: if place == 0 { 0 } else { self.ids[place - 1].0 },
            partner_id: hop.partner.map_or(0, |PartnerId(id)| id),
            offer_id: hop.offer.map_or(0, |offer| offer.0),
            smart_link_id: hop.smart_link.map_or(0, |link| link.0),
            campaign_id: hop.campaign.map_or(0, |campaign| campaign.0),
            row: if hop.row.is_some() { &self.row } else { "" },
            campaign_page: if hop.campaign_page.is_some() { &self.campaign_page } else { "" },
            rotator_option: if hop.rotator_option.is_some() { &self.rotator_option } else { "" },
            landing_page_id: hop.landing_page.map_or(0, |page| page.0),
            verdict: hop.verdict as u8,
            code: hop.code.map_or(0, Code::number),
            visitor: visitor_record(self.visit),
            ref_id: self.visit.ref_id,
            other: self.visit.other.to_vec(),
            destination: self.destination.as_deref().filter(|_| is_last).unwrap_or(""),
            onward: self.onward.as_deref().filter(|_| is_last).unwrap_or(""),
            payout: hop.payout.0,
            revenue: hop.revenue.0,
            paid: hop.paid,
            session_key: self.session_key(hop),
            remember: hop.remember.is_some(),
            reserves: hop.reserves,
            plan_version: self.live.plan.version(),
            seed: self.seed,
            branch: hop.branch.map_or(-1, i32::from),
            option: hop.option.map_or(-1, i32::from),
            propensity: hop.propensity,
            smart_switch_rule: self.rules.get(place).map_or("", String::as_str),
            facts: &self.facts,
        }
    }

    fn session_key(&self, hop: &Hop) -> u64 {
        let keys = self.visit.session;
        let session = hop
            .index
            .and_then(|index| self.live.plan.offer(index))
            .map_or(Session::IpUserAgent, |offer| offer.document().duplicate_filter.session);
        match session {
            Session::Cookie => keys.cookie,
            Session::Ip => keys.ip,
            Session::IpUserAgent => keys.ip_user_agent,
        }
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
        region: visit.region,
        city: visit.city,
        device: visit.device,
        os: visit.os,
        os_version: visit.os_version,
        browser: visit.browser,
        browser_version: visit.browser_version,
        language: visit.language,
        isp: visit.isp,
        asn: visit.asn,
        connection: visit.connection,
        carrier: visit.carrier,
        proxy: visit.proxy,
        is_bot: visit.is_bot,
        ip: visit.ip,
        user_agent: visit.user_agent,
        referrer: visit.referrer,
        source_id: visit.source_id,
        domain: visit.domain,
        subs: visit.subs[..given.min(SUBS)].to_vec(),
    }
}
