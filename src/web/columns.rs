//! The columns of a table that one may choose from. The choice stays in the address.

use super::{
    Form,
    parts::{Column, Ticked},
};

/// The field of the address that names the chosen ones, in several fields or by commas.
pub const FIELD: &str = "columns";

/// What an address drops to ask for everything that fits its filters, whatever part of it a page shows.
pub const WHOLE: [(&str, &str); 3] = [("cursor", ""), ("limit", ""), (FIELD, "")];

/// The columns of a table, and which of them are shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Columns(Vec<(Column, bool)>);

impl Columns {
    /// Those that the address names; the usual ones where it names none that there is. A column without a
    /// name is always shown.
    #[must_use]
    pub fn of(all: Vec<Column>, form: &Form) -> Self {
        let chosen: Vec<&str> = form.all(FIELD).flat_map(|names| names.split(',')).collect();
        let is_chosen = |column: &Column| chosen.contains(&column.name);
        let is_usual = !all.iter().any(|column| !column.name.is_empty() && is_chosen(column));
        let is_shown = |column: &Column| match (column.name.is_empty(), is_usual) {
            (true, _) => true,
            (false, true) => !column.is_extra,
            (false, false) => is_chosen(column),
        };
        let shown: Vec<bool> = all.iter().map(is_shown).collect();
        Self(all.into_iter().zip(shown).collect())
    }

    /// Whether a column is shown.
    #[must_use]
    pub fn shows(&self, name: &str) -> bool {
        self.0.iter().any(|(column, is_shown)| *is_shown && column.name == name)
    }

    /// The heads of those that are shown.
    pub fn heads(&self) -> impl Iterator<Item = &Column> {
        self.0.iter().filter(|(_, is_shown)| *is_shown).map(|(column, _)| column)
    }

    /// Of a cell a column, those that are shown.
    #[must_use]
    pub fn cut<T>(&self, cells: Vec<T>) -> Vec<T> {
        let shown = cells.into_iter().zip(&self.0).filter(|(_, (_, is_shown))| *is_shown);
        shown.map(|(cell, _)| cell).collect()
    }

    /// What one may choose from.
    #[must_use]
    pub fn choices(&self) -> Vec<Ticked> {
        let named = self.0.iter().filter(|(column, _)| !column.name.is_empty());
        named
            .map(|(column, is_shown)| Ticked {
                value: column.name,
                label: column.label.clone(),
                hint: column.hint.clone(),
                is_ticked: *is_shown,
            })
            .collect()
    }
}
