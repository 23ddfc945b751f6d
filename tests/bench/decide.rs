//! How long one decision takes: a link with 72 filtered branches of five conditions, a campaign of as
//! many rules, a Smart Link of ten weighted rows, and a plain offer; the last two also where SmartSwitch keeps 100,000
//! sources out, beside the same without. Prints, over 10,000 seeded visitors, the slowest visitor's median and the mean of all.
//!
//! The branches mix sets, CIDR blocks, schedules in several zones and regular expressions. Half of
//! the visitors match the last branch only, and pass all but one condition of many before it; the
//! other half come as they come. `cargo bench --bench decide`; it fails where a bound is broken.

use chrono::{DateTime, Utc};
use divan::black_box;
use domain::{
    links::{Campaign, SmartLink},
    shared::{
        ActionableVariableId, CampaignId, CapPeriod, Currency, LandingPageId, MonitorId, NetworkId, OfferId,
        PartnerId, RowId, SmartLinkId, SmartSwitchRuleId,
    },
    smartswitch::{Blocks, Met, SourcePlace, Suspects, SwitchAction, Variable},
    tracking::{
        Answer, CampaignIndex, Configuration, Decision, Destination, Device, Dice, Facts, FlawedObject,
        NoFacts, OfferIndex, Plan, SUBS, SessionKeys, ShareIndex, SmartLinkIndex, Target, Visit, decide,
    },
};
use parking_lot::{RwLock, RwLockReadGuard};
use serde_json::{Value, json};
use std::{
    cell::OnceCell,
    net::{IpAddr, Ipv4Addr},
    time::{Duration, Instant},
};

const BRANCHES: usize = 72;
const VISITORS: usize = 10_000;
/// How often each visitor is decided; the median of these counts.
const PASSES: usize = 31;
/// The bounds of issue 2.
const FILTERED_BOUND: Duration = Duration::from_micros(5);
const PLAIN_BOUND: Duration = Duration::from_micros(1);
/// Rows of the Smart Link, each over an offer of its own; all of them take everybody.
const ROWS: i64 = 10;
const SMART_LINK_BOUND: Duration = Duration::from_micros(5);
/// Sources that SmartSwitch keeps out, and what looking for a visitor's among them may cost in the mean.
const BLOCKS: i64 = 100_000;
const BLOCKS_BOUND: Duration = Duration::from_micros(1);

const COUNTRIES: [&str; 24] = [
    "US", "DE", "FR", "GB", "IN", "BR", "MX", "ES", "IT", "PL", "NL", "SE", "NO", "FI", "JP", "KR", "ID",
    "TH", "VN", "TR", "ZA", "NG", "EG", "AU",
];
const SYSTEMS: [&str; 5] = ["ios", "android", "windows", "macos", "linux"];
const BROWSERS: [&str; 5] = ["chrome", "safari", "firefox", "edge", "samsung internet"];
const ZONES: [&str; 4] = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"];
const DEVICES: [Device; 3] = [Device::Mobile, Device::Desktop, Device::Tablet];

/// Chance from a seed, the same on every machine.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((u128::from(self.0 >> 11) * below as u128) >> 53) as usize
    }

    fn some<'a>(&mut self, of: &[&'a str], count: usize) -> Vec<&'a str> {
        (0..count).map(|_| of[self.below(of.len())]).collect()
    }
}

/// Who comes; the texts are owned, so that a [`Visit`] can borrow them.
struct Visitor {
    country: &'static str,
    os: &'static str,
    browser: &'static str,
    device: Device,
    version: String,
    ip: Ipv4Addr,
    source: String,
    sub1: String,
    last_only: bool,
}

impl Visitor {
    /// As they come: any of everything, with a token of some branch or of none.
    fn any(chance: &mut Seeded) -> Self {
        let branch = chance.below(BRANCHES + 20);
        Self {
            country: COUNTRIES[chance.below(COUNTRIES.len())],
            os: SYSTEMS[chance.below(SYSTEMS.len())],
            browser: BROWSERS[chance.below(BROWSERS.len())],
            device: DEVICES[chance.below(DEVICES.len())],
            version: format!("{}.{}", 9 + chance.below(10), chance.below(9)),
            ip: Ipv4Addr::from(chance.below(1 << 32) as u32),
            source: format!("SRC-{}", chance.below(500)),
            sub1: format!("Zone{branch}-{:x}", chance.below(1 << 30)),
            last_only: false,
        }
    }

    /// One that only the last branch takes: in its country, with its token, none of the others'.
    fn for_last(chance: &mut Seeded) -> Self {
        let sub1 = format!("Zone{}-{:x}", BRANCHES - 1, chance.below(1 << 30));
        Self {
            country: "DE",
            os: "ios",
            source: format!("Last-{}", chance.below(500)),
            sub1,
            last_only: true,
            ..Self::any(chance)
        }
    }

    fn visit(&self) -> Visit<'_> {
        let mut subs = [""; SUBS];
        subs[0] = &self.sub1;
        Visit {
            country: self.country,
            region: "",
            city: "",
            language: "de",
            device: self.device,
            os: self.os,
            os_version: &self.version,
            browser: self.browser,
            browser_version: "120.0",
            isp: "",
            asn: 0,
            connection: "",
            carrier: "",
            proxy: None,
            is_bot: false,
            domain: "",
            ip: IpAddr::V4(self.ip),
            user_agent: "Mozilla/5.0",
            referrer: "https://blog.example/",
            source_id: &self.source,
            subs,
            ref_id: "",
            landing_page: None,
            deep_link: "",
            other: &[],
            session: SessionKeys { cookie: 1, ip: 2, ip_user_agent: 3 },
        }
    }
}

/// Five conditions, of another mix for each branch. All but the last let many of the visitors in and
/// are decided late by one condition.
fn branch(number: usize, chance: &mut Seeded) -> Value {
    let mut countries = chance.some(&COUNTRIES, 12);
    countries.push("DE");
    let blocks: Vec<String> =
        (0..40).map(|_| format!("{}.{}.0.0/16", chance.below(224), chance.below(256))).collect();
    let zone = ZONES[number % ZONES.len()];
    let mut conditions = vec![
        json!({"field": "country", "values": countries}),
        json!({"field": "ip", "op": "is_not", "values": blocks}),
        json!({"field": "schedule", "values": ["mon-fri 00:00-24:00", "sat,sun 10:00-23:00"], "of": {"zone": zone}}),
    ];
    let others = match number % 3 {
        0 => [
            json!({"field": "os", "values": ["ios", SYSTEMS[number % SYSTEMS.len()]]}),
            json!({"field": "sub1", "op": "matches", "values": [format!("^zone{number}-[0-9a-f]+$")]}),
        ],
        1 => {
            let sources: Vec<String> = (0..200).map(|at| format!("src-{}", at * 3 + number)).collect();
            [
                json!({"field": "os_version", "op": "at_least", "values": ["9.0"]}),
                json!({"field": "source_id", "values": sources}),
            ]
        }
        _ => [
            json!({"field": "browser", "values": chance.some(&BROWSERS, 3)}),
            json!({"field": "sub1", "op": "matches", "values": [format!("(^|,)zone{number}-.*")]}),
        ],
    };
    conditions.extend(others);
    json!(conditions)
}

/// Only for those who carry the last branch's token.
fn last_branch() -> Value {
    json!([
        {"field": "country", "values": ["DE", "AT", "CH"]},
        {"field": "os", "values": ["ios"]},
        {"field": "ip", "values": ["0.0.0.0/1", "128.0.0.0/1"]},
        {"field": "schedule", "values": ["* 00:00-24:00"], "of": {"zone": "Europe/Berlin"}},
        {"field": "sub1", "op": "matches", "values": [format!("^zone{}-[0-9a-f]+$", BRANCHES - 1)]},
    ])
}

/// The first offer is the link: it takes nobody itself and hands everybody to its branches.
fn configuration() -> Configuration {
    let mut chance = Seeded(1);
    let rows: Vec<Value> = (0..BRANCHES)
        .map(|number| {
            let targeting = if number + 1 == BRANCHES { last_branch() } else { branch(number, &mut chance) };
            json!({"destination": {"offer": (number + 2).to_string()}, "targeting": targeting})
        })
        .collect();
    let rules: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({"conditions": row["targeting"], "to": {"offers": [{"offer_id": row["destination"]["offer"]}]}})
        })
        .collect();
    let mut campaign: Campaign = serde_json::from_value(
        json!({"name": "Campaign", "rules": rules, "defaults": {"offers": [{"offer_id": "2"}]}}),
    )
    .expect("a campaign");
    let mut next = 0;
    campaign.number(|| {
        next += 1;
        next
    });
    let link = json!({"name": "Link", "advertiser_id": "1", "fail_traffic": {"rows": rows},
        "targeting": [{"field": "country", "values": ["ZZ"]}]});
    let plain = json!({"name": "Offer", "advertiser_id": "1"});
    let read = |document: &Value| serde_json::from_value(document.clone()).expect("an offer");
    let offers = (1..=BRANCHES as i64 + 1)
        .map(|id| (OfferId(id), format!("o{id}"), read(if id == 1 { &link } else { &plain })));
    let page = json!({"url": "https://shop.example/?cid={clickid}"});
    let pages = (1..=BRANCHES as i64 + 1)
        .map(|id| (LandingPageId(id), OfferId(id), serde_json::from_value(page.clone()).expect("a page")));
    Configuration {
        network: NetworkId(1),
        currency: Currency::default(),
        zone: chrono_tz::Tz::UTC,
        suspended: false,
        fallback_url: None,
        version: 1,
        partners: vec![(
            PartnerId(1),
            "p".to_owned(),
            serde_json::from_value(json!({"name": "P"})).expect("a partner"),
        )],
        advertisers: Vec::new(),
        offers: offers.collect(),
        landing_pages: pages.collect(),
        events: Vec::new(),
        partner_offers: Vec::new(),
        smart_links: vec![(SmartLinkId(1), "s".to_owned(), smart_link())],
        partner_rules: Vec::new(),
        learnt_weights: Vec::new(),
        campaigns: vec![(CampaignId(1), "c".to_owned(), campaign)],
        source_blocks: Vec::new(),
        traffic_controls: Vec::new(),
    }
}

fn smart_link() -> SmartLink {
    let row = |offer: i64| json!({"id": offer.to_string(), "offer_id": offer.to_string(), "weight": offer});
    let rows: Vec<Value> = (2..2 + ROWS).map(row).collect();
    serde_json::from_value(json!({"name": "Smart Link", "mechanism": "weight", "rows": rows}))
        .expect("a Smart Link")
}

fn now() -> DateTime<Utc> {
    "2026-11-16T12:00:00Z".parse().expect("a moment")
}

/// The facts of one click that knows of nothing but what SmartSwitch keeps out, looked at as a process does: one lock
/// a click.
struct KeptOut<'a> {
    plan: &'a Plan,
    table: &'a RwLock<Blocks>,
    held: OnceCell<RwLockReadGuard<'a, Blocks>>,
    suspects: OnceCell<Suspects>,
}

impl<'a> KeptOut<'a> {
    fn new(plan: &'a Plan, table: &'a RwLock<Blocks>) -> Self {
        Self { plan, table, held: OnceCell::new(), suspects: OnceCell::new() }
    }
}

impl Facts for KeptOut<'_> {
    fn met(&self, offer: OfferIndex, partner: PartnerId, visit: &Visit<'_>) -> Option<Met> {
        let blocks = self.held.get_or_init(|| self.table.read());
        let value = |variable| visit.source(variable);
        let suspects = || *self.suspects.get_or_init(|| blocks.suspects(value));
        blocks.met(self.plan.offer(offer)?.id(), partner, suspects, value)
    }

    fn capped(&self, offer: OfferIndex, share: Option<ShareIndex>) -> bool {
        NoFacts.capped(offer, share)
    }

    fn seen(&self, offer: OfferIndex, key: u64) -> bool {
        NoFacts.seen(offer, key)
    }

    fn converted(&self, offer: OfferIndex, key: u64) -> bool {
        NoFacts.converted(offer, key)
    }

    fn site_down(&self, monitor: MonitorId) -> bool {
        NoFacts.site_down(monitor)
    }

    fn conversions(&self, offer: OfferIndex, period: CapPeriod) -> Option<u64> {
        NoFacts.conversions(offer, period)
    }

    fn rotation(&self, _rotator: RowId) -> Option<&[(RowId, u32)]> {
        None
    }

    fn views(&self, option: RowId) -> u64 {
        NoFacts.views(option)
    }
}

/// Sources of every variable at every offer, those of the visitors' partner among them, so that each look goes all the
/// way; none is a visitor's.
fn blocks() -> Blocks {
    let mut blocks = Blocks::default();
    for number in 0..BLOCKS {
        let variable = Variable::ALL[number as usize % Variable::ALL.len()];
        let (offer, partner) = (OfferId(number / 6 % (BRANCHES as i64 + 1) + 1), PartnerId(number % 5 + 1));
        let place = SourcePlace { offer, partner, variable };
        let value = format!("Zone{}-{number:x}-blocked", number % 72);
        let by = (SwitchAction::Block, SmartSwitchRuleId(number % 30 + 1));
        blocks.insert(ActionableVariableId(number + 1), place, &value, by);
    }
    blocks
}

fn decided<F: Facts>(plan: &Plan, target: Target, visit: &Visit<'_>, facts: &F) -> Decision {
    decide(plan, Some(PartnerId(1)), target, visit, facts, now(), Dice(7))
}

/// How long each visitor took, pass by pass.
type Times = Vec<Vec<Duration>>;

/// All visitors come once before any comes again, as in life, and so that a moment's noise of the machine hits no
/// visitor's every pass.
fn pass<F: Facts>(
    plan: &Plan,
    target: Target,
    visitors: &[Visitor],
    facts: impl Fn() -> F,
    times: &mut Times,
) {
    times.resize_with(visitors.len(), Vec::new);
    // What a pass of another kind has left of the caches is not to be the first visitor's.
    if let Some(first) = visitors.first() {
        black_box(decided(plan, target, &first.visit(), &facts()));
    }
    for (visitor, times) in visitors.iter().zip(times) {
        let visit = visitor.visit();
        let start = Instant::now();
        black_box(decided(black_box(plan), target, black_box(&visit), &facts()));
        times.push(start.elapsed());
    }
}

/// The median of each visitor's passes.
fn medians(mut times: Times) -> Vec<Duration> {
    times.iter_mut().for_each(|times| times.sort_unstable());
    times.iter().map(|times| times[times.len() / 2]).collect()
}

fn mean(of: &[Duration]) -> Duration {
    of.iter().sum::<Duration>() / of.len().max(1) as u32
}

/// Measures every visitor on one target and says what came out; whether it was within the bound.
#[allow(clippy::print_stdout)]
fn measure(name: &str, plan: &Plan, target: Target, visitors: &[Visitor], bound: Duration) -> bool {
    let mut times = Times::new();
    (0..PASSES).for_each(|_| pass(plan, target, visitors, || NoFacts, &mut times));
    let medians = medians(times);
    let slowest = medians.iter().max().copied().unwrap_or_default();
    let mean = mean(&medians);
    let verdict = if slowest < bound { "within" } else { "ABOVE" };
    println!("{name}: slowest visitor's median {slowest:?}, mean {mean:?}; {verdict} the bound of {bound:?}");
    slowest < bound
}

/// Measures every visitor with and without sources that are kept out, in turns, and says what these cost.
#[allow(clippy::print_stdout)]
fn measure_blocks(name: &str, plan: &Plan, target: Target, visitors: &[Visitor]) -> bool {
    let table = RwLock::new(blocks());
    let (mut without, mut with) = (Times::new(), Times::new());
    for _ in 0..PASSES {
        pass(plan, target, visitors, || NoFacts, &mut without);
        pass(plan, target, visitors, || KeptOut::new(plan, &table), &mut with);
    }
    let (without, with) = (medians(without), medians(with));
    let slowest = |of: &[Duration]| of.iter().max().copied().unwrap_or_default();
    let (mean, plain) = (mean(&with), mean(&without));
    let is_within = mean.saturating_sub(plain) < BLOCKS_BOUND;
    let verdict = if is_within { "within" } else { "ABOVE" };
    println!(
        "{name}, {BLOCKS} sources kept out: mean {mean:?} instead of {plain:?} ({:.2}), slowest visitor's median {:?} instead of {:?}; {verdict} the bound of {BLOCKS_BOUND:?} more in the mean",
        mean.as_secs_f64() / plain.as_secs_f64(),
        slowest(&with),
        slowest(&without),
    );
    is_within
}

/// Which branch took a visitor, if one did.
fn branch_taken(plan: &Plan, visitor: &Visitor) -> Option<usize> {
    let decision = decided(plan, Target::Offer(OfferIndex(0)), &visitor.visit(), &NoFacts);
    match decision.answer {
        Answer::Redirect { to: Destination::LandingPage { offer, .. }, .. } => Some(offer.0 as usize - 1),
        Answer::Redirect { .. } | Answer::Page(_) | Answer::Blank => None,
    }
}

#[allow(clippy::print_stdout)]
fn main() -> std::process::ExitCode {
    let (plan, flaws) = Plan::compile(configuration());
    // Rules that are as specific as each other are told of.
    let told = flaws.iter().filter(|flaw| !matches!(flaw.object, FlawedObject::Campaign(_)));
    assert_eq!(told.count(), 0, "{flaws:?}");
    let mut chance = Seeded(2);
    let visitors: Vec<Visitor> = (0..VISITORS)
        .map(
            |number| if number % 2 == 0 { Visitor::for_last(&mut chance) } else { Visitor::any(&mut chance) },
        )
        .collect();
    let taken: Vec<Option<usize>> = visitors.iter().map(|visitor| branch_taken(&plan, visitor)).collect();
    let right = visitors.iter().zip(&taken).filter(|(visitor, _)| visitor.last_only);
    assert!(
        right.map(|(_, taken)| *taken).all(|taken| taken == Some(BRANCHES - 1)),
        "half match only the last branch"
    );
    let nobody = taken.iter().filter(|taken| taken.is_none()).count();
    println!(
        "{VISITORS} visitors, {} match only the last of {BRANCHES} branches, {nobody} none",
        VISITORS / 2
    );
    let (link, offer) = (Target::Offer(OfferIndex(0)), Target::Offer(OfferIndex(1)));
    let smart_link = Target::SmartLink(SmartLinkIndex(0));
    let filtered = measure("72 filtered branches", &plan, link, &visitors, FILTERED_BOUND);
    let rows = measure("a Smart Link of ten weighted rows", &plan, smart_link, &visitors, SMART_LINK_BOUND);
    let campaign = Target::Campaign(CampaignIndex(0));
    let flow = measure("a campaign of 72 rules", &plan, campaign, &visitors, FILTERED_BOUND);
    let plain = measure("plain offer", &plan, offer, &visitors, PLAIN_BOUND);
    let blocked = measure_blocks("plain offer", &plan, offer, &visitors);
    let blocked_rows = measure_blocks("a Smart Link of ten weighted rows", &plan, smart_link, &visitors);
    if filtered && rows && flow && plain && blocked && blocked_rows {
        std::process::ExitCode::SUCCESS
    } else {
        std::process::ExitCode::FAILURE
    }
}
