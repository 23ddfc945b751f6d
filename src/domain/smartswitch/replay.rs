//! A rule run over past traffic, hour by hour: what it would have found, acted on, saved and cost. The same judging,
//! delays and ends as in real runs; what would have been blocked is left out of later judgements, as it would not
//! have come.

use super::{ActionableState, ConversionFact, Figures, SmartSwitchRule};
use crate::shared::{DayNumber, HourNumber, Measures};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, VecDeque};

/// A source by its number: its caller knows which it is.
pub type SourceNumber = u32;

/// What the rule would have done on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ReplayedDay {
    /// Runs of the rule.
    pub runs: i64,
    /// Sources that were told of.
    pub found: i64,
    /// Sources that were acted on when their delay had ended.
    pub acted_on: i64,
    /// Sources that breached no longer by then.
    pub recovered: i64,
    /// Clicks and impressions of sources that were acted on by then, and what came of them whenever it did: they
    /// would have been kept out.
    pub kept_out: Measures,
}

/// What the rule would have done with a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ReplayedSource {
    pub found: i64,
    pub acted_on: i64,
    pub kept_out: Measures,
}

/// What a rule would have done.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Replayed {
    pub days: BTreeMap<DayNumber, ReplayedDay>,
    /// Those that were found.
    pub sources: FxHashMap<SourceNumber, ReplayedSource>,
}

/// Where a source stands with the rule.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Standing {
    /// In its delay: with what it has brought since `from`, where the window in which it was hit began.
    Pending {
        due: HourNumber,
        from: HourNumber,
        since: Measures,
    },
    /// Acted on until then; for good where it is none.
    ActedOn {
        until: Option<HourNumber>,
    },
    Notified,
}

/// A replay on its way. Hours are fed in their order with [`Self::hour`].
///
/// It looks at full hours: a delay that is no number of hours ends with the hour that it ends in. Exclusions, empty
/// values and the rule's dates are the caller's to apply, and every hour has to be fed, also one in which nothing
/// came.
pub struct Replay<'r> {
    rule: &'r SmartSwitchRule,
    /// The hours of the lookback, the oldest first.
    hours: VecDeque<(HourNumber, Vec<(SourceNumber, Measures)>)>,
    /// What each source brought in them.
    sums: FxHashMap<SourceNumber, Measures>,
    conversions: FxHashMap<SourceNumber, Conversions>,
    standing: FxHashMap<SourceNumber, Standing>,
    replayed: Replayed,
    /// Before this hour nothing is told: it only fills the lookback.
    from: HourNumber,
}

/// What came of a source in an hour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Came {
    pub source: SourceNumber,
    /// With the conversions of that hour: by these rules judge.
    pub counted: Measures,
    /// With the conversions that the hour's clicks brought, whenever they came: that much goes with the clicks.
    pub by_click: Measures,
}

/// What came in an hour.
#[derive(Clone, Debug, Default)]
pub struct ReplayedHour {
    /// A row a source at most.
    pub sources: Vec<Came>,
    /// The conversions themselves, where the rule asks for them ([`SmartSwitchRule::reads_conversions`]).
    pub conversions: Vec<(SourceNumber, ConversionFact)>,
}

/// The conversions of a source, the oldest first, with the hours that they came in.
#[derive(Default)]
struct Conversions {
    hours: Vec<HourNumber>,
    facts: Vec<ConversionFact>,
}

impl Conversions {
    fn push(&mut self, hour: HourNumber, fact: ConversionFact) {
        self.hours.push(hour);
        self.facts.push(fact);
    }

    fn since(&self, first: HourNumber) -> &[ConversionFact] {
        &self.facts[self.place(first)..]
    }

    fn forget(&mut self, first: HourNumber) {
        let place = self.place(first);
        self.hours.drain(..place);
        self.facts.drain(..place);
    }

    fn place(&self, first: HourNumber) -> usize {
        self.hours.partition_point(|hour| *hour < first)
    }
}

impl<'r> Replay<'r> {
    /// A replay that begins to run the rule at `from`; the hours of the lookback before are to be fed too.
    #[must_use]
    pub fn new(rule: &'r SmartSwitchRule, from: HourNumber) -> Self {
        let (hours, sums, conversions, standing, replayed) = Default::default();
        Self { rule, hours, sums, conversions, standing, replayed, from }
    }

    /// What happens when `hour` begins, and then what came in it.
    pub fn hour(&mut self, hour: HourNumber, came: ReplayedHour) {
        self.forget(self.first(hour));
        if hour >= self.from {
            self.end_blocks(hour);
            self.end_delays(hour);
            if hour.0.rem_euclid(i64::from(self.rule.run_every_hours.hours())) == 0 {
                self.run(hour);
            }
        }
        let mut kept = Vec::new();
        for Came { source, counted, by_click } in came.sources {
            if let Some(Standing::ActedOn { .. }) = self.standing.get(&source) {
                self.keep_out(hour, source, by_click);
                continue;
            }
            *self.sums.entry(source).or_default() += counted;
            if let Some(Standing::Pending { since, .. }) = self.standing.get_mut(&source) {
                *since += counted;
            }
            kept.push((source, counted));
        }
        self.hours.push_back((hour, kept));
        for (source, fact) in came.conversions {
            if !matches!(self.standing.get(&source), Some(Standing::ActedOn { .. })) {
                self.conversions.entry(source).or_default().push(hour, fact);
            }
        }
    }

    /// All that it did.
    #[must_use]
    pub fn done(self) -> Replayed {
        self.replayed
    }

    /// The first hour of the lookback of what happens when `hour` begins.
    fn first(&self, hour: HourNumber) -> HourNumber {
        HourNumber(hour.0 - i64::from(self.rule.lookback_hours.hours()))
    }

    /// Takes hours before `first` out of the sums.
    fn forget(&mut self, first: HourNumber) {
        while let Some((_, rows)) = self.hours.pop_front_if(|(hour, _)| *hour < first) {
            for (source, measures) in rows {
                let Some(sum) = self.sums.get_mut(&source) else { continue };
                *sum -= measures;
                if *sum == Measures::default() {
                    self.sums.remove(&source);
                }
            }
        }
        let standing = &self.standing;
        self.conversions.retain(|source, conversions| {
            // What is pending is judged from where its window began.
            let needed = match standing.get(source) {
                Some(Standing::Pending { from, .. }) => first.min(*from),
                Some(Standing::ActedOn { .. } | Standing::Notified) | None => first,
            };
            conversions.forget(needed);
            !conversions.hours.is_empty()
        });
    }

    /// The figures of a source: its sums, and its conversions since an hour.
    fn figures(&self, source: SourceNumber, measures: Measures, since: HourNumber) -> Figures<'_> {
        let conversions = self.conversions.get(&source);
        Figures { measures, conversions: conversions.map_or(&[], |found| found.since(since)) }
    }

    fn end_blocks(&mut self, hour: HourNumber) {
        let has_ended = |standing: &Standing| match standing {
            Standing::ActedOn { until } => until.is_some_and(|until| until <= hour),
            Standing::Pending { .. } | Standing::Notified => false,
        };
        self.standing.retain(|_, standing| !has_ended(standing));
    }

    fn end_delays(&mut self, hour: HourNumber) {
        let due = self.standing.iter().filter_map(|(source, standing)| match standing {
            Standing::Pending { due, from, since } if *due <= hour => Some((*source, *from, *since)),
            Standing::Pending { .. } | Standing::ActedOn { .. } | Standing::Notified => None,
        });
        for (source, from, since) in due.collect::<Vec<_>>() {
            let judgement = self.rule.judge(&self.figures(source, since, from));
            if self.rule.after_delay(&judgement) == ActionableState::Recovered {
                self.standing.remove(&source);
                self.day(hour).recovered += 1;
            } else {
                self.act_on(hour, source);
            }
        }
    }

    fn act_on(&mut self, hour: HourNumber, source: SourceNumber) {
        let until = self.rule.block_hours.map(|hours| HourNumber(hour.0 + i64::from(hours.hours())));
        self.standing.insert(source, Standing::ActedOn { until });
        self.day(hour).acted_on += 1;
        self.replayed.sources.entry(source).or_default().acted_on += 1;
    }

    fn run(&mut self, hour: HourNumber) {
        self.day(hour).runs += 1;
        let first = self.first(hour);
        let hit = |source: SourceNumber, sum: Measures| self.rule.hits(&self.figures(source, sum, first));
        let is_calm = |source: SourceNumber| {
            let sum = self.sums.get(&source).copied().unwrap_or_default();
            self.rule.is_calm(&self.rule.judge(&self.figures(source, sum, first)))
        };
        let notified = self.standing.iter().filter(|(_, standing)| **standing == Standing::Notified);
        let notified = notified.map(|(source, _)| *source);
        let calm: Vec<SourceNumber> = notified.filter(|source| is_calm(*source)).collect();
        let unknown = self.sums.iter().filter(|(source, _)| !self.standing.contains_key(source));
        let unknown = unknown.map(|(source, sum)| (*source, *sum));
        let found: Vec<(SourceNumber, Measures)> =
            unknown.filter(|(source, sum)| hit(*source, *sum)).collect();
        for source in calm {
            self.standing.remove(&source);
            self.day(hour).recovered += 1;
        }
        for (source, since) in found {
            self.find(hour, source, since);
        }
    }

    fn find(&mut self, hour: HourNumber, source: SourceNumber, since: Measures) {
        self.day(hour).found += 1;
        self.replayed.sources.entry(source).or_default().found += 1;
        match self.rule.after_hit() {
            ActionableState::Notified => {
                self.standing.insert(source, Standing::Notified);
                return;
            }
            ActionableState::Blocked | ActionableState::Failing => return self.act_on(hour, source),
            ActionableState::Pending
            | ActionableState::Recovered
            | ActionableState::Whitelisted
            | ActionableState::Deleted
            | ActionableState::Expired => {}
        }
        let delay = i64::from(self.rule.action_delay_minutes.minutes().div_ceil(60));
        let due = HourNumber(hour.0 + delay);
        self.standing.insert(source, Standing::Pending { due, from: self.first(hour), since });
    }

    fn keep_out(&mut self, hour: HourNumber, source: SourceNumber, measures: Measures) {
        self.day(hour).kept_out += measures;
        self.replayed.sources.entry(source).or_default().kept_out += measures;
    }

    fn day(&mut self, hour: HourNumber) -> &mut ReplayedDay {
        self.replayed.days.entry(hour.day()).or_default()
    }
}
