//! The counters of caps against a database that answers late, not at all, or forgets: whatever happens,
//! no click of this node is lost to a cap or counted twice.

use domain::shared::{Calendar, DayNumber, NetworkId};
use proptest::prelude::{Just, Strategy, prop, prop_assert_eq, prop_oneof, proptest};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use store::tracking::{Position, Tally, Used};
use switchyard::tracking::{
    ledger::Book,
    usage::{Read, Usages},
};

const OFFER: i64 = 7;
const PARTNER: i64 = 3;
const DAY: DayNumber = DayNumber(20_000);

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Visitors come.
    Clicks(u8),
    /// The drain writes a batch of so many of the waiting clicks, with so many conversions judged.
    Batch { clicks: u8, conversions: u8, end: End },
    /// The database loses so many of its latest commits.
    Crash(u8),
    /// Another node stores clicks.
    Others(u8),
    /// Sums are read, to be taken over later.
    Look,
    /// What was read last is taken over.
    TakeOver,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    Answered,
    /// Committed, but the answer never came.
    Unanswered,
    Failed,
}

/// The database: up to where it has this node's clicks, and its sums.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    mark: u64,
    own: i64,
    others: i64,
    conversions: i64,
}

struct World {
    usages: Arc<Usages>,
    book: Book,
    /// Every state that the database has been in and can fall back to.
    states: Vec<State>,
    seen: Option<State>,
    clicks: u64,
    others_known: i64,
}

fn position(mark: u64) -> Position {
    Position { segment: 1, offset: mark }
}

impl World {
    fn new() -> Self {
        Self {
            usages: Arc::default(),
            book: Book::new(position(0)),
            states: vec![State::default()],
            seen: None,
            clicks: 0,
            others_known: 0,
        }
    }

    fn database(&self) -> State {
        *self.states.last().expect("there is always a state")
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Clicks(count) => {
                self.clicks += u64::from(count);
                let used = Used { clicks: i64::from(count), ..Used::default() };
                self.usages.add(OFFER, PARTNER, DAY, used);
            }
            Step::Batch { clicks, conversions, end } => self.batch(clicks.into(), conversions.into(), end),
            Step::Crash(commits) => {
                let kept = self.states.len().saturating_sub(commits.into()).max(1);
                self.states.truncate(kept);
            }
            Step::Others(count) => {
                let state = self.database();
                self.states.push(State { others: state.others + i64::from(count), ..state });
            }
            Step::Look => self.seen = Some(self.database()),
            Step::TakeOver => self.take_over(),
        }
    }

    fn batch(&mut self, clicks: u64, conversions: i64, end: End) {
        let state = self.database();
        let clicks = clicks.min(self.clicks - state.mark);
        if clicks == 0 {
            return;
        }
        let (usages, mark) = (Arc::clone(&self.usages), state.mark + clicks);
        let (own, judged) = (clicks.cast_signed(), Used { conversions, ..Used::default() });
        let tally = Tally {
            network: NetworkId(1),
            offer: OFFER,
            partner: PARTNER,
            day: DAY,
            spooled: Used { clicks: own, ..Used::default() },
            judged,
        };
        let counters = |_| Some(Arc::clone(&usages));
        self.book.writing(position(state.mark), position(mark), vec![tally], &counters);
        if end != End::Failed {
            let conversions = state.conversions + conversions;
            self.states.push(State { mark, own: state.own + own, conversions, ..state });
        }
        if end == End::Answered {
            self.book.settle(position(mark), &counters);
        }
    }

    fn take_over(&mut self) {
        let Some(seen) = self.seen else { return };
        let usages = Arc::clone(&self.usages);
        let counters = |_| Some(Arc::clone(&usages));
        let Some(later) = self.book.read_at(position(seen.mark), NetworkId(1), &counters) else { return };
        let mut used =
            Used { clicks: seen.own + seen.others, conversions: seen.conversions, ..Used::default() };
        for tally in later {
            used += tally.spooled;
            used += tally.judged;
        }
        let stored = [((OFFER, None), [used; 4]), ((OFFER, Some(PARTNER)), [used; 4])];
        let read = Read { day: DAY, offers: &[OFFER], periods: [true; 4] };
        self.usages.take_over(&read, &FxHashMap::from_iter(stored));
        self.others_known = seen.others;
    }

    fn used(&self) -> Used {
        let calendar = Calendar::new(chrono_tz::UTC);
        self.usages.used(OFFER, Some(PARTNER), calendar, calendar.start_of(DAY))[0].1
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let end = prop_oneof![3 => Just(End::Answered), 1 => Just(End::Unanswered), 1 => Just(End::Failed)];
    let batch = (1_u8..9, 0_u8..3, end).prop_map(|(clicks, conversions, end)| Step::Batch {
        clicks,
        conversions,
        end,
    });
    let step = prop_oneof![
        3 => (1_u8..9).prop_map(Step::Clicks),
        4 => batch,
        1 => (1_u8..4).prop_map(Step::Crash),
        1 => (1_u8..9).prop_map(Step::Others),
        2 => Just(Step::Look),
        2 => Just(Step::TakeOver),
    ];
    prop::collection::vec(step, 1..60)
}

proptest! {
    #[test]
    fn every_click_of_this_node_counts_once_whatever_the_database_does(steps in steps()) {
        let mut world = World::new();
        for step in steps {
            world.take(step);
            prop_assert_eq!(world.used().clicks, world.clicks.cast_signed() + world.others_known);
        }
        // Once everything is drained and read, the counters are what the database holds.
        world.take(Step::Batch { clicks: u8::MAX, conversions: 0, end: End::Answered });
        world.take(Step::Batch { clicks: u8::MAX, conversions: 0, end: End::Answered });
        world.take(Step::Look);
        world.take(Step::TakeOver);
        let (state, used) = (world.database(), world.used());
        prop_assert_eq!((used.clicks, used.conversions), (state.own + state.others, state.conversions));
        prop_assert_eq!(state.mark, world.clicks);
    }
}
