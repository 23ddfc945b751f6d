//! The pause after failed sign-ins, by account and by address. A try is counted before the password
//! is looked at, so that many at once can't slip through; one that succeeds is forgiven.

use crate::{
    Error,
    shared::{Database, Transaction, now_millis, rows, run},
};
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};

/// How long failures are remembered, in milliseconds.
const WINDOW: i64 = 15 * 60_000;
/// The first pause, in milliseconds; each further failure doubles it.
const FIRST_PAUSE: i64 = 30_000;
/// The longest pause, in milliseconds.
const LONGEST_PAUSE: i64 = 15 * 60_000;

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Door {
    Account,
    /// More people may stand behind one address than behind one account.
    Address,
    /// The same for links to set a password, each of which is a letter to somebody.
    ResetAccount,
    ResetAddress,
}

impl Door {
    /// How many failures are let pass before the first pause.
    fn free_failures(self) -> i64 {
        match self {
            Self::Account => 5,
            Self::Address => 25,
            Self::ResetAccount => 3,
            Self::ResetAddress => 10,
        }
    }

    /// What the row is called. Hashed: people type passwords into the wrong field.
    fn subject(self, name: &str) -> String {
        let kind = match self {
            Self::Account => "account",
            Self::Address => "address",
            Self::ResetAccount => "reset_account",
            Self::ResetAddress => "reset_address",
        };
        format!("{kind}:{}", hex::encode(Sha256::digest(name.as_bytes())))
    }
}

/// Whether a sign-in may be tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attempt {
    Allowed,
    /// Not for so many milliseconds.
    Paused(i64),
}

#[derive(FromQueryResult)]
struct Row {
    failures: i64,
    since: i64,
    blocked_until: i64,
}

/// Counts a try of the account and from the address, unless one of them is paused.
///
/// # Errors
/// What the database said.
pub async fn attempt_sign_in(database: &Database, email: &str, address: &str) -> Result<Attempt, Error> {
    attempt(database, [(Door::Account, email), (Door::Address, address)]).await
}

/// Counts a link that is asked for, for the account and from the address, unless one of them is paused.
/// None is ever forgiven: each is a letter.
///
/// # Errors
/// What the database said.
pub async fn attempt_reset(database: &Database, email: &str, address: &str) -> Result<Attempt, Error> {
    attempt(database, [(Door::ResetAccount, email), (Door::ResetAddress, address)]).await
}

async fn attempt(database: &Database, doors: [(Door, &str); 2]) -> Result<Attempt, Error> {
    let transaction = database.write().await?;
    let now = now_millis();
    let mut rows = Vec::with_capacity(doors.len());
    for (door, name) in doors {
        let row = failures(&transaction, &door.subject(name), now).await?;
        if row.blocked_until > now {
            return Ok(Attempt::Paused(row.blocked_until - now));
        }
        rows.push((door, name, row));
    }
    for (door, name, row) in rows {
        count(&transaction, door, name, row, now).await?;
    }
    transaction.commit().await?;
    Ok(Attempt::Allowed)
}

/// The failures within the window; a row that has left it counts as none. Locked where the database
/// lets several write at once.
async fn failures(transaction: &Transaction, subject: &str, now: i64) -> Result<Row, Error> {
    let insert = "INSERT INTO sign_in_failures (subject, failures, since, blocked_until) VALUES ($1, 0, $2, 0) \
                  ON CONFLICT (subject) DO UPDATE SET failures = sign_in_failures.failures \
                  RETURNING failures, since, blocked_until";
    let found: Vec<Row> = rows(transaction, insert, vec![subject.into(), now.into()]).await?;
    let row = found.into_iter().next().ok_or(Error::Missing)?;
    let is_past = row.since < now - WINDOW && row.blocked_until < now - WINDOW;
    Ok(if is_past { Row { failures: 0, since: now, blocked_until: 0 } } else { row })
}

async fn count(transaction: &Transaction, door: Door, name: &str, row: Row, now: i64) -> Result<(), Error> {
    let failures = row.failures + 1;
    let blocked_until = now + pause(failures - door.free_failures());
    let since = if row.failures == 0 { now } else { row.since };
    run(
        transaction,
        "UPDATE sign_in_failures SET failures = $2, since = $3, blocked_until = $4 WHERE subject = $1",
        vec![door.subject(name).into(), failures.into(), since.into(), blocked_until.into()],
    )
    .await
}

/// The pause in milliseconds at so many failures beyond the last free one; none below.
fn pause(beyond: i64) -> i64 {
    let Ok(doublings) = u32::try_from(beyond) else { return 0 };
    FIRST_PAUSE.saturating_mul(1 << doublings.min(10)).min(LONGEST_PAUSE)
}

/// Takes a counted try back: the password was right. The account's earlier failures are forgotten.
///
/// # Errors
/// What the database said.
pub async fn forgive(database: &Database, email: &str, address: &str) -> Result<(), Error> {
    let transaction = database.write().await?;
    let account = Door::Account.subject(email);
    run(&transaction, "DELETE FROM sign_in_failures WHERE subject = $1", vec![account.into()]).await?;
    let sql = "UPDATE sign_in_failures SET failures = failures - 1, blocked_until = 0 \
               WHERE subject = $1 AND failures > 0";
    run(&transaction, sql, vec![Door::Address.subject(address).into()]).await?;
    transaction.commit().await?;
    Ok(())
}
