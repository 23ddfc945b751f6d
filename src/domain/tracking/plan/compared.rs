//! Conditions compared with each other: which never hold together, and which hold wherever others do. What is
//! not certain is taken to be neither.

use crate::shared::{Condition, Field, Operator, Version};
use std::collections::BTreeSet;

/// A condition with its values as they are compared.
pub(super) struct Folded<'a> {
    condition: &'a Condition,
    values: BTreeSet<String>,
}

/// Most pairs of conditions that two rules are compared by: what takes longer is not told.
const MOST_PAIRS: usize = 400;

/// The conditions of a rule, ready to be compared.
pub(super) fn folded(conditions: &[Condition]) -> Vec<Folded<'_>> {
    let of = |condition: &'_ Condition| {
        // In an expression the case of a letter has a meaning: `\\d` and `\\D`.
        let is_folded = condition.operator != Operator::Matches;
        let fold = |value: &String| if is_folded { value.trim().to_lowercase() } else { value.clone() };
        condition.values.iter().map(fold).collect()
    };
    let of = |condition| Folded { condition, values: of(condition) };
    conditions.iter().map(of).collect()
}

/// Two conditions of a rule that never hold together, in words.
pub(super) fn contradiction(conditions: &[Folded<'_>]) -> Option<String> {
    let pairs = conditions
        .iter()
        .enumerate()
        .flat_map(|(at, one)| conditions[..at].iter().map(move |other| (other, one)));
    let (one, _) = pairs.into_iter().find(|(one, other)| one.is_apart_from(other))?;
    Some(format!(
        "never hold together: every condition has to, and two on `{}` name other values; put the values into one \
         condition",
        one.condition.field
    ))
}

/// Whether two rules are few enough conditions to be compared.
pub(super) fn is_compared(rule: &[Folded<'_>], other: &[Folded<'_>]) -> bool {
    rule.len() * other.len() <= MOST_PAIRS
}

/// Whether every visitor that fits all of `conditions` fits all of `others`.
pub(super) fn is_implied(conditions: &[Folded<'_>], others: &[Folded<'_>]) -> bool {
    others.iter().all(|other| conditions.iter().any(|condition| condition.implies(other)))
}

/// Whether two rules are as specific as each other, and a visitor may fit both.
pub(super) fn ties(rule: &[Folded<'_>], other: &[Folded<'_>]) -> bool {
    rule.len() == other.len() && !rule.iter().any(|one| other.iter().any(|other| one.is_apart_from(other)))
}

/// Whether a text has one of these parts where the operator asks for it.
fn has_part(value: &str, operator: Operator, parts: &BTreeSet<String>) -> bool {
    parts.iter().any(|part| match operator {
        Operator::Contains => value.contains(part.as_str()),
        Operator::StartsWith => value.starts_with(part.as_str()),
        Operator::EndsWith => value.ends_with(part.as_str()),
        Operator::Is
        | Operator::IsNot
        | Operator::Matches
        | Operator::IsEmpty
        | Operator::AtLeast
        | Operator::AtMost => false,
    })
}

/// Whether no text has a beginning (or an end) among the ones and one among the others: `has` tells whether one
/// has the other as its own.
fn are_apart(ones: &BTreeSet<String>, others: &BTreeSet<String>, has: fn(&str, &str) -> bool) -> bool {
    let is_common = |one: &String, other: &String| has(one, other) || has(other, one);
    ones.len() * others.len() <= MOST_PAIRS
        && !ones.iter().any(|one| others.iter().any(|other| is_common(one, other)))
}

/// Whether no number is as large as the one asks and as small as the other.
fn least_beyond_most(least: &Folded<'_>, most: &Folded<'_>) -> bool {
    if least.condition.field == Field::OsVersion {
        let version = |of: &Folded<'_>| of.values.first().and_then(|value| Version::exactly(value));
        return version(least).zip(version(most)).is_some_and(|(least, most)| least > most);
    }
    let number = |of: &Folded<'_>| of.values.first().and_then(|value| value.parse::<f64>().ok());
    number(least).zip(number(most)).is_some_and(|(least, most)| least > most)
}

impl Folded<'_> {
    /// Whether whoever fits this one fits the other, which asks in another way.
    fn implies_otherwise(&self, other: &Self) -> bool {
        let is_plain = !matches!(self.condition.field, Field::Ip | Field::Schedule | Field::OsVersion);
        let is_one_of = self.condition.operator == Operator::Is && is_plain && !self.values.is_empty();
        match other.condition.operator {
            Operator::IsNot => is_one_of && self.values.is_disjoint(&other.values),
            part @ (Operator::Contains | Operator::StartsWith | Operator::EndsWith) => {
                is_one_of && self.values.iter().all(|value| has_part(value, part, &other.values))
            }
            Operator::Is | Operator::Matches | Operator::IsEmpty | Operator::AtLeast | Operator::AtMost => {
                false
            }
        }
    }

    /// Whether no visitor fits both.
    fn is_apart_from(&self, other: &Self) -> bool {
        let (one, two) = (self.condition, other.condition);
        // Addresses, windows and versions are written in more than one way.
        let is_plain = !matches!(one.field, Field::Ip | Field::Schedule | Field::OsVersion);
        let is_range = matches!(
            (one.operator, two.operator),
            (Operator::AtLeast, Operator::AtMost) | (Operator::AtMost, Operator::AtLeast)
        );
        if one.field != two.field || one.of != two.of || !(is_plain || is_range) {
            return false;
        }
        match (one.operator, two.operator) {
            (Operator::Is, Operator::Is) => {
                !self.values.is_empty() && !other.values.is_empty() && self.values.is_disjoint(&other.values)
            }
            (Operator::Is, Operator::IsNot) => {
                !self.values.is_empty() && self.values.is_subset(&other.values)
            }
            (Operator::IsNot, Operator::Is) => {
                !other.values.is_empty() && other.values.is_subset(&self.values)
            }
            (
                Operator::IsEmpty,
                Operator::Is | Operator::Contains | Operator::StartsWith | Operator::EndsWith,
            )
            | (
                Operator::Is | Operator::Contains | Operator::StartsWith | Operator::EndsWith,
                Operator::IsEmpty,
            ) => true,
            (Operator::StartsWith, Operator::StartsWith) => {
                are_apart(&self.values, &other.values, |one, other| one.starts_with(other))
            }
            (Operator::EndsWith, Operator::EndsWith) => {
                are_apart(&self.values, &other.values, |one, other| one.ends_with(other))
            }
            (Operator::AtLeast, Operator::AtMost) => least_beyond_most(self, other),
            (Operator::AtMost, Operator::AtLeast) => least_beyond_most(other, self),
            (Operator::Is, part @ (Operator::Contains | Operator::StartsWith | Operator::EndsWith)) => {
                !self.values.iter().any(|value| has_part(value, part, &other.values))
            }
            (part @ (Operator::Contains | Operator::StartsWith | Operator::EndsWith), Operator::Is) => {
                !other.values.iter().any(|value| has_part(value, part, &self.values))
            }
            (_, _) => false,
        }
    }

    /// Whether whoever fits this one fits the other.
    fn implies(&self, other: &Self) -> bool {
        let (one, two) = (self.condition, other.condition);
        if one.field != two.field || one.of != two.of {
            return false;
        }
        if one.operator != two.operator {
            return self.implies_otherwise(other);
        }
        match one.operator {
            Operator::IsNot => other.values.is_subset(&self.values),
            Operator::AtLeast | Operator::AtMost => self.values == other.values,
            Operator::Is
            | Operator::Contains
            | Operator::StartsWith
            | Operator::EndsWith
            | Operator::Matches
            | Operator::IsEmpty => self.values.is_subset(&other.values),
        }
    }
}
