//! A past for a network: records written into the spool of a stopped server with moments of the test's
//! own, as a node would have left them; the next start drains and judges them like any others.

use super::server::Server;
use domain::{shared::NetworkId, tracking::Device};
use std::{net::Ipv4Addr, sync::Arc};
use store::{
    Database,
    tracking::{ClickRecord, ImpressionRecord, PostbackRecord, Record, VisitorRecord},
};
use switchyard::{
    conversions::Judgements,
    serve::track,
    tracking::{Tracker, TrackerOptions},
};

/// Someone who clicked or saw something.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub country: &'static str,
    pub device: Device,
    pub os: &'static str,
    pub browser: &'static str,
    pub source: &'static str,
    /// The tracking domain's host.
    pub domain: &'static str,
    /// The Smart Link that it came through, 0 for none, and the row that took the click.
    pub smart_link: (i64, &'static str),
    /// The campaign that it came through, 0 for none, the landing page that it was shown, and the option that
    /// was drawn.
    pub campaign: (i64, &'static str, &'static str),
    /// The SmartSwitch rule that refused the click; empty for none.
    pub rule: &'static str,
    pub subs: Vec<&'static str>,
}

/// A click of the past. Moments are milliseconds since 1970 UTC; ids are numbers.
#[derive(Clone, Debug)]
pub struct PastClick {
    pub at: i64,
    pub partner: i64,
    pub offer: i64,
    pub landing_page: i64,
    /// 0 valid, 1 duplicate, 2 invalid.
    pub verdict: u8,
    pub code: u16,
    pub seen: Seen,
    /// Millionths.
    pub payout: i64,
    pub revenue: i64,
}

/// The spool of a server that is stopped.
pub struct Past {
    tracker: Arc<Tracker>,
    database: Database,
    network: NetworkId,
}

impl Past {
    /// Opens it; `network` is the place in the plan, counted from 1 as the database does.
    pub async fn open(server: &Server, network: i64) -> Self {
        let data = server.data();
        let database = server.rows.store().await;
        let options = TrackerOptions { trusted_proxies: Vec::new(), strict: false, geoip: None };
        let tracker = track(database.clone(), &data, options, &Arc::<Judgements>::default()).await;
        Self { tracker: tracker.expect("the spool opens"), database, network: NetworkId(network) }
    }

    /// Appends a click; gives its id.
    pub async fn click(&self, click: &PastClick) -> String {
        let id = self.tracker.ids.next(self.network, click.at);
        let record = ClickRecord {
            id: id.0,
            partner_id: click.partner,
            offer_id: click.offer,
            landing_page_id: click.landing_page,
            verdict: click.verdict,
            code: click.code,
            payout: click.payout,
            revenue: click.revenue,
            ..record_of(&click.seen)
        };
        self.append(&Record::Click(Box::new(record))).await;
        id.to_string()
    }

    /// Appends an impression; gives its id.
    pub async fn impression(&self, at: i64, partner: i64, offer: i64, seen: &Seen, revenue: i64) -> String {
        let made = self.tracker.ids.next(self.network, at);
        let id = made.0;
        let visitor = visitor(seen);
        let record = ImpressionRecord {
            id,
            partner_id: partner,
            offer_id: offer,
            smart_link_id: seen.smart_link.0,
            campaign_id: seen.campaign.0,
            visitor,
            payout: 0,
            revenue,
        };
        self.append(&Record::Impression(Box::new(record))).await;
        made.to_string()
    }

    /// Appends a call of an advertiser.
    pub async fn postback(&self, at: i64, query: &str) {
        let record = PostbackRecord {
            id: self.tracker.ids.next(NetworkId(0), at).0,
            at,
            ip: Ipv4Addr::LOCALHOST.into(),
            user_agent: "advertiser/1.0",
            query,
        };
        self.append(&Record::Postback(Box::new(record))).await;
    }

    /// Leaves the spool to the next start.
    pub async fn close(self) {
        self.tracker.spool.sync().expect("the disk takes it");
        drop(self.tracker);
        self.database.close().await;
    }

    async fn append(&self, record: &Record<'_>) {
        let bytes = record.to_bytes().expect("a record is plain data");
        self.tracker.spool.append(&bytes).await.expect("the disk takes it");
    }
}

/// The record of a click of somebody, with nothing decided.
pub fn record_of(seen: &Seen) -> ClickRecord<'_> {
    ClickRecord {
        id: 7,
        parent: 0,
        partner_id: 0,
        offer_id: 0,
        smart_link_id: seen.smart_link.0,
        campaign_id: seen.campaign.0,
        row: seen.smart_link.1,
        campaign_page: seen.campaign.1,
        rotator_option: seen.campaign.2,
        landing_page_id: 0,
        verdict: 0,
        code: 0,
        visitor: visitor(seen),
        ref_id: "",
        other: Vec::new(),
        destination: "https://offer.example/",
        onward: "",
        payout: 0,
        revenue: 0,
        paid: true,
        session_key: 0,
        remember: false,
        reserves: false,
        plan_version: 1,
        seed: 0,
        branch: -1,
        option: -1,
        propensity: 1.0,
        smart_switch_rule: seen.rule,
        facts: "",
    }
}

/// Who was seen.
pub fn visitor(seen: &Seen) -> VisitorRecord<'_> {
    VisitorRecord {
        country: seen.country,
        region: "",
        city: "",
        device: seen.device,
        os: seen.os,
        os_version: "1",
        browser: seen.browser,
        browser_version: "1",
        language: "en",
        isp: "",
        asn: 0,
        connection: "",
        carrier: "",
        proxy: None,
        is_bot: false,
        ip: Ipv4Addr::new(84, 128, 0, 1).into(),
        user_agent: "test",
        referrer: "",
        source_id: seen.source,
        domain: seen.domain,
        subs: seen.subs.clone(),
    }
}
