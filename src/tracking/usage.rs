//! How much of each cap is used, live: counted at the moment a click is let through, so that a click
//! cap is exact on one node. One counter an offer and one a partner's share of it; both start from
//! the roll-ups and what the spool still holds.

use chrono::{DateTime, Utc};
use domain::{
    offers::{Cap, CapMeasure, CapPeriod},
    shared::{Calendar, DayNumber},
};
use parking_lot::{Mutex, RwLock};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What is counted. Money in millionths.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Used {
    pub clicks: i64,
    pub conversions: i64,
    pub payout: i64,
    pub revenue: i64,
}

impl Used {
    /// One click.
    pub const CLICK: Self = Self { clicks: 1, conversions: 0, payout: 0, revenue: 0 };

    fn add(&mut self, more: Self) {
        self.clicks += more.clicks;
        self.conversions += more.conversions;
        self.payout += more.payout;
        self.revenue += more.revenue;
    }

    /// Whether the cap has no room left. Limits are in millionths, also those of clicks.
    fn reaches(&self, cap: &Cap) -> bool {
        let used = match cap.measure {
            CapMeasure::Clicks => self.clicks.saturating_mul(1_000_000),
            CapMeasure::Conversions => self.conversions.saturating_mul(1_000_000),
            CapMeasure::Payout => self.payout,
            CapMeasure::Revenue => self.revenue,
        };
        used >= cap.limit.0
    }
}

/// The periods of a cap, in the order of [`Periods::used`].
const PERIODS: [CapPeriod; 4] = [CapPeriod::Daily, CapPeriod::Weekly, CapPeriod::Monthly, CapPeriod::Global];

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

/// One counter: what is used in each current period.
#[derive(Clone, Copy, Debug, Default)]
struct Periods {
    day: DayNumber,
    used: [Used; 4],
}

impl Periods {
    /// Moves on to `day`: periods that ended are empty again. A clock that goes back changes nothing.
    fn roll(&mut self, day: DayNumber) {
        if day <= self.day {
            return;
        }
        for (period, used) in PERIODS.into_iter().zip(&mut self.used) {
            if start(period, day) != start(period, self.day) {
                *used = Used::default();
            }
        }
        self.day = day;
    }

    /// Adds what happened on `day` to the periods that it is in.
    fn add(&mut self, day: DayNumber, more: Used) {
        self.roll(day);
        for (period, used) in PERIODS.into_iter().zip(&mut self.used) {
            if start(period, day) == start(period, self.day) {
                used.add(more);
            }
        }
    }

    fn reaches(&self, caps: &[Cap]) -> bool {
        caps.iter().any(|cap| self.used[place(cap.period)].reaches(cap))
    }
}

fn place(period: CapPeriod) -> usize {
    match period {
        CapPeriod::Daily => 0,
        CapPeriod::Weekly => 1,
        CapPeriod::Monthly => 2,
        CapPeriod::Global => 3,
    }
}

type Counter = Mutex<Periods>;

/// An offer, or a partner's share of it.
type Key = (i64, Option<i64>);

/// All counters of one network.
#[derive(Debug, Default)]
pub struct Usages {
    counters: RwLock<FxHashMap<Key, Arc<Counter>>>,
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

    /// Whether a cap is reached now.
    #[must_use]
    pub fn is_reached(&self, claim: &Claim<'_>, calendar: Calendar, now: DateTime<Utc>) -> bool {
        let reached = |key: Key, caps: &[Cap]| {
            !caps.is_empty() && {
                let mut periods = *self.counter(key).lock();
                periods.roll(calendar.day(now));
                periods.reaches(caps)
            }
        };
        reached((claim.offer, None), claim.offer_caps)
            || reached((claim.offer, Some(claim.partner)), claim.share_caps)
    }

    /// Takes one click of every cap, or none: false where one has no room left.
    #[must_use]
    pub fn reserve(&self, claim: &Claim<'_>, calendar: Calendar, now: DateTime<Utc>) -> bool {
        let day = calendar.day(now);
        let (offer, share) =
            (self.counter((claim.offer, None)), self.counter((claim.offer, Some(claim.partner))));
        // Always in this order, so that two requests never wait for each other.
        let (mut offer, mut share) = (offer.lock(), share.lock());
        offer.roll(day);
        share.roll(day);
        if offer.reaches(claim.offer_caps) || share.reaches(claim.share_caps) {
            return false;
        }
        offer.add(day, Used::CLICK);
        share.add(day, Used::CLICK);
        true
    }

    /// Counts what happened on `day`.
    pub fn add(&self, offer: i64, partner: i64, day: DayNumber, more: Used) {
        self.counter((offer, None)).lock().add(day, more);
        self.counter((offer, Some(partner))).lock().add(day, more);
    }

    /// Starts one partner's counters of one offer: what is stored of each period of `day`.
    pub fn start_with(&self, offer: i64, partner: i64, day: DayNumber, stored: [Used; 4]) {
        for key in [(offer, None), (offer, Some(partner))] {
            let counter = self.counter(key);
            let mut periods = counter.lock();
            periods.roll(day);
            for (used, more) in periods.used.iter_mut().zip(stored) {
                used.add(more);
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
    ) -> [(CapPeriod, Used); 4] {
        let mut periods = *self.counter((offer, partner)).lock();
        periods.roll(calendar.day(now));
        std::array::from_fn(|index| (PERIODS[index], periods.used[index]))
    }

    /// Whether one more conversion, after `added` ones of this batch, would go over a cap.
    #[must_use]
    pub fn is_over(
        &self,
        claim: &Claim<'_>,
        calendar: Calendar,
        now: DateTime<Utc>,
        offer_added: Used,
        share_added: Used,
    ) -> bool {
        let over = |key: Key, caps: &[Cap], added: Used| {
            !caps.is_empty() && {
                let mut periods = *self.counter(key).lock();
                periods.add(calendar.day(now), added);
                // Clicks are judged at the redirect; a conversion takes none.
                caps.iter()
                    .filter(|cap| cap.measure != CapMeasure::Clicks)
                    .any(|cap| periods.used[place(cap.period)].reaches(cap))
            }
        };
        over((claim.offer, None), claim.offer_caps, offer_added)
            || over((claim.offer, Some(claim.partner)), claim.share_caps, share_added)
    }
}
