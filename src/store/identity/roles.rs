//! Roles: named sets of rights. Each network is made with the built-in three, which nobody changes.

use crate::{
    Error,
    shared::{Database, Executor, now_millis, rows},
};
use domain::{
    identity::{BuiltInRole, Rights},
    shared::{NetworkId, RoleId},
};
use sea_orm::FromQueryResult;

/// A named set of rights.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    /// Whether it is one of the three that nobody can change.
    pub built_in: bool,
    pub rights: Rights,
    /// Whether whoever has it sees the partners whose manager they are, and no others.
    pub own_partners: bool,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    name: String,
    built_in: Option<String>,
    rights: String,
    own_partners: i64,
    created_at: i64,
}

impl TryFrom<Row> for Role {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let built_in = row.built_in.as_deref();
        Ok(Self {
            id: RoleId(row.id),
            rights: rights(built_in, &row.rights)?,
            name: row.name,
            own_partners: row.own_partners != 0,
            built_in: built_in.is_some(),
            created_at: row.created_at,
        })
    }
}

/// The rights of a role as it is stored: a built-in one has what this version gives it, so that a
/// section added later reaches networks made before.
pub fn rights(built_in: Option<&str>, stored: &str) -> Result<Rights, Error> {
    match BuiltInRole::ALL.into_iter().find(|role| Some(role.name()) == built_in) {
        Some(role) => Ok(role.rights()),
        None => Ok(serde_json::from_str(stored)?),
    }
}

const COLUMNS: &str =
    "SELECT id, name, built_in, rights, own_partners, created_at FROM roles WHERE network_id = $1";

/// A network's roles, the built-in ones first.
///
/// # Errors
/// What the database said.
pub async fn roles(database: &Database, network: NetworkId) -> Result<Vec<Role>, Error> {
    let sql = format!("{COLUMNS} ORDER BY id");
    let found: Vec<Row> = rows(database.read(), &sql, vec![network.0.into()]).await?;
    found.into_iter().map(Role::try_from).collect()
}

/// One role.
///
/// # Errors
/// [`Error::Missing`] where this network has no such role.
pub async fn role(executor: &impl Executor, network: NetworkId, id: RoleId) -> Result<Role, Error> {
    let found: Vec<Row> =
        rows(executor, &format!("{COLUMNS} AND id = $2"), vec![network.0.into(), id.0.into()]).await?;
    found.into_iter().next().ok_or(Error::Missing)?.try_into()
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Makes the built-in roles of a new network and gives the administrator's.
pub async fn create_built_in(executor: &impl Executor, network: NetworkId) -> Result<RoleId, Error> {
    let mut administrator = None;
    for role in BuiltInRole::ALL {
        let sql = "INSERT INTO roles (network_id, name, built_in, rights, created_at) \
                   VALUES ($1, $2, $3, $4, $5) RETURNING id";
        let rights = serde_json::to_string(&role.rights())?;
        let values = vec![
            network.0.into(),
            role.name().into(),
            role.name().into(),
            rights.into(),
            now_millis().into(),
        ];
        let made: Vec<Id> = rows(executor, sql, values).await?;
        if role == BuiltInRole::Administrator {
            administrator = made.first().map(|row| RoleId(row.id));
        }
    }
    administrator.ok_or(Error::Missing)
}
