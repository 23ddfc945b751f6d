//! The second step of signing in: an encrypted secret a person, the step of the last code that was
//! taken, and codes for the day the device is lost. Each code of either kind is taken once.

use super::record;
use crate::{
    Error,
    shared::{
        Actor, Change, Database, Executor, Fact, Transaction, now_millis, number_of_rows, rows, run, tell,
    },
};
use domain::shared::{NetworkId, UserId};
use sea_orm::FromQueryResult;

/// A person's second step as it is stored.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult)]
pub struct StoredTotp {
    /// Encrypted.
    pub secret: Vec<u8>,
    /// When it was set up, in milliseconds since 1970 UTC; none while it is being set up.
    pub confirmed_at: Option<i64>,
    /// The step of the last code that was taken.
    pub last_step: i64,
}

/// A person's second step; none where there is none, nor any under way.
///
/// # Errors
/// What the database said.
pub async fn totp_of(database: &Database, user: UserId) -> Result<Option<StoredTotp>, Error> {
    let sql = "SELECT secret, confirmed_at, last_step FROM user_totp WHERE user_id = $1";
    Ok(rows(database.read(), sql, vec![user.0.into()]).await?.into_iter().next())
}

/// Begins to set one up; an earlier beginning is forgotten.
///
/// # Errors
/// [`Error::Conflict`] at `two_step` where it is on already.
pub async fn begin_totp(database: &Database, user: UserId, secret: Vec<u8>) -> Result<(), Error> {
    let transaction = database.write().await?;
    let sql = "DELETE FROM user_totp WHERE user_id = $1 AND confirmed_at IS NULL";
    run(&transaction, sql, vec![user.0.into()]).await?;
    let sql = "INSERT INTO user_totp (user_id, secret, confirmed_at, last_step) VALUES ($1, $2, NULL, 0) \
               ON CONFLICT (user_id) DO NOTHING RETURNING user_id";
    if number_of_rows(&transaction, sql, vec![user.0.into(), secret.into()]).await? == 0 {
        return Err(Error::conflict("two_step", "is on already; turn it off first"));
    }
    transaction.commit().await
}

/// Turns it on: the first code of the secret was right.
///
/// # Errors
/// [`Error::Missing`] where none is under way.
pub async fn confirm_totp(
    database: &Database,
    network: NetworkId,
    actor: &Actor,
    user: UserId,
    (step, codes): (i64, &[[u8; 32]]),
) -> Result<(), Error> {
    let transaction = database.write().await?;
    let sql = "UPDATE user_totp SET confirmed_at = $2, last_step = $3 \
               WHERE user_id = $1 AND confirmed_at IS NULL RETURNING user_id";
    let values = vec![user.0.into(), now_millis().into(), step.into()];
    if number_of_rows(&transaction, sql, values).await? == 0 {
        return Err(Error::Missing);
    }
    replace_codes(&transaction, user, codes).await?;
    note(&transaction, network, actor, user, "set_up_two_step").await?;
    tell_changed(&transaction, network, actor, user, true).await?;
    transaction.commit().await
}

/// Replaces the codes for the day the device is lost.
///
/// # Errors
/// What the database said.
pub async fn renew_recovery_codes(
    database: &Database,
    network: NetworkId,
    actor: &Actor,
    user: UserId,
    codes: &[[u8; 32]],
) -> Result<(), Error> {
    let transaction = database.write().await?;
    replace_codes(&transaction, user, codes).await?;
    note(&transaction, network, actor, user, "renew_recovery_codes").await?;
    transaction.commit().await
}

async fn replace_codes(transaction: &Transaction, user: UserId, codes: &[[u8; 32]]) -> Result<(), Error> {
    run(transaction, "DELETE FROM recovery_codes WHERE user_id = $1", vec![user.0.into()]).await?;
    for code in codes {
        let sql = "INSERT INTO recovery_codes (user_id, code_hash) VALUES ($1, $2)";
        run(transaction, sql, vec![user.0.into(), code.to_vec().into()]).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// How many codes for the day the device is lost are left.
///
/// # Errors
/// What the database said.
pub async fn recovery_codes_left(database: &Database, user: UserId) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) AS count FROM recovery_codes WHERE user_id = $1";
    let found: Vec<Count> = rows(database.read(), sql, vec![user.0.into()]).await?;
    Ok(found.first().map_or(0, |row| row.count))
}

/// Takes the code of a step, unless it or a later one was taken before; of two at once one succeeds.
///
/// # Errors
/// What the database said.
pub async fn take_step(database: &Database, user: UserId, step: i64) -> Result<bool, Error> {
    let sql = "UPDATE user_totp SET last_step = $2 WHERE user_id = $1 AND last_step < $2 \
               AND confirmed_at IS NOT NULL RETURNING user_id";
    let values = vec![user.0.into(), step.into()];
    Ok(number_of_rows(database.write_connection(), sql, values).await? > 0)
}

/// Takes a code for the day the device is lost, with an audit row; it is gone then.
///
/// # Errors
/// What the database said.
pub async fn take_recovery_code(
    database: &Database,
    network: NetworkId,
    actor: &Actor,
    user: UserId,
    code_hash: [u8; 32],
) -> Result<bool, Error> {
    let transaction = database.write().await?;
    let sql = "DELETE FROM recovery_codes WHERE user_id = $1 AND code_hash = $2 RETURNING user_id";
    let values = vec![user.0.into(), code_hash.to_vec().into()];
    if number_of_rows(&transaction, sql, values).await? == 0 {
        return Ok(false);
    }
    note(&transaction, network, actor, user, "use_recovery_code").await?;
    transaction.commit().await?;
    Ok(true)
}

/// Turns it off, for oneself or for somebody whose device is lost.
///
/// # Errors
/// [`Error::Missing`] where it is not on, or the network has no such person.
pub async fn end_totp(
    database: &Database,
    network: NetworkId,
    actor: &Actor,
    user: UserId,
) -> Result<(), Error> {
    let transaction = database.write().await?;
    super::users::user(&transaction, network, user).await?;
    let sql = "DELETE FROM user_totp WHERE user_id = $1 AND confirmed_at IS NOT NULL RETURNING user_id";
    if number_of_rows(&transaction, sql, vec![user.0.into()]).await? == 0 {
        return Err(Error::Missing);
    }
    replace_codes(&transaction, user, &[]).await?;
    note(&transaction, network, actor, user, "end_two_step").await?;
    tell_changed(&transaction, network, actor, user, false).await?;
    transaction.commit().await
}

async fn note(
    executor: &impl Executor,
    network: NetworkId,
    actor: &Actor,
    user: UserId,
    action: &'static str,
) -> Result<(), Error> {
    let change = Change { action, object: "user", object_id: Some(user.0), before: None, after: None };
    record(executor, network, actor, change).await
}

async fn tell_changed(
    transaction: &Transaction,
    network: NetworkId,
    actor: &Actor,
    user: UserId,
    is_on: bool,
) -> Result<(), Error> {
    let fact = Fact::TwoStepChanged { user_id: user, is_on, by: actor.name.clone() };
    tell(transaction, network, &fact).await
}
