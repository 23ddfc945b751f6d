//! What is known of a link or rotator: clicks by the hour in which they came, with what has been reported
//! of them, and how long reports took.

use super::Grid;

/// For how many conversions a known fixed value counts, and one that is only guessed from the others.
const KNOWN_COUNT: f64 = 20.0;
const GUESSED_COUNT: f64 = 1.0;

/// The clicks of one hour, and what came of them so far.
#[derive(Clone, PartialEq, Debug)]
pub struct Cohort {
    /// Its beginning, in hours of any clock; cohorts of one set of figures share the clock.
    pub hour: f64,
    /// Valid clicks.
    pub clicks: Grid,
    /// Conversions reported of them.
    pub conversions: Grid,
    /// The sum of the conversions' values in the unit of the KPI, and that of their squares.
    pub value: Grid,
    pub squares: Grid,
}

impl Cohort {
    /// An hour without clicks.
    #[must_use]
    pub fn empty(hour: f64, segments: usize, options: usize) -> Self {
        let zero = Grid::zero(segments, options);
        Self { hour, clicks: zero.clone(), conversions: zero.clone(), value: zero.clone(), squares: zero }
    }

    /// How long ago its last and its first clicks were, in hours.
    pub(super) fn ages(&self, now: f64) -> (f64, f64) {
        ((now - self.hour - 1.0).max(0.0), (now - self.hour).max(0.0))
    }

    /// How long ago its clicks were on average.
    pub(super) fn age(&self, now: f64) -> f64 {
        let (young, old) = self.ages(now);
        (young + old) / 2.0
    }
}

/// How long the reports of one option took.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Reports {
    pub count: f64,
    /// The sum of the times from click to report, in hours.
    pub hours: f64,
}

/// All of it, of one epoch.
#[derive(Clone, PartialEq, Debug)]
pub struct Figures {
    /// What a conversion of each option is known to be worth, in the unit of the KPI: a fixed payout.
    pub hints: Vec<Option<f64>>,
    pub segments: usize,
    /// The oldest first.
    pub cohorts: Vec<Cohort>,
    /// One an option.
    pub reports: Vec<Reports>,
}

impl Figures {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(hints: Vec<Option<f64>>, segments: usize) -> Self {
        let reports = vec![Reports::default(); hints.len()];
        Self { hints, segments, cohorts: Vec::new(), reports }
    }

    /// How many options there are.
    #[must_use]
    pub fn options(&self) -> usize {
        self.hints.len()
    }

    /// The cohort of an hour, which must not lie before the last one.
    pub fn cohort(&mut self, hour: f64) -> &mut Cohort {
        if self.cohorts.last().is_none_or(|last| last.hour < hour) {
            self.cohorts.push(Cohort::empty(hour, self.segments, self.options()));
        }
        self.cohorts.last_mut().expect("one has just been added")
    }

    /// The cohort of an hour, where there were clicks.
    pub fn find_mut(&mut self, hour: f64) -> Option<&mut Cohort> {
        let place = self.cohorts.partition_point(|cohort| cohort.hour < hour);
        self.cohorts.get_mut(place).filter(|cohort| cohort.hour <= hour)
    }

    /// All clicks.
    #[must_use]
    pub fn clicks(&self) -> f64 {
        self.cohorts.iter().map(|cohort| cohort.clicks.total()).sum()
    }

    /// All conversions that were reported.
    #[must_use]
    pub fn conversions(&self) -> f64 {
        self.cohorts.iter().map(|cohort| cohort.conversions.total()).sum()
    }

    /// What a conversion of an option is worth of which nothing is known: as much as those of all options that
    /// came, `count` of them for `value`, else as much as others are known to be; none where nothing is known.
    pub(super) fn usual_worth(&self, (count, value): (f64, f64)) -> Option<f64> {
        if count > 0.0 {
            return Some(value / count);
        }
        let known: Vec<f64> = self.hints.iter().copied().flatten().collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    }

    /// What a conversion of an option is worth, from those that came, `count` of them for `value`, and from what
    /// is known of it or of others (`usual`); with for how many conversions the latter counts.
    pub(super) fn worth(&self, option: usize, (count, value): (f64, f64), usual: Option<f64>) -> (f64, f64) {
        let hint = self.hints[option];
        let known = if hint.is_some() { KNOWN_COUNT } else { GUESSED_COUNT };
        ((value + known * hint.or(usual).unwrap_or(1.0)) / (count + known), known)
    }

    /// The share of each segment in the clicks since an hour; equal where there were none.
    pub(super) fn traffic(&self, since: f64) -> Vec<f64> {
        let mut shares = vec![1e-9; self.segments];
        for cohort in self.cohorts.iter().filter(|cohort| cohort.hour >= since) {
            for (share, row) in shares.iter_mut().zip(cohort.clicks.rows()) {
                *share += row.iter().sum::<f64>();
            }
        }
        let total: f64 = shares.iter().sum();
        shares.iter().map(|share| share / total).collect()
    }
}
