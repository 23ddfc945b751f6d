//! Answers kept for requests that are sent again: a key is reserved before the work begins, the
//! answer of a success is kept beside it for a day, a refusal frees the key. A reservation whose request
//! was cut off is never freed before its day is over: what it did may be done.

use crate::{
    Error,
    shared::{Database, now_millis, rows, run},
};
use domain::shared::NetworkId;
use sea_orm::FromQueryResult;

/// For how long an answer is kept, in milliseconds: a day.
pub(super) const KEPT_FOR: i64 = 86_400_000;
/// After how long a request without an answer is held for cut off, in milliseconds.
const CUT_OFF: i64 = 60_000;

/// An answer that is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    /// The HTTP status.
    pub status: u16,
    pub body: String,
}

/// What a key stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reservation {
    /// It is new, and now reserved for this request.
    Yours,
    /// The same request is being worked on.
    Running,
    /// The same request was cut off; whether it was done is not known.
    Unknown,
    /// The same request has been answered.
    Answered(Kept),
    /// It stands for another request.
    Foreign,
}

#[derive(FromQueryResult)]
struct Row {
    request_hash: Vec<u8>,
    status: i64,
    body: String,
    at: i64,
}

/// Reserves a key for a request, or says what it stands for already.
///
/// # Errors
/// What the database said.
pub async fn reserve_request(
    database: &Database,
    network: NetworkId,
    key: &str,
    request_hash: [u8; 32],
) -> Result<Reservation, Error> {
    let transaction = database.write().await?;
    let now = now_millis();
    let stale = "DELETE FROM idempotency_keys WHERE network_id = $1 AND key = $2 AND at < $3";
    let values = vec![network.0.into(), key.into(), (now - KEPT_FOR).into()];
    run(&transaction, stale, values).await?;
    let insert = "INSERT INTO idempotency_keys (network_id, key, request_hash, status, body, at) \
                  VALUES ($1, $2, $3, 0, '', $4) ON CONFLICT (network_id, key) DO NOTHING \
                  RETURNING request_hash, status, body, at";
    let values = vec![network.0.into(), key.into(), request_hash.to_vec().into(), now.into()];
    let made: Vec<Row> = rows(&transaction, insert, values).await?;
    if !made.is_empty() {
        transaction.commit().await?;
        return Ok(Reservation::Yours);
    }
    let select =
        "SELECT request_hash, status, body, at FROM idempotency_keys WHERE network_id = $1 AND key = $2";
    let found: Vec<Row> = rows(&transaction, select, vec![network.0.into(), key.into()]).await?;
    transaction.commit().await?;
    Ok(found.into_iter().next().map_or(Reservation::Running, |row| row.judged(request_hash, now)))
}

impl Row {
    fn judged(self, request_hash: [u8; 32], now: i64) -> Reservation {
        if self.request_hash != request_hash {
            return Reservation::Foreign;
        }
        match u16::try_from(self.status) {
            Ok(status) if status > 0 => Reservation::Answered(Kept { status, body: self.body }),
            Ok(_) | Err(_) if self.at < now - CUT_OFF => Reservation::Unknown,
            Ok(_) | Err(_) => Reservation::Running,
        }
    }
}

/// Keeps the answer of a reserved request.
///
/// # Errors
/// What the database said.
pub async fn keep_answer(
    database: &Database,
    network: NetworkId,
    key: &str,
    kept: Kept,
) -> Result<(), Error> {
    run(
        database.write_connection(),
        "UPDATE idempotency_keys SET status = $3, body = $4 WHERE network_id = $1 AND key = $2",
        vec![network.0.into(), key.into(), i64::from(kept.status).into(), kept.body.into()],
    )
    .await
}

/// Frees a reserved key: the request was refused, nothing came of it, and it may be mended and sent again.
///
/// # Errors
/// What the database said.
pub async fn forget_request(database: &Database, network: NetworkId, key: &str) -> Result<(), Error> {
    let sql = "DELETE FROM idempotency_keys WHERE network_id = $1 AND key = $2 AND status = 0";
    run(database.write_connection(), sql, vec![network.0.into(), key.into()]).await
}
