//! From a network's documents to its plan, and the flaws found on the way.

use super::super::{
    Template,
    matching::{Branches, Targeting},
};
use super::{
    CompiledOffer, CompiledPage, CompiledPartner, CompiledShare, Configuration, Controls, Flaw, FlawedObject,
    OfferIndex, Plan, ShareIndex, SmartLinkIndex, Target, Way, circles::note_circles,
};
use crate::{
    links::kpi::LearntWeights,
    offers::{Destination, LandingPage, Offer, OfferEvent, OfferStatus, Session, Stop, find_loop},
    shared::{Calendar, Condition, EventId, LandingPageId, OfferId, SmartLinkId, destination_problem},
};
use rustc_hash::FxHashMap;

/// Where the stops of a network have their places.
#[derive(Default)]
struct Places {
    offers: FxHashMap<OfferId, OfferIndex>,
    smart_links: FxHashMap<SmartLinkId, SmartLinkIndex>,
}

type Pages = FxHashMap<OfferId, Vec<(LandingPageId, LandingPage)>>;
type Events = FxHashMap<OfferId, Vec<(EventId, OfferEvent)>>;

impl Plan {
    /// Compiles a configuration. Documents that refer to nothing known are left out.
    #[must_use]
    pub fn compile(configuration: Configuration) -> (Self, Vec<Flaw>) {
        let mut flaws = Vec::new();
        note_loop(&configuration, &mut flaws);
        note_circles(&configuration, &mut flaws);
        let fallback = compile_fallback(&configuration, &mut flaws);
        let places = Places::of(&configuration);
        let controls =
            Controls::compile(configuration.source_blocks, configuration.traffic_controls, &mut flaws);
        let mut pages: Pages = FxHashMap::default();
        configuration
            .landing_pages
            .into_iter()
            .for_each(|(id, offer, page)| pages.entry(offer).or_default().push((id, page)));
        let mut events: Events = FxHashMap::default();
        configuration
            .events
            .into_iter()
            .for_each(|(id, offer, event)| events.entry(offer).or_default().push((id, event)));
        let mut plan = Self {
            version: configuration.version,
            network: configuration.network,
            currency: configuration.currency,
            calendar: Calendar::new(configuration.zone),
            suspended: configuration.suspended,
            partner_codes: configuration
                .partners
                .iter()
                .map(|(id, code, _)| (code.as_str().into(), *id))
                .collect(),
            partners: FxHashMap::default(),
            advertisers: configuration.advertisers.into_iter().collect(),
            fallback,
            targets: FxHashMap::default(),
            offers: Vec::with_capacity(configuration.offers.len()),
            offer_indexes: places.offers,
            shares: Vec::new(),
            share_indexes: FxHashMap::default(),
            smart_links: Vec::with_capacity(configuration.smart_links.len()),
            smart_link_indexes: places.smart_links,
            campaigns: Vec::with_capacity(configuration.campaigns.len()),
            campaign_indexes: FxHashMap::default(),
            controls,
        };
        for (id, code, partner) in configuration.partners {
            let compiled =
                CompiledPartner { code: code.into(), name: partner.name.into(), status: partner.status };
            plan.partners.insert(id, compiled);
        }
        for (id, code, document) in configuration.offers {
            let pages = pages.remove(&id).unwrap_or_default();
            let events = events.remove(&id).unwrap_or_default();
            plan.add_offer((id, code, document), pages, events, &mut flaws);
        }
        let learnt: FxHashMap<SmartLinkId, &LearntWeights> =
            configuration.learnt_weights.iter().map(|learnt| (learnt.smart_link_id, learnt)).collect();
        for (id, code, link) in configuration.smart_links {
            plan.add_smart_link((id, code, link), learnt.get(&id).copied(), &mut flaws);
        }
        configuration.partner_rules.iter().for_each(|rules| plan.add_partner_rules(rules, &mut flaws));
        for (id, code, campaign) in configuration.campaigns {
            plan.add_campaign((id, code, campaign), &mut flaws);
        }
        plan.hand_up_cookies();
        configuration.partner_offers.into_iter().for_each(|share| plan.add_share(share));
        (plan, flaws)
    }

    fn add_offer(
        &mut self,
        (id, code, document): (OfferId, String, Offer),
        pages: Vec<(LandingPageId, LandingPage)>,
        mut events: Vec<(EventId, OfferEvent)>,
        flaws: &mut Vec<Flaw>,
    ) {
        let index = OfferIndex(self.offers.len() as u32);
        self.targets.insert(code.as_str().into(), Target::Offer(index));
        let landing_pages = compile_pages(pages, flaws);
        note_unreachable(id, &document, &landing_pages, flaws);
        events.sort_by_key(|(id, _)| *id);
        let targeting = compile_targeting(id, "targeting", &document.targeting, flaws);
        let rows = || document.fail_traffic.rows.iter().enumerate();
        let place = |at| format!("fail_traffic.rows[{at}].destination");
        let ways = rows().map(|(at, row)| self.compile_way(id, place(at), &row.destination, flaws)).collect();
        let path = |at| format!("fail_traffic.rows[{at}].targeting");
        let branches =
            rows().map(|(at, row)| compile_targeting(id, &path(at), &row.targeting, flaws)).collect();
        let branches = Branches::compile(branches);
        let forwarding = || document.forwarding.iter().enumerate();
        let place = |at| format!("forwarding[{at}].destination");
        let forward_ways =
            forwarding().map(|(at, row)| self.compile_way(id, place(at), &row.destination, flaws)).collect();
        let path = |at| format!("forwarding[{at}].targeting");
        let forward_branches =
            forwarding().map(|(at, row)| compile_targeting(id, &path(at), &row.targeting, flaws)).collect();
        let forward_branches = Branches::compile(forward_branches);
        let code = code.into();
        let wants_cookie = document.duplicate_filter.session == Session::Cookie;
        self.offers.push(CompiledOffer {
            id,
            code,
            document,
            landing_pages,
            events,
            targeting,
            ways,
            branches,
            forward_ways,
            forward_branches,
            wants_cookie,
        });
    }

    fn compile_way(&self, id: OfferId, field: String, to: &Destination, flaws: &mut Vec<Flaw>) -> Way {
        let way = self.way(to);
        if matches!(way, Way::Nowhere) {
            let message = "leads nowhere that can take a click, so the row takes none".to_owned();
            flaws.push(Flaw { object: FlawedObject::Offer(id), field, message });
        }
        way
    }

    fn way(&self, destination: &Destination) -> Way {
        match destination {
            Destination::Offer(id) => self.offer_index(*id).map_or(Way::Nowhere, Way::Offer),
            Destination::SmartLink(id) => self.smart_link_index(*id).map_or(Way::Nowhere, Way::SmartLink),
            Destination::Url(url) if destination_problem(url).is_none() => Way::Url(Template::parse(url)),
            Destination::Url(_) | Destination::Campaign(_) => Way::Nowhere,
        }
    }

    /// The last document of a partner and offer counts.
    fn add_share(&mut self, document: crate::accounts::PartnerOffer) {
        let Some(offer) = self.offer_index(document.offer_id) else { return };
        let index = ShareIndex(self.shares.len() as u32);
        self.share_indexes.insert((document.partner_id, offer), index);
        self.shares.push(CompiledShare { offer, document });
    }
}

fn note_loop(configuration: &Configuration, flaws: &mut Vec<Flaw>) {
    let offers = configuration.offers.iter().map(|(id, _, offer)| (Stop::Offer(*id), offer.next_stops()));
    let links =
        configuration.smart_links.iter().map(|(id, _, link)| (Stop::SmartLink(*id), link.next_stops()));
    let Some(path) = find_loop(offers.chain(links)) else { return };
    let Some(first) = path.first() else { return };
    let names: Vec<String> = path.iter().map(ToString::to_string).collect();
    let message = format!("fail traffic and forwarding run in a loop: {} → {first}", names.join(" → "));
    let (object, field) = match first {
        Stop::Offer(id) => (FlawedObject::Offer(*id), "fail_traffic.rows"),
        Stop::SmartLink(id) => (FlawedObject::SmartLink(*id), "catch_all_id"),
    };
    flaws.push(Flaw { object, field: field.to_owned(), message });
}

impl Places {
    fn of(configuration: &Configuration) -> Self {
        let offers = configuration.offers.iter().zip(0..);
        let smart_links = configuration.smart_links.iter().zip(0..);
        Self {
            offers: offers.map(|((id, _, _), at)| (*id, OfferIndex(at))).collect(),
            smart_links: smart_links.map(|((id, _, _), at)| (*id, SmartLinkIndex(at))).collect(),
        }
    }
}

fn compile_fallback(configuration: &Configuration, flaws: &mut Vec<Flaw>) -> Option<Template> {
    let url = configuration.fallback_url.as_deref()?;
    let Some(message) = destination_problem(url) else { return Some(Template::parse(url)) };
    let object = FlawedObject::Network(configuration.network);
    flaws.push(Flaw { object, field: "fallback_url".to_owned(), message });
    None
}

fn note_unreachable(id: OfferId, offer: &Offer, pages: &[CompiledPage], flaws: &mut Vec<Flaw>) {
    if offer.status == OfferStatus::Active && !pages.iter().any(|page| page.active) {
        let message = "has no active landing page, so it takes no visitor; add one".to_owned();
        flaws.push(Flaw { object: FlawedObject::Offer(id), field: "landing_pages".to_owned(), message });
    }
}

fn compile_pages(mut pages: Vec<(LandingPageId, LandingPage)>, flaws: &mut Vec<Flaw>) -> Vec<CompiledPage> {
    pages.sort_by_key(|(id, _)| *id);
    let compiled = pages.into_iter().map(|(id, page)| {
        let problem = destination_problem(&page.url);
        let active = page.active && problem.is_none();
        if let Some(message) = problem {
            flaws.push(Flaw { object: FlawedObject::LandingPage(id), field: "url".to_owned(), message });
        }
        CompiledPage { id, template: Template::parse(&page.url), weight: page.weight, active }
    });
    compiled.collect()
}

fn compile_targeting(id: OfferId, path: &str, conditions: &[Condition], flaws: &mut Vec<Flaw>) -> Targeting {
    let (targeting, troubles) = Targeting::compile(conditions);
    flaws.extend(troubles.into_iter().map(|(place, message)| {
        let field = place.map_or_else(|| path.to_owned(), |place| format!("{path}[{place}]"));
        Flaw { object: FlawedObject::Offer(id), field, message }
    }));
    targeting
}
