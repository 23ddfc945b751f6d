//! The drain: moves what the spool holds into the database, a batch a transaction, with the batch's
//! roll-ups and the node's watermark. So every record is in the database once, whatever dies in
//! between. The database away: the spool grows, and the drain goes on from the database's own
//! watermark when it is back, never from memory's.

mod again;
mod batch;
mod calendars;
mod durable;
mod gathered;
mod progress;
mod recovery;
mod refused;
mod successor;

use super::{
    KeyKind, Keys, Ledger, Node, Position, Record, SeenKey, Spool,
    spool::{frames, read_between},
};
use crate::{Database, Error, Kind, shared::now_millis};
use batch::Batch;
use calendars::Calendars;
use domain::shared::{ClickId, NetworkId, NodeId};
use parking_lot::{Mutex, RwLock};
use progress::Flight;
use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::runtime::Handle;

pub use progress::Progress;
pub use successor::{Contribution, Successor, Taken, Waiting};

/// How long records may wait for company.
const WAIT: Duration = Duration::from_millis(200);
/// How often postbacks that wait for another node's click are judged again, in milliseconds.
const AGAIN: i64 = 1_000;
/// Bytes of one batch. SQLite: about 2,700 clicks, so that its one write connection is held for less
/// than 20 ms. PostgreSQL: about 40,000; nobody waits for it, and a batch touches each current row of
/// the roll-ups once, whatever its size: so what has come while the last one was written is one batch.
const fn batch_of(kind: Kind) -> usize {
    match kind {
        Kind::Sqlite => 1 << 20,
        Kind::Postgres => 1 << 24,
    }
}

/// Moves one spool into one database.
pub struct Drain {
    database: Database,
    spool: Spool,
    keys: Arc<Keys>,
    node: NodeId,
    watermark: RwLock<Position>,
    /// The first segment that is still there.
    oldest: AtomicU64,
    calendars: Calendars,
    /// When this process began, in milliseconds since 1970.
    begun: i64,
    successor: Arc<dyn Successor>,
    ledger: Arc<dyn Ledger>,
    progress: Progress,
    /// Records that an earlier process left behind.
    backlog: AtomicU64,
    /// Commits that a crash of the database may take back: where each ended, and what was stored by then.
    commits: Mutex<VecDeque<(Position, u64)>>,
    /// The commit whose answer is awaited, or never came.
    in_flight: Mutex<Option<Flight>>,
    /// When postbacks that wait were last judged again, in milliseconds.
    judged_again: AtomicI64,
}

impl Drain {
    /// The drain of `spool`, going on where `node` stands.
    #[must_use]
    pub fn new(
        database: Database,
        spool: Spool,
        keys: Arc<Keys>,
        node: &Node,
        successor: Arc<dyn Successor>,
        ledger: Arc<dyn Ledger>,
    ) -> Self {
        Self {
            begun: now_millis(),
            calendars: Calendars::new(database.clone()),
            database,
            spool,
            keys,
            node: node.id,
            watermark: RwLock::new(node.watermark),
            oldest: AtomicU64::new(0),
            successor,
            ledger,
            progress: Progress::default(),
            backlog: AtomicU64::new(0),
            commits: Mutex::new(VecDeque::from([(node.watermark, 0)])),
            in_flight: Mutex::default(),
            judged_again: AtomicI64::new(0),
        }
    }

    /// What the drain tells of itself.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Up to where the spool is in the database.
    #[must_use]
    pub fn watermark(&self) -> Position {
        *self.watermark.read()
    }

    /// Takes note that a network was saved: its hours may be cut otherwise from now on.
    pub fn note_save(&self, network: NetworkId) {
        self.calendars.forget(network);
    }

    /// Whether the spool holds clicks or impressions of a network that are not in the database yet; it is
    /// taken to hold some where it can't be read.
    #[must_use]
    pub fn holds(&self, network: NetworkId) -> bool {
        let mut found = false;
        let read = self.each_undrained(|bodies| {
            found |= batch::read(bodies).any(|record| record.counted_in() == Some(network));
        });
        found || read.is_err()
    }

    /// How many records are in the spool and not yet in the database.
    #[must_use]
    pub fn depth(&self) -> u64 {
        let stored = self.progress.stored();
        (self.backlog.load(Ordering::Relaxed) + self.spool.appended()).saturating_sub(stored)
    }

    /// Whether what an earlier process left behind is in the database.
    #[must_use]
    pub fn has_caught_up(&self) -> bool {
        self.progress.stored() >= self.backlog.load(Ordering::Relaxed)
    }

    /// For how many seconds at most a record has waited for this process to drain it; 0 where there is none.
    #[must_use]
    pub fn lag_seconds(&self, now: i64) -> f64 {
        let since = self.progress.until().max(self.begun);
        if self.depth() == 0 { 0.0 } else { (now - since).max(0) as f64 / 1_000.0 }
    }

    /// Runs until `stop` is true and everything is drained or the database is away.
    pub async fn run(&self, mut stop: tokio::sync::watch::Receiver<bool>) {
        while !*stop.borrow() {
            tokio::select! {
                () = self.spool.grown() => tokio::time::sleep(WAIT).await,
                () = tokio::time::sleep(WAIT) => {}
                _ = stop.changed() => {}
            }
            if let Err(error) = self.round().await {
                tracing::warn!(%error, "the database does not take the spool's records; they wait");
                self.recover(&mut stop).await;
            }
        }
        if let Err(error) = self.catch_up().await {
            tracing::warn!(%error, "stopped with records in the spool; the next start drains them");
        }
    }

    async fn round(&self) -> Result<(), Error> {
        self.catch_up().await?;
        let now = now_millis();
        if now - self.judged_again.load(Ordering::Relaxed) >= AGAIN {
            self.judged_again.store(now, Ordering::Relaxed);
            self.take_again(now).await?;
        }
        Ok(())
    }

    /// Drains what is in the file now, and until there is less than a full batch.
    ///
    /// # Errors
    /// What the database or the disk said; what was not committed is drained again later.
    pub async fn catch_up(&self) -> Result<(), Error> {
        self.catch_up_in(batch_of(self.database.kind())).await
    }

    /// As [`Self::catch_up`], in batches of so many bytes: larger ones touch a roll-up's row less often,
    /// and hold the write connection longer.
    ///
    /// # Errors
    /// As [`Self::catch_up`].
    pub async fn catch_up_in(&self, size: usize) -> Result<(), Error> {
        while let Err(error) = self.drain_whole(size).await {
            if !error.is_for_good() {
                return Err(error);
            }
            tracing::warn!(%error, "the database refuses a batch; it is drained in parts");
            self.drain_in_parts(size).await?;
        }
        self.clean_up().await
    }

    async fn drain_whole(&self, size: usize) -> Result<(), Error> {
        let mut next = self.prepare(self.watermark(), self.spool.end(), size).await?;
        while let Some(batch) = next {
            if batch.bytes < size / 2 {
                batch.write(self).await?;
                break;
            }
            let end = batch.end;
            let (written, following) =
                tokio::join!(batch.write(self), self.prepare(end, self.spool.end(), size));
            written?;
            next = following?;
        }
        Ok(())
    }

    /// The batch of what is between `from` and `to`, of about `size` bytes, made on another thread; none
    /// where there is nothing.
    async fn prepare(&self, from: Position, to: Position, size: usize) -> Result<Option<Batch>, Error> {
        let (folder, calendars) = (self.spool.folder().clone(), self.calendars.clone());
        let runtime = Handle::current();
        let made = tokio::task::spawn_blocking(move || {
            let Some(chunk) = read_between(&folder, from, to, size)? else { return Ok(None) };
            runtime.block_on(Batch::of(&chunk, &calendars)).map(Some)
        });
        // It panicked over some record, and would again.
        made.await.map_err(|error| Error::Refused(format!("a batch was not made: {error}")))?
    }

    /// Removes segments whose rows are durable.
    async fn clean_up(&self) -> Result<(), Error> {
        let current = self.watermark().segment;
        if self.oldest.load(Ordering::Relaxed) >= current {
            return Ok(());
        }
        if durable::settle(&self.database, self.node).await? {
            self.spool.folder().remove_below(current)?;
            self.oldest.store(current, Ordering::Relaxed);
            let mut commits = self.commits.lock();
            let settled = commits.len().saturating_sub(1);
            commits.drain(..settled);
        }
        Ok(())
    }

    /// What the spool still holds that is not in the database: read once at the start, before the
    /// first append, to complete counts and keys.
    ///
    /// # Errors
    /// The disk failed.
    pub fn undrained(&self, mut each: impl FnMut(&Record<'_>)) -> Result<(), Error> {
        self.each_undrained(|bodies| {
            self.backlog.fetch_add(bodies.len() as u64, Ordering::Relaxed);
            batch::read(bodies).for_each(|record| each(&record));
        })
    }

    /// Hands over the records' bodies, a stretch at a time.
    fn each_undrained(&self, mut each: impl FnMut(&[&[u8]])) -> Result<(), Error> {
        let mut from = self.watermark();
        while let Some(chunk) =
            read_between(self.spool.folder(), from, self.spool.end(), batch_of(self.database.kind()))?
        {
            each(&frames(&chunk.bytes).0);
            from = chunk.end;
        }
        Ok(())
    }
}

/// The key that a record leaves.
fn key_of_record(record: &Record<'_>) -> Option<SeenKey> {
    match record {
        Record::Click(click) => key_of(click),
        Record::Impression(_) | Record::Postback(_) | Record::Pixel(_) => None,
    }
}

/// The key that a click leaves, where it is to be remembered.
#[must_use]
pub fn key_of(click: &super::ClickRecord<'_>) -> Option<SeenKey> {
    let at = u32::try_from(ClickId(click.id).parts().millis / 1_000).unwrap_or(u32::MAX);
    click.remember.then_some(SeenKey {
        kind: KeyKind::Seen,
        offer: click.offer_id,
        key: click.session_key,
        at,
    })
}
