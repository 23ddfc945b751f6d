//! A new password, and what ends with the old one: the person's other sessions, and every token that
//! could still set another.

use super::{
    record,
    sessions::{Which, end},
};
use crate::{
    Error,
    shared::{Actor, Change, Database, Fact, Transaction, run, tell},
};
use domain::shared::{NetworkId, UserId};

/// Gives a person another password; all sessions end but the one of the token that is kept.
///
/// # Errors
/// What the database said.
pub async fn set_password(
    database: &Database,
    network: NetworkId,
    actor: &Actor,
    user: UserId,
    (hash, kept): (&str, Option<[u8; 32]>),
) -> Result<(), Error> {
    let transaction = database.write().await?;
    set_in(&transaction, network, actor, user, (hash, kept)).await?;
    transaction.commit().await
}

/// The same in a transaction of the caller's.
pub(super) async fn set_in(
    transaction: &Transaction,
    network: NetworkId,
    actor: &Actor,
    user: UserId,
    (hash, kept): (&str, Option<[u8; 32]>),
) -> Result<(), Error> {
    let sql = "UPDATE users SET password_hash = $3 WHERE network_id = $1 AND id = $2";
    run(transaction, sql, vec![network.0.into(), user.0.into(), hash.into()]).await?;
    end(transaction, user, kept.map_or(Which::All, Which::Others)).await?;
    let sql = "DELETE FROM user_tokens WHERE user_id = $1";
    run(transaction, sql, vec![user.0.into()]).await?;
    let change = Change {
        action: "change_password",
        object: "user",
        object_id: Some(user.0),
        before: None,
        after: None,
    };
    record(transaction, network, actor, change).await?;
    let fact = Fact::PasswordChanged { user_id: user, ip: actor.ip.clone() };
    tell(transaction, network, &fact).await?;
    Ok(())
}
