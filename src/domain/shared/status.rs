//! Whether something does its work: an advertiser, a partner, a Smart Link, a campaign, a monitor.

use serde::{Deserialize, Serialize};

/// Its state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    #[default]
    Active,
    Paused,
    Deleted,
}

impl Status {
    pub const ALL: [Self; 3] = [Self::Active, Self::Paused, Self::Deleted];

    /// The word in JSON, in the database and on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Deleted => "deleted",
        }
    }
}
