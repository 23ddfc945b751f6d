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
    let letter = Letter {
        to: UserStatus::Invited,
        refusal: "only those who are invited and have no password yet are",
        action: "invite",
        fact: |_: &User| Fact::UserInvited { user_id: id, by: actor.name.clone() },
    };
    letter.send(database, network, actor, id).await
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
    let letter = Letter {
        to: UserStatus::Active,
        refusal: "only active users can set a new password",
        action: "send_reset",
        fact: |person: &User| Fact::PasswordResetAsked { email: person.email.clone() },
    };
    letter.send(database, network, actor, id).await
}

/// A letter that whoever manages people has sent.
struct Letter<F> {
    /// Who may get it.
    to: UserStatus,
    /// What others are told instead.
    refusal: &'static str,
    /// As it stands in the audit log.
    action: &'static str,
    fact: F,
}

impl<F: Fn(&User) -> Fact> Letter<F> {
    async fn send(
        self,
        database: &Database,
        network: NetworkId,
        actor: &Actor,
        id: UserId,
    ) -> Result<User, Error> {
        let transaction = database.write().await?;
        let person = user(&transaction, network, id).await?;
        if person.status != self.to {
            return Err(Error::conflict("status", self.refusal));
        }
        tell(&transaction, network, &(self.fact)(&person)).await?;
        let change =
            Change { action: self.action, object: "user", object_id: Some(id.0), before: None, after: None };
        record(&transaction, network, actor, change).await?;
        transaction.commit().await?;
        Ok(person)
    }
}
