//! Values of one field that traffic is refused by: what source blocks and traffic controls have in common.

use crate::shared::{Condition, Field, Operator, Problems, value_problem};
use serde::{Deserialize, Serialize};

/// The most whole values, which are looked up at once.
const MOST_WHOLE: usize = 10_000;
/// The most parts of values, which are looked for one by one in every click.
const MOST_PARTS: usize = 100;

/// The most characters of a note.
const LONGEST_NOTE: usize = 1_000;

/// How a value is compared; case counts nowhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListOperator {
    /// It is the value.
    #[default]
    Is,
    StartsWith,
    EndsWith,
    Contains,
}

impl ListOperator {
    /// All.
    pub const ALL: [Self; 4] = [Self::Is, Self::StartsWith, Self::EndsWith, Self::Contains];

    /// The word in JSON, in forms and in CSV.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.operator().name()
    }

    /// The operator of a condition that it is.
    #[must_use]
    pub const fn operator(self) -> Operator {
        match self {
            Self::Is => Operator::Is,
            Self::StartsWith => Operator::StartsWith,
            Self::EndsWith => Operator::EndsWith,
            Self::Contains => Operator::Contains,
        }
    }
}

/// The condition that any of the values fulfils.
#[must_use]
pub(super) fn condition(field: Field, operator: ListOperator, values: &[String]) -> Condition {
    Condition { field, operator: operator.operator(), values: values.to_vec(), of: None }
}

/// Notes what is wrong with what people call a list, and why they say that it is there.
pub(super) fn check_words(problems: &mut Problems, name: &str, note: &str) {
    problems.text("name", name, true, 200);
    problems.text("note", note, false, LONGEST_NOTE);
}

/// Notes what is wrong with the values of a list.
pub(super) fn check(problems: &mut Problems, field: Field, operator: ListOperator, values: &[String]) {
    if !operator.operator().suits(field) {
        problems.push("operator", format!("must be `is`: `{field}` is no text"));
        return;
    }
    let (count, most) = (values.len(), most(operator));
    problems.check(count > 0, "values", "must name at least one value");
    problems.check(count <= most, "values", format!("has {count} values; at most {most} are allowed"));
    for (at, value) in values.iter().enumerate().take(most) {
        let path = format!("values[{at}]");
        problems.plain(&path, value);
        if let Some(message) = value_problem(field, operator.operator(), value) {
            problems.push(path, message);
        }
    }
}

/// The most values of a list that are compared so.
const fn most(operator: ListOperator) -> usize {
    match operator {
        ListOperator::Is => MOST_WHOLE,
        ListOperator::StartsWith | ListOperator::EndsWith | ListOperator::Contains => MOST_PARTS,
    }
}
