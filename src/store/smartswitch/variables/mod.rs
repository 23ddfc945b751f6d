//! Actionable variables: the sources that rules have found, what becomes of them, and their history. Each change of a
//! state is one statement that asks for the state before: whoever is first makes it, and nobody makes it twice.

mod act;
mod change;
mod read;

pub use act::{Acted, act};
pub(crate) use change::{Changed, New, change, insert, raise_blocks};
pub use read::{
    ActionableVariable, VariableChange, VariableFilter, changes_of, due_variables, ended_blocks,
    notified_variables, variable, variables,
};
