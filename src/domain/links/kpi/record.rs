//! The Run Record: what a run looked at, what it did, and why (DOMAIN.md, section 5).

use super::{KpiSettings, Segment, epoch_key};
use crate::{
    links::{
        SmartLink, SmartLinkRow,
        optimizer::{Expected, Stopped},
    },
    shared::{LandingPageId, Measures, OfferId, RowId, SmartLinkId},
};
use serde::{Deserialize, Serialize};

/// What the weights of all rows add up to.
pub const WHOLE: u32 = 1_000_000;

/// What a run came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    /// The weights were moved.
    Applied,
    /// They stay: no row's share would have changed by a thousandth.
    NoChange,
    /// They stay: the epoch has fewer clicks than the threshold.
    SkippedThreshold,
    /// They stay: conversions have stopped, and a broken postback must not teach.
    Held,
}

impl RunOutcome {
    pub const ALL: [Self; 4] = [Self::Applied, Self::NoChange, Self::SkippedThreshold, Self::Held];

    /// The word in JSON and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::NoChange => "no_change",
            Self::SkippedThreshold => "skipped_threshold",
            Self::Held => "held",
        }
    }
}

/// What is kept of a run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RunRecord {
    pub outcome: RunOutcome,
    pub settings: KpiSettings,
    /// Since when figures count, and the stretch of the lookback, in milliseconds since 1970 UTC.
    pub epoch_began: i64,
    pub from: i64,
    pub to: i64,
    /// Valid clicks of the epoch.
    pub clicks: i64,
    pub rows: Vec<RunRow>,
    /// The kinds of visitors that were told apart, with their shares of the clicks.
    pub segments: Vec<RunSegment>,
    /// The KPI that was expected of the weights before and of those after, in the unit of the metric and by click
    /// (EVR by conversion); with a goal, minus the distance to it. None where the algorithm did not run.
    pub fitness_before: Option<f64>,
    pub fitness: Option<f64>,
    /// What came where conversions have stopped.
    pub stopped: Option<Stopped>,
    /// The same seed on the same figures gives the same weights. As text: it is larger than JSON's numbers.
    #[serde(with = "text")]
    pub seed: u64,
}

/// One row of a run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RunRow {
    pub row_id: RowId,
    pub offer_id: OfferId,
    pub landing_page_id: Option<LandingPageId>,
    /// The sums of the lookback.
    pub lookback: Measures,
    /// Those of the whole epoch.
    pub epoch: Measures,
    /// The metric over the lookback; none where there is nothing to divide by.
    pub kpi: Option<f64>,
    /// What the algorithm knew of the row and expected of it, over all visitors that it may take; none where the
    /// algorithm did not run.
    #[serde(default)]
    pub expected: Option<Expected>,
    /// Shares in millionths.
    pub weight_before: u32,
    pub weight: u32,
}

/// A kind of visitors in a run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RunSegment {
    pub segment: Segment,
    /// Of the epoch's clicks, 0 to 1.
    pub share: f64,
    /// The rows that may take its clicks.
    pub row_ids: Vec<RowId>,
    /// What the algorithm knew of these clicks and expected of them, one of each of these rows; empty where it
    /// did not run.
    #[serde(default)]
    pub expected: Vec<Expected>,
}

impl RunRecord {
    /// Valid clicks of the lookback.
    #[must_use]
    pub fn clicks_of_lookback(&self) -> f64 {
        self.rows.iter().map(|row| row.lookback.unique).sum::<i64>() as f64
    }

    /// The weights that are in force behind the run, by row.
    #[must_use]
    pub fn weights(&self) -> Vec<(RowId, u32)> {
        self.rows.iter().map(|row| (row.row_id, row.weight)).collect()
    }
}

/// The weights of a link's rows that an applied run left behind.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LearntWeights {
    pub smart_link_id: SmartLinkId,
    /// The rows that they were learnt of; see [`super::epoch_key`].
    pub epoch: String,
    pub weights: Vec<(RowId, u32)>,
}

impl LearntWeights {
    /// What each row of a link weighs, in the order of its rows: as learnt, or equal where the rows are others.
    #[must_use]
    pub fn of(learnt: Option<&Self>, link: &SmartLink) -> Vec<u32> {
        let learnt = learnt.filter(|learnt| learnt.epoch == epoch_key(link));
        let Some(learnt) = learnt else { return equal_weights(link.rows.len()) };
        let weight = |row: &SmartLinkRow| {
            learnt.weights.iter().find(|(id, _)| *id == row.id).map(|(_, weight)| *weight)
        };
        link.rows.iter().map(|row| weight(row).unwrap_or_default()).collect()
    }
}

/// Equal shares of the whole; what can't be divided goes to the first.
#[must_use]
pub fn equal_weights(rows: usize) -> Vec<u32> {
    let count = u32::try_from(rows).unwrap_or(u32::MAX).max(1);
    let mut weights = vec![WHOLE / count; rows];
    if let Some(first) = weights.first_mut() {
        *first += WHOLE % count;
    }
    weights
}

/// Numbers as text.
mod text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
