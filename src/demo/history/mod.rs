//! The demo's past, made with a clock that runs through thirty days in minutes: each click is decided,
//! spooled and drained as a request's would be, each conversion comes as a raw postback between the
//! clicks of its hour. One thread decides while the drain works on its own.

mod appending;
mod clicks;
mod walk;

use super::{DemoError, crowd, keepsake::Span, outcome::Due, stage::Stage};
use crate::{
    config::ServeOptions,
    tracking::{Tracker, TrackerOptions, live::Live, signals::Agent},
};
use domain::shared::{DayNumber, PartnerId};
use indicatif::{ProgressBar, ProgressStyle};
use rustc_hash::FxHashMap;
use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use store::{Database, shared::Stretch, tracking};
use tokio::{runtime::Handle, sync::watch};

/// Records appended together.
const GROUP: usize = 1_000;
/// From so many waiting records on the drain begins another batch.
const ENOUGH: u64 = 8_000;
/// Bytes of one batch: larger than in earnest, as nobody waits for the write connection.
const BATCH: usize = 6 << 20;
/// How long to wait for the other side.
const MOMENT: Duration = Duration::from_millis(2);
/// Who posts: an address of no country.
const ADVERTISER: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));

/// How the filling ended.
pub enum Filled {
    /// Everything is in the database; what is due in the next hour is left.
    Whole { stage: Stage, due: Vec<Due> },
    /// Told to stop; the next start goes on.
    Stopped,
}

/// What the deciding thread and the drain tell each other.
#[derive(Default)]
struct Signs {
    /// Drain even little.
    flush: AtomicBool,
    /// Nothing more will come.
    over: AtomicBool,
    /// The drain has failed.
    failed: AtomicBool,
}

/// Fills `span` with its clicks, from where an earlier start left off.
///
/// # Errors
/// What the disk or the database said.
pub async fn fill(
    database: &Database,
    serve: &ServeOptions,
    stage: Stage,
    span: Span,
    stop: &watch::Receiver<bool>,
) -> Result<Filled, DemoError> {
    database.make_partitions(DayNumber::of_millis(span.from)..=DayNumber::of_millis(span.until)).await?;
    let options = TrackerOptions { trusted_proxies: Vec::new(), strict: false, geoip: serve.geoip.clone() };
    let tracker =
        crate::serve::track(database.clone(), &serve.storage.data, options, &Arc::default()).await?;
    tracker.drain.catch_up().await?;
    let begun = newest(database, &stage, span).await?.unwrap_or(span.from);
    let started = Instant::now();
    let signs = Arc::new(Signs::default());
    let draining = tokio::spawn(drain(Arc::clone(&tracker), Arc::clone(&signs)));
    let (bar, handle) = (progress_bar(span.clicks), Handle::current());
    let (of_history, on_thread, stop) = (Arc::clone(&tracker), Arc::clone(&signs), stop.clone());
    let made = tokio::task::spawn_blocking(move || {
        let mut history = History::new(of_history, stage, on_thread, stop, bar, handle)?;
        let whole = history.make(span, begun)?;
        Ok::<_, DemoError>((whole, history.left(span.until), history.stage))
    });
    let made = made.await;
    signs.over.store(true, Ordering::Release);
    draining.await??;
    let (whole, due, stage) = made??;
    let stored = tracker.drain.progress().clicks();
    let seconds = started.elapsed().as_secs_f64();
    tracing::info!(
        stored,
        seconds,
        per_second = (stored as f64 / seconds) as u64,
        "history is in the database"
    );
    Ok(if whole { Filled::Whole { stage, due } } else { Filled::Stopped })
}

/// When the youngest click that is already there was taken.
async fn newest(database: &Database, stage: &Stage, span: Span) -> Result<Option<i64>, DemoError> {
    let mut newest = None;
    for side in &stage.sides {
        let youngest = Stretch {
            from: span.from,
            to: span.until,
            before: None,
            limit: 1,
            filters: Vec::new(),
            patience: Duration::MAX,
        };
        let found = tracking::clicks(database.of(side.kept.id), &youngest).await?;
        newest = newest.max(found.rows.first().map(|click| click.id().parts().millis));
    }
    Ok(newest)
}

async fn drain(tracker: Arc<Tracker>, signs: Arc<Signs>) -> Result<(), DemoError> {
    loop {
        let is_over = signs.over.load(Ordering::Acquire);
        let depth = tracker.drain.depth();
        if depth >= ENOUGH || ((is_over || signs.flush.load(Ordering::Acquire)) && depth > 0) {
            if let Err(error) = tracker.drain.catch_up_in(BATCH).await {
                signs.failed.store(true, Ordering::Release);
                return Err(error.into());
            }
        } else if is_over {
            return Ok(());
        } else {
            tokio::time::sleep(MOMENT).await;
        }
    }
}

fn progress_bar(clicks: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{msg} {wide_bar} {human_pos} of {human_len} clicks, {eta} left");
    let bar = ProgressBar::new(clicks).with_message("Making history");
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// A network as clicks need it.
struct Track {
    live: Arc<Live>,
    partners: Vec<PartnerId>,
    places: FxHashMap<i64, usize>,
}

struct History {
    tracker: Arc<Tracker>,
    stage: Stage,
    tracks: Vec<Track>,
    agents: Vec<Arc<Agent>>,
    due: BinaryHeap<Reverse<Due>>,
    bodies: Vec<Vec<u8>>,
    signs: Arc<Signs>,
    stop: watch::Receiver<bool>,
    bar: ProgressBar,
    handle: Handle,
}

impl History {
    fn new(
        tracker: Arc<Tracker>,
        stage: Stage,
        signs: Arc<Signs>,
        stop: watch::Receiver<bool>,
        bar: ProgressBar,
        handle: Handle,
    ) -> Result<Self, DemoError> {
        let tracks = stage.sides.iter().map(|side| {
            let live = tracker.plans.of(side.kept.id);
            let live = live.ok_or_else(|| DemoError(format!("{} has no plan", side.kept.name)))?;
            let offers = side.kept.offers.iter();
            Ok(Track {
                partners: side.kept.partners.iter().map(|partner| PartnerId(partner.id)).collect(),
                places: offers.enumerate().map(|(place, offer)| (offer.id, place)).collect(),
                live,
            })
        });
        let tracks = tracks.collect::<Result<Vec<_>, DemoError>>()?;
        let agents = crowd::agents().map(|name| clicks::agent(&tracker, name)).collect();
        let (due, bodies) = (BinaryHeap::new(), Vec::with_capacity(GROUP + 8));
        Ok(Self { tracker, stage, tracks, agents, due, bodies, signs, stop, bar, handle })
    }
}
