//! Acts by hand: block, delete, whitelist (seed 003, "Apply to Selected").

use super::{ActionableVariable, Changed, change, raise_blocks, variable};
use crate::{
    Error,
    shared::{Actor, Change, Scope, Transaction, audit, now_millis},
};
use domain::{
    shared::{ActionableVariableId, SmartSwitchRuleId},
    smartswitch::{ActionableAct, ActionableState, SmartSwitchRule},
};
use std::collections::{BTreeMap, BTreeSet};

/// How many are changed in one transaction.
const AT_ONCE: usize = 100;

/// What became of an act.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Acted {
    pub changed: Vec<ActionableVariableId>,
    /// Those that the act is not for in their state, or that changed in the meantime.
    pub skipped: Vec<ActionableVariableId>,
}

/// Does an act with sources. Those that it is not for are left as they are, and named.
///
/// # Errors
/// [`Error::Missing`] where the network has no such source, or it is not seen: then nothing is done.
pub async fn act(
    scope: Scope<'_>,
    actor: &Actor,
    ids: &[ActionableVariableId],
    act: ActionableAct,
) -> Result<Acted, Error> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.push(variable(scope, *id).await?);
    }
    let named: BTreeSet<SmartSwitchRuleId> = found.iter().map(|variable| variable.rule_id).collect();
    let mut rules = BTreeMap::new();
    for id in named {
        let rule = scope.database().of(scope.network()).get::<SmartSwitchRule>(id.0).await?;
        rules.insert(id, rule.body);
    }
    let mut acted = Acted::default();
    for some in found.chunks(AT_ONCE) {
        act_on(scope, actor, some, (act, &rules), &mut acted).await?;
    }
    Ok(acted)
}

async fn act_on(
    scope: Scope<'_>,
    actor: &Actor,
    some: &[ActionableVariable],
    (act, rules): (ActionableAct, &BTreeMap<SmartSwitchRuleId, SmartSwitchRule>),
    acted: &mut Acted,
) -> Result<(), Error> {
    let transaction = scope.database().write().await?;
    let blocks_version = raise_blocks(&transaction, scope.network()).await?;
    for variable in some {
        let after = variable.state.after(act, variable.action);
        let rule = rules.get(&variable.rule_id).ok_or(Error::Missing)?;
        let is_changed = match after {
            Some(state) => {
                let changed = Changed {
                    variable,
                    rule,
                    state,
                    at: now_millis(),
                    by: &actor.name,
                    run_id: None,
                    why: "",
                    finding: None,
                    blocks_version,
                };
                change(&transaction, &changed).await?
                    && note(&transaction, scope, actor, variable, state).await?
            }
            None => false,
        };
        let place = if is_changed { &mut acted.changed } else { &mut acted.skipped };
        place.push(variable.id);
    }
    transaction.commit().await?;
    scope.database().changes().announce_blocks(scope.network()).await;
    Ok(())
}

/// Files the act in the audit log.
async fn note(
    transaction: &Transaction,
    scope: Scope<'_>,
    actor: &Actor,
    variable: &ActionableVariable,
    state: ActionableState,
) -> Result<bool, Error> {
    let of = |state: ActionableState| serde_json::json!({"state": state.name()}).to_string();
    let change = Change {
        action: "update",
        object: "actionable_variable",
        object_id: Some(variable.id.0),
        before: Some(of(variable.state)),
        after: Some(of(state)),
    };
    audit(transaction, scope.network(), actor, change).await?;
    Ok(true)
}
