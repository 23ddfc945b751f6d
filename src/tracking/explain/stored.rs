//! A stored click, decided again: by the configuration of its plan version, the visitor as it was kept, the facts
//! that were noted, and its dice. What comes out must be what happened.

use super::{
    controls::{Refusing, refusing, sees_rules},
    tables::{Table, named_in, tables},
    told::InForce,
};
use crate::{
    tracking::log::{verdict_name, words},
    web::{Access, Failure, format, parts::Fact, signal::Signal},
};
use actix_web::HttpRequest;
use chrono::DateTime;
use domain::{
    links::{Campaign, Rotator},
    shared::{CampaignId, OfferId, PartnerId, RowId, SmartLinkId},
    tracking::{
        Answer, Code, CompiledCampaign, Device, Dice, Explained, Hop, NotedFacts, Plan, Repeated, SUBS,
        SessionKeys, Target, Visit, explain,
    },
};
use std::net::{IpAddr, Ipv4Addr};
use store::{
    offers::{Named, Names},
    tracking::{Click, configuration::configuration_at},
};
use tokio::sync::Semaphore;

/// A click that was decided again.
pub(super) struct Again {
    in_force: InForce,
    pub explained: Explained,
    pub noted: NotedFacts,
    /// The source blocks, traffic controls and SmartSwitch rules that refused it on its way.
    pub controls: Vec<Refusing>,
    /// What came out otherwise than it is stored; nothing where all agrees.
    pub differences: Vec<Difference>,
}

/// What a stop of the visit is said to be otherwise.
pub(super) struct Difference {
    /// Which stop, from 0.
    pub stop: usize,
    pub what: &'static str,
    pub stored: String,
    pub again: String,
}

/// Why a visit can't be decided again.
#[derive(Clone, Copy)]
pub(super) enum NotAgain {
    /// Its first click is older than the log.
    NotInTheLog,
    /// It was decided before all facts were kept.
    WithoutFacts,
}

impl Again {
    /// The plan that decided.
    pub fn plan(&self) -> &Plan {
        self.in_force.plan()
    }
}

/// What a click's page shows of its decision.
pub struct Recomputed {
    pub signal: Signal,
    /// Whether it agrees with what happened, in a sentence.
    pub story: String,
    pub facts: Vec<Fact>,
    /// Whether any place was asked at all.
    pub is_asked: bool,
    pub tables: Vec<Table>,
}

impl Recomputed {
    fn not_at_all(why: NotAgain) -> Self {
        let story = match why {
            NotAgain::NotInTheLog => {
                "The visit's first click is not in the log, so that it can't be decided again."
            }
            NotAgain::WithoutFacts => {
                "The click is from before all facts were kept by which clicks are decided, so that it can't be decided again."
            }
        };
        let (facts, tables) = Default::default();
        Self { signal: Signal::Off, story: story.to_owned(), facts, is_asked: false, tables }
    }
}

/// Decides a visit again, whose clicks are in their order.
///
/// # Errors
/// What the database said.
pub async fn recomputed(
    access: &Access,
    request: &HttpRequest,
    visit: &[Click],
) -> Result<Recomputed, Failure> {
    let again = match again(access, request, visit).await? {
        Ok(again) => again,
        Err(why) => return Ok(Recomputed::not_at_all(why)),
    };
    let (plan, noted) = (again.plan(), &again.noted);
    let offers = noted.capped.iter().chain(&noted.seen).chain(&noted.converted);
    let met = noted.met.iter().map(|noted| noted.offer_id);
    let named = offers.copied().chain(met).chain(noted.conversions.iter().map(|noted| noted.offer_id));
    let named = named.map(|offer| (Named::Offer, offer.0));
    let monitors = noted.sites_down.iter().map(|monitor| (Named::Monitor, monitor.0));
    let named = named_in(plan, &again.explained).into_iter().chain(named).chain(monitors);
    let names = Names::read(access.scope(), named).await?;
    Ok(Recomputed {
        signal: if again.differences.is_empty() { Signal::Good } else { Signal::Bad },
        story: story(&again),
        facts: again.controls.iter().map(Refusing::fact).chain(facts(&names, plan, noted)).collect(),
        is_asked: !again.explained.places.is_empty(),
        tables: tables(plan, &names, &again.explained),
    })
}

fn story(again: &Again) -> String {
    let version = again.plan().version();
    if again.differences.is_empty() {
        return format!(
            "Decided again by plan version {version}, the facts of its moment and its dice: the same came out."
        );
    }
    let told = again.differences.iter().map(|found| {
        let Difference { stop, what, stored, again } = found;
        format!("stop {}: {what} is {} in the log and {} now", stop + 1, or_none(stored), or_none(again))
    });
    let told = told.collect::<Vec<_>>().join("; ");
    format!("Decided again by plan version {version}, something else came out: {told}.")
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

/// What caps, duplicates, monitors and rotators said, where it was not the usual.
fn facts(names: &Names, plan: &Plan, noted: &NotedFacts) -> Vec<Fact> {
    let offers =
        |ids: &[OfferId]| ids.iter().map(|id| names.of(Named::Offer, id.0)).collect::<Vec<_>>().join(", ");
    let met: Vec<OfferId> = noted.met.iter().map(|noted| noted.offer_id).collect();
    let monitors = noted.sites_down.iter().map(|id| names.of(Named::Monitor, id.0));
    let conversions = noted.conversions.iter().map(|noted| {
        format!("{}: {} {}", names.of(Named::Offer, noted.offer_id.0), noted.count, noted.period.name())
    });
    let mut facts = vec![
        Fact::new("No room under a cap of", offers(&noted.capped)),
        Fact::new("Seen before on", offers(&noted.seen)),
        Fact::new("Converted before on", offers(&noted.converted)),
        Fact::new("Kept out by SmartSwitch at", offers(&met)),
        Fact::new("Sites down", monitors.collect::<Vec<_>>().join(", ")),
        Fact::new("Conversions so far", conversions.collect::<Vec<_>>().join(", ")),
    ];
    for (id, weights) in &noted.rotations {
        let Some((campaign, rotator)) = rotator_of(plan, *id) else { continue };
        let all: u64 = weights.0.iter().map(|(_, weight)| u64::from(*weight)).sum();
        let share = |option| {
            let (_, weight) = weights.0.iter().find(|(known, _)| *known == option)?;
            Some(format::percent(Some(f64::from(*weight) / (all.max(1) as f64))))
        };
        facts.push(of_options("Shares by", names, (campaign, rotator), share));
    }
    for (campaign, rotator) in rotators(plan) {
        let of = |option| noted.views.iter().find(|(known, _)| *known == option).map(|(_, views)| *views);
        let is_asked = rotator.options.iter().any(|option| of(option.id).is_some());
        if is_asked {
            let views = |option| of(option).map(|views| views.to_string());
            facts.push(of_options("Views so far by", names, (campaign, rotator), views));
        }
    }
    Fact::known(facts)
}

fn of_options(
    label: &str,
    names: &Names,
    (campaign, rotator): (&Campaign, &Rotator),
    said: impl Fn(RowId) -> Option<String>,
) -> Fact {
    let options = rotator.options.iter().filter_map(|option| {
        Some(format!(
            "{} {}",
            crate::links::campaigns::option_name(campaign, names, option),
            said(option.id)?
        ))
    });
    Fact::new(format!("{label} {}", rotator.name), options.collect::<Vec<_>>().join(" · "))
}

fn rotators(plan: &Plan) -> impl Iterator<Item = (&Campaign, &Rotator)> {
    let campaigns = plan.campaigns().iter().map(CompiledCampaign::document);
    campaigns.flat_map(|campaign| campaign.rotators.iter().map(move |rotator| (campaign, rotator)))
}

fn rotator_of(plan: &Plan, id: RowId) -> Option<(&Campaign, &Rotator)> {
    rotators(plan).find(|(_, rotator)| rotator.id == id)
}

/// Decides a visit again, or says why it can't be.
///
/// # Errors
/// What the database said.
pub(super) async fn again(
    access: &Access,
    request: &HttpRequest,
    visit: &[Click],
) -> Result<Result<Again, NotAgain>, Failure> {
    let Some(first) = visit.first().filter(|first| first.parent.is_empty()) else {
        return Ok(Err(NotAgain::NotInTheLog));
    };
    if !first.has_facts() {
        return Ok(Err(NotAgain::WithoutFacts));
    }
    let in_force = plan_of(access, request, first.plan_version).await?;
    let plan = in_force.plan();
    let noted = NotedFacts::of_json(&first.facts);
    let kept = Kept::of(first);
    let (visitor, at) =
        (kept.visit(&noted), DateTime::from_timestamp_millis(first.id().parts().millis).unwrap_or_default());
    let explained = explain(
        plan,
        Some(PartnerId(first.partner_id)).filter(|partner| partner.0 != 0),
        target(plan, first),
        &visitor,
        &Repeated { plan, noted: &noted },
        at,
        Dice(first.seed.cast_unsigned()),
    );
    let differences = differences(visit, &explained);
    let controls = refusing(access, plan, (&explained, &noted), &visitor, at).await?;
    let noted = if sees_rules(access) { noted } else { noted.without_rules() };
    // Who sees some partners only sees no sums of all.
    let noted = if access.scope().is_limited() { noted.without_totals() } else { noted };
    Ok(Ok(Again { in_force, explained, noted, controls, differences }))
}

/// A network of the past is as large as it was: this process holds one at a time, however many look back.
static ONE_AT_A_TIME: Semaphore = Semaphore::const_new(1);

/// The plan of a version: the one in force in this process, else the stored documents of that time.
async fn plan_of(access: &Access, request: &HttpRequest, version: i64) -> Result<InForce, Failure> {
    if let Some(here) = InForce::here(access, request)
        && here.plan().version() == version.unsigned_abs()
    {
        return Ok(here);
    }
    let _turn = ONE_AT_A_TIME.acquire().await.map_err(|error| Failure::Broken(error.to_string()))?;
    let configuration = configuration_at(&access.state().database, access.network(), version).await?;
    InForce::compiled(configuration).await
}

/// What the visit's link named.
fn target(plan: &Plan, first: &Click) -> Target {
    let found = match (first.campaign_id, first.smart_link_id, first.offer_id) {
        (0, 0, offer) => plan.offer_index(OfferId(offer)).map(Target::Offer),
        (0, link, _) => plan.smart_link_index(SmartLinkId(link)).map(Target::SmartLink),
        (campaign, _, _) => plan.campaign_index(CampaignId(campaign)).map(Target::Campaign),
    };
    found.unwrap_or(Target::Unknown)
}

/// A visitor as its click kept it, with what a visit borrows from.
struct Kept<'c> {
    click: &'c Click,
    subs: Vec<String>,
    ip: IpAddr,
}

impl<'c> Kept<'c> {
    fn of(click: &'c Click) -> Self {
        let subs = (1..=SUBS).map(|number| click.sub(number)).collect();
        Self { click, subs, ip: click.ip.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)) }
    }

    /// What the link asked for was noted with the facts. By what the visitor is known again is not needed: what
    /// was known of it was noted too.
    fn visit<'v>(&'v self, noted: &'v NotedFacts) -> Visit<'v> {
        let click = self.click;
        Visit {
            country: &click.country,
            region: &click.region,
            city: &click.city,
            language: &click.language,
            device: Device::of_number(click.device),
            os: &click.os,
            os_version: &click.os_version,
            browser: &click.browser,
            browser_version: &click.browser_version,
            isp: &click.isp,
            asn: u32::try_from(click.asn).unwrap_or(0),
            connection: &click.connection,
            carrier: &click.carrier,
            proxy: match click.proxy {
                0 => Some(false),
                1 => Some(true),
                _ => None,
            },
            is_bot: click.is_bot != 0,
            domain: &click.domain,
            ip: self.ip,
            user_agent: &click.user_agent,
            referrer: &click.referrer,
            source_id: &click.source_id,
            subs: std::array::from_fn(|place| self.subs[place].as_str()),
            ref_id: &click.ref_id,
            landing_page: noted.landing_page_id,
            deep_link: &noted.deep_link,
            other: &[],
            session: SessionKeys::default(),
        }
    }
}

/// What came out otherwise, stop by stop.
fn differences(visit: &[Click], explained: &Explained) -> Vec<Difference> {
    let hops = &explained.decision.hops;
    let mut found = Vec::new();
    if hops.len() != visit.len() {
        let (stored, again) = (visit.len().to_string(), hops.len().to_string());
        found.push(Difference { stop: 0, what: "the number of stops", stored, again });
    }
    for (stop, (click, hop)) in visit.iter().zip(hops).enumerate() {
        let pairs = stored_of(click).into_iter().zip(again_of(hop));
        let differing = pairs.filter(|((_, stored), again)| stored != again);
        found.extend(differing.map(|((what, stored), again)| Difference { stop, what, stored, again }));
    }
    let is_sent_on = |yes: bool| if yes { "an address" } else { "a page" }.to_owned();
    let stored = is_sent_on(visit.last().is_some_and(|last| !last.destination.is_empty()));
    let again = is_sent_on(matches!(explained.decision.answer, Answer::Redirect { .. }));
    if stored != again {
        let stop = visit.len().saturating_sub(1);
        found.push(Difference { stop, what: "what the visitor got", stored, again });
    }
    found
}

/// What of a stop is compared.
const COMPARED: usize = 14;

fn stored_of(click: &Click) -> [(&'static str, String); COMPARED] {
    let code =
        if click.code == 0 { String::new() } else { format!("{} ({})", click.code, words(click.code)) };
    [
        ("the verdict", verdict_name(click.verdict).to_owned()),
        ("the code", code),
        ("the SmartSwitch rule", id(click.smart_switch_rule_id)),
        ("the offer", id(click.offer_id)),
        ("the Smart Link", id(click.smart_link_id)),
        ("the campaign", id(click.campaign_id)),
        ("the row or rule", id(click.row_id)),
        ("the campaign's page", id(click.campaign_page_id)),
        ("the rotator's option", id(click.rotator_option_id)),
        ("the landing page", id(click.landing_page_id)),
        ("the branch", place(click.branch)),
        ("the payout", click.payout.to_string()),
        ("the revenue", click.revenue.to_string()),
        ("whether the partner is paid", (click.paid != 0).to_string()),
    ]
}

fn again_of(hop: &Hop) -> [String; COMPARED] {
    let code = |code: Code| format!("{} ({})", code.number(), code.words());
    [
        hop.verdict.name().to_owned(),
        hop.code.map(code).unwrap_or_default(),
        id(hop.smart_switch_rule.map_or(0, |rule| rule.0)),
        id(hop.offer.map_or(0, |offer| offer.0)),
        id(hop.smart_link.map_or(0, |link| link.0)),
        id(hop.campaign.map_or(0, |campaign| campaign.0)),
        id(hop.row.map_or(0, |row| row.0)),
        id(hop.campaign_page.map_or(0, |page| page.0)),
        id(hop.rotator_option.map_or(0, |option| option.0)),
        id(hop.landing_page.map_or(0, |page| page.0)),
        place(hop.branch.map_or(-1, i64::from)),
        hop.payout.0.to_string(),
        hop.revenue.0.to_string(),
        hop.paid.to_string(),
    ]
}

fn id(number: i64) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

fn place(place: i64) -> String {
    if place < 0 { String::new() } else { (place + 1).to_string() }
}
