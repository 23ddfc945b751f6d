//! An answer as pages, files and the API tell it: groups with what they were, sorted as was asked.

use super::ask::Asked;
use crate::web::{Access, Failure};
use chrono::Utc;
use domain::{
    reports::{Measures, Metric},
    shared::{Calendar, HourNumber},
};
use store::reports::{self, Compared, Pair, Range, Report};

/// The answer to a question.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub pairs: Vec<Pair>,
    pub totals: Measures,
    /// The totals of what it is compared with, and when that was.
    pub before: Option<(Measures, Range)>,
    pub is_cut: bool,
}

impl Told {
    /// Asks the roll-ups.
    ///
    /// # Errors
    /// What the database said.
    pub async fn of(access: &Access, asked: &Asked) -> Result<Self, Failure> {
        let (scope, question) = (access.scope(), &asked.question);
        let mut told = match asked.against {
            Some(against) => {
                let range = against.range(question.range, running(access));
                Self::compared(reports::compared(scope, question, range).await?)
            }
            None => Self::alone(reports::report(scope, question).await?),
        };
        if let Some(metric) = asked.sort {
            told.sort(metric, asked.descending);
        }
        Ok(told)
    }

    /// An answer that is compared with nothing.
    pub fn alone(report: Report) -> Self {
        let pairs = report.lines.into_iter().map(|line| Pair { line, before: None });
        Self { pairs: pairs.collect(), totals: report.totals, before: None, is_cut: report.is_cut }
    }

    fn compared(compared: Compared) -> Self {
        Self {
            pairs: compared.pairs,
            totals: compared.totals,
            before: Some((compared.totals_before, compared.range)),
            is_cut: compared.is_cut,
        }
    }

    /// By a metric; groups without a value stand at the end either way.
    pub fn sort(&mut self, metric: Metric, descending: bool) {
        self.pairs.sort_by(|one, other| {
            let (one, other) = (metric.value(&one.line.measures), metric.value(&other.line.measures));
            match (one, other) {
                (Some(one), Some(other)) if descending => other.cmp(&one),
                (Some(one), Some(other)) => one.cmp(&other),
                (one, other) => other.is_some().cmp(&one.is_some()),
            }
        });
    }
}

/// The hour that is running by the network's clock.
pub(super) fn running(access: &Access) -> HourNumber {
    Calendar::new(access.entrant().network.zone).hour(Utc::now())
}
