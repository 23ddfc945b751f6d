//! What is done with several sources: within which bounds, and what is said of those that are left as they are.

use super::words;
use crate::web::{Access, Failure, format};
use domain::{shared::ActionableVariableId, smartswitch::ActionableAct};
use std::collections::{BTreeMap, BTreeSet};
use store::smartswitch::{self, Acted, variable};

/// The most sources of one act: the database writes for nobody else meanwhile.
pub const MOST: usize = 200;

/// Does an act with sources, each once.
///
/// # Errors
/// At `ids` where there are none or too many; [`Failure::NotFound`] where one is none of the network's.
pub async fn act(
    access: &Access,
    ids: impl IntoIterator<Item = ActionableVariableId>,
    act: ActionableAct,
) -> Result<Acted, Failure> {
    let ids: BTreeSet<ActionableVariableId> = ids.into_iter().collect();
    check_count(ids.len())?;
    let ids: Vec<ActionableVariableId> = ids.into_iter().collect();
    Ok(smartswitch::act(access.scope(), &access.actor(), &ids, act).await?)
}

/// Whether so many may be named at once.
///
/// # Errors
/// There are none or too many.
pub fn check_count(count: usize) -> Result<(), Failure> {
    if (1..=MOST).contains(&count) {
        return Ok(());
    }
    let named = format::counted(count, "source");
    Err(Failure::field("ids", format!("must name 1 to {MOST} sources; {named} came")))
}

/// What an act came to: `Blocked: 3 sources. Left as they are: 1 blocked already, 1 recovered.`
///
/// # Errors
/// What the database said.
pub async fn told(access: &Access, act: ActionableAct, acted: &Acted) -> Result<String, Failure> {
    let done = format!("{}: {}.", words::done(act), format::counted(acted.changed.len(), "source"));
    if acted.skipped.is_empty() {
        return Ok(done);
    }
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for id in &acted.skipped {
        let left = variable(access.scope(), *id).await?;
        *reasons.entry(words::left(act, left.state, left.action)).or_default() += 1;
    }
    Ok(format!("{done} Left as they are: {}.", counted(&reasons)))
}

/// Reasons with how many each is of.
pub fn counted(reasons: &BTreeMap<&str, usize>) -> String {
    let told = reasons.iter().map(|(reason, count)| format!("{} {reason}", format::count(*count)));
    told.collect::<Vec<_>>().join(", ")
}
