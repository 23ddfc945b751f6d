//! The tracking side of one process: plans, memory, spool and drain, and the tasks that keep them.

use super::{
    ids::ClickIds,
    live::{Live, Plans},
    metrics::Meters,
    signals::{SessionHasher, SignalReader},
    usage::{Claim, Used},
};
use chrono::{DateTime, Utc};
use domain::shared::{ClickId, DayNumber, NetworkId, OfferId, PartnerId};
use ipnet::IpNet;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use std::{path::Path, sync::Arc};
use store::{
    Database, Error,
    conversions::Moved,
    identity,
    tracking::{Drain, Drained, Folder, Judged, Keys, Node, PlanView, Record, SeenKey, Spool, World, key_of},
};
use tokio::sync::oneshot;

/// The longest that a duplicate filter remembers, in hours.
const MEMORY_HOURS: u32 = 720;

/// How the tracking side is set up.
#[derive(Clone, Debug)]
pub struct TrackerOptions {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether an answer waits until its click is synced to the disk.
    pub strict: bool,
}

/// The tracking side of one process.
pub struct Tracker {
    pub plans: Arc<Plans>,
    pub keys: Arc<Keys>,
    pub spool: Spool,
    pub drain: Arc<Drain>,
    pub ids: ClickIds,
    pub signals: SignalReader,
    pub hasher: SessionHasher,
    pub judgements: Arc<Judgements>,
    pub meters: Meters,
}

/// Who waits for the judgement of a postback.
#[derive(Default)]
pub struct Judgements(Mutex<FxHashMap<ClickId, oneshot::Sender<Judged>>>);

impl Judgements {
    /// Waits for the judgement of the postback `id`.
    pub fn wait_for(&self, id: ClickId) -> oneshot::Receiver<Judged> {
        let (sender, receiver) = oneshot::channel();
        self.0.lock().insert(id, sender);
        receiver
    }

    /// Stops waiting.
    pub fn give_up(&self, id: ClickId) {
        self.0.lock().remove(&id);
    }

    fn tell(&self, id: ClickId, judged: Judged) {
        if let Some(sender) = self.0.lock().remove(&id) {
            // Whoever asked may have gone; the log has the judgement.
            let _gone = sender.send(judged);
        }
    }
}

impl Tracker {
    /// Opens the data folder, compiles the plans, and completes counts and memory from what the spool still holds.
    ///
    /// # Errors
    /// The disk or the database refused, or another process uses the folder.
    pub async fn start(database: Database, data: &Path, options: TrackerOptions) -> Result<Arc<Self>, Error> {
        let signals = tokio::task::spawn_blocking(move || SignalReader::new(options.trusted_proxies));
        let now = Utc::now();
        let node = Node::register(&database, data).await?;
        let spool = Spool::open(Folder::open(data)?, options.strict)?;
        let keys = Arc::new(Keys::open(data, now.timestamp_millis(), MEMORY_HOURS)?);
        let plans = Arc::new(Plans::new(database.clone()));
        plans.load_all(now).await?;
        let judgements = Arc::new(Judgements::default());
        let world = TrackingWorld {
            plans: Arc::clone(&plans),
            keys: Arc::clone(&keys),
            judgements: Arc::clone(&judgements),
        };
        let drain = Drain::new(database.clone(), spool.clone(), Arc::clone(&keys), &node, Arc::new(world));
        drain.undrained(|record| complete(&plans, &keys, record))?;
        let hasher = SessionHasher::new(&identity::secret(&database, "session_keys").await?);
        let signals = signals.await.map_err(|error| Error::Broken(error.to_string()))?;
        Ok(Arc::new(Self {
            plans,
            keys,
            spool,
            drain: Arc::new(drain),
            ids: ClickIds::new(node.id),
            signals,
            hasher,
            judgements,
            meters: Meters::new(),
        }))
    }
}

/// A click that is not in the database yet counts and is remembered all the same.
fn complete(plans: &Plans, keys: &Keys, record: &Record<'_>) {
    let Record::Click(click) = record else { return };
    if let Some(seen) = key_of(click) {
        keys.remember(seen);
    }
    let parts = ClickId(click.id).parts();
    if let Some(live) = plans.of(parts.network).filter(|_| click.reserves) {
        let day = day_of(&live, parts.millis);
        live.usages.add(click.offer_id, click.partner_id, day, Used::CLICK);
    }
}

fn day_of(live: &Live, millis: i64) -> DayNumber {
    live.plan.calendar().day(DateTime::from_timestamp_millis(millis).unwrap_or_default())
}

/// What the drain needs of this process.
struct TrackingWorld {
    plans: Arc<Plans>,
    keys: Arc<Keys>,
    judgements: Arc<Judgements>,
}

impl PlanView for Live {
    fn plan(&self) -> &domain::tracking::Plan {
        &self.plan
    }
}

/// What a conversion takes of caps.
fn used(moved: &Moved) -> Used {
    let measures = moved.measures();
    Used { clicks: 0, conversions: measures.approved, payout: measures.payout.0, revenue: measures.revenue.0 }
}

fn sum<'a>(moved: impl Iterator<Item = &'a Moved>) -> Used {
    moved.map(used).fold(Used::default(), |all, one| Used {
        clicks: 0,
        conversions: all.conversions + one.conversions,
        payout: all.payout + one.payout,
        revenue: all.revenue + one.revenue,
    })
}

impl World for TrackingWorld {
    fn plan(&self, network: NetworkId) -> Option<Arc<dyn PlanView>> {
        self.plans.of(network).map(|live| live as Arc<dyn PlanView>)
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
        let of_offer = || moved.iter().filter(|one| one.conversion().offer_id == offer);
        let of_share = of_offer().filter(|one| one.conversion().partner_id == partner);
        live.usages.is_over(&claim, live.plan.calendar(), now, sum(of_offer()), sum(of_share))
    }

    fn drained(&self, drained: &Drained) {
        for moved in &drained.moved {
            let conversion = moved.conversion();
            if let Some(live) = self.plans.of(NetworkId(conversion.network_id)) {
                let day = day_of(&live, conversion.at);
                live.usages.add(conversion.offer_id, conversion.partner_id, day, used(moved));
            }
        }
        drained.keys.iter().copied().for_each(|key: SeenKey| self.keys.remember(key));
        for (id, judged) in &drained.judged {
            self.judgements.tell(*id, judged.clone());
        }
    }
}
