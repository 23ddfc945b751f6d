//! What becomes of sources whose time has come: a delay that has ended, a rule that is not in force any more, a block
//! that has had its hours. Each change asks for the state before, so that it is made once, whoever looks.

use super::judging::{judge_some, offers_of};
use crate::{
    Error,
    identity::calendar,
    shared::{Database, rows},
    smartswitch::{ActionableVariable, Changed, change, due_variables, ended_blocks, raise_blocks},
};
use chrono::{DateTime, Utc};
use domain::{
    shared::{HourNumber, NetworkId, SmartSwitchRuleId},
    smartswitch::{ActionableState, Finding, JudgedHours, SmartSwitchRule, Source},
};
use sea_orm::FromQueryResult;
use std::collections::BTreeMap;

/// How many sources are looked at a time, and changed in one transaction.
const AT_ONCE: u64 = 50;

/// What becomes of a source, and by what.
struct Outcome<'a> {
    variable: &'a ActionableVariable,
    state: ActionableState,
    why: &'static str,
    finding: Option<Finding>,
}

/// Acts on the sources whose delay has ended at `now`, in milliseconds since 1970 UTC: judged again, they are blocked,
/// or have recovered. Gives how many there were.
///
/// # Errors
/// What the database said.
pub async fn settle_due(database: &Database, now: i64) -> Result<usize, Error> {
    let mut settled = cancel(database, now).await?;
    loop {
        let due = due_variables(database, now, AT_ONCE).await?;
        let before = settled;
        for (rule_id, some) in by_rule(due) {
            settled += settle(database, rule_id, &some, now).await?;
        }
        if settled == before {
            return Ok(settled);
        }
    }
}

fn by_rule(variables: Vec<ActionableVariable>) -> BTreeMap<SmartSwitchRuleId, Vec<ActionableVariable>> {
    let mut by_rule: BTreeMap<SmartSwitchRuleId, Vec<ActionableVariable>> = BTreeMap::new();
    for variable in variables {
        by_rule.entry(variable.rule_id).or_default().push(variable);
    }
    by_rule
}

async fn settle(
    database: &Database,
    rule_id: SmartSwitchRuleId,
    due: &[ActionableVariable],
    now: i64,
) -> Result<usize, Error> {
    let Some(network) = due.first().map(|variable| variable.network) else { return Ok(0) };
    let rule = database.of(network).get::<SmartSwitchRule>(rule_id.0).await?.body;
    let outcomes = outcomes(database, network, &rule, due, now).await?;
    keep(database, network, (&rule, now), outcomes).await
}

/// What becomes of sources of one rule.
async fn outcomes<'a>(
    database: &Database,
    network: NetworkId,
    rule: &SmartSwitchRule,
    due: &'a [ActionableVariable],
    now: i64,
) -> Result<Vec<Outcome<'a>>, Error> {
    let moment = DateTime::<Utc>::from_timestamp_millis(now).unwrap_or_default();
    let ended =
        |why| move |variable| Outcome { variable, state: ActionableState::Deleted, why, finding: None };
    if !rule.is_in_force(moment) {
        return Ok(due.iter().map(ended("the rule is not in force any more")).collect());
    }
    let offers = offers_of(database, network, rule).await?;
    let is_meant = |variable: &&ActionableVariable| {
        variable.variable == rule.variable
            && offers.contains(&variable.source.offer_id)
            && !rule.excludes(variable.source.partner_id, &variable.source.value)
    };
    let (meant, other): (Vec<_>, Vec<_>) = due.iter().partition(is_meant);
    let mut outcomes: Vec<Outcome<'_>> =
        other.into_iter().map(ended("the rule does not judge the source any more")).collect();
    let calendar = calendar(database, network).await?;
    let mut by_window: BTreeMap<HourNumber, Vec<&ActionableVariable>> = BTreeMap::new();
    for variable in meant {
        by_window.entry(variable.judged_from).or_default().push(variable);
    }
    for (from, some) in by_window {
        let hours = JudgedHours::since(from, calendar, moment);
        let sources: Vec<Source> = some.iter().map(|variable| variable.source.clone()).collect();
        let findings = judge_some(database, (network, calendar), rule, hours, &sources).await?;
        outcomes.extend(some.into_iter().zip(findings).map(|(variable, finding)| Outcome {
            variable,
            state: rule.after_delay(&finding.judgement),
            why: "",
            finding: Some(finding),
        }));
    }
    Ok(outcomes)
}

/// Changes the states in one transaction; gives how many it was the first to change.
async fn keep(
    database: &Database,
    network: NetworkId,
    (rule, now): (&SmartSwitchRule, i64),
    outcomes: Vec<Outcome<'_>>,
) -> Result<usize, Error> {
    let meets =
        |outcome: &Outcome<'_>| outcome.state.met().is_some() || outcome.variable.state.met().is_some();
    let is_met = outcomes.iter().any(meets);
    let transaction = database.write().await?;
    let blocks_version = if is_met { raise_blocks(&transaction, network).await? } else { 0 };
    let mut count = 0;
    for outcome in &outcomes {
        let changed = Changed {
            variable: outcome.variable,
            rule,
            state: outcome.state,
            at: now,
            by: "",
            run_id: None,
            why: outcome.why,
            finding: outcome.finding.as_ref(),
            blocks_version: if meets(outcome) { blocks_version } else { 0 },
        };
        count += usize::from(change(&transaction, &changed).await?);
    }
    transaction.commit().await?;
    if is_met {
        database.changes().announce_blocks(network).await;
    }
    Ok(count)
}

/// Cancels what is pending of rules that are not in force any more.
async fn cancel(database: &Database, now: i64) -> Result<usize, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: i64,
        network_id: i64,
    }
    // Rules without a source that waits are not asked for: each looks into the index of the open ones.
    let sql = "SELECT id, network_id FROM smart_switch_rules AS rule WHERE EXISTS (SELECT 1 FROM \
               actionable_variables WHERE rule_id = rule.id AND state = 'pending')";
    let found: Vec<Row> = rows(database.read(), sql, vec![]).await?;
    let moment = DateTime::<Utc>::from_timestamp_millis(now).unwrap_or_default();
    let mut count = 0;
    for row in found {
        let network = NetworkId(row.network_id);
        let rule = database.of(network).get::<SmartSwitchRule>(row.id).await?.body;
        if rule.is_in_force(moment) {
            continue;
        }
        let pending = pending_of(database, network, SmartSwitchRuleId(row.id)).await?;
        for some in pending.chunks(AT_ONCE as usize) {
            let outcomes = outcomes(database, network, &rule, some, now).await?;
            count += keep(database, network, (&rule, now), outcomes).await?;
        }
    }
    Ok(count)
}

async fn pending_of(
    database: &Database,
    network: NetworkId,
    rule: SmartSwitchRuleId,
) -> Result<Vec<ActionableVariable>, Error> {
    let filter = crate::smartswitch::VariableFilter {
        rule_id: Some(rule),
        states: vec![ActionableState::Pending],
        ..Default::default()
    };
    crate::smartswitch::variables(database.of(network), &filter, None, u64::from(u32::MAX)).await
}

/// Lets the sources through again whose block has had its hours at `now`. Gives how many there were.
///
/// # Errors
/// What the database said.
pub async fn end_blocks(database: &Database, now: i64) -> Result<usize, Error> {
    let mut count = 0;
    loop {
        let ended = ended_blocks(database, now, AT_ONCE).await?;
        let before = count;
        for (rule_id, some) in by_rule(ended) {
            let Some(network) = some.first().map(|variable| variable.network) else { continue };
            let rule = database.of(network).get::<SmartSwitchRule>(rule_id.0).await?.body;
            let outcome =
                |variable| Outcome { variable, state: ActionableState::Expired, why: "", finding: None };
            let outcomes: Vec<Outcome<'_>> = some.iter().map(outcome).collect();
            count += keep(database, network, (&rule, now), outcomes).await?;
        }
        if count == before {
            return Ok(count);
        }
    }
}
