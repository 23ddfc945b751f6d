//! A network's own roles: made, changed, and removed once nobody has them. The built-in ones stay as
//! they are.

use super::{
    record,
    roles::{Role, role},
};
use crate::{
    Error,
    shared::{Actor, Change, Database, Transaction, now_millis, rows, run},
};
use domain::{
    identity::{BuiltInRole, Rights},
    shared::{NetworkId, RoleId},
};
use sea_orm::FromQueryResult;

/// How many of those who have a role are named.
const NAMED: usize = 5;

/// A role as it is to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewRole {
    pub name: String,
    pub rights: Rights,
    /// As in [`Role`].
    pub own_partners: bool,
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Makes a role, with its audit row.
///
/// # Errors
/// [`Error::Conflict`] at `name` where another has it.
pub async fn create_role(
    database: &Database,
    network: NetworkId,
    actor: &Actor,
    new: NewRole,
) -> Result<Role, Error> {
    let transaction = database.write().await?;
    let sql = "INSERT INTO roles (network_id, name, rights, own_partners, created_at) \
               VALUES ($1, $2, $3, $4, $5) RETURNING id";
    let values = vec![
        network.0.into(),
        new.name.clone().into(),
        serde_json::to_string(&new.rights)?.into(),
        i64::from(new.own_partners).into(),
        now_millis().into(),
    ];
    let made: Vec<Id> = rows(&transaction, sql, values).await?;
    let made = role(&transaction, network, RoleId(made.first().ok_or(Error::Missing)?.id)).await?;
    note(&transaction, network, actor, ("create", made.id, None, Some(&made))).await?;
    transaction.commit().await?;
    Ok(made)
}

/// Changes a role; whoever has it has the new rights with the next click.
///
/// # Errors
/// [`Error::Missing`]; [`Error::Conflict`] at `built_in`, or at `name` where another has it.
pub async fn change_role(
    database: &Database,
    network: NetworkId,
    actor: &Actor,
    id: RoleId,
    new: NewRole,
) -> Result<Role, Error> {
    let transaction = database.write().await?;
    let before = own(&transaction, network, id).await?;
    let sql = "UPDATE roles SET name = $3, rights = $4, own_partners = $5 WHERE network_id = $1 AND id = $2";
    let values = vec![
        network.0.into(),
        id.0.into(),
        new.name.into(),
        serde_json::to_string(&new.rights)?.into(),
        i64::from(new.own_partners).into(),
    ];
    run(&transaction, sql, values).await?;
    let after = role(&transaction, network, id).await?;
    note(&transaction, network, actor, ("update", id, Some(&before), Some(&after))).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Removes a role that nobody has.
///
/// # Errors
/// [`Error::Missing`]; [`Error::Conflict`] at `built_in`, or at `role` where somebody has it; says who.
pub async fn delete_role(
    database: &Database,
    network: NetworkId,
    actor: &Actor,
    id: RoleId,
) -> Result<Role, Error> {
    let transaction = database.write().await?;
    let before = own(&transaction, network, id).await?;
    let holders = holders(&transaction, network, id).await?;
    if !holders.is_empty() {
        let message = format!("is still that of {}; give them another first", listed(&holders));
        return Err(Error::conflict("role", message));
    }
    // Revoked keys open nothing and must name some role.
    let revoked = "UPDATE api_keys SET role_id = (SELECT id FROM roles WHERE network_id = $1 AND built_in = $3) \
                   WHERE network_id = $1 AND role_id = $2 AND revoked_at IS NOT NULL";
    run(&transaction, revoked, vec![network.0.into(), id.0.into(), BuiltInRole::Analyst.name().into()])
        .await?;
    let sql = "DELETE FROM roles WHERE network_id = $1 AND id = $2";
    run(&transaction, sql, vec![network.0.into(), id.0.into()]).await?;
    note(&transaction, network, actor, ("delete", id, Some(&before), None)).await?;
    transaction.commit().await?;
    Ok(before)
}

async fn own(transaction: &Transaction, network: NetworkId, id: RoleId) -> Result<Role, Error> {
    let found = role(transaction, network, id).await?;
    if found.built_in {
        return Err(Error::conflict(
            "built_in",
            "roles are the same in every network; copy it and change the copy",
        ));
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct Holder {
    name: String,
}

/// Who has a role: people, then keys that are not revoked.
async fn holders(transaction: &Transaction, network: NetworkId, id: RoleId) -> Result<Vec<String>, Error> {
    let sql = "SELECT name FROM (SELECT 1 AS kind, id, name FROM users WHERE network_id = $1 AND role_id = $2 \
               UNION ALL SELECT 2 AS kind, id, 'the API key ' || name AS name FROM api_keys \
               WHERE network_id = $1 AND role_id = $2 AND revoked_at IS NULL) AS holders ORDER BY kind, id";
    let found: Vec<Holder> = rows(transaction, sql, vec![network.0.into(), id.0.into()]).await?;
    Ok(found.into_iter().map(|holder| holder.name).collect())
}

/// A few by name, the others by number.
fn listed(names: &[String]) -> String {
    let shown = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(NAMED) {
        Some(more @ 1..) => format!("{shown} and {more} more"),
        Some(0) | None => shown,
    }
}

async fn note(
    transaction: &Transaction,
    network: NetworkId,
    actor: &Actor,
    (action, id, before, after): (&'static str, RoleId, Option<&Role>, Option<&Role>),
) -> Result<(), Error> {
    let shown = |role: &Role| {
        serde_json::json!({ "name": role.name, "rights": role.rights, "own_partners": role.own_partners })
            .to_string()
    };
    let change = Change {
        action,
        object: "role",
        object_id: Some(id.0),
        before: before.map(shown),
        after: after.map(shown),
    };
    record(transaction, network, actor, change).await
}
