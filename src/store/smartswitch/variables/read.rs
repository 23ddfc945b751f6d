//! Actionable variables as they are read.

use crate::{
    Error,
    shared::{Database, Scope, rows},
};
use domain::{
    shared::{
        ActionableVariableId, HourNumber, NetworkId, OfferId, PartnerId, SmartSwitchRuleId, SmartSwitchRunId,
    },
    smartswitch::{ActionableState, Finding, Source, SwitchAction, Variable},
};
use sea_orm::{FromQueryResult, Value};

const COLUMNS: &str = "id, network_id, rule_id, run_id, offer_id, partner_id, variable, value, action, state, \
                       created_at, due_at, blocked_at, ends_at, changed_at, judged_from, figures";

/// A source that a rule has found. Times are milliseconds since 1970 UTC, 0 for none.
#[derive(Clone, PartialEq, Debug)]
pub struct ActionableVariable {
    pub id: ActionableVariableId,
    pub network: NetworkId,
    pub rule_id: SmartSwitchRuleId,
    /// The run that found it.
    pub run_id: SmartSwitchRunId,
    pub variable: Variable,
    pub source: Source,
    /// What the rule did, or was to do, when it found it.
    pub action: SwitchAction,
    pub state: ActionableState,
    pub created_at: i64,
    /// When its delay ends.
    pub due_at: i64,
    pub blocked_at: i64,
    /// When its block ends by time.
    pub ends_at: i64,
    pub changed_at: i64,
    /// Where the window in which it was hit began.
    pub judged_from: HourNumber,
    /// The figures that it was found by; none where they can't be read any more.
    pub figures: Option<Finding>,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    network_id: i64,
    rule_id: i64,
    run_id: i64,
    offer_id: i64,
    partner_id: i64,
    variable: String,
    value: String,
    action: String,
    state: String,
    created_at: i64,
    due_at: i64,
    blocked_at: i64,
    ends_at: i64,
    changed_at: i64,
    judged_from: i64,
    figures: String,
}

impl ActionableVariable {
    fn read(row: Row) -> Result<Self, Error> {
        let unknown = |what: &str| Error::Refused(format!("the source {} has no known {what}", row.id));
        let variable = Variable::ALL.into_iter().find(|variable| variable.name() == row.variable);
        let action = SwitchAction::ALL.into_iter().find(|action| action.name() == row.action);
        let state = ActionableState::ALL.into_iter().find(|state| state.name() == row.state);
        Ok(Self {
            id: ActionableVariableId(row.id),
            network: NetworkId(row.network_id),
            rule_id: SmartSwitchRuleId(row.rule_id),
            run_id: SmartSwitchRunId(row.run_id),
            variable: variable.ok_or_else(|| unknown("variable"))?,
            source: Source {
                offer_id: OfferId(row.offer_id),
                partner_id: PartnerId(row.partner_id),
                value: row.value,
            },
            action: action.ok_or_else(|| unknown("action"))?,
            state: state.ok_or_else(|| unknown("state"))?,
            created_at: row.created_at,
            due_at: row.due_at,
            blocked_at: row.blocked_at,
            ends_at: row.ends_at,
            changed_at: row.changed_at,
            judged_from: HourNumber(row.judged_from),
            figures: serde_json::from_str(&row.figures).ok(),
        })
    }
}

/// Which sources are wanted; all that is there must hold.
#[derive(Clone, Debug, Default)]
pub struct VariableFilter {
    pub offer_id: Option<OfferId>,
    pub partner_id: Option<PartnerId>,
    pub rule_id: Option<SmartSwitchRuleId>,
    pub run_id: Option<SmartSwitchRunId>,
    /// Any of these; all where it is empty.
    pub states: Vec<ActionableState>,
    pub value: Option<String>,
    /// Milliseconds since 1970 UTC, inclusive.
    pub created_after: Option<i64>,
    /// Exclusive.
    pub created_before: Option<i64>,
    pub blocked_after: Option<i64>,
    pub blocked_before: Option<i64>,
    /// Rules whose sources are left out as long as nothing is done with them.
    pub silent: Vec<SmartSwitchRuleId>,
}

impl VariableFilter {
    /// The states in which nothing is done with a source but telling of it.
    pub const HUSHED: [ActionableState; 3] =
        [ActionableState::Pending, ActionableState::Notified, ActionableState::Recovered];

    /// The conditions, and the values behind the network's.
    fn conditions(&self) -> (String, Vec<Value>) {
        let mut sql = String::new();
        let mut values = Vec::new();
        let mut add = |condition: &str, value: Value| {
            values.push(value);
            sql.push_str(&format!(" AND {condition} ${}", values.len() + 1));
        };
        let numbers = [
            ("offer_id =", self.offer_id.map(|id| id.0)),
            ("partner_id =", self.partner_id.map(|id| id.0)),
            ("rule_id =", self.rule_id.map(|id| id.0)),
            ("run_id =", self.run_id.map(|id| id.0)),
            ("created_at >=", self.created_after),
            ("created_at <", self.created_before),
            ("blocked_at >=", self.blocked_after),
            ("blocked_at <", self.blocked_before),
        ];
        for (condition, number) in numbers {
            if let Some(number) = number {
                add(condition, number.into());
            }
        }
        if let Some(value) = &self.value {
            add("value =", value.as_str().into());
        }
        if self.blocked_before.is_some() {
            sql.push_str(" AND blocked_at > 0");
        }
        if !self.silent.is_empty() {
            let rules: Vec<String> = self.silent.iter().map(|rule| rule.0.to_string()).collect();
            let hushed = named(&Self::HUSHED);
            sql.push_str(&format!(" AND NOT (rule_id IN ({}) AND state IN ({hushed}))", rules.join(", ")));
        }
        if !self.states.is_empty() {
            sql.push_str(&format!(" AND state IN ({})", named(&self.states)));
        }
        (sql, values)
    }
}

/// States as a list in SQL.
pub(super) fn named(states: &[ActionableState]) -> String {
    states.iter().map(|state| format!("'{}'", state.name())).collect::<Vec<_>>().join(", ")
}

/// Sources before one of them, the youngest first, at most `limit`.
///
/// # Errors
/// What the database said.
pub async fn variables(
    scope: Scope<'_>,
    filter: &VariableFilter,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<ActionableVariable>, Error> {
    let (conditions, wanted) = filter.conditions();
    let mut values: Vec<Value> = vec![scope.network().0.into()];
    values.extend(wanted);
    let seen = scope.and_seen_partners("partner_id");
    let behind = before.map_or_else(String::new, |before| format!(" AND id < {before}"));
    let wanted = format!("network_id = $1{conditions}{seen}{behind} ORDER BY id DESC LIMIT {limit}");
    read(scope.database(), &wanted, values).await
}

/// One source.
///
/// # Errors
/// [`Error::Missing`] where the network has none of that id, or it is not seen.
pub async fn variable(scope: Scope<'_>, id: ActionableVariableId) -> Result<ActionableVariable, Error> {
    let wanted = format!("network_id = $1 AND id = $2{}", scope.and_seen_partners("partner_id"));
    let found = read(scope.database(), &wanted, vec![scope.network().0.into(), id.0.into()]).await?;
    found.into_iter().next().ok_or(Error::Missing)
}

/// Sources of all networks whose delay has ended at `now`, those due first at first.
///
/// # Errors
/// What the database said.
pub async fn due_variables(
    database: &Database,
    now: i64,
    limit: u64,
) -> Result<Vec<ActionableVariable>, Error> {
    let wanted = format!("state = 'pending' AND due_at <= $1 ORDER BY due_at, id LIMIT {limit}");
    read(database, &wanted, vec![now.into()]).await
}

/// Sources of all networks whose block has ended at `now`.
///
/// # Errors
/// What the database said.
pub async fn ended_blocks(
    database: &Database,
    now: i64,
    limit: u64,
) -> Result<Vec<ActionableVariable>, Error> {
    let wanted = format!(
        "state IN ('blocked', 'failing') AND ends_at > 0 AND ends_at <= $1 ORDER BY ends_at, id LIMIT {limit}"
    );
    read(database, &wanted, vec![now.into()]).await
}

/// Sources of a rule that were told of and nothing else.
///
/// # Errors
/// What the database said.
pub async fn notified_variables(
    database: &Database,
    rule: SmartSwitchRuleId,
) -> Result<Vec<ActionableVariable>, Error> {
    read(database, "rule_id = $1 AND state = 'notified' ORDER BY id", vec![rule.0.into()]).await
}

async fn read(
    database: &Database,
    wanted: &str,
    values: Vec<Value>,
) -> Result<Vec<ActionableVariable>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM actionable_variables WHERE {wanted}");
    let found: Vec<Row> = rows(database.read(), &sql, values).await?;
    found.into_iter().map(ActionableVariable::read).collect()
}

/// A line of a source's history.
#[derive(Clone, PartialEq, Debug)]
pub struct VariableChange {
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    pub state: ActionableState,
    /// Who did it; empty where the rule did.
    pub by: String,
    /// The run that did it, where one did.
    pub run_id: Option<SmartSwitchRunId>,
    pub why: String,
    /// What was judged, where it was.
    pub figures: Option<Finding>,
}

#[derive(FromQueryResult)]
struct ChangeRow {
    at: i64,
    state: String,
    by_name: String,
    run_id: i64,
    why: String,
    figures: String,
}

/// The history of a source, the oldest line first.
///
/// # Errors
/// [`Error::Missing`] where the network has no such source, or it is not seen.
pub async fn changes_of(scope: Scope<'_>, id: ActionableVariableId) -> Result<Vec<VariableChange>, Error> {
    variable(scope, id).await?;
    let sql = "SELECT at, state, by_name, run_id, why, figures FROM actionable_variable_changes \
               WHERE network_id = $1 AND variable_id = $2 ORDER BY id";
    let found: Vec<ChangeRow> =
        rows(scope.database().read(), sql, vec![scope.network().0.into(), id.0.into()]).await?;
    let change = |row: ChangeRow| {
        let state = ActionableState::ALL.into_iter().find(|state| state.name() == row.state)?;
        Some(VariableChange {
            at: row.at,
            state,
            by: row.by_name,
            run_id: Some(SmartSwitchRunId(row.run_id)).filter(|run| run.0 != 0),
            why: row.why,
            figures: serde_json::from_str(&row.figures).ok(),
        })
    };
    Ok(found.into_iter().filter_map(change).collect())
}
