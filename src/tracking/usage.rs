//! How much of each cap is used, live: counted at the moment a click is let through, so that a click
//! cap is exact on one node. One counter an offer and one a partner's share of it. Each knows what the
//! database holds and, apart from it, what this node has counted and the database does not hold yet: so
//! what other nodes stored can be taken over at any time without losing a click or counting one twice.

use chrono::{DateTime, Utc};
use domain::{
    offers::{Cap, CapMeasure, CapPeriod},
    shared::{Calendar, DayNumber},
};
use parking_lot::{Mutex, RwLock};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};
use store::tracking::{PERIODS as COUNT, Tally, Used};

/// What a cap's measure says of what is used, in millionths: limits are in millionths, also those of clicks.
#[must_use]
pub fn measured(used: &Used, measure: CapMeasure) -> i64 {
    match measure {
        CapMeasure::Clicks => used.clicks.saturating_mul(1_000_000),
        CapMeasure::Conversions => used.conversions.saturating_mul(1_000_000),
        CapMeasure::Payout => used.payout,
        CapMeasure::Revenue => used.revenue,
    }
}

/// The periods of a cap, shortest first; the order of every array of periods.
pub const PERIODS: [CapPeriod; COUNT] =
    [CapPeriod::Daily, CapPeriod::Weekly, CapPeriod::Monthly, CapPeriod::Global];

/// The first day of the period that `day` is in; none for all time.
#[must_use]
pub fn start(period: CapPeriod, day: DayNumber) -> Option<DayNumber> {
    match period {
        CapPeriod::Daily => Some(day),
        CapPeriod::Weekly => Some(day.monday()),
        CapPeriod::Monthly => Some(day.first_of_month()),
        CapPeriod::Global => None,
    }
}

/// One counter, at its current day.
#[derive(Clone, Copy, Debug, Default)]
struct Periods {
    day: DayNumber,
    /// What the database holds.
    stored: [Used; COUNT],
    /// What this node has counted beside it.
    pending: [Used; COUNT],
}

impl Periods {
    /// Moves on to `day`: periods that ended are empty again. A clock that goes back changes nothing.
    fn roll(&mut self, day: DayNumber) {
        if day <= self.day {
            return;
        }
        for (place, period) in PERIODS.into_iter().enumerate() {
            if start(period, day) != start(period, self.day) {
                self.stored[place] = Used::default();
                self.pending[place] = Used::default();
            }
        }
        self.day = day;
    }

    /// The places of the periods that `day` is in.
    fn places(&self, day: DayNumber) -> impl Iterator<Item = usize> + use<> {
        let today = self.day;
        let is_in = move |place: &usize| start(PERIODS[*place], day) == start(PERIODS[*place], today);
        (0..COUNT).filter(is_in)
    }

    /// Counts what happened on `day`.
    fn add(&mut self, day: DayNumber, more: Used) {
        self.roll(day);
        self.places(day).for_each(|place| self.pending[place] += more);
    }

    /// What was counted is in the database now, with what was judged on the way there.
    fn settle(&mut self, tally: &Tally) {
        for place in self.places(tally.day) {
            self.pending[place] -= tally.spooled;
            self.stored[place] += tally.spooled;
            self.stored[place] += tally.judged;
        }
    }

    /// The database has lost it again.
    fn unsettle(&mut self, tally: &Tally) {
        for place in self.places(tally.day) {
            self.pending[place] += tally.spooled;
            self.stored[place] -= tally.spooled;
            self.stored[place] -= tally.judged;
        }
    }

    fn used(&self, place: usize) -> Used {
        let mut used = self.stored[place];
        used += self.pending[place];
        used
    }

    /// Whether the cap has no room left.
    fn reaches(&self, cap: &Cap) -> bool {
        let place = place(cap.period);
        let (stored, pending) = (&self.stored[place], &self.pending[place]);
        measured(stored, cap.measure).saturating_add(measured(pending, cap.measure)) >= cap.limit.0
    }
}

/// The place of a period in [`PERIODS`].
#[must_use]
pub fn place(period: CapPeriod) -> usize {
    match period {
        CapPeriod::Daily => 0,
        CapPeriod::Weekly => 1,
        CapPeriod::Monthly => 2,
        CapPeriod::Global => 3,
    }
}

type Counter = Mutex<Periods>;

/// An offer, or a partner's share of it.
pub type Key = (i64, Option<i64>);

/// All counters of one network.
#[derive(Debug, Default)]
pub struct Usages {
    counters: RwLock<FxHashMap<Key, Arc<Counter>>>,
    /// The first of the days that are read anew every time.
    recent: AtomicI64,
    /// Whether something before those days was written since they were last read.
    is_late: AtomicBool,
}

/// An offer's or a share's caps that a click must fit under.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    pub offer: i64,
    pub partner: i64,
    pub offer_caps: &'a [Cap],
    pub share_caps: &'a [Cap],
}

impl Usages {
    fn counter(&self, key: Key) -> Arc<Counter> {
        if let Some(counter) = self.counters.read().get(&key) {
            return Arc::clone(counter);
        }
        Arc::clone(self.counters.write().entry(key).or_default())
    }

    /// Whether a cap is reached now. The counter stays at its day: who only asks may ask of another one.
    #[must_use]
    pub fn is_reached(&self, claim: &Claim<'_>, calendar: Calendar, now: DateTime<Utc>) -> bool {
        let reached = |key: Key, caps: &[Cap]| {
            !caps.is_empty() && {
                let mut periods = *self.counter(key).lock();
                periods.roll(calendar.day(now));
                caps.iter().any(|cap| periods.reaches(cap))
            }
        };
        reached((claim.offer, None), claim.offer_caps)
            || reached((claim.offer, Some(claim.partner)), claim.share_caps)
    }

    /// Takes what one click takes of every cap, or nothing: false where one has no room left.
    #[must_use]
    pub fn reserve(&self, claim: &Claim<'_>, calendar: Calendar, now: DateTime<Utc>, click: Used) -> bool {
        let day = calendar.day(now);
        let (offer, share) =
            (self.counter((claim.offer, None)), self.counter((claim.offer, Some(claim.partner))));
        // Always in this order, so that two requests never wait for each other.
        let (mut offer, mut share) = (offer.lock(), share.lock());
        offer.roll(day);
        share.roll(day);
        let full = |periods: &Periods, caps: &[Cap]| caps.iter().any(|cap| periods.reaches(cap));
        if full(&offer, claim.offer_caps) || full(&share, claim.share_caps) {
            return false;
        }
        offer.add(day, click);
        share.add(day, click);
        true
    }

    /// Counts what happened on `day` on this node.
    pub fn add(&self, offer: i64, partner: i64, day: DayNumber, more: Used) {
        self.counter((offer, None)).lock().add(day, more);
        self.counter((offer, Some(partner))).lock().add(day, more);
    }

    /// Counts it no longer: it was not kept after all.
    pub fn take_away(&self, offer: i64, partner: i64, day: DayNumber, less: Used) {
        let mut more = Used::default();
        more -= less;
        self.add(offer, partner, day, more);
    }

    /// From now on notices what is written before the day `recent`.
    pub fn watch(&self, recent: DayNumber) {
        self.recent.store(recent.0, Ordering::SeqCst);
        self.is_late.store(false, Ordering::SeqCst);
    }

    /// Whether this node wrote something before the watched day.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.is_late.load(Ordering::SeqCst)
    }

    fn notice(&self, day: DayNumber) {
        if day.0 < self.recent.load(Ordering::SeqCst) {
            self.is_late.store(true, Ordering::SeqCst);
        }
    }

    /// What this node had counted is in the database now.
    pub fn settle(&self, tally: &Tally) {
        self.notice(tally.day);
        for key in [(tally.offer, None), (tally.offer, Some(tally.partner))] {
            self.counter(key).lock().settle(tally);
        }
    }

    /// It is not in the database after all.
    pub fn unsettle(&self, tally: &Tally) {
        self.notice(tally.day);
        for key in [(tally.offer, None), (tally.offer, Some(tally.partner))] {
            self.counter(key).lock().unsettle(tally);
        }
    }

    /// Takes over what the database holds, of the offers and periods that were read at `day`. What is
    /// not in `stored` is nothing. A counter that is further on keeps what it has.
    pub fn take_over(&self, read: &Read<'_>, stored: &FxHashMap<Key, [Used; COUNT]>) {
        let mut keys: FxHashSet<Key> = stored.keys().copied().collect();
        keys.extend(self.counters.read().keys().filter(|key| read.offers.contains(&key.0)));
        for key in keys {
            let counter = self.counter(key);
            let mut periods = counter.lock();
            periods.roll(read.day);
            if periods.day != read.day {
                continue;
            }
            let used = stored.get(&key).copied().unwrap_or_default();
            for place in (0..COUNT).filter(|place| read.periods[*place]) {
                periods.stored[place] = used[place];
            }
        }
    }

    /// What is used of each period now: of an offer, or of a partner's share of it.
    #[must_use]
    pub fn used(
        &self,
        offer: i64,
        partner: Option<i64>,
        calendar: Calendar,
        now: DateTime<Utc>,
    ) -> [(CapPeriod, Used); COUNT] {
        let mut periods = *self.counter((offer, partner)).lock();
        periods.roll(calendar.day(now));
        std::array::from_fn(|place| (PERIODS[place], periods.used(place)))
    }

    /// Whether one more conversion at `at`, after those of this batch, would go over a cap. `added` gives
    /// what each of these takes, on its day: those of the offer, or of the partner's share alone. The caps
    /// of a period that is over are not judged: what was used in it is no longer counted here.
    #[must_use]
    pub fn is_over<A: Iterator<Item = (DayNumber, Used)>>(
        &self,
        claim: &Claim<'_>,
        calendar: Calendar,
        at: DateTime<Utc>,
        added: impl Fn(bool) -> A,
    ) -> bool {
        let day = calendar.day(at);
        let over = |key: Key, caps: &[Cap], is_share: bool| {
            !caps.is_empty() && {
                let mut periods = *self.counter(key).lock();
                periods.roll(day);
                added(is_share).for_each(|(day, used)| periods.add(day, used));
                let current: Vec<usize> = periods.places(day).collect();
                // Clicks are judged at the redirect; a conversion takes none.
                let mut caps = caps.iter().filter(|cap| cap.measure != CapMeasure::Clicks);
                caps.any(|cap| current.contains(&place(cap.period)) && periods.reaches(cap))
            }
        };
        over((claim.offer, None), claim.offer_caps, false)
            || over((claim.offer, Some(claim.partner)), claim.share_caps, true)
    }
}

/// What was read of the database.
#[derive(Clone, Copy, Debug)]
pub struct Read<'a> {
    /// The network's day at which the periods were cut.
    pub day: DayNumber,
    /// The offers, all partners of each.
    pub offers: &'a [i64],
    /// Which periods were read whole.
    pub periods: [bool; COUNT],
}
