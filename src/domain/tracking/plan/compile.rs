//! From a network's documents to its plan, and the flaws found on the way.

use super::super::{
    Template,
    matching::{Branches, Targeting},
};
use super::{
    CompiledOffer, CompiledPage, CompiledPartner, CompiledShare, Configuration, Flaw, FlawedObject,
    OfferIndex, Plan, ShareIndex, Way,
};
use crate::{
    offers::{
        Destination, FailRow, LandingPage, Offer, OfferEvent, OfferStatus, Session, destination_problem,
        find_loop,
    },
    shared::{Calendar, Condition, EventId, LandingPageId, OfferId},
};
use rustc_hash::FxHashMap;

type Indexes = FxHashMap<OfferId, OfferIndex>;
type Pages = FxHashMap<OfferId, Vec<(LandingPageId, LandingPage)>>;
type Events = FxHashMap<OfferId, Vec<(EventId, OfferEvent)>>;

impl Plan {
    /// Compiles a configuration. Documents that refer to nothing known are left out.
    #[must_use]
    pub fn compile(configuration: Configuration) -> (Self, Vec<Flaw>) {
        let mut flaws = Vec::new();
        note_loop(&configuration, &mut flaws);
        let indexes: Indexes = configuration
            .offers
            .iter()
            .enumerate()
            .map(|(at, (id, _, _))| (*id, OfferIndex(at as u32)))
            .collect();
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
            offer_codes: FxHashMap::default(),
            offers: Vec::with_capacity(configuration.offers.len()),
            offer_indexes: indexes,
            shares: Vec::new(),
            share_indexes: FxHashMap::default(),
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
        hand_up_cookies(&mut plan.offers);
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
        self.offer_codes.insert(code.as_str().into(), index);
        let landing_pages = compile_pages(pages, flaws);
        note_unreachable(id, &document, &landing_pages, flaws);
        events.sort_by_key(|(id, _)| *id);
        let targeting = compile_targeting(id, "targeting", &document.targeting, flaws);
        let rows = || document.fail_traffic.rows.iter().enumerate();
        let ways = rows().map(|(at, row)| compile_way(id, at, row, &self.offer_indexes, flaws)).collect();
        let path = |at| format!("fail_traffic.rows[{at}].targeting");
        let branches =
            rows().map(|(at, row)| compile_targeting(id, &path(at), &row.targeting, flaws)).collect();
        let branches = Branches::compile(branches);
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
            wants_cookie,
        });
    }

    /// The last document of a partner and offer counts.
    fn add_share(&mut self, document: crate::accounts::PartnerOffer) {
        let Some(offer) = self.offer_index(document.offer_id) else { return };
        let index = ShareIndex(self.shares.len() as u32);
        self.share_indexes.insert((document.partner_id, offer), index);
        self.shares.push(CompiledShare { offer, document });
    }
}

/// Offers that lead to one that wants the cookie want it too: it is set with the first answer.
fn hand_up_cookies(offers: &mut [CompiledOffer]) {
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); offers.len()];
    for (place, offer) in offers.iter().enumerate() {
        for way in &offer.ways {
            match way {
                Way::Offer(OfferIndex(to)) => before[*to as usize].push(place),
                Way::Url(_) | Way::Nowhere => {}
            }
        }
    }
    let mut open: Vec<usize> = (0..offers.len()).filter(|place| offers[*place].wants_cookie).collect();
    while let Some(place) = open.pop() {
        for from in std::mem::take(&mut before[place]) {
            if !std::mem::replace(&mut offers[from].wants_cookie, true) {
                open.push(from);
            }
        }
    }
}

fn note_loop(configuration: &Configuration, flaws: &mut Vec<Flaw>) {
    let Some(path) = find_loop(configuration.offers.iter().map(|(id, _, offer)| (*id, offer))) else {
        return;
    };
    let Some(first) = path.first() else { return };
    let names: Vec<String> = path.iter().map(ToString::to_string).collect();
    let message = format!("the fail traffic runs in a loop: {} → {first}", names.join(" → "));
    flaws.push(Flaw { object: FlawedObject::Offer(*first), field: "fail_traffic.rows".to_owned(), message });
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

fn compile_way(id: OfferId, at: usize, row: &FailRow, indexes: &Indexes, flaws: &mut Vec<Flaw>) -> Way {
    let way = way(&row.destination, indexes);
    if matches!(way, Way::Nowhere) {
        let message = "leads nowhere that can take a click, so the row takes none".to_owned();
        let field = format!("fail_traffic.rows[{at}].destination");
        flaws.push(Flaw { object: FlawedObject::Offer(id), field, message });
    }
    way
}

fn way(destination: &Destination, indexes: &Indexes) -> Way {
    match destination {
        Destination::Offer(id) => indexes.get(id).map_or(Way::Nowhere, |index| Way::Offer(*index)),
        Destination::Url(url) if destination_problem(url).is_none() => Way::Url(Template::parse(url)),
        Destination::Url(_) | Destination::SmartLink(_) | Destination::Campaign(_) => Way::Nowhere,
    }
}

fn compile_targeting(id: OfferId, path: &str, conditions: &[Condition], flaws: &mut Vec<Flaw>) -> Targeting {
    let (targeting, troubles) = Targeting::compile(conditions);
    flaws.extend(troubles.into_iter().map(|(place, message)| {
        let field = place.map_or_else(|| path.to_owned(), |place| format!("{path}[{place}]"));
        Flaw { object: FlawedObject::Offer(id), field, message }
    }));
    targeting
}
