//! An uploaded file of conversions, read cell by cell: which columns each kind of file has, what a cell
//! may hold, and what a row says. Whatever is wrong is told at its row and column.

mod cell;
mod header;
mod row;

pub use cell::{LONGEST_CELL, plain_cell, safe_cell};
pub use header::{COLUMNS_MOST, Column, Header};
pub use row::{Amounts, NewRow, Row, Which};

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What a file does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadKind {
    /// New conversions and events, by the clicks that they came of.
    New,
    /// Other statuses of conversions that are there.
    Status,
    /// Other amounts of conversions that are there.
    Amounts,
}

impl UploadKind {
    /// Every kind, in the order of the form.
    pub const ALL: [Self; 3] = [Self::New, Self::Status, Self::Amounts];

    /// The name in forms, the API and the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Status => "status",
            Self::Amounts => "amounts",
        }
    }

    /// What it is called.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::New => "New conversions",
            Self::Status => "Status changes",
            Self::Amounts => "Amounts",
        }
    }
}

/// A text that names no kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("must be new, status or amounts")]
pub struct UnknownUploadKind;

impl FromStr for UploadKind {
    type Err = UnknownUploadKind;

    fn from_str(text: &str) -> Result<Self, UnknownUploadKind> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or(UnknownUploadKind)
    }
}

/// What is wrong with a cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CellError {
    /// Counts from 1; 0 where it is about the whole row.
    pub column: usize,
    /// The column's name; empty where it is about the whole row.
    pub name: String,
    /// What stands there, cut where it is long.
    pub value: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl CellError {
    /// About a whole row.
    #[must_use]
    pub fn of_row(message: impl Into<String>) -> Self {
        Self { column: 0, name: String::new(), value: String::new(), message: message.into() }
    }
}

#[cfg(test)]
mod tests;
