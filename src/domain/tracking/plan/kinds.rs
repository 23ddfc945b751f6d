//! Which values of a kind conditions let in, so that lists of conditions can be told apart that no visitor fits
//! together. Only what is certain is told apart.

use crate::shared::{Condition, Field, Operator};
use std::collections::BTreeSet;

/// Kinds whose values are compared one with the other.
const COMPARED: [Field; 7] = [
    Field::Country,
    Field::Os,
    Field::Device,
    Field::Browser,
    Field::Language,
    Field::Connection,
    Field::Carrier,
];
/// Most values of a kind that are compared: a plan is compiled at every save, and there are fewer countries.
const MOST_VALUES: usize = 300;

/// The values of each kind of which conditions say by equality alone what they let in.
pub(super) struct Kinds {
    values: Vec<(Field, BTreeSet<String>)>,
    /// Whether a city or region is named: it may be let in where its country is not.
    has_place: bool,
}

impl Kinds {
    pub fn of(conditions: &[Condition]) -> Self {
        let is_place = |condition: &Condition| matches!(condition.field, Field::City | Field::Region);
        Self {
            values: COMPARED
                .into_iter()
                .filter_map(|field| Some((field, only(field, conditions)?)))
                .collect(),
            has_place: conditions.iter().any(is_place),
        }
    }

    /// The first kind of which the two let in no common value.
    pub fn apart_from(&self, other: &Self) -> Option<Field> {
        let has_place = self.has_place || other.has_place;
        let is_compared = |field: Field| field != Field::Country || !has_place;
        let of_other = |field| other.values.iter().find(|(known, _)| *known == field);
        let apart = self.values.iter().find(|(field, values)| {
            is_compared(*field) && of_other(*field).is_some_and(|(_, others)| values.is_disjoint(others))
        });
        apart.map(|(field, _)| *field)
    }
}

/// The values of a kind; none where it is not named, or not by equality alone.
fn only(field: Field, conditions: &[Condition]) -> Option<BTreeSet<String>> {
    let of_kind = || conditions.iter().filter(|condition| condition.field == field);
    let count: usize = of_kind().map(|condition| condition.values.len()).sum();
    let is_plain = of_kind().all(|condition| condition.operator == Operator::Is);
    if !is_plain || !(1..=MOST_VALUES).contains(&count) {
        return None;
    }
    Some(of_kind().flat_map(|condition| &condition.values).map(|value| value.trim().to_lowercase()).collect())
}
