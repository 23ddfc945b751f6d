//! The tracking side of one process: plans, memory, spool and drain, and the tasks that keep them.

use super::{
    ids::ClickIds,
    live::{Live, Plans},
    metrics::Meters,
    out::Onwards,
    signals::{GeoFiles, SessionHasher, SignalReader},
};
use chrono::{DateTime, Utc};
use domain::shared::{DayNumber, NodeId};
use ipnet::IpNet;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use store::{
    Database, Error, identity,
    tracking::{Drain, Folder, Keys, Node, Record, Spool, Successor, Take, key_of},
};

/// The folder of the data files within the data folder.
pub const GEOIP: &str = "geoip";

/// How the tracking side is set up.
#[derive(Clone, Debug)]
pub struct TrackerOptions {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether an answer waits until its click is synced to the disk.
    pub strict: bool,
    /// Where the data files lie; none for the folder `geoip` of the data folder.
    pub geoip: Option<PathBuf>,
}

/// The tracking side of one process.
pub struct Tracker {
    pub node: NodeId,
    pub plans: Arc<Plans>,
    pub keys: Arc<Keys>,
    pub spool: Spool,
    pub drain: Arc<Drain>,
    pub ids: ClickIds,
    pub signals: SignalReader,
    pub hasher: SessionHasher,
    pub onwards: Onwards,
    pub meters: Meters,
}

impl Tracker {
    /// Opens the data folder, compiles the plans, and completes counts and memory from what the spool still holds.
    ///
    /// # Errors
    /// The disk or the database refused, or another process uses the folder.
    pub async fn start(
        database: Database,
        data: &Path,
        options: TrackerOptions,
        successor: impl FnOnce(NodeId, &Arc<Plans>, &Arc<Keys>) -> Arc<dyn Successor>,
    ) -> Result<Arc<Self>, Error> {
        let folder = options.geoip.unwrap_or_else(|| own_folder(data));
        let signals = tokio::task::spawn_blocking(move || {
            SignalReader::new(options.trusted_proxies, GeoFiles::open(folder))
        });
        let now = Utc::now();
        let node = Node::register(&database, data).await?;
        let spool = Spool::open(Folder::open(data)?, node.watermark, options.strict)?;
        let plans = Arc::new(Plans::new(database.clone(), &node));
        plans.load_all(now).await?;
        let keys = Arc::new(Keys::open(data, seconds(now))?);
        keys.recall(&plans.demand(), seconds(now))?;
        let successor = successor(node.id, &plans, &keys);
        let ledger = Arc::clone(&plans);
        let drain = Drain::new(database.clone(), spool.clone(), Arc::clone(&keys), &node, successor, ledger);
        drain.undrained(|record| complete(&plans, &keys, record))?;
        let hasher = SessionHasher::new(&identity::secret(&database, "session_keys").await?);
        let signals = signals.await.map_err(|error| Error::Broken(error.to_string()))?;
        Ok(Arc::new(Self {
            node: node.id,
            plans,
            keys,
            spool,
            drain: Arc::new(drain),
            ids: ClickIds::new(node.id),
            signals,
            hasher,
            onwards: Onwards::default(),
            meters: Meters::new(),
        }))
    }
}

/// The folder of the data files where none is named, made so that files can be put there.
fn own_folder(data: &Path) -> PathBuf {
    let folder = data.join(GEOIP);
    if let Err(error) = std::fs::create_dir_all(&folder) {
        tracing::warn!(%error, "the folder of the data files was not made");
    }
    folder
}

/// A moment in seconds since 1970, as keys have it.
#[must_use]
pub fn seconds(at: DateTime<Utc>) -> u32 {
    u32::try_from(at.timestamp()).unwrap_or(0)
}

/// What is not in the database yet counts and is remembered all the same.
fn complete(plans: &Plans, keys: &Keys, record: &Record<'_>) {
    if let Record::Click(click) = record
        && let Some(seen) = key_of(click)
    {
        keys.remember(seen);
    }
    let Some(take) = Take::of(record) else { return };
    if let Some(live) = plans.of(take.network) {
        live.usages.add(take.offer, take.partner, day_of(&live, take.at), take.used);
    }
}

/// The network's own day of a moment in milliseconds since 1970.
pub fn day_of(live: &Live, millis: i64) -> DayNumber {
    live.plan.calendar().day(DateTime::from_timestamp_millis(millis).unwrap_or_default())
}
