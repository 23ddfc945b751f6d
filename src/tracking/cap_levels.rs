//! Which caps are nearly or wholly used: looked at every second, beside the redirect, and told of once.

use super::{
    live::Live,
    usage::{measured, start},
};
use chrono::{DateTime, Utc};
use domain::{
    offers::{Cap, OfferStatus},
    shared::{DayNumber, NetworkId, OfferId, PartnerId},
    tracking::CompiledOffer,
};
use rustc_hash::FxHashSet;
use store::{
    Database, Error,
    tracking::{CapLevel, Fullness, tell_cap_levels},
};

/// What this process knows to be told.
#[derive(Debug, Default)]
pub struct Told {
    levels: FxHashSet<(NetworkId, CapLevel)>,
    day: DayNumber,
}

impl Told {
    /// Tells of every cap of the network that has come to 90 % or 100 % in its current period. What is
    /// not told because the database is away is told at the next call.
    ///
    /// # Errors
    /// What the database said.
    pub async fn look(&mut self, database: &Database, live: &Live, now: DateTime<Utc>) -> Result<(), Error> {
        self.forget_yesterday(now);
        let network = live.plan.network();
        let mut levels = full(live, now);
        levels.retain(|level| !self.levels.contains(&(network, *level)));
        if levels.is_empty() {
            return Ok(());
        }
        tell_cap_levels(database, network, &levels).await?;
        self.levels.extend(levels.into_iter().map(|level| (network, level)));
        Ok(())
    }

    /// The database knows of those before: this only spares asking it every second.
    fn forget_yesterday(&mut self, now: DateTime<Utc>) {
        let today = DayNumber::of_millis(now.timestamp_millis());
        if today != self.day {
            self.levels.clear();
            self.day = today;
        }
    }
}

/// The levels that the network's caps are at.
fn full(live: &Live, now: DateTime<Utc>) -> Vec<CapLevel> {
    let mut levels = Vec::new();
    let is_there = |offer: &CompiledOffer| offer.document().status != OfferStatus::Deleted;
    for offer in live.plan.offers().iter().filter(|offer| is_there(offer)) {
        add(&mut levels, live, offer.id(), None, offer.caps(), now);
    }
    for share in live.plan.shares() {
        if let Some(offer) = live.plan.offer(share.offer()).filter(|offer| is_there(offer)) {
            add(&mut levels, live, offer.id(), Some(share.partner()), share.caps(), now);
        }
    }
    levels
}

fn add(
    levels: &mut Vec<CapLevel>,
    live: &Live,
    offer: OfferId,
    partner: Option<PartnerId>,
    caps: &[Cap],
    now: DateTime<Utc>,
) {
    if caps.is_empty() {
        return;
    }
    let calendar = live.plan.calendar();
    let used = live.usages.used(offer.0, partner.map(|partner| partner.0), calendar, now);
    for cap in caps {
        let Some((_, used)) = used.iter().find(|(period, _)| *period == cap.period) else { continue };
        let (used, limit) = (i128::from(measured(used, cap.measure)), i128::from(cap.limit.0));
        let first_day = start(cap.period, calendar.day(now));
        for (fullness, percent) in [(Fullness::Near, 90), (Fullness::Reached, 100)] {
            if used * 100 >= limit * percent {
                levels.push(CapLevel { offer, partner, cap: *cap, first_day, fullness });
            }
        }
    }
}
