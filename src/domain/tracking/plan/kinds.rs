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

/// The values of each kind that conditions let in, where they say so by equality alone, and those that they keep
/// out.
pub(super) struct Kinds {
    values: Vec<(Field, BTreeSet<String>)>,
    kept_out: Vec<(Field, BTreeSet<String>)>,
    /// Whether a city or region is named: it may be let in where its country is not.
    has_place: bool,
}

impl Kinds {
    /// What conditions that all have to hold, as those of a rule or of an offer's targeting, say of each kind.
    pub fn of(conditions: &[Condition]) -> Self {
        let each = |operator| -> Vec<(Field, BTreeSet<String>)> {
            let found = COMPARED.into_iter();
            found.filter_map(|field| Some((field, only(field, operator, conditions)?))).collect()
        };
        let is_place = |condition: &Condition| matches!(condition.field, Field::City | Field::Region);
        Self {
            values: each(Operator::Is),
            kept_out: each(Operator::IsNot),
            has_place: conditions.iter().any(is_place),
        }
    }

    /// The first kind of which the two let in no common value.
    pub fn apart_from(&self, other: &Self) -> Option<Field> {
        let has_place = self.has_place || other.has_place;
        let is_compared = |field: Field| field != Field::Country || !has_place;
        let apart = COMPARED.into_iter().filter(|field| is_compared(*field));
        apart.into_iter().find(|field| {
            let (own, others) = (of(&self.values, *field), of(&other.values, *field));
            let (own_out, others_out) = (of(&self.kept_out, *field), of(&other.kept_out, *field));
            let is_out = |values: Option<&BTreeSet<String>>, out: Option<&BTreeSet<String>>| {
                values.zip(out).is_some_and(|(values, out)| values.is_subset(out))
            };
            own.zip(others).is_some_and(|(own, others)| own.is_disjoint(others))
                || is_out(own, others_out)
                || is_out(others, own_out)
        })
    }
}

fn of(kinds: &[(Field, BTreeSet<String>)], field: Field) -> Option<&BTreeSet<String>> {
    kinds.iter().find(|(known, _)| *known == field).map(|(_, values)| values)
}

/// The values of a kind behind an operator; none where it is not named, or in another way too.
fn only(field: Field, operator: Operator, conditions: &[Condition]) -> Option<BTreeSet<String>> {
    let of_kind = || conditions.iter().filter(|condition| condition.field == field);
    let count: usize = of_kind().map(|condition| condition.values.len()).sum();
    let is_plain = of_kind().all(|condition| condition.operator == operator);
    if !is_plain || !(1..=MOST_VALUES).contains(&count) {
        return None;
    }
    Some(of_kind().flat_map(|condition| &condition.values).map(|value| value.trim().to_lowercase()).collect())
}
