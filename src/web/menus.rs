//! Menus of a network's objects. What is deleted since stays to be chosen where a form names it.

use super::{Access, Failure, parts::Choice};
use std::collections::BTreeSet;
use store::offers::{Named, Names, choices};

/// The network's objects of a kind, and behind them so many at most of these ids that are not among them.
///
/// # Errors
/// What the database said.
pub async fn menu(
    access: &Access,
    kind: Named,
    named: impl IntoIterator<Item = i64>,
    most: usize,
) -> Result<Vec<Choice>, Failure> {
    let found = choices(access.scope(), kind).await?;
    let known: BTreeSet<i64> = found.iter().map(|(id, _)| *id).collect();
    let named: BTreeSet<i64> = named.into_iter().collect();
    let deleted: Vec<i64> = named.difference(&known).copied().take(most).collect();
    let names = Names::read(access.scope(), deleted.iter().map(|id| (kind, *id))).await?;
    let deleted = deleted.into_iter().map(|id| (id, format!("{} (deleted)", names.of(kind, id))));
    Ok(found.into_iter().chain(deleted).map(|(id, name)| Choice::new(id.to_string(), name)).collect())
}
