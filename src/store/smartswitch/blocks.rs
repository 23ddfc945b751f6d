//! What SmartSwitch keeps out, as nodes take it over: whoever changes what the clicks of a source meet raises its
//! network's version and writes it into the row, in one transaction, so that all up to a version is known by what
//! comes behind it.

use crate::{
    Error,
    shared::{Database, rows},
};
use domain::{
    shared::{ActionableVariableId, NetworkId, OfferId, PartnerId, SmartSwitchRuleId},
    smartswitch::{ActionableState, SourcePlace, SwitchAction, Variable},
};
use sea_orm::FromQueryResult;

/// What the clicks of a source meet from a version on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockChange {
    pub id: ActionableVariableId,
    pub place: SourcePlace,
    /// Exactly as clicks bring it.
    pub value: String,
    pub rule: SmartSwitchRuleId,
    /// None where they are let through again.
    pub met: Option<SwitchAction>,
    pub version: i64,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    rule_id: i64,
    offer_id: i64,
    partner_id: i64,
    variable: String,
    value: String,
    state: String,
    blocks_version: i64,
}

impl Row {
    /// None where its variable is none that this version of the program knows.
    fn read(self) -> Option<BlockChange> {
        let variable = Variable::ALL.into_iter().find(|variable| variable.name() == self.variable)?;
        let state = ActionableState::ALL.into_iter().find(|state| state.name() == self.state);
        Some(BlockChange {
            id: ActionableVariableId(self.id),
            place: SourcePlace {
                offer: OfferId(self.offer_id),
                partner: PartnerId(self.partner_id),
                variable,
            },
            value: self.value,
            rule: SmartSwitchRuleId(self.rule_id),
            met: state.and_then(ActionableState::met),
            version: self.blocks_version,
        })
    }
}

/// The version of each network that has ever kept anything out.
///
/// # Errors
/// What the database said.
pub async fn blocks_versions(database: &Database) -> Result<Vec<(NetworkId, i64)>, Error> {
    #[derive(FromQueryResult)]
    struct Version {
        id: i64,
        blocks_version: i64,
    }
    let sql = "SELECT id, blocks_version FROM networks WHERE blocks_version > 0";
    let found: Vec<Version> = rows(database.read(), sql, vec![]).await?;
    Ok(found.into_iter().map(|row| (NetworkId(row.id), row.blocks_version)).collect())
}

/// What has changed in a network since a version, the oldest first; to who knows nothing yet, only what is kept out.
///
/// # Errors
/// What the database said.
pub async fn blocks_since(
    database: &Database,
    network: NetworkId,
    version: i64,
) -> Result<Vec<BlockChange>, Error> {
    let stands = if version == 0 { " AND state IN ('blocked', 'failing')" } else { "" };
    let sql = format!(
        "SELECT id, rule_id, offer_id, partner_id, variable, value, state, blocks_version FROM actionable_variables \
         WHERE network_id = $1 AND blocks_version > $2 AND blocks_version > 0{stands} ORDER BY blocks_version"
    );
    let found: Vec<Row> = rows(database.read(), &sql, vec![network.0.into(), version.into()]).await?;
    Ok(found.into_iter().filter_map(Row::read).collect())
}
