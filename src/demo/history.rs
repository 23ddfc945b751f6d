//! The demo's past, made with a clock that runs through thirty days in minutes: each click is decided,
//! spooled and drained as a request's would be, each conversion comes as a raw postback between the
//! clicks of its hour. One thread decides while the drain works on its own.

use super::{
    DemoError,
    crowd::{self, Comer},
    keepsake::Span,
    outcome::{Clicked, Due, outcome},
    rhythm::hours,
    stage::Stage,
};
use crate::tracking::{
    Tracker, TrackerOptions,
    click::Visitor,
    live::Live,
    query::LinkQuery,
    realise::realise,
    records::{Decided, postcard_of},
    signals::{Agent, Language, Signals},
};
use actix_web::http::header::{HeaderMap, HeaderValue, USER_AGENT};
use chrono::DateTime;
use domain::{
    shared::{DayNumber, NetworkId, OfferId, PartnerId},
    tracking::{Dice, OfferIndex, Target, Verdict},
};
use indicatif::{ProgressBar, ProgressStyle};
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use rustc_hash::FxHashMap;
use std::{
    borrow::Cow,
    cmp::Reverse,
    collections::BinaryHeap,
    net::{IpAddr, Ipv4Addr},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use store::{
    Database,
    tracking::{ClickPage, PostbackRecord, Record, clicks},
};
use tokio::{runtime::Handle, sync::watch};

/// Records appended together.
const GROUP: usize = 1_000;
/// From so many waiting records on the drain begins another batch.
const ENOUGH: u64 = 8_000;
/// The spool holds no more than about so many.
const MOST: u64 = 60_000;
/// Bytes of one batch: larger than in earnest, as nobody waits for the write connection.
const BATCH: usize = 6 << 20;
/// How long to wait for the other side.
const MOMENT: Duration = Duration::from_millis(2);
/// After so many hours no offer of the catalogue knows a visitor again.
const MEMORY_HOURS: i64 = 48;
const HOUR: i64 = 3_600_000;
/// Postbacks that are due so soon after the history's end are left for the present.
const LEFT: i64 = HOUR;
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
    data: &Path,
    stage: Stage,
    span: Span,
    stop: &watch::Receiver<bool>,
) -> Result<Filled, DemoError> {
    database.make_partitions(DayNumber::of_millis(span.from)..=DayNumber::of_millis(span.until)).await?;
    let options = TrackerOptions { trusted_proxies: Vec::new(), strict: false };
    let tracker = crate::serve::track(database.clone(), data, options, &Arc::default()).await?;
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
        let page = ClickPage { from: span.from, to: span.until, before: None, limit: 1, filters: Vec::new() };
        let found = clicks(database.of(side.kept.id), &page).await?;
        newest = newest.max(found.first().map(|click| click.id().parts().millis));
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
    offers: Vec<Option<OfferIndex>>,
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
                offers: offers.clone().map(|offer| live.plan.offer_index(OfferId(offer.id))).collect(),
                places: offers.enumerate().map(|(place, offer)| (offer.id, place)).collect(),
                live,
            })
        });
        let tracks = tracks.collect::<Result<Vec<_>, DemoError>>()?;
        let agents = crowd::agents().map(|name| agent(&tracker, name)).collect();
        let (due, bodies) = (BinaryHeap::new(), Vec::with_capacity(GROUP + 8));
        Ok(Self { tracker, stage, tracks, agents, due, bodies, signs, stop, bar, handle })
    }

    /// Goes through the span hour by hour; false where it was told to stop.
    fn make(&mut self, span: Span, begun: i64) -> Result<bool, DemoError> {
        for (number, hour) in schedule(&self.stage, span).into_iter().enumerate() {
            let (from, until) = hour
                .iter()
                .fold((i64::MAX, 0), |(from, until), one| (one.from.min(from), one.until.max(until)));
            if until <= begun {
                self.bar.inc(hour.iter().map(|one| one.clicks).sum());
                continue;
            }
            if number % 24 == 0 {
                self.settle(from)?;
            }
            let mut moments: Vec<(i64, usize)> = Vec::new();
            for (side, one) in hour.iter().enumerate() {
                moments.extend(
                    (0..one.clicks).map(|_| (self.stage.random.random_range(one.from..one.until), side)),
                );
            }
            moments.sort_unstable();
            for (at, side) in moments.into_iter().filter(|(at, _)| *at > begun) {
                self.postbacks_until(at)?;
                self.click(side, at);
                self.append_when_full()?;
            }
            self.bar.inc(hour.iter().map(|one| one.clicks).sum());
            if self.is_stopped() {
                self.append()?;
                return Ok(false);
            }
        }
        self.postbacks_until(span.until)?;
        self.append()?;
        self.bar.finish_and_clear();
        Ok(true)
    }

    fn is_stopped(&self) -> bool {
        *self.stop.borrow() || self.signs.failed.load(Ordering::Acquire)
    }

    fn click(&mut self, side: usize, at: i64) {
        let comer = self.stage.next(side);
        let visitor = self.visitor(side, &comer);
        let crowd = &self.stage.sides[side].crowd;
        let mut query =
            LinkQuery { source_id: Cow::Borrowed(&crowd.source(&comer).name), ..LinkQuery::default() };
        for (slot, value) in query.subs.iter_mut().zip(crowd.subs(&comer)) {
            *slot = Cow::Borrowed(value);
        }
        let visit = visitor.visit(&query, &[]);
        let track = &self.tracks[side];
        let target = track.offers[comer.offer].map_or(Target::Unknown, Target::Offer);
        let now = DateTime::from_timestamp_millis(at).unwrap_or_default();
        let seed = self.stage.random.random();
        let partner = Some(track.partners[comer.partner]);
        let decision = realise(&track.live, &self.tracker.keys, partner, target, &visit, now, Dice(seed));
        let decided = Decided::new(&track.live, &visit, decision, &self.tracker.ids, now, seed);
        self.bodies.extend(decided.bodies());
        let ended = decided.decision.hops.last().filter(|hop| hop.verdict != Verdict::Invalid);
        let place = ended.and_then(|hop| track.places.get(&hop.offer?.0));
        if let (Some(place), Some(id)) = (place, decided.ids.last()) {
            let side = &self.stage.sides[side];
            let (offer, source) = (&side.entry.offers[*place], side.crowd.source(&comer));
            let token = side.token(offer);
            let clicked = Clicked {
                id: *id,
                at,
                offer,
                token,
                quality: source.quality,
                fraud: source.fraud,
                haste: 1.0,
            };
            self.due.extend(outcome(&clicked, &mut self.stage.random).into_iter().map(Reverse));
        }
    }

    fn visitor(&self, side: usize, comer: &Comer) -> Visitor {
        let agent = Arc::clone(&self.agents[comer.agent]);
        let side = &self.stage.sides[side];
        let session = self.tracker.hasher.keys(side.kept.id, comer.address(), &agent.user_agent, "");
        let language = Language::preferred(side.crowd.accept_language(comer).as_bytes());
        let country = self.tracker.signals.country_of(comer.address());
        Visitor {
            signals: Signals { ip: comer.address(), country, language, agent, referrer: String::new() },
            session,
        }
    }

    /// Appends the postbacks that are due.
    fn postbacks_until(&mut self, at: i64) -> Result<(), DemoError> {
        while self.due.peek().is_some_and(|Reverse(due)| due.at <= at) {
            let Some(Reverse(due)) = self.due.pop() else { break };
            let id = self.tracker.ids.next(NetworkId(0), due.at);
            let record = PostbackRecord {
                id: id.0,
                at: due.at,
                ip: ADVERTISER,
                user_agent: "advertiser/1.0",
                query: &due.query,
            };
            self.bodies.extend(postcard_of(&Record::Postback(Box::new(record))));
            self.append_when_full()?;
        }
        Ok(())
    }

    fn append_when_full(&mut self) -> Result<(), DemoError> {
        if self.bodies.len() < GROUP { Ok(()) } else { self.append() }
    }

    /// Appends what is gathered, and waits where the drain is far behind.
    fn append(&mut self) -> Result<(), DemoError> {
        let bodies = std::mem::take(&mut self.bodies);
        if !bodies.is_empty() {
            let appended = self.tracker.spool.append_all(bodies.iter().map(Vec::as_slice));
            self.handle.block_on(appended).map_err(|error| DemoError(error.to_string()))?;
        }
        while self.tracker.drain.depth() > MOST && !self.signs.failed.load(Ordering::Acquire) {
            std::thread::sleep(MOMENT);
        }
        Ok(())
    }

    /// Between two days: everything is drained, so that caps on conversions see the day before whole,
    /// and who was seen long ago is forgotten.
    fn settle(&mut self, now: i64) -> Result<(), DemoError> {
        self.append()?;
        self.signs.flush.store(true, Ordering::Release);
        while self.tracker.drain.depth() > 0 && !self.signs.failed.load(Ordering::Acquire) {
            std::thread::sleep(MOMENT);
        }
        self.signs.flush.store(false, Ordering::Release);
        let oldest = (now - MEMORY_HOURS * HOUR).div_euclid(1_000);
        self.tracker.keys.forget_before(u32::try_from(oldest).unwrap_or(0));
        Ok(())
    }

    /// What is due soon after the end.
    fn left(&mut self, until: i64) -> Vec<Due> {
        let due = std::mem::take(&mut self.due).into_iter().map(|Reverse(due)| due);
        due.filter(|due| due.at <= until + LEFT).collect()
    }
}

/// Every network's hours, side by side. The same at every start, so that one can go on with another's.
fn schedule(stage: &Stage, span: Span) -> Vec<Vec<super::rhythm::Hour>> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(span.from.unsigned_abs());
    let shares: f64 = stage.sides.iter().map(|side| side.entry.share).sum();
    let sides: Vec<_> = stage
        .sides
        .iter()
        .map(|side| {
            let clicks = (span.clicks as f64 * side.entry.share / shares).round() as u64;
            hours(span.from, span.until, clicks, side.entry.zone, &mut random)
        })
        .collect();
    let count = sides.first().map_or(0, Vec::len);
    (0..count).map(|hour| sides.iter().map(|side| side[hour]).collect()).collect()
}

/// A user agent, read as a request's would be.
fn agent(tracker: &Tracker, name: &'static str) -> Arc<Agent> {
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, HeaderValue::from_static(name));
    tracker.signals.read_headers(ADVERTISER, &headers).agent
}
