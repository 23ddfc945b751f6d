//! Tokens that stand for a person for one act: accepting an invitation, setting a forgotten password,
//! the second step of signing in. Of each the SHA-256 is kept; one is used once, ends by itself, and is
//! replaced by the next of its purpose.

use super::{passwords::set_in, record};
use crate::{
    Error,
    shared::{Actor, Change, Database, Transaction, now_millis, number_of_rows, rows, run},
};
use domain::shared::{NetworkId, UserId};
use sea_orm::FromQueryResult;

/// What a token is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    Invitation,
    Reset,
    /// The password was right; the code is still to come.
    SecondStep,
}

impl Purpose {
    /// The word in the database.
    fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
            Self::SecondStep => "second_step",
        }
    }

    /// For how long it opens something, in milliseconds.
    #[must_use]
    pub fn lifetime(self) -> i64 {
        match self {
            Self::Invitation => 7 * 86_400_000,
            Self::Reset => 3_600_000,
            Self::SecondStep => 600_000,
        }
    }

    /// The state in which a person can use it.
    fn status(self) -> &'static str {
        match self {
            Self::Invitation => "invited",
            Self::Reset | Self::SecondStep => "active",
        }
    }
}

/// Whom a token stands for.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult)]
pub struct Holder {
    pub user_id: i64,
    pub network_id: i64,
    pub email: String,
    pub name: String,
    pub network_name: String,
}

impl Holder {
    /// The person, as whoever does something in the audit log.
    #[must_use]
    pub fn actor(&self, ip: &str) -> Actor {
        Actor { kind: "user", id: Some(self.user_id), name: self.name.clone(), ip: ip.to_owned() }
    }
}

/// Issues a token; the earlier ones of the same purpose end.
///
/// # Errors
/// What the database said.
pub async fn issue_token(
    database: &Database,
    (network, user): (NetworkId, UserId),
    purpose: Purpose,
    token_hash: [u8; 32],
) -> Result<(), Error> {
    let transaction = database.write().await?;
    let earlier = "DELETE FROM user_tokens WHERE user_id = $1 AND purpose = $2";
    run(&transaction, earlier, vec![user.0.into(), purpose.name().into()]).await?;
    let now = now_millis();
    let insert = "INSERT INTO user_tokens (token_hash, network_id, user_id, purpose, created_at, expires_at) \
                  VALUES ($1, $2, $3, $4, $5, $6)";
    let values = vec![
        token_hash.to_vec().into(),
        network.0.into(),
        user.0.into(),
        purpose.name().into(),
        now.into(),
        (now + purpose.lifetime()).into(),
    ];
    run(&transaction, insert, values).await?;
    transaction.commit().await
}

const HOLDER: &str = "SELECT users.id AS user_id, users.network_id, users.email, users.name, \
                      networks.name AS network_name FROM user_tokens \
                      JOIN users ON users.id = user_tokens.user_id \
                      JOIN networks ON networks.id = users.network_id \
                      WHERE user_tokens.token_hash = $1 AND user_tokens.purpose = $2 \
                      AND user_tokens.expires_at > $3 AND users.status = $4";

fn asked(purpose: Purpose, token_hash: [u8; 32]) -> Vec<sea_orm::Value> {
    vec![token_hash.to_vec().into(), purpose.name().into(), now_millis().into(), purpose.status().into()]
}

/// Whom a token stands for; none where it was used, has ended, or never was.
///
/// # Errors
/// What the database said.
pub async fn token_holder(
    database: &Database,
    purpose: Purpose,
    token_hash: [u8; 32],
) -> Result<Option<Holder>, Error> {
    Ok(rows(database.read(), HOLDER, asked(purpose, token_hash)).await?.into_iter().next())
}

/// Takes a token out of use, in the transaction of what it is used for: of two who bring it one succeeds.
pub(super) async fn spend(
    transaction: &Transaction,
    purpose: Purpose,
    token_hash: [u8; 32],
) -> Result<Holder, Error> {
    let found: Vec<Holder> = rows(transaction, HOLDER, asked(purpose, token_hash)).await?;
    let holder = found.into_iter().next().ok_or(Error::Missing)?;
    let sql = "DELETE FROM user_tokens WHERE token_hash = $1 RETURNING user_id";
    let spent = number_of_rows(transaction, sql, vec![token_hash.to_vec().into()]).await?;
    if spent == 0 { Err(Error::Missing) } else { Ok(holder) }
}

/// Makes an invited person one who can sign in, by a name and a password of their own.
///
/// # Errors
/// [`Error::Missing`] where the token opens nothing.
pub async fn accept_invitation(
    database: &Database,
    token_hash: [u8; 32],
    (name, password_hash): (&str, &str),
    ip: &str,
) -> Result<Holder, Error> {
    let transaction = database.write().await?;
    let holder = spend(&transaction, Purpose::Invitation, token_hash).await?;
    let sql = "UPDATE users SET name = $2, password_hash = $3, status = 'active' WHERE id = $1";
    run(&transaction, sql, vec![holder.user_id.into(), name.into(), password_hash.into()]).await?;
    let holder = Holder { name: name.to_owned(), ..holder };
    note(&transaction, &holder, "accept_invitation", ip).await?;
    transaction.commit().await?;
    Ok(holder)
}

/// Sets a forgotten password; every session of the person ends.
///
/// # Errors
/// [`Error::Missing`] where the token opens nothing.
pub async fn reset_password(
    database: &Database,
    token_hash: [u8; 32],
    password_hash: &str,
    ip: &str,
) -> Result<Holder, Error> {
    let transaction = database.write().await?;
    let holder = spend(&transaction, Purpose::Reset, token_hash).await?;
    let (network, user) = (NetworkId(holder.network_id), UserId(holder.user_id));
    note(&transaction, &holder, "reset_password", ip).await?;
    set_in(&transaction, network, &holder.actor(ip), user, (password_hash, None)).await?;
    transaction.commit().await?;
    Ok(holder)
}

async fn note(
    transaction: &Transaction,
    holder: &Holder,
    action: &'static str,
    ip: &str,
) -> Result<(), Error> {
    let change =
        Change { action, object: "user", object_id: Some(holder.user_id), before: None, after: None };
    record(transaction, NetworkId(holder.network_id), &holder.actor(ip), change).await
}

/// Takes a token out of use.
///
/// # Errors
/// What the database said.
pub async fn end_token(database: &Database, token_hash: [u8; 32]) -> Result<(), Error> {
    let sql = "DELETE FROM user_tokens WHERE token_hash = $1";
    run(database.write_connection(), sql, vec![token_hash.to_vec().into()]).await
}
