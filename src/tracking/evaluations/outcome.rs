//! What came of an evaluation, as it is kept: all sums, and the sources that bring most.

use domain::{
    shared::{DayNumber, Measures},
    smartswitch::{JudgedHours, ReplayedDay, ReplayedSource, Source},
};
use serde::{Deserialize, Serialize};
use store::tracking::{Evaluated, Found, ReplayedRule};

/// The most sources that are named.
pub const MOST_NAMED: usize = 200;

/// What a rule would hit now.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Now {
    pub hours: JudgedHours,
    /// Sources that brought anything.
    pub judged: i64,
    /// Of these, sources that reached a threshold.
    pub reached: i64,
    pub hits: i64,
    /// What the hits brought.
    pub traffic: Measures,
    /// Those with the most clicks.
    pub sources: Vec<Found>,
}

/// What a rule would have done on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Day {
    pub day: DayNumber,
    pub runs: i64,
    pub found: i64,
    pub acted_on: i64,
    pub recovered: i64,
    /// What would have been kept out.
    pub kept_out: Measures,
}

/// What a rule would have done with a source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PastSource {
    pub source: Source,
    pub found: i64,
    pub acted_on: i64,
    pub kept_out: Measures,
}

/// What a rule would have done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Past {
    pub hours: JudgedHours,
    pub days: Vec<Day>,
    /// How many sources were found.
    pub found: i64,
    /// Those of which most would have been kept out.
    pub sources: Vec<PastSource>,
}

/// Both.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Outcome {
    pub now: Now,
    pub past: Past,
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Now {
    /// Of what was found.
    #[must_use]
    pub fn of(evaluated: Evaluated) -> Self {
        let Evaluated { hours, judged, reached, mut hits, traffic } = evaluated;
        let all = count(hits.len());
        hits.truncate(MOST_NAMED);
        Self { hours, judged, reached, hits: all, traffic, sources: hits }
    }
}

impl Past {
    /// Of what a replay did.
    #[must_use]
    pub fn of(rule: &ReplayedRule) -> Self {
        let day = |(day, did): (&DayNumber, &ReplayedDay)| Day {
            day: *day,
            runs: did.runs,
            found: did.found,
            acted_on: did.acted_on,
            recovered: did.recovered,
            kept_out: did.kept_out,
        };
        let named = |(number, did): (&u32, &ReplayedSource)| {
            let source = usize::try_from(*number).ok().and_then(|place| rule.sources.get(place))?;
            let source = source.clone();
            Some(PastSource { source, found: did.found, acted_on: did.acted_on, kept_out: did.kept_out })
        };
        let mut sources: Vec<PastSource> = rule.replayed.sources.iter().filter_map(named).collect();
        sources.sort_by(|one, other| {
            let clicks = |source: &PastSource| source.kept_out.clicks();
            clicks(other).cmp(&clicks(one)).then_with(|| one.source.cmp(&other.source))
        });
        let found = count(sources.len());
        sources.truncate(MOST_NAMED);
        Self { hours: rule.hours, days: rule.replayed.days.iter().map(day).collect(), found, sources }
    }

    /// What would have been kept out in all.
    #[must_use]
    pub fn kept_out(&self) -> Measures {
        self.days.iter().map(|day| day.kept_out).sum()
    }
}
