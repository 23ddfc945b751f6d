//! The tasks beside the redirect: the drain on a thread of its own, the sync of the spool, the poll
//! of plan versions, of sites that are down and of sources that are kept out, the look at data files, the tidying of
//! memory.

use super::{
    cap_levels::Told,
    tracker::{Tracker, seconds},
};
use chrono::Utc;
use domain::shared::{DayNumber, NetworkId};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use store::{
    Database, Error, Kind, identity,
    shared::Changed,
    smartswitch::blocks_versions,
    tracking::{rotator_tables, rotators_refreshed},
};
use tokio::sync::watch;

/// The bound on what a power loss takes.
const SYNC: Duration = Duration::from_millis(50);
/// How often a disk that refused a record is tried again.
const PROBE: Duration = Duration::from_secs(1);
/// How often other nodes' saves are looked for where no notice came, and what they have counted.
const POLL: Duration = Duration::from_secs(1);
/// How often the folder of the data files is looked at.
const LOOK: Duration = Duration::from_secs(2);
/// How often memory is tidied.
const TIDY: Duration = Duration::from_secs(600);
/// Partitions are made so many days ahead.
const DAYS_AHEAD: i64 = 7;

/// The tasks of one process; they end when the sender says so.
pub struct Background {
    stop: watch::Sender<bool>,
    drain: Option<std::thread::JoinHandle<()>>,
}

impl Background {
    /// Starts the tasks.
    #[must_use]
    pub fn start(tracker: &Arc<Tracker>, database: &Database) -> Self {
        let (stop, stopped) = watch::channel(false);
        let drain = Some(drain_on_a_thread(Arc::clone(tracker), stopped.clone()));
        tokio::spawn(repeat(SYNC, stopped.clone(), sync(Arc::clone(tracker))));
        tokio::spawn(repeat(PROBE, stopped.clone(), probe(Arc::clone(tracker))));
        tokio::spawn(repeat(LOOK, stopped.clone(), look(Arc::clone(tracker))));
        tokio::spawn(poll(Arc::clone(tracker), database.clone(), stopped.clone()));
        tokio::spawn(watch_sites(Arc::clone(tracker), stopped.clone()));
        if database.kind() == Kind::Postgres {
            tokio::spawn(listen(Arc::clone(tracker), database.clone(), stopped.clone()));
        }
        tokio::spawn(count(Arc::clone(tracker), database.clone(), stopped.clone()));
        tokio::spawn(rotate(Arc::clone(tracker), database.clone(), stopped.clone()));
        tokio::spawn(keep_out(Arc::clone(tracker), database.clone(), stopped.clone()));
        tokio::spawn(tidy(Arc::clone(tracker), database.clone(), stopped));
        let listener = Arc::clone(tracker);
        database.changes().listen(move |changed| {
            let tracker = Arc::clone(&listener);
            Box::pin(async move { take_over(&tracker, changed).await })
        });
        Self { stop, drain }
    }

    /// Stops the tasks and waits until the spool is drained, or the database is away; everything is synced.
    pub async fn stop(mut self, tracker: &Tracker) {
        // Nobody listens any more only where every task has already ended.
        let _ended = self.stop.send(true);
        if let Err(error) = tracker.spool.sync() {
            tracing::error!(%error, "the spool was not synced");
        }
        if let Some(drain) = self.drain.take() {
            let joined = tokio::task::spawn_blocking(move || drain.join()).await;
            if joined.is_err() {
                tracing::error!("the drain did not end cleanly");
            }
        }
    }
}

/// Takes a change over. A save may have paused a monitor, so that it is looked at those too.
async fn take_over(tracker: &Arc<Tracker>, changed: Changed) {
    match changed {
        Changed::Plan(network) => {
            reload(tracker, network).await;
            look_at_sites(tracker).await;
        }
        Changed::Sites => look_at_sites(tracker).await,
        Changed::Blocks(network) => look_at_blocks(tracker, network).await,
    }
}

/// Reads which sites are down; what fails is tried again within a second.
async fn look_at_sites(tracker: &Tracker) {
    if let Err(error) = tracker.plans.sites.refresh(Utc::now().timestamp_millis()).await {
        tracing::debug!(%error, "it is not known which sites are down; soon all count as up");
    }
}

/// Reads which sources of a network are kept out; what fails is tried again within a second.
async fn look_at_blocks(tracker: &Tracker, network: NetworkId) {
    if let Err(error) = tracker.plans.catch_up_blocks(network, 0).await {
        tracing::debug!(%error, %network, "sources are kept out as this node knows");
    }
}

/// Puts a network's new plan in force, and has the drain look at its calendar again. What its filters ask for beyond what is in memory is read meanwhile.
async fn reload(tracker: &Arc<Tracker>, network: NetworkId) {
    tracker.drain.note_save(network);
    match tracker.plans.load(network, Utc::now()).await {
        Ok(true) => {}
        Ok(false) => return,
        Err(error) => {
            tracing::error!(%error, %network, "the plan was not compiled; the old one stays in force");
            return;
        }
    }
    let tracker = Arc::clone(tracker);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = tracker.keys.recall(&tracker.plans.demand(), seconds(Utc::now())) {
            tracing::error!(%error, "earlier visitors were not recalled; they pass as new ones");
        }
    });
}

/// Forgets visitors that no filter asks for any more, in memory and on the disk.
fn forget(tracker: &Tracker) {
    let now = seconds(Utc::now());
    tracker.keys.forget_beyond(&tracker.plans.demand(), now);
    if let Err(error) = tracker.keys.remove_files(now) {
        tracing::warn!(%error, "old files of keys were not removed");
    }
}

/// The drain has a thread of its own: what it does never delays an answer.
fn drain_on_a_thread(tracker: Arc<Tracker>, stopped: watch::Receiver<bool>) -> std::thread::JoinHandle<()> {
    std::thread::Builder::new()
        .name("drain".to_owned())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            match runtime {
                Ok(runtime) => runtime.block_on(tracker.drain.run(stopped)),
                Err(error) => tracing::error!(%error, "the drain did not start"),
            }
        })
        .expect("the system gives one more thread at the start")
}

async fn repeat(every: Duration, mut stopped: watch::Receiver<bool>, act: impl Fn()) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => act(),
            _ = stopped.changed() => return,
        }
    }
}

fn sync(tracker: Arc<Tracker>) -> impl Fn() {
    move || {
        let tracker = Arc::clone(&tracker);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = tracker.spool.sync() {
                tracing::error!(%error, "the spool was not synced");
            }
        });
    }
}

fn probe(tracker: Arc<Tracker>) -> impl Fn() {
    move || {
        if !tracker.spool.is_broken() {
            return;
        }
        let tracker = Arc::clone(&tracker);
        tokio::task::spawn_blocking(move || match tracker.spool.probe() {
            Ok(()) => tracing::info!("the spool takes records again"),
            Err(error) => tracing::warn!(%error, "the spool still takes no records"),
        });
    }
}

/// A look on a thread of its own: what it reads is large, and whatever a file does to it ends with it.
fn look(tracker: Arc<Tracker>) -> impl Fn() {
    move || {
        let tracker = Arc::clone(&tracker);
        tokio::task::spawn_blocking(move || tracker.signals.files().look());
    }
}

async fn poll(tracker: Arc<Tracker>, database: Database, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(POLL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.changed() => return,
        }
        let known = tracker.plans.versions();
        let Ok(networks) = identity::networks(&database).await else { continue };
        for network in networks {
            if known.get(&network.id).is_none_or(|version| *version < network.plan_version) {
                reload(&tracker, network.id).await;
            }
        }
    }
}

/// Looks every second which sites are down, in a task of its own: it waits for nothing else.
async fn watch_sites(tracker: Arc<Tracker>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(POLL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => look_at_sites(&tracker).await,
            _ = stopped.changed() => return,
        }
    }
}

/// Takes over what others have stored of what caps count, and tells of caps that are nearly used.
async fn count(tracker: Arc<Tracker>, database: Database, mut stopped: watch::Receiver<bool>) {
    let mut told = Told::default();
    let mut ticks = tokio::time::interval(POLL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.changed() => return,
        }
        for live in tracker.plans.all() {
            let now = Utc::now();
            let refreshed = tracker.plans.refresh(&live, now).await;
            if let Err(error) = match refreshed {
                Ok(()) => told.look(&database, &live, now).await,
                Err(error) => Err(error),
            } {
                tracing::debug!(%error, "caps go on with what this node knows");
            }
        }
    }
}

/// Takes over every second which sources are kept out, where no notice has told of it.
async fn keep_out(tracker: Arc<Tracker>, database: Database, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(POLL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.changed() => return,
        }
        if let Err(error) = take_over_blocks(&tracker, &database).await {
            tracing::debug!(%error, "sources are kept out as this node knows");
        }
    }
}

async fn take_over_blocks(tracker: &Tracker, database: &Database) -> Result<(), Error> {
    for (network, version) in blocks_versions(database).await? {
        tracker.plans.catch_up_blocks(network, version).await?;
    }
    Ok(())
}

/// Takes over what rotators have learnt anew, whichever process has refreshed them.
async fn rotate(tracker: Arc<Tracker>, database: Database, mut stopped: watch::Receiver<bool>) {
    let mut known = BTreeMap::new();
    let mut ticks = tokio::time::interval(POLL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.changed() => return,
        }
        if let Err(error) = take_over_rotations(&tracker, &database, &mut known).await {
            tracing::debug!(%error, "rotators go on with what this node knows");
        }
    }
}

async fn take_over_rotations(
    tracker: &Tracker,
    database: &Database,
    known: &mut BTreeMap<NetworkId, i64>,
) -> Result<(), Error> {
    for (network, last) in rotators_refreshed(database).await? {
        let Some(live) = tracker.plans.of(network) else { continue };
        if known.get(&network) != Some(&last) {
            live.rotations.take_over(rotator_tables(database, network).await?);
            known.insert(network, last);
        }
    }
    Ok(())
}

/// Hears of other nodes' saves at once, and of this one's, which are in force by then.
async fn listen(tracker: Arc<Tracker>, database: Database, mut stopped: watch::Receiver<bool>) {
    let (notices, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let listening = tokio::spawn(async move { store::listen(&database, notices).await });
    loop {
        tokio::select! {
            Some(changed) = heard.recv() => {
                let tracker = Arc::clone(&tracker);
                tokio::spawn(async move { take_over(&tracker, changed).await });
            }
            _ = stopped.changed() => {
                listening.abort();
                return;
            }
        }
    }
}

async fn tidy(tracker: Arc<Tracker>, database: Database, mut stopped: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(TIDY);
    loop {
        let today = DayNumber::of_millis(Utc::now().timestamp_millis());
        if let Err(error) = database.make_partitions(today..=DayNumber(today.0 + DAYS_AHEAD)).await {
            tracing::warn!(%error, "no partitions were made ahead");
        }
        let keeper = Arc::clone(&tracker);
        tokio::task::spawn_blocking(move || forget(&keeper));
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.changed() => return,
        }
    }
}
