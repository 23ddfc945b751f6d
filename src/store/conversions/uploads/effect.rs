//! What an upload changes in the figures, partner by partner: shown before it is decided, and what became of
//! it afterwards, as a call or a person may have been faster.

use crate::{
    conversions::Moved,
    tracking::{Basis, Contribution},
};
use domain::shared::Measures;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Differences of the figures.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Effect {
    /// By partner; 0 stands for none.
    pub partners: BTreeMap<i64, Measures>,
}

impl Effect {
    /// Adds what comes or goes.
    pub(super) fn add(&mut self, moved: &Moved) {
        *self.partners.entry(moved.conversion().partner_id).or_default() += *moved.measures();
    }

    /// Adds what came or went; a conversion contributes by two times, of which one counts here.
    pub(super) fn count(&mut self, contribution: &Contribution) {
        if contribution.basis == Basis::Conversion {
            *self.partners.entry(contribution.partner).or_default() += contribution.measures;
        }
    }

    /// Over all partners.
    #[must_use]
    pub fn total(&self) -> Measures {
        self.partners.values().copied().sum()
    }
}
