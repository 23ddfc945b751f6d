//! The facts that a decision asked for and got: kept with its click, they make the decision again. What was
//! asked and is not noted had the answer of [`super::NoFacts`]: room under the caps, nothing seen, every site up.

use super::{CompiledOffer, Facts, OfferIndex, Plan, ShareIndex, Visit};
use crate::{
    shared::{CapPeriod, LandingPageId, MonitorId, OfferId, PartnerId, RowId},
    smartswitch::Met,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use smallvec::SmallVec;
use std::{cell::RefCell, collections::BTreeMap};

/// What was noted of one decision.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NotedFacts {
    /// Offers without room for one more click under a cap of theirs or of the partner's share.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub capped: Vec<OfferId>,
    /// Offers that had seen the visitor within their duplicate filter's duration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<OfferId>,
    /// Offers that the visitor had converted on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub converted: Vec<OfferId>,
    /// What the visitor's sources met at offers by SmartSwitch.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub met: Vec<MetNoted>,
    /// Monitors whose sites were down.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sites_down: Vec<MonitorId>,
    /// How many conversions offers had had.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conversions: Vec<ConversionsNoted>,
    /// What the options of rotators weighed, by the rotator.
    #[serde(skip_serializing_if = "Vec::is_empty", with = "by_id")]
    pub rotations: Vec<(RowId, Weights)>,
    /// How many views options had had.
    #[serde(skip_serializing_if = "Vec::is_empty", with = "by_id")]
    pub views: Vec<(RowId, u64)>,
    /// The landing page that the link asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub landing_page_id: Option<LandingPageId>,
    /// The deep link that the visitor was sent to.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub deep_link: String,
}

/// How many conversions an offer had had in the running period, as a condition asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConversionsNoted {
    pub offer_id: OfferId,
    pub period: CapPeriod,
    pub count: u64,
}

/// What a visitor's source met at an offer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MetNoted {
    pub offer_id: OfferId,
    #[serde(flatten)]
    pub met: Met,
}

/// What the options of one rotator weighed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weights(#[serde(with = "by_id")] pub Vec<(RowId, u32)>);

/// Pairs as a JSON object, in which nobody looks for an order.
mod by_id {
    use super::{BTreeMap, Deserialize, DeserializeOwned, Deserializer, RowId, Serialize, Serializer};

    pub fn serialize<V: Serialize, S: Serializer>(pairs: &[(RowId, V)], to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(pairs.iter().map(|(id, value)| (id, value)))
    }

    pub fn deserialize<'de, V: DeserializeOwned, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<(RowId, V)>, D::Error> {
        Ok(BTreeMap::<RowId, V>::deserialize(from)?.into_iter().collect())
    }
}

impl NotedFacts {
    /// As it is kept; empty where nothing was noted, as of most clicks.
    #[must_use]
    pub fn to_json(&self) -> String {
        if *self == Self::default() {
            return String::new();
        }
        serde_json::to_string(self).expect("keys are ids and values are plain")
    }

    /// Without what counts the traffic of all partners, for those who see only some of them.
    #[must_use]
    pub fn without_totals(self) -> Self {
        let (conversions, rotations, views) = Default::default();
        Self { conversions, rotations, views, ..self }
    }

    /// Without what names rules, for those who may open none of them.
    #[must_use]
    pub fn without_rules(self) -> Self {
        Self { met: Vec::new(), ..self }
    }

    /// What was kept; nothing where it can't be read.
    #[must_use]
    pub fn of_json(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }
}

/// Facts that note what is asked of them. What is asked again has the same answer, whatever has become true in the
/// meantime: one decision sees one state of things.
pub struct Noting<'a, F: ?Sized> {
    plan: &'a Plan,
    facts: &'a F,
    noted: RefCell<NotedFacts>,
    usual: RefCell<Usual>,
}

/// Offers, mostly as few as a link leads to.
type Few = SmallVec<[OfferIndex; 8]>;

/// What had the usual answer, which is not kept.
#[derive(Default)]
struct Usual {
    open: Few,
    unseen: Few,
    unconverted: Few,
    up: SmallVec<[MonitorId; 4]>,
    uncounted: SmallVec<[(OfferIndex, CapPeriod); 2]>,
}

impl<'a, F: Facts + ?Sized> Noting<'a, F> {
    /// The same facts, with nothing noted yet.
    #[must_use]
    pub fn new(plan: &'a Plan, facts: &'a F) -> Self {
        Self { plan, facts, noted: RefCell::default(), usual: RefCell::default() }
    }

    /// What was noted.
    #[must_use]
    pub fn into_noted(self) -> NotedFacts {
        self.noted.into_inner()
    }

    /// Asks once of an offer, and notes a yes.
    fn of_offer(
        &self,
        index: OfferIndex,
        yes: impl FnOnce(&mut NotedFacts) -> &mut Vec<OfferId>,
        no: impl FnOnce(&mut Usual) -> &mut Few,
        ask: impl FnOnce() -> bool,
    ) -> bool {
        let (mut noted, mut usual) = (self.noted.borrow_mut(), self.usual.borrow_mut());
        let (yes, no) = (yes(&mut noted), no(&mut usual));
        let Some(id) = self.plan.offer(index).map(CompiledOffer::id) else { return ask() };
        if yes.contains(&id) || no.contains(&index) {
            return yes.contains(&id);
        }
        let answer = ask();
        if answer {
            yes.push(id)
        } else {
            no.push(index)
        }
        answer
    }
}

impl<F: Facts + ?Sized> Facts for Noting<'_, F> {
    fn capped(&self, offer: OfferIndex, share: Option<ShareIndex>) -> bool {
        // Most offers have no caps, and a link may lead to many.
        let has_caps = self.plan.offer(offer).is_none_or(|offer| !offer.caps().is_empty())
            || share.and_then(|share| self.plan.share(share)).is_some_and(|share| !share.caps().is_empty());
        if !has_caps {
            return false;
        }
        let ask = || self.facts.capped(offer, share);
        self.of_offer(offer, |noted| &mut noted.capped, |usual| &mut usual.open, ask)
    }

    fn seen(&self, offer: OfferIndex, key: u64) -> bool {
        let ask = || self.facts.seen(offer, key);
        self.of_offer(offer, |noted| &mut noted.seen, |usual| &mut usual.unseen, ask)
    }

    fn converted(&self, offer: OfferIndex, key: u64) -> bool {
        let ask = || self.facts.converted(offer, key);
        self.of_offer(offer, |noted| &mut noted.converted, |usual| &mut usual.unconverted, ask)
    }

    fn met(&self, offer: OfferIndex, partner: PartnerId, visit: &Visit<'_>) -> Option<Met> {
        let met = self.facts.met(offer, partner, visit)?;
        let (offer_id, noted) = (self.plan.offer(offer)?.id(), &mut self.noted.borrow_mut().met);
        if !noted.iter().any(|known| known.offer_id == offer_id) {
            noted.push(MetNoted { offer_id, met });
        }
        Some(met)
    }

    fn site_down(&self, monitor: MonitorId) -> bool {
        let (mut noted, mut usual) = (self.noted.borrow_mut(), self.usual.borrow_mut());
        if noted.sites_down.contains(&monitor) || usual.up.contains(&monitor) {
            return noted.sites_down.contains(&monitor);
        }
        let is_down = self.facts.site_down(monitor);
        if is_down {
            noted.sites_down.push(monitor)
        } else {
            usual.up.push(monitor)
        }
        is_down
    }

    fn conversions(&self, offer: OfferIndex, period: CapPeriod) -> Option<u64> {
        let (mut noted, mut usual) = (self.noted.borrow_mut(), self.usual.borrow_mut());
        let offer_id = self.plan.offer(offer)?.id();
        let known =
            noted.conversions.iter().find(|known| (known.offer_id, known.period) == (offer_id, period));
        if known.is_some() || usual.uncounted.contains(&(offer, period)) {
            return known.map(|known| known.count);
        }
        let found = self.facts.conversions(offer, period);
        match found {
            Some(count) => noted.conversions.push(ConversionsNoted { offer_id, period, count }),
            None => usual.uncounted.push((offer, period)),
        }
        found
    }

    fn rotation(&self, rotator: RowId) -> Option<&[(RowId, u32)]> {
        let weights = self.facts.rotation(rotator)?;
        let rotations = &mut self.noted.borrow_mut().rotations;
        if !rotations.iter().any(|(known, _)| *known == rotator) {
            rotations.push((rotator, Weights(weights.to_vec())));
        }
        Some(weights)
    }

    fn views(&self, option: RowId) -> u64 {
        let noted = &mut self.noted.borrow_mut().views;
        if let Some((_, views)) = noted.iter().find(|(known, _)| *known == option) {
            return *views;
        }
        let views = self.facts.views(option);
        noted.push((option, views));
        views
    }
}

/// Noted facts, answering again as they did. The visitor's keys are not asked: what was noted was of this
/// visitor.
pub struct Repeated<'a> {
    pub plan: &'a Plan,
    pub noted: &'a NotedFacts,
}

impl Repeated<'_> {
    fn is_in(&self, list: &[OfferId], index: OfferIndex) -> bool {
        self.plan.offer(index).is_some_and(|offer| list.contains(&offer.id()))
    }
}

impl Facts for Repeated<'_> {
    fn is_whole(&self) -> bool {
        false
    }

    fn capped(&self, offer: OfferIndex, _share: Option<ShareIndex>) -> bool {
        self.is_in(&self.noted.capped, offer)
    }

    fn seen(&self, offer: OfferIndex, _key: u64) -> bool {
        self.is_in(&self.noted.seen, offer)
    }

    fn converted(&self, offer: OfferIndex, _key: u64) -> bool {
        self.is_in(&self.noted.converted, offer)
    }

    fn met(&self, offer: OfferIndex, _partner: PartnerId, _visit: &Visit<'_>) -> Option<Met> {
        let offer = self.plan.offer(offer)?.id();
        self.noted.met.iter().find(|noted| noted.offer_id == offer).map(|noted| noted.met)
    }

    fn site_down(&self, monitor: MonitorId) -> bool {
        self.noted.sites_down.contains(&monitor)
    }

    fn conversions(&self, offer: OfferIndex, period: CapPeriod) -> Option<u64> {
        let offer = self.plan.offer(offer)?.id();
        let noted = &self.noted.conversions;
        noted.iter().find(|noted| (noted.offer_id, noted.period) == (offer, period)).map(|noted| noted.count)
    }

    fn rotation(&self, rotator: RowId) -> Option<&[(RowId, u32)]> {
        let rotations = &self.noted.rotations;
        rotations.iter().find(|(known, _)| *known == rotator).map(|(_, weights)| weights.0.as_slice())
    }

    fn views(&self, option: RowId) -> u64 {
        self.noted.views.iter().find(|(known, _)| *known == option).map_or(0, |(_, views)| *views)
    }
}
