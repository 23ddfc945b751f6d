//! Invitations: a person without a password is told of by a fact, which becomes a letter with a link.

use super::{
    record,
    users::{User, UserStatus, user},
};
use crate::{
    Error,
    shared::{Actor, Change, Database, Fact, Transaction, tell},
};
use domain::shared::{NetworkId, UserId};

/// Tells of somebody who is to be written to, in the transaction that made the person.
pub(super) async fn tell_in(
    transaction: &Transaction,
    network: NetworkId,
    actor: &Actor,
    id: UserId,
) -> Result<(), Error> {
    tell(transaction, network, &Fact::UserInvited { user_id: id, by: actor.name.clone() }).await
}

/// Writes once more to somebody who has not accepted yet; the link of the earlier letter ends.
///
/// # Errors
/// [`Error::Missing`]; [`Error::Conflict`] at `status` where the person has accepted or is inactive.
pub async fn invite_again(
    database: &Database,
    network: NetworkId,
    actor: &Actor,
    id: UserId,
) -> Result<User, Error> {
    let transaction = database.write().await?;
    let person = user(&transaction, network, id).await?;
    if person.status != UserStatus::Invited {
        return Err(Error::conflict("status", "only those who are invited and have no password yet are"));
    }
    tell_in(&transaction, network, actor, id).await?;
    let change =
        Change { action: "invite", object: "user", object_id: Some(id.0), before: None, after: None };
    record(&transaction, network, actor, change).await?;
    transaction.commit().await?;
    Ok(person)
}

/// Has a link to set a new password sent to somebody, by whoever manages people.
///
/// # Errors
/// [`Error::Missing`]; [`Error::Conflict`] at `status` where the person is not active.
pub async fn ask_reset_for(
    database: &Database,
    network: NetworkId,
    actor: &Actor,
    id: UserId,
) -> Result<User, Error> {
    let transaction = database.write().await?;
    let person = user(&transaction, network, id).await?;
    if person.status != UserStatus::Active {
        return Err(Error::conflict("status", "only active users can set a new password"));
    }
    tell(&transaction, network, &Fact::PasswordResetAsked { email: person.email.clone() }).await?;
    let change =
        Change { action: "send_reset", object: "user", object_id: Some(id.0), before: None, after: None };
    record(&transaction, network, actor, change).await?;
    transaction.commit().await?;
    Ok(person)
}
