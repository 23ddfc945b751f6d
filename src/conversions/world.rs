//! Judging's view of this process: plans in force, how full caps are, who hears of judgements.

use super::Judgements;
use crate::tracking::{
    live::{Live, Plans},
    usage::Claim,
};
use chrono::{DateTime, Utc};
use domain::{
    conversions::caller,
    offers::DuplicateAction,
    shared::{AdvertiserId, NetworkId, OfferId, PartnerId},
    tracking::Plan,
};
use futures::future::BoxFuture;
use rustc_hash::FxHashMap;
use std::sync::Arc;
use store::{
    conversions::{Moved, PlanView, Verdicts, World},
    tracking::{Keys, SeenKey, Used},
};

/// What judging needs of this process.
pub struct LiveWorld {
    pub plans: Arc<Plans>,
    pub keys: Arc<Keys>,
    pub judgements: Arc<Judgements>,
}

/// Whether the offer asks who has converted; what it does not ask for stays in the files.
pub fn asks(plans: &Plans, network: NetworkId, offer: OfferId) -> bool {
    let live = plans.of(network);
    let found = live.as_ref().and_then(|live| live.plan.offer_of(offer));
    found.is_none_or(|offer| offer.document().converted_filter.action != DuplicateAction::Off)
}

/// A plan that is in force.
struct InForce(Arc<Live>);

impl PlanView for InForce {
    fn plan(&self) -> &Plan {
        &self.0.plan
    }
}

/// What a conversion takes of caps.
fn used(moved: &Moved) -> Used {
    let measures = moved.measures();
    Used { clicks: 0, conversions: measures.approved, payout: measures.payout.0, revenue: measures.revenue.0 }
}

impl World for LiveWorld {
    fn plan(&self, network: NetworkId) -> Option<Arc<dyn PlanView>> {
        self.plans.of(network).map(|live| Arc::new(InForce(live)) as Arc<dyn PlanView>)
    }

    fn caller(&self, token: &str) -> Option<(NetworkId, AdvertiserId)> {
        let known = |live: &Arc<Live>| Some((live.plan.network(), caller(&live.plan, token)?));
        self.plans.all().iter().find_map(known)
    }

    fn is_over_cap(
        &self,
        network: NetworkId,
        offer: i64,
        partner: i64,
        now: DateTime<Utc>,
        moved: &[Moved],
    ) -> bool {
        let Some(live) = self.plans.of(network) else { return false };
        let Some((index, compiled)) =
            live.plan.offer_index(OfferId(offer)).and_then(|index| Some((index, live.plan.offer(index)?)))
        else {
            return false;
        };
        let share = live.plan.share_index(PartnerId(partner), index).and_then(|share| live.plan.share(share));
        let claim = Claim {
            offer,
            partner,
            offer_caps: compiled.caps(),
            share_caps: share.map_or(&[][..], |share| share.caps()),
        };
        let calendar = live.plan.calendar();
        let added = |is_share: bool| {
            let mine = moved.iter().filter(move |one| {
                let conversion = one.conversion();
                conversion.offer_id == offer && (!is_share || conversion.partner_id == partner)
            });
            mine.map(move |one| {
                let at = DateTime::from_timestamp_millis(one.conversion().at).unwrap_or_default();
                (calendar.day(at), used(one))
            })
        };
        live.usages.is_over(&claim, calendar, now, added)
    }

    fn keep(&self, keys: &[SeenKey]) -> Result<(), store::Error> {
        self.keys.write(keys)
    }

    fn recount(&self, network: NetworkId) -> BoxFuture<'_, Result<(), store::Error>> {
        Box::pin(async move {
            match self.plans.of(network) {
                Some(live) => self.plans.refresh(&live, Utc::now()).await,
                None => Ok(()),
            }
        })
    }

    fn committed(&self, verdicts: &Verdicts) {
        let conversions = verdicts.moved.iter().map(Moved::conversion);
        let networks: FxHashMap<i64, i64> =
            conversions.map(|conversion| (conversion.offer_id, conversion.network_id)).collect();
        let wanted = |key: &&SeenKey| {
            networks
                .get(&key.offer)
                .is_none_or(|network| asks(&self.plans, NetworkId(*network), OfferId(key.offer)))
        };
        verdicts.keys.iter().filter(wanted).for_each(|key| self.keys.remember(*key));
        for (id, judged) in &verdicts.judged {
            self.judgements.tell(*id, judged.clone());
        }
    }
}
