//! How a user changes, and what must stay: a network keeps an administrator, whoever is out has no
//! session, and an invitation is accepted by its own link alone.

use super::{
    record,
    roles::role,
    users::{User, UserChange, UserStatus, user},
};
use crate::{
    Error,
    shared::{Actor, Change, Database, Transaction, number_of_rows, run},
};
use domain::{
    identity::{BuiltInRole, UserKind},
    shared::{NetworkId, UserId},
};

/// Changes a user, with its audit row. Whoever is made inactive is signed out everywhere.
///
/// # Errors
/// [`Error::Missing`]; [`Error::Conflict`] at `role_id` where the network has no such role or the
/// user is no employee, and at `status` or `role_id` where no active administrator would be left.
pub async fn change_user(
    database: &Database,
    network: NetworkId,
    actor: &Actor,
    id: UserId,
    change: UserChange,
) -> Result<User, Error> {
    let transaction = database.write().await?;
    let before = user(&transaction, network, id).await?;
    let after = User {
        name: change.name.unwrap_or_else(|| before.name.clone()),
        role_id: change.role_id.or(before.role_id),
        status: change.status.unwrap_or(before.status),
        own_partners: change.own_partners.unwrap_or(before.own_partners),
        ..before.clone()
    };
    check_status(&before, &after)?;
    check_role(&transaction, network, &after).await?;
    write(&transaction, network, &after).await?;
    keep_an_administrator(&transaction, network, &before, &after).await?;
    if after.status == UserStatus::Inactive {
        for sql in ["DELETE FROM sessions WHERE user_id = $1", "DELETE FROM user_tokens WHERE user_id = $1"] {
            run(&transaction, sql, vec![id.0.into()]).await?;
        }
    }
    let (old, new) = (serde_json::to_string(&before)?, serde_json::to_string(&after)?);
    record(
        &transaction,
        network,
        actor,
        Change {
            action: "update",
            object: "user",
            object_id: Some(id.0),
            before: Some(old),
            after: Some(new),
        },
    )
    .await?;
    transaction.commit().await?;
    Ok(after)
}

/// Whoever is invited becomes active by accepting, and in no other way; nobody becomes invited later.
fn check_status(before: &User, after: &User) -> Result<(), Error> {
    match (before.status, after.status) {
        (UserStatus::Invited, UserStatus::Active) => Err(Error::conflict(
            "status",
            "the person has no password yet, and becomes active by accepting the invitation",
        )),
        (UserStatus::Active | UserStatus::Inactive, UserStatus::Invited) => {
            Err(Error::conflict("status", "only a new user without a password is invited"))
        }
        (UserStatus::Active | UserStatus::Invited | UserStatus::Inactive, _) => Ok(()),
    }
}

async fn check_role(transaction: &Transaction, network: NetworkId, after: &User) -> Result<(), Error> {
    if after.own_partners && after.kind != UserKind::Employee {
        return Err(Error::conflict("own_partners", "only employees are managers of partners"));
    }
    let Some(id) = after.role_id else { return Ok(()) };
    if after.kind != UserKind::Employee {
        return Err(Error::conflict("role_id", "only employees have a role"));
    }
    match role(transaction, network, id).await {
        Ok(_) => Ok(()),
        Err(Error::Missing) => {
            Err(Error::conflict("role_id", format!("names {id}, which this network does not have")))
        }
        Err(other) => Err(other),
    }
}

async fn write(transaction: &Transaction, network: NetworkId, user: &User) -> Result<(), Error> {
    run(
        transaction,
        "UPDATE users SET name = $3, role_id = $4, status = $5, own_partners = $6 WHERE network_id = $1 AND id = $2",
        vec![
            network.0.into(),
            user.id.0.into(),
            user.name.clone().into(),
            user.role_id.map(|id| id.0).into(),
            user.status.name().into(),
            i64::from(user.own_partners).into(),
        ],
    )
    .await
}

/// A network that nobody can manage any more could only be mended by hand.
async fn keep_an_administrator(
    transaction: &Transaction,
    network: NetworkId,
    before: &User,
    after: &User,
) -> Result<(), Error> {
    if before.role_id == after.role_id && before.status == after.status {
        return Ok(());
    }
    // On PostgreSQL two such changes at once would not see each other.
    run(transaction, "UPDATE networks SET status = status WHERE id = $1", vec![network.0.into()]).await?;
    let sql = "SELECT users.id FROM users JOIN roles ON roles.id = users.role_id \
               WHERE users.network_id = $1 AND users.status = 'active' AND roles.built_in = $2 LIMIT 1";
    let values = vec![network.0.into(), BuiltInRole::Administrator.name().into()];
    if number_of_rows(transaction, sql, values).await? > 0 {
        return Ok(());
    }
    let field = if before.status == after.status { "role_id" } else { "status" };
    Err(Error::conflict(field, "this is the last active administrator; make another one first"))
}
