//! Tests of the room: a small network to decide in, then a file a subject.

mod campaign;
mod codes;
mod controls;
mod decide;
mod fail_traffic;
mod forwarding;
mod macros;
mod plan;
mod properties;
mod smart_link;
mod smart_switch;
mod targeting;

use super::{
    Configuration, Device, Dice, Facts, OfferIndex, Plan, SUBS, SessionKeys, ShareIndex, Target, Visit,
};
use super::{Decision, decide as decide_click};
use crate::{
    offers::Offer,
    shared::{
        ActionableVariableId, CapPeriod, Currency, LandingPageId, MonitorId, NetworkId, OfferId, PartnerId,
        RowId, SmartSwitchRuleId,
    },
    smartswitch::{Blocks, Met, SourcePlace, SwitchAction, Variable},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};

/// A Monday noon, UTC.
const NOW: &str = "2026-11-16T12:00:00Z";
const PARTNER: PartnerId = PartnerId(7);

fn now() -> DateTime<Utc> {
    NOW.parse().expect("a moment")
}

/// A visitor of whom everything is known.
fn visit() -> Visit<'static> {
    Visit {
        country: "DE",
        region: "Bavaria",
        city: "München",
        language: "de",
        device: Device::Mobile,
        os: "ios",
        os_version: "17.5.1",
        browser: "safari",
        browser_version: "17",
        isp: "Example Telecom",
        asn: 64_500,
        connection: "wifi",
        carrier: "Example Mobile",
        proxy: Some(false),
        is_bot: false,
        domain: "",
        ip: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 44)),
        user_agent: "Mozilla/5.0 (iPhone)",
        referrer: "https://blog.example/post?a=1",
        source_id: "SRC-9",
        subs: [""; SUBS],
        ref_id: "",
        landing_page: None,
        deep_link: "",
        other: &[],
        session: SessionKeys { cookie: 1, ip: 2, ip_user_agent: 3 },
    }
}

/// An offer's document: the defaults, and what `more` says.
fn offer(more: &Value) -> Offer {
    let mut document = json!({"name": "Offer", "advertiser_id": "1"});
    let fields = more.as_object().expect("an object").clone();
    document.as_object_mut().expect("an object").extend(fields);
    serde_json::from_value(document).expect("an offer")
}

/// A network with one partner and these offers, numbered from 1, each with one landing page.
fn network(offers: &[Value]) -> Configuration {
    let numbered = || (1_i64..).zip(offers);
    Configuration {
        network: NetworkId(1),
        currency: Currency::default(),
        zone: Tz::UTC,
        suspended: false,
        fallback_url: None,
        version: 1,
        partners: vec![(
            PARTNER,
            "p".to_owned(),
            serde_json::from_value(json!({"name": "P"})).expect("a partner"),
        )],
        advertisers: vec![(
            crate::shared::AdvertiserId(1),
            serde_json::from_value(json!({"name": "A", "verification_token": "secret"}))
                .expect("an advertiser"),
        )],
        offers: numbered().map(|(id, more)| (OfferId(id), format!("o{id}"), offer(more))).collect(),
        landing_pages: numbered()
            .map(|(id, _)| {
                let page = json!({"url": format!("https://shop{id}.example/?cid={{clickid}}")});
                (LandingPageId(id * 10), OfferId(id), serde_json::from_value(page).expect("a page"))
            })
            .collect(),
        events: Vec::new(),
        partner_offers: Vec::new(),
        smart_links: Vec::new(),
        partner_rules: Vec::new(),
        learnt_weights: Vec::new(),
        campaigns: Vec::new(),
        source_blocks: Vec::new(),
        traffic_controls: Vec::new(),
    }
}

fn plan(offers: &[Value]) -> Plan {
    Plan::compile(network(offers)).0
}

/// Facts as a test says; no offer is capped, seen or converted unless it is listed.
#[derive(Clone, Debug, Default)]
struct Known {
    capped: Vec<u32>,
    seen: Vec<(u32, u64)>,
    converted: Vec<(u32, u64)>,
    down: Vec<MonitorId>,
    conversions: Vec<(u32, CapPeriod, u64)>,
    rotations: Vec<(RowId, Vec<(RowId, u32)>)>,
    views: Vec<(RowId, u64)>,
    blocks: Blocks,
}

/// The rule by whose blocks the tests keep sources out.
const RULE: SmartSwitchRuleId = SmartSwitchRuleId(77);

impl Known {
    /// Keeps a source of the partner out at an offer, by its id.
    fn keeping_out(mut self, offer: i64, variable: Variable, value: &str, action: SwitchAction) -> Self {
        let id = ActionableVariableId(self.blocks.len() as i64 + 1);
        let place = SourcePlace { offer: OfferId(offer), partner: PARTNER, variable };
        self.blocks.insert(id, place, value, (action, RULE));
        self
    }
}

impl Facts for Known {
    fn capped(&self, offer: OfferIndex, _share: Option<ShareIndex>) -> bool {
        self.capped.contains(&offer.0)
    }

    fn seen(&self, offer: OfferIndex, key: u64) -> bool {
        self.seen.contains(&(offer.0, key))
    }

    fn converted(&self, offer: OfferIndex, key: u64) -> bool {
        self.converted.contains(&(offer.0, key))
    }

    fn met(&self, offer: OfferIndex, partner: PartnerId, visit: &Visit<'_>) -> Option<Met> {
        // The tests' networks number their offers from 1, in the order of the plan.
        let value = |variable| visit.source(variable);
        let suspects = || self.blocks.suspects(value);
        self.blocks.met(OfferId(i64::from(offer.0) + 1), partner, suspects, value)
    }

    fn site_down(&self, monitor: MonitorId) -> bool {
        self.down.contains(&monitor)
    }

    fn conversions(&self, offer: OfferIndex, period: CapPeriod) -> Option<u64> {
        let known = self.conversions.iter().find(|known| (known.0, known.1) == (offer.0, period));
        known.map(|(_, _, count)| *count)
    }

    fn rotation(&self, rotator: RowId) -> Option<&[(RowId, u32)]> {
        self.rotations.iter().find(|(known, _)| *known == rotator).map(|(_, weights)| weights.as_slice())
    }

    fn views(&self, option: RowId) -> u64 {
        self.views.iter().find(|(known, _)| *known == option).map_or(0, |(_, views)| *views)
    }
}

/// The decision for a click on the first offer.
fn click(plan: &Plan, visit: &Visit<'_>, facts: &Known) -> Decision {
    decide_click(plan, Some(PARTNER), Target::Offer(OfferIndex(0)), visit, facts, now(), Dice(42))
}

/// The offers that a decision went through, with their codes.
fn path(decision: &Decision) -> Vec<(i64, Option<u16>)> {
    let stop = |hop: &super::Hop| (hop.offer.map_or(0, |offer| offer.0), hop.code.map(super::Code::number));
    decision.hops.iter().map(stop).collect()
}
