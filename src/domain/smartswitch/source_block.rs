//! The document of a source block: sources of a partner at an offer that are refused with code 14 (DOMAIN.md,
//! section 4).

use super::{
    Variable,
    listed::{self, ListOperator},
};
use crate::shared::{Condition, Field, OfferId, PartnerId, Problems, Status};
use serde::{Deserialize, Serialize};

/// Sources that are refused.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceBlock {
    pub name: String,
    #[serde(default)]
    pub status: Status,
    /// Whose sources; every partner's where it is none.
    #[serde(default)]
    pub partner_id: Option<PartnerId>,
    /// At which offer; at every one where it is none.
    #[serde(default)]
    pub offer_id: Option<OfferId>,
    #[serde(default)]
    pub variable: Variable,
    #[serde(default)]
    pub operator: ListOperator,
    pub values: Vec<String>,
    /// Why, for colleagues.
    #[serde(default)]
    pub note: String,
}

impl SourceBlock {
    /// What is wrong with the document; empty where it can be saved.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        listed::check_words(&mut problems, &self.name, &self.note);
        listed::check(&mut problems, self.variable.field(), self.operator, &self.values);
        problems
    }

    /// Whether it asks about clicks of a partner at an offer.
    #[must_use]
    pub fn is_about(&self, partner: PartnerId, offer: OfferId) -> bool {
        self.partner_id.is_none_or(|named| named == partner)
            && self.offer_id.is_none_or(|named| named == offer)
    }

    /// What a source that is refused fulfils.
    #[must_use]
    pub fn condition(&self) -> Condition {
        listed::condition(self.variable.field(), self.operator, &self.values)
    }
}

impl Variable {
    /// The field of conditions that it is.
    #[must_use]
    pub const fn field(self) -> Field {
        match self {
            Self::SourceId => Field::SourceId,
            Self::Sub1 => Field::Sub(1),
            Self::Sub2 => Field::Sub(2),
            Self::Sub3 => Field::Sub(3),
            Self::Sub4 => Field::Sub(4),
            Self::Sub5 => Field::Sub(5),
        }
    }
}
