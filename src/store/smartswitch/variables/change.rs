//! Sources that are found, and states that change, each in the caller's transaction with its line of history and its
//! fact.

use super::{ActionableVariable, read::named};
use crate::{
    Error,
    shared::{BLOCKS_CHANNEL, Fact, SourceTold, Transaction, number_of_rows, rows, run, tell},
};
use domain::{
    shared::{ActionableVariableId, NetworkId, SmartSwitchRuleId, SmartSwitchRunId},
    smartswitch::{ActionableState, Finding, SmartSwitchRule, Source},
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};

/// A source that a run has found.
pub(crate) struct New<'a> {
    pub network: NetworkId,
    pub rule_id: SmartSwitchRuleId,
    pub rule: &'a SmartSwitchRule,
    pub run_id: SmartSwitchRunId,
    pub source: &'a Source,
    pub state: ActionableState,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    pub finding: &'a Finding,
    /// The version of the network's blocks that it comes with; 0 where its clicks meet nothing.
    pub blocks_version: i64,
}

/// A change of a source.
pub(crate) struct Changed<'a> {
    pub variable: &'a ActionableVariable,
    pub rule: &'a SmartSwitchRule,
    pub state: ActionableState,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    /// Who did it; empty where the rule did.
    pub by: &'a str,
    pub run_id: Option<SmartSwitchRunId>,
    pub why: &'a str,
    pub finding: Option<&'a Finding>,
    /// As in [`New`].
    pub blocks_version: i64,
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

#[derive(FromQueryResult)]
struct Raised {
    blocks_version: i64,
}

/// Raises the version of a network's blocks: what is changed with it in this transaction is read by whoever knows the
/// version before. Other nodes are told at its commit, where the database can.
pub(crate) async fn raise_blocks(transaction: &Transaction, network: NetworkId) -> Result<i64, Error> {
    let sql =
        "UPDATE networks SET blocks_version = blocks_version + 1 WHERE id = $1 RETURNING blocks_version";
    let raised: Vec<Raised> = rows(transaction, sql, vec![network.0.into()]).await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        let notice = vec![BLOCKS_CHANNEL.into(), network.to_string().into()];
        run(transaction, "SELECT pg_notify($1, $2)", notice).await?;
    }
    Ok(raised.first().ok_or(Error::Missing)?.blocks_version)
}

/// When a source that gets this state is let through again, 0 for never.
fn ends_at(rule: &SmartSwitchRule, state: ActionableState, at: i64) -> i64 {
    let hours = rule.block_hours.filter(|_| state.met().is_some());
    hours.map_or(0, |hours| at + i64::from(hours.hours()) * 3_600_000)
}

/// Keeps a source that a run has found; false where it is the rule's already.
pub(crate) async fn insert(transaction: &Transaction, new: &New<'_>) -> Result<bool, Error> {
    let New { rule, source, state, at, .. } = *new;
    let is_pending = state == ActionableState::Pending;
    let due_at = if is_pending { at + i64::from(rule.action_delay_minutes.minutes()) * 60_000 } else { 0 };
    let sql = "INSERT INTO actionable_variables (network_id, rule_id, run_id, offer_id, partner_id, variable, value, \
               action, state, created_at, due_at, blocked_at, ends_at, changed_at, judged_from, figures, \
               blocks_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $10, $14, $15, $16) \
               ON CONFLICT DO NOTHING RETURNING id";
    let values = vec![
        new.network.0.into(),
        new.rule_id.0.into(),
        new.run_id.0.into(),
        source.offer_id.0.into(),
        source.partner_id.0.into(),
        rule.variable.name().into(),
        source.value.as_str().into(),
        rule.action.name().into(),
        state.name().into(),
        at.into(),
        due_at.into(),
        if state.met().is_some() { at } else { 0 }.into(),
        ends_at(rule, state, at).into(),
        new.finding.hours.from.0.into(),
        serde_json::to_string(new.finding)?.into(),
        new.blocks_version.into(),
    ];
    let inserted: Vec<Id> = rows(transaction, sql, values).await?;
    let Some(id) = inserted.first().map(|row| ActionableVariableId(row.id)) else { return Ok(false) };
    let line = Line { at, state, by: "", run_id: Some(new.run_id), why: "", finding: Some(new.finding) };
    line.write(transaction, new.network, id).await?;
    let told = SourceTold {
        actionable_variable_id: id,
        rule_id: new.rule_id,
        offer_id: source.offer_id,
        partner_id: source.partner_id,
        variable: rule.variable.name().to_owned(),
        value: source.value.clone(),
        action: rule.action.name().to_owned(),
        to_employees: rule.notify_employees,
        to_partners: rule.notify_partners,
    };
    let fact = match state {
        ActionableState::Pending => Fact::SourceToBeBlocked { source: told, due_at },
        ActionableState::Blocked
        | ActionableState::Failing
        | ActionableState::Notified
        | ActionableState::Recovered
        | ActionableState::Whitelisted
        | ActionableState::Deleted
        | ActionableState::Expired => Fact::SourceBlocked { source: told },
    };
    tell(transaction, new.network, &fact).await?;
    Ok(true)
}

/// Gives a source another state; false where it is no longer in the one that it was read in, or where it would be the
/// rule's a second time.
pub(crate) async fn change(transaction: &Transaction, changed: &Changed<'_>) -> Result<bool, Error> {
    let Changed { variable, rule, state, at, .. } = *changed;
    let open: Vec<ActionableState> =
        ActionableState::ALL.into_iter().filter(|state| state.is_open()).collect();
    // A closed one that is opened again, while the source has been found once more.
    let alone = if state.is_open() && !variable.state.is_open() {
        format!(
            " AND NOT EXISTS (SELECT 1 FROM actionable_variables AS other WHERE other.rule_id = $8 \
             AND other.offer_id = $9 AND other.partner_id = $10 AND other.variable = $11 AND other.value = $12 \
             AND other.state IN ({}))",
            named(&open)
        )
    } else {
        String::new()
    };
    let sql = format!(
        "UPDATE actionable_variables SET state = $1, changed_at = $2, blocked_at = CASE WHEN $3 > 0 THEN $3 ELSE \
         blocked_at END, ends_at = $4, blocks_version = CASE WHEN $5 > 0 THEN $5 ELSE blocks_version END \
         WHERE id = $6 AND state = $7{alone} RETURNING id"
    );
    let blocked_at = if state.met().is_some() { at } else { 0 };
    let mut values = vec![
        state.name().into(),
        at.into(),
        blocked_at.into(),
        ends_at(rule, state, at).into(),
        changed.blocks_version.into(),
        variable.id.0.into(),
        variable.state.name().into(),
    ];
    if !alone.is_empty() {
        let source = &variable.source;
        values.extend([
            variable.rule_id.0.into(),
            source.offer_id.0.into(),
            source.partner_id.0.into(),
            variable.variable.name().into(),
            source.value.as_str().into(),
        ]);
    }
    if number_of_rows(transaction, &sql, values).await? == 0 {
        return Ok(false);
    }
    let line = Line {
        at,
        state,
        by: changed.by,
        run_id: changed.run_id,
        why: changed.why,
        finding: changed.finding,
    };
    line.write(transaction, variable.network, variable.id).await?;
    if let Some(fact) = fact(changed) {
        tell(transaction, variable.network, &fact).await?;
    }
    Ok(true)
}

/// What somebody wants to be told of a change.
fn fact(changed: &Changed<'_>) -> Option<Fact> {
    let Changed { variable, rule, .. } = *changed;
    let source = SourceTold {
        actionable_variable_id: variable.id,
        rule_id: variable.rule_id,
        offer_id: variable.source.offer_id,
        partner_id: variable.source.partner_id,
        variable: variable.variable.name().to_owned(),
        value: variable.source.value.clone(),
        action: variable.action.name().to_owned(),
        to_employees: rule.notify_employees,
        to_partners: rule.notify_partners,
    };
    match changed.state {
        ActionableState::Pending => None,
        ActionableState::Blocked | ActionableState::Failing | ActionableState::Notified => {
            Some(Fact::SourceBlocked { source })
        }
        ActionableState::Recovered => Some(Fact::SourceRecovered { source }),
        ActionableState::Whitelisted => Some(Fact::SourceWhitelisted { source }),
        ActionableState::Deleted | ActionableState::Expired => Some(Fact::SourceLifted { source }),
    }
}

/// A line of history.
struct Line<'a> {
    at: i64,
    state: ActionableState,
    by: &'a str,
    run_id: Option<SmartSwitchRunId>,
    why: &'a str,
    finding: Option<&'a Finding>,
}

impl Line<'_> {
    async fn write(
        &self,
        transaction: &Transaction,
        network: NetworkId,
        variable: ActionableVariableId,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO actionable_variable_changes (network_id, variable_id, at, state, by_name, run_id, why, \
                   figures) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let figures = self.finding.map(serde_json::to_string).transpose()?.unwrap_or_default();
        let values = vec![
            network.0.into(),
            variable.0.into(),
            self.at.into(),
            self.state.name().into(),
            self.by.into(),
            self.run_id.map_or(0, |run| run.0).into(),
            self.why.into(),
            figures.into(),
        ];
        run(transaction, sql, values).await
    }
}
