//! What other nodes, and people who decide conversions by hand, have changed in the roll-ups, taken over
//! into the counters: every second, and before a plan with other caps comes into force. The days from
//! yesterday on are read every time; those before only once a minute, as little still happens there.

use super::{
    live::{Live, Plans},
    usage::{Key, PERIODS, Read, place, start},
};
use chrono::{DateTime, Utc};
use domain::{
    offers::OfferStatus,
    shared::{CapPeriod, DayNumber},
    tracking::Plan,
};
use rustc_hash::FxHashMap;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use store::{
    Error,
    tracking::{PERIODS as COUNT, Tally, Usage, UsageQuestion, Used, usage_of},
};

/// How long what is before yesterday holds.
const OLDER: Duration = Duration::from_secs(60);
/// How often sums are read at once, where they were overtaken while they were read.
const TRIES: usize = 3;

/// What has to be counted: offers with a cap, with a partner's share that has one, or whose cap a campaign
/// asks for, and their periods.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CapsInForce {
    /// Ascending.
    offers: Vec<i64>,
    periods: [bool; COUNT],
}

impl CapsInForce {
    /// The caps of a plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let mut caps = Self::default();
        let of_shares =
            plan.shares().iter().filter_map(|share| Some((plan.offer(share.offer())?, share.caps())));
        let of_offers = plan.offers().iter().map(|offer| (offer, offer.caps()));
        for (offer, list) in of_offers.chain(of_shares) {
            if !list.is_empty() && offer.document().status != OfferStatus::Deleted {
                caps.offers.push(offer.id().0);
                list.iter().for_each(|cap| caps.periods[place(cap.period)] = true);
            }
        }
        for (index, period) in plan.campaigns().iter().flat_map(|campaign| campaign.counted()) {
            caps.offers.extend(plan.offer(index).map(|offer| offer.id().0));
            caps.periods[place(period)] = true;
        }
        caps.offers.sort_unstable();
        caps.offers.dedup();
        caps
    }

    /// Whether an offer's use in a period is counted.
    #[must_use]
    pub fn covers(&self, offer: i64, period: CapPeriod) -> bool {
        self.periods[place(period)] && self.offers.binary_search(&offer).is_ok()
    }

    /// The first day that is needed at `today`; none where everything is.
    fn from(&self, today: DayNumber) -> Option<DayNumber> {
        let starts = PERIODS.into_iter().zip(self.periods).filter(|(_, is_capped)| *is_capped);
        starts.map(|(period, _)| start(period, today)).min().flatten()
    }

    /// Which periods lie within what is needed.
    fn whole(&self, today: DayNumber) -> [bool; COUNT] {
        let from = self.from(today);
        PERIODS.map(|period| from.is_none() || start(period, today) >= from)
    }
}

/// What the days before the recent ones hold.
#[derive(Debug)]
pub struct Older {
    today: DayNumber,
    read: Instant,
    rows: Vec<Usage>,
}

impl Live {
    /// What is known of the older days and still holds.
    fn older(&self, today: DayNumber) -> Option<Arc<Older>> {
        let older = self.older.lock().clone()?;
        let holds = older.today == today && older.read.elapsed() < OLDER && !self.usages.is_late();
        holds.then_some(older)
    }
}

impl Plans {
    /// Takes over what the database holds of a network's caps.
    ///
    /// # Errors
    /// What the database said; the counters go on with what they have.
    pub async fn refresh(&self, live: &Live, now: DateTime<Utc>) -> Result<(), Error> {
        if live.caps.offers.is_empty() {
            return Ok(());
        }
        for _ in 0..TRIES {
            if self.take_over(live, live.plan.calendar().day(now)).await? {
                break;
            }
        }
        Ok(())
    }

    /// Reads and takes over; false where what was read is of no use any more.
    async fn take_over(&self, live: &Live, today: DayNumber) -> Result<bool, Error> {
        let recent = DayNumber(today.0 - 1);
        let known = live.older(today);
        if known.is_none() {
            live.usages.watch(recent);
        }
        let question = UsageQuestion {
            network: live.plan.network(),
            node: self.node,
            offers: &live.caps.offers,
            starts: PERIODS.map(|period| start(period, today)),
            from: if known.is_some() { Some(recent) } else { live.caps.from(today) },
            recent,
        };
        let answer = usage_of(self.database.read(), &question).await?;
        let (news, before): (Vec<_>, Vec<_>) = answer.rows.into_iter().partition(|row| row.is_recent);
        let is_whole = known.is_none();
        let older = known.unwrap_or_else(|| Arc::new(Older { today, read: Instant::now(), rows: before }));
        // The drain waits for this lock, so that nothing is settled while counters are set.
        let mut book = self.book.lock();
        let usages_of = |network| match network == live.plan.network() {
            true => Some(Arc::clone(&live.usages)),
            false => self.usages_of(network),
        };
        let Some(later) = book.read_at(answer.watermark, live.plan.network(), &usages_of) else {
            return Ok(false);
        };
        if !is_whole && live.usages.is_late() {
            return Ok(false);
        }
        let stored = sums(older.rows.iter().chain(&news), &later, &live.caps.offers, today);
        let read = Read { day: today, offers: &live.caps.offers, periods: live.caps.whole(today) };
        live.usages.take_over(&read, &stored);
        *live.older.lock() = Some(older);
        Ok(true)
    }
}

/// What is stored of each counter: what was read, and what this node stored since.
fn sums<'a>(
    rows: impl Iterator<Item = &'a Usage>,
    later: &[Tally],
    offers: &[i64],
    today: DayNumber,
) -> FxHashMap<Key, [Used; COUNT]> {
    let mut sums: FxHashMap<Key, [Used; COUNT]> = FxHashMap::default();
    let mut add = |offer: i64, partner: i64, place: usize, used: Used| {
        for key in [(offer, None), (offer, Some(partner))] {
            sums.entry(key).or_default()[place] += used;
        }
    };
    for row in rows {
        row.used.into_iter().enumerate().for_each(|(place, used)| add(row.offer, row.partner, place, used));
    }
    for tally in later.iter().filter(|tally| offers.binary_search(&tally.offer).is_ok()) {
        for (place, period) in PERIODS.into_iter().enumerate() {
            if start(period, tally.day) == start(period, today) {
                add(tally.offer, tally.partner, place, tally.spooled);
                add(tally.offer, tally.partner, place, tally.judged);
            }
        }
    }
    sums
}
