//! A decision becomes real: its cap is reserved and its visitor remembered before anybody is
//! answered. Who loses the race for the last place is decided again with the same dice, the offer
//! masked; at most once an offer.

use super::{live::Live, rotations::Tables, usage::Claim};
use chrono::{DateTime, Utc};
use domain::{
    offers::DuplicateAction,
    shared::{CapPeriod, Micros, MonitorId, PartnerId, RowId},
    smartswitch::{Blocks, Met, Suspects},
    tracking::{
        CompiledOffer, Decision, Dice, Explained, Facts, Hop, NotedFacts, Noting, OfferIndex, ShareIndex,
        Target, Verdict, Visit, decide, explain, impression_earnings,
    },
};
use parking_lot::RwLockReadGuard;
use smallvec::SmallVec;
use std::{cell::OnceCell, sync::Arc};
use store::tracking::{KeyKind, Keys, SeenKey, Used};

/// The facts of one click, as this process knows them.
struct LiveFacts<'a> {
    live: &'a Live,
    keys: &'a Keys,
    partner: PartnerId,
    now: DateTime<Utc>,
    /// What rotators have learnt, looked at once a click.
    rotations: OnceCell<Arc<Tables>>,
    /// Which sources are kept out, held still for as long as the click is decided.
    blocks: OnceCell<RwLockReadGuard<'a, Blocks>>,
    /// Which of the visitor's are among them, wherever that is.
    suspects: OnceCell<Suspects>,
    /// Offers whose last place somebody else took in the meantime.
    masked: SmallVec<[OfferIndex; 2]>,
}

impl<'a> LiveFacts<'a> {
    fn new(live: &'a Live, keys: &'a Keys, partner: PartnerId, now: DateTime<Utc>) -> Self {
        let (rotations, blocks, suspects) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { live, keys, partner, now, rotations, blocks, suspects, masked: SmallVec::new() }
    }

    fn offer(&self, index: OfferIndex) -> Option<&CompiledOffer> {
        self.live.plan.offer(index)
    }

    fn claim(&self, index: OfferIndex, share: Option<ShareIndex>) -> Option<Claim<'_>> {
        let offer = self.offer(index)?;
        let share_caps =
            share.and_then(|share| self.live.plan.share(share)).map_or(&[][..], |share| share.caps());
        Some(Claim { offer: offer.id().0, partner: self.partner.0, offer_caps: offer.caps(), share_caps })
    }

    fn tables(&self) -> &Tables {
        self.rotations.get_or_init(|| self.live.rotations.now())
    }

    /// From which second on a click of the offer's visitors is still remembered.
    fn since(&self, offer: &CompiledOffer) -> u32 {
        let hours = i64::from(offer.document().duplicate_filter.hours);
        u32::try_from(self.now.timestamp() - hours * 3_600).unwrap_or(0)
    }
}

impl Facts for LiveFacts<'_> {
    fn capped(&self, offer: OfferIndex, share: Option<ShareIndex>) -> bool {
        self.masked.contains(&offer)
            || self
                .claim(offer, share)
                .is_some_and(|claim| self.live.usages.is_reached(&claim, self.live.plan.calendar(), self.now))
    }

    fn seen(&self, index: OfferIndex, key: u64) -> bool {
        self.offer(index).is_some_and(|offer| {
            self.keys.at(KeyKind::Seen, offer.id().0, key).is_some_and(|at| at >= self.since(offer))
        })
    }

    fn converted(&self, index: OfferIndex, key: u64) -> bool {
        self.offer(index).is_some_and(|offer| {
            offer.document().converted_filter.action != DuplicateAction::Off
                && self.keys.at(KeyKind::Converted, offer.id().0, key).is_some()
        })
    }

    fn met(&self, offer: OfferIndex, partner: PartnerId, visit: &Visit<'_>) -> Option<Met> {
        let blocks = self.blocks.get_or_init(|| self.live.blocks.now());
        let value = |variable| visit.source(variable);
        let suspects = || *self.suspects.get_or_init(|| blocks.suspects(value));
        blocks.met(self.offer(offer)?.id(), partner, suspects, value)
    }

    fn site_down(&self, monitor: MonitorId) -> bool {
        self.live.sites.is_down(monitor, self.now.timestamp_millis())
    }

    fn conversions(&self, offer: OfferIndex, period: CapPeriod) -> Option<u64> {
        let offer = self.offer(offer)?.id().0;
        if !self.live.caps.covers(offer, period) {
            return None;
        }
        let used = self.live.usages.used(offer, None, self.live.plan.calendar(), self.now);
        let (_, used) = used.into_iter().find(|(known, _)| *known == period)?;
        Some(u64::try_from(used.conversions).unwrap_or(0))
    }

    fn rotation(&self, rotator: RowId) -> Option<&[(RowId, u32)]> {
        self.tables().weights(rotator, self.now)
    }

    fn views(&self, option: RowId) -> u64 {
        self.live.rotations.views(option)
    }
}

/// A decision that has become real, with the facts that it was made by.
pub struct Realised {
    pub decision: Decision,
    pub facts: NotedFacts,
}

/// Decides where a click goes and takes what it takes.
#[must_use]
pub fn realise(
    live: &Live,
    keys: &Keys,
    partner: Option<PartnerId>,
    target: Target,
    visit: &Visit<'_>,
    now: DateTime<Utc>,
    dice: Dice,
) -> Realised {
    let mut facts = LiveFacts::new(live, keys, partner.unwrap_or_default(), now);
    loop {
        let noting = Noting::new(&live.plan, &facts);
        let decision = decide(&live.plan, partner, target, visit, &noting, now, dice);
        let noted = noting.into_noted();
        match decision.hops.last().map(|hop| take(&facts, hop)) {
            None | Some(Taken::All) => {
                count_view(live, &decision);
                return Realised { decision, facts: noted };
            }
            Some(Taken::Capped(index)) => facts.masked.push(index),
            // Somebody with the same key was faster: the next decision sees it as seen.
            Some(Taken::Seen) => {}
        }
    }
}

/// Counts the view of the option that a rotator drew: a cold start serves who has the fewest.
fn count_view(live: &Live, decision: &Decision) {
    let last = decision.hops.last().filter(|hop| hop.verdict == Verdict::Valid);
    if let Some(option) = last.and_then(|hop| hop.rotator_option) {
        live.rotations.count(option);
    }
}

/// What would be decided for a visitor as things stand, and why. Nothing is taken.
#[must_use]
pub fn explain_now(
    live: &Live,
    keys: &Keys,
    partner: PartnerId,
    target: Target,
    visit: &Visit<'_>,
    now: DateTime<Utc>,
    dice: Dice,
) -> Explained {
    let facts = LiveFacts::new(live, keys, partner, now);
    explain(&live.plan, Some(partner), target, visit, &facts, now, dice)
}

/// What an impression earns, taken of the caps; nothing where they have no room or a click would be refused.
#[must_use]
pub fn realise_impression(
    live: &Live,
    keys: &Keys,
    partner: PartnerId,
    index: OfferIndex,
    now: DateTime<Utc>,
) -> (Micros, Micros) {
    let facts = LiveFacts::new(live, keys, partner, now);
    let (payout, revenue) = impression_earnings(&live.plan, partner, index, &facts, now);
    let used = Used { payout: payout.0, revenue: revenue.0, ..Used::default() };
    let claim = facts.claim(index, live.plan.share_index(partner, index));
    let fits = |claim| live.usages.reserve(&claim, live.plan.calendar(), now, used);
    if used == Used::default() || claim.is_some_and(fits) { (payout, revenue) } else { Default::default() }
}

/// Undoes what [`realise`] took for a click that was not kept after all.
pub fn give_back(
    live: &Live,
    keys: &Keys,
    partner: Option<PartnerId>,
    decision: &Decision,
    now: DateTime<Utc>,
) {
    let Some(hop) = decision.hops.last() else { return };
    let Some(offer) = hop.index.and_then(|index| live.plan.offer(index)) else { return };
    if let Some(key) = hop.remember {
        keys.forget(KeyKind::Seen, offer.id().0, key);
    }
    if hop.reserves {
        let day = live.plan.calendar().day(now);
        live.usages.take_away(offer.id().0, partner.unwrap_or_default().0, day, used(hop));
    }
}

/// What a hop takes of caps.
fn used(hop: &Hop) -> Used {
    Used { clicks: 1, conversions: 0, payout: hop.payout.0, revenue: hop.revenue.0 }
}

/// What became of a hop's reservation.
enum Taken {
    All,
    Capped(OfferIndex),
    Seen,
}

fn take(facts: &LiveFacts<'_>, hop: &Hop) -> Taken {
    let (Some(index), Some(offer)) = (hop.index, hop.index.and_then(|index| facts.offer(index))) else {
        return Taken::All;
    };
    let at = u32::try_from(facts.now.timestamp()).unwrap_or(u32::MAX);
    let seen = hop.remember.map(|key| SeenKey { kind: KeyKind::Seen, offer: offer.id().0, key, at });
    if seen.is_some_and(|seen| !facts.keys.insert(seen, facts.since(offer))) {
        return Taken::Seen;
    }
    let (usages, calendar) = (&facts.live.usages, facts.live.plan.calendar());
    let reserved = !hop.reserves
        || facts
            .claim(index, hop.share)
            .is_none_or(|claim| usages.reserve(&claim, calendar, facts.now, used(hop)));
    if reserved {
        return Taken::All;
    }
    if let Some(seen) = seen {
        facts.keys.forget(seen.kind, seen.offer, seen.key);
    }
    Taken::Capped(index)
}
