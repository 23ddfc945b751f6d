//! What decides in this process: each network's compiled plan and its counters, swapped whole when
//! somebody saves. Requests read a snapshot; nobody waits for anybody.

use super::usage::{Usages, Used, start};
use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use domain::{
    offers::CapPeriod,
    shared::{DayNumber, NetworkId},
    tracking::{OfferIndex, Plan},
};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use store::{
    Database, Error, identity, links,
    tracking::{configuration::configuration, usage_of},
};
use tokio::sync::Mutex;

/// One network as decisions see it.
#[derive(Debug)]
pub struct Live {
    pub plan: Plan,
    pub usages: Arc<Usages>,
}

/// Everything that a request looks up.
#[derive(Debug, Default)]
struct Snapshot {
    networks: FxHashMap<NetworkId, Arc<Live>>,
    /// Offers' codes: unique in the installation, so the code alone names the network.
    targets: FxHashMap<Box<str>, (NetworkId, OfferIndex)>,
    hosts: FxHashMap<Box<str>, NetworkId>,
}

/// The plans of all networks.
pub struct Plans {
    database: Database,
    snapshot: ArcSwap<Snapshot>,
    /// One compilation at a time; requests never wait for it.
    compiling: Mutex<()>,
}

/// What a link names.
#[derive(Clone, Debug)]
pub struct Named {
    pub live: Arc<Live>,
    /// None where the link names no target of this network.
    pub target: Option<OfferIndex>,
}

impl Plans {
    /// No plans yet; see [`Self::load_all`].
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, snapshot: ArcSwap::default(), compiling: Mutex::new(()) }
    }

    /// Compiles all networks. Their counters start from the roll-ups.
    ///
    /// # Errors
    /// What the database said.
    pub async fn load_all(&self, now: DateTime<Utc>) -> Result<(), Error> {
        for network in identity::networks(&self.database).await? {
            self.load(network.id, now).await?;
        }
        Ok(())
    }

    /// Compiles one network anew and puts it in force.
    ///
    /// # Errors
    /// What the database said; the old plan stays in force.
    pub async fn load(&self, network: NetworkId, now: DateTime<Utc>) -> Result<(), Error> {
        let _one_at_a_time = self.compiling.lock().await;
        let (plan, flaws) = Plan::compile(configuration(&self.database, network).await?);
        for flaw in &flaws {
            tracing::debug!(%network, ?flaw, "the plan has a flaw");
        }
        let hosts = links::hosts(&self.database).await?;
        let usages = match self.of(network) {
            Some(live) => Arc::clone(&live.usages),
            None => Arc::new(self.start_usages(&plan, now).await?),
        };
        self.put(Arc::new(Live { plan, usages }), hosts);
        Ok(())
    }

    fn put(&self, live: Arc<Live>, hosts: Vec<(String, NetworkId)>) {
        let old = self.snapshot.load();
        let network = live.plan.network();
        let mut targets = old.targets.clone();
        targets.retain(|_, (owner, _)| *owner != network);
        for (place, offer) in live.plan.offers().iter().enumerate() {
            let index = OfferIndex(u32::try_from(place).expect("a network has fewer than 4 billion offers"));
            targets.insert(offer.code().into(), (network, index));
        }
        let mut networks = old.networks.clone();
        networks.insert(network, live);
        let hosts = hosts.into_iter().map(|(host, owner)| (host.into_boxed_str(), owner)).collect();
        self.snapshot.store(Arc::new(Snapshot { networks, targets, hosts }));
    }

    async fn start_usages(&self, plan: &Plan, now: DateTime<Utc>) -> Result<Usages, Error> {
        let usages = Usages::default();
        let today = plan.calendar().day(now);
        let mut stored: FxHashMap<(i64, i64), [Used; 4]> = FxHashMap::default();
        let periods = [CapPeriod::Daily, CapPeriod::Weekly, CapPeriod::Monthly, CapPeriod::Global];
        for (place, period) in periods.into_iter().enumerate() {
            let from: Option<DayNumber> = start(period, today);
            for row in usage_of(self.database.read(), plan.network(), from).await? {
                stored.entry((row.offer_id, row.partner_id)).or_default()[place] = Used {
                    clicks: row.clicks,
                    conversions: row.conversions,
                    payout: row.payout,
                    revenue: row.revenue,
                };
            }
        }
        for ((offer, partner), used) in stored {
            usages.start_with(offer, partner, today, used);
        }
        Ok(usages)
    }

    /// One network.
    #[must_use]
    pub fn of(&self, network: NetworkId) -> Option<Arc<Live>> {
        self.snapshot.load().networks.get(&network).cloned()
    }

    /// What a link with this target code on this host names. A network's own tracking domain accepts
    /// only its own links; where it names nothing, the network is still known by the domain.
    #[must_use]
    pub fn named(&self, host: &str, target: &str) -> Option<Named> {
        let snapshot = self.snapshot.load();
        let owner = snapshot.hosts.get(bare(host)).copied();
        let found =
            snapshot.targets.get(target).filter(|(network, _)| owner.is_none_or(|owner| owner == *network));
        let (network, target) = match (found, owner) {
            (Some((network, index)), _) => (*network, Some(*index)),
            (None, Some(owner)) => (owner, None),
            (None, None) => return None,
        };
        Some(Named { live: Arc::clone(snapshot.networks.get(&network)?), target })
    }

    /// The versions in force, to be compared with the database's.
    #[must_use]
    pub fn versions(&self) -> FxHashMap<NetworkId, u64> {
        self.snapshot.load().networks.iter().map(|(network, live)| (*network, live.plan.version())).collect()
    }
}

/// The host without its port.
fn bare(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    }
}
