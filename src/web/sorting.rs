//! The order of a list: a word of the address, which stands for a column. Without one lists go by age, the
//! newest first.

use super::{
    Failure, Listing,
    parts::{Column, Sorted},
};
use store::shared::SortBy;

/// What a list can be sorted by: the word of the address, and the column.
pub type Sorts = [(&'static str, &'static str)];

/// The fields of the address: the word, and whether it is the other way round.
pub const FIELDS: [&str; 2] = ["sort", "desc"];

/// The order that an address asks for.
///
/// # Errors
/// A word that the list does not know.
pub fn read(listing: &Listing, sorts: &Sorts) -> Result<Option<SortBy>, Failure> {
    let is_descending = listing.parsed("desc", "true or false")?.unwrap_or(false);
    let Some(word) = listing.text("sort") else { return Ok(None) };
    let unknown = || {
        let words: Vec<&str> = sorts.iter().map(|(word, _)| *word).collect();
        Failure::field("sort", format!("must be one of {}", words.join(", ")))
    };
    let (_, column) = sorts.iter().find(|(known, _)| *known == word).ok_or_else(unknown)?;
    Ok(Some(SortBy { column, is_descending }))
}

/// Columns, those that have the name of an order with the way to it; `href` is the list's address with
/// other values of some fields.
pub fn heads(
    columns: Vec<Column>,
    (sorts, sort): (&Sorts, Option<SortBy>),
    href: impl Fn(&[(&str, &str)]) -> String,
) -> Vec<Column> {
    let head = |column: Column| {
        let Some((word, by)) = sorts.iter().find(|(word, _)| *word == column.name) else { return column };
        let sorted = match sort.filter(|sort| sort.column == *by) {
            Some(SortBy { is_descending: true, .. }) => Sorted::Descending,
            Some(SortBy { is_descending: false, .. }) => Sorted::Ascending,
            None => Sorted::No,
        };
        let desc = if sorted == Sorted::Ascending { "true" } else { "" };
        column.sortable(href(&[("sort", word), ("desc", desc), ("cursor", "")]), sorted)
    };
    columns.into_iter().map(head).collect()
}
