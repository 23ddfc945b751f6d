//! What decides in this process: each network's compiled plan and its counters, swapped whole when
//! somebody saves. Requests read a snapshot; nobody waits for anybody.

use super::{
    blocks::LiveBlocks,
    ledger::Book,
    refresh::{CapsInForce, Older},
    rotations::Rotations,
    sites::Sites,
    usage::Usages,
};
use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use domain::{
    offers::{DuplicateAction, OfferStatus},
    shared::{NetworkId, NodeId},
    tracking::{Plan, Target},
};
use metrics::{Counter, counter};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use store::{
    Database, Error, identity, links,
    tracking::{Demand, Ledger, Node, Position, Tally, configuration::configuration},
};
use tokio::{runtime::Handle, sync::Mutex};

/// One network as decisions see it.
#[derive(Debug)]
pub struct Live {
    pub plan: Plan,
    pub usages: Arc<Usages>,
    pub rotations: Arc<Rotations>,
    pub blocks: Arc<LiveBlocks>,
    /// Those of all networks.
    pub sites: Arc<Sites>,
    pub(super) caps: CapsInForce,
    /// What the days before the recent ones hold; read once a while.
    pub(super) older: parking_lot::Mutex<Option<Arc<Older>>>,
}

type Targets = FxHashMap<Box<str>, (NetworkId, Target)>;

/// Everything that a request looks up.
#[derive(Debug, Default)]
struct Snapshot {
    networks: FxHashMap<NetworkId, Arc<Live>>,
    /// Codes of offers and Smart Links: unique in the installation, so the code alone names the network.
    targets: Arc<Targets>,
    /// Tracking domains with their networks.
    hosts: FxHashMap<Arc<str>, NetworkId>,
}

/// The plans of all networks.
pub struct Plans {
    pub(super) database: Database,
    pub(super) node: NodeId,
    /// Which sites of monitors are down.
    pub sites: Arc<Sites>,
    /// Which of this node's clicks the database holds.
    pub(super) book: parking_lot::Mutex<Book>,
    snapshot: ArcSwap<Snapshot>,
    /// One compilation of a network at a time; neither requests nor other networks wait for it.
    compiling: parking_lot::Mutex<FxHashMap<NetworkId, Arc<Mutex<()>>>>,
    /// One swap of the snapshot at a time.
    swapping: parking_lot::Mutex<()>,
    /// Plans compiled since the start.
    compiled: Counter,
}

/// What a link names.
#[derive(Clone, Debug)]
pub struct Named {
    pub live: Arc<Live>,
    /// Unknown where the link names no target of this network.
    pub target: Target,
    /// The network's tracking domain that it stands on; none for any other address.
    pub domain: Option<Arc<str>>,
}

impl Plans {
    /// No plans yet; see [`Self::load_all`]. `node` is this process as the database has it.
    #[must_use]
    pub fn new(database: Database, node: &Node) -> Self {
        let book = parking_lot::Mutex::new(Book::new(node.watermark));
        let compiled = counter!("switchyard_plans_compiled_total");
        compiled.absolute(0);
        let (snapshot, compiling, swapping) = Default::default();
        let sites = Arc::new(Sites::new(database.clone()));
        Self { database, node: node.id, sites, book, snapshot, compiling, swapping, compiled }
    }

    /// Compiles all networks. Their counters start from the roll-ups.
    ///
    /// # Errors
    /// What the database said.
    pub async fn load_all(self: &Arc<Self>, now: DateTime<Utc>) -> Result<(), Error> {
        for network in identity::networks(&self.database).await? {
            self.load(network.id, now).await?;
        }
        Ok(())
    }

    /// Puts a network's stored version in force where it is not yet, as after a save that several have
    /// told of; says whether it was compiled.
    ///
    /// # Errors
    /// What the database said; the old plan stays in force.
    pub async fn load(self: &Arc<Self>, network: NetworkId, now: DateTime<Utc>) -> Result<bool, Error> {
        let turn = Arc::clone(self.compiling.lock().entry(network).or_default());
        let _one_at_a_time = turn.lock().await;
        let before = self.of(network);
        if let Some(before) = &before
            && before.plan.version() >= identity::network(&self.database, network).await?.plan_version
        {
            return Ok(false);
        }
        let plan = self.compile(network).await?;
        let hosts = links::hosts(&self.database).await?;
        let caps = CapsInForce::of(&plan);
        // Where the same is counted, what was read of the older days still holds.
        let older =
            before.as_ref().filter(|before| before.caps == caps).map(|before| before.older.lock().clone());
        let counts_the_same = older.is_some();
        let rotations = before.as_ref().map_or_else(Arc::default, |before| Arc::clone(&before.rotations));
        let blocks = self.blocks_of(network, before.as_deref()).await?;
        let usages = before.map_or_else(Arc::default, |before| Arc::clone(&before.usages));
        let (sites, older) = (Arc::clone(&self.sites), parking_lot::Mutex::new(older.flatten()));
        let live = Live { plan, usages, rotations, blocks, sites, caps, older };
        if !counts_the_same {
            self.refresh(&live, now).await?;
        }
        let plans = Arc::clone(self);
        aside(move || plans.put(Arc::new(live), hosts)).await?;
        Ok(true)
    }

    /// What a network keeps out: as it stands, or read whole before the network's first click.
    async fn blocks_of(&self, network: NetworkId, before: Option<&Live>) -> Result<Arc<LiveBlocks>, Error> {
        if let Some(before) = before {
            return Ok(Arc::clone(&before.blocks));
        }
        let blocks = Arc::<LiveBlocks>::default();
        blocks.catch_up(&self.database, network, 0).await?;
        Ok(blocks)
    }

    /// Reads and compiles on a thread beside those that answer: a large network takes a while.
    async fn compile(&self, network: NetworkId) -> Result<Plan, Error> {
        let (database, runtime) = (self.database.clone(), Handle::current());
        let compiled = aside(move || {
            let configuration = runtime.block_on(configuration(&database, network))?;
            Ok::<_, Error>(Plan::compile(configuration))
        });
        let (plan, flaws) = compiled.await??;
        for flaw in &flaws {
            tracing::debug!(%network, ?flaw, "the plan has a flaw");
        }
        self.compiled.increment(1);
        Ok(plan)
    }

    /// Takes over what has changed of what a network keeps out. `stored` is the version that the database has, 0 where
    /// it is not told.
    ///
    /// # Errors
    /// What the database said; what this node knows goes on to hold.
    pub async fn catch_up_blocks(&self, network: NetworkId, stored: i64) -> Result<(), Error> {
        let Some(live) = self.of(network) else { return Ok(()) };
        if stored != 0 && live.blocks.knows(stored) {
            return Ok(());
        }
        live.blocks.catch_up(&self.database, network, stored).await
    }

    fn put(&self, live: Arc<Live>, hosts: Vec<(String, NetworkId)>) {
        let _one_at_a_time = self.swapping.lock();
        let old = self.snapshot.load();
        let network = live.plan.network();
        let targets = match old.networks.get(&network) {
            Some(before) if live.plan.has_the_targets_of(&before.plan) => Arc::clone(&old.targets),
            Some(_) | None => Arc::new(targets_with(&old.targets, &live.plan)),
        };
        let mut networks = old.networks.clone();
        networks.insert(network, live);
        let hosts = hosts.into_iter().map(|(host, owner)| (Arc::from(host), owner)).collect();
        self.snapshot.store(Arc::new(Snapshot { networks, targets, hosts }));
    }

    /// All networks.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Live>> {
        self.snapshot.load().networks.values().cloned().collect()
    }

    /// One network.
    #[must_use]
    pub fn of(&self, network: NetworkId) -> Option<Arc<Live>> {
        self.snapshot.load().networks.get(&network).cloned()
    }

    /// Which visitors the offers of all networks want to know again.
    #[must_use]
    pub fn demand(&self) -> Demand {
        let mut demand = Demand::default();
        for live in self.all() {
            for offer in live.plan.offers() {
                let document = offer.document();
                let is_there = document.status != OfferStatus::Deleted;
                let hours = if is_there { document.duplicate_filter.hours } else { 0 };
                let asks = is_there && document.converted_filter.action != DuplicateAction::Off;
                demand.ask(offer.id().0, hours, asks);
            }
        }
        demand
    }

    pub(super) fn usages_of(&self, network: NetworkId) -> Option<Arc<Usages>> {
        self.snapshot.load().networks.get(&network).map(|live| Arc::clone(&live.usages))
    }

    /// What a link with these codes on this host names. A network's own tracking domain accepts only its
    /// own links; where the target is nobody's, the network is still known by the domain or the partner.
    #[must_use]
    pub fn named(&self, host: &str, partner: &str, target: &str) -> Option<Named> {
        let snapshot = self.snapshot.load();
        let domain = snapshot.hosts.get_key_value(bare(host));
        let owner = domain.map(|(_, owner)| *owner);
        let found =
            snapshot.targets.get(target).filter(|(network, _)| owner.is_none_or(|owner| owner == *network));
        let (network, target) = match (found, owner) {
            (Some((network, target)), _) => (*network, *target),
            (None, Some(owner)) => (owner, Target::Unknown),
            // Rare enough to ask every network: each looks into one map.
            (None, None) => {
                let knows = |live: &Arc<Live>| live.plan.partner_by_code(partner).is_some();
                (*snapshot.networks.iter().find(|(_, live)| knows(live))?.0, Target::Unknown)
            }
        };
        let domain = domain.map(|(host, _)| Arc::clone(host));
        Some(Named { live: Arc::clone(snapshot.networks.get(&network)?), target, domain })
    }

    /// Whose tracking domain a host is; none of any other address.
    #[must_use]
    pub fn owner_of(&self, host: &str) -> Option<NetworkId> {
        self.snapshot.load().hosts.get(bare(host)).copied()
    }

    /// The versions in force, to be compared with the database's.
    #[must_use]
    pub fn versions(&self) -> FxHashMap<NetworkId, u64> {
        self.snapshot.load().networks.iter().map(|(network, live)| (*network, live.plan.version())).collect()
    }
}

impl Ledger for Plans {
    fn writing(&self, from: Position, end: Position, tallies: Vec<Tally>) {
        self.book.lock().writing(from, end, tallies, &|network| self.usages_of(network));
    }

    fn written(&self, end: Position) {
        self.book.lock().settle(end, &|network| self.usages_of(network));
    }
}

/// Runs what takes long beside the threads that answer.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Error::Broken(format!("a plan was not put in force: {error}")))
}

/// The targets of all networks with those of a plan in place of its network's earlier ones.
fn targets_with(old: &Targets, plan: &Plan) -> Targets {
    let network = plan.network();
    let mut targets = old.clone();
    targets.retain(|_, (owner, _)| *owner != network);
    targets.extend(plan.targets().map(|(code, target)| (code.into(), (network, target))));
    targets
}

/// The host without its port.
fn bare(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    }
}
