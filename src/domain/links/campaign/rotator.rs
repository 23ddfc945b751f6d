//! A Smart Rotator: options that share a branch's visitors as they have earned (DOMAIN.md, section 6).

use crate::shared::{OfferId, Percent, RowId};
use serde::{Deserialize, Serialize};

/// A rotator. A new one has neither a cold start nor a floor nor a window: so it is what the referee judges
/// (OPTIMISER.md); each of them costs revenue.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotator {
    /// Names it within its campaign; 0 where it has none yet.
    #[serde(default)]
    pub id: RowId,
    pub name: String,
    #[serde(default)]
    pub goal: RotatorGoal,
    /// An option with fewer views gets the next visitor, in turn; 0 to 100,000.
    #[serde(default)]
    pub min_impressions: u32,
    /// The share of visitors that is drawn among all options alike; 0 to 50 percent.
    #[serde(default)]
    pub exploration: Percent,
    /// For how many hours back figures count, 1 to 2,160; all of them without.
    #[serde(default)]
    pub window_hours: Option<u32>,
    #[serde(default)]
    pub options: Vec<RotatorOption>,
}

/// What a rotator aims at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RotatorGoal {
    /// What a view earns: conversions weighted by their payout.
    #[default]
    Epc,
    /// Conversions against views.
    Cr,
}

impl RotatorGoal {
    pub const ALL: [Self; 2] = [Self::Epc, Self::Cr];

    /// The word in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Epc => "epc",
            Self::Cr => "cr",
        }
    }
}

/// One way that a rotator may send a visitor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotatorOption {
    /// Names it within its campaign; 0 where it has none yet.
    #[serde(default)]
    pub id: RowId,
    pub offer_id: OfferId,
    /// A landing page of the campaign that stands before the offer.
    #[serde(default)]
    pub landing_page_id: Option<RowId>,
}
