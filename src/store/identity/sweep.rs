//! What has had its time: sessions, tokens, failed sign-ins and kept answers. Called once a minute.

use super::{idempotency::KEPT_FOR, sessions::IDLE};
use crate::{
    Error,
    shared::{Database, now_millis, run},
};

/// How long a failed sign-in is kept, in milliseconds: an hour, longer than any pause.
const FAILURES_KEPT: i64 = 3_600_000;

/// How long a fact is kept that was told, in milliseconds: 30 days.
const TOLD_KEPT: i64 = 30 * 86_400_000;

/// Removes what has had its time.
///
/// # Errors
/// What the database said.
pub async fn sweep(database: &Database) -> Result<(), Error> {
    let now = now_millis();
    let writer = database.write_connection();
    let sessions = "DELETE FROM sessions WHERE expires_at <= $1 OR seen_at <= $2";
    run(writer, sessions, vec![now.into(), (now - IDLE).into()]).await?;
    let failures = "DELETE FROM sign_in_failures WHERE since < $1 AND blocked_until < $2";
    run(writer, failures, vec![(now - FAILURES_KEPT).into(), now.into()]).await?;
    let told = "DELETE FROM outbox WHERE handled_at < $1";
    run(writer, told, vec![(now - TOLD_KEPT).into()]).await?;
    run(writer, "DELETE FROM user_tokens WHERE expires_at <= $1", vec![now.into()]).await?;
    run(writer, "DELETE FROM idempotency_keys WHERE at < $1", vec![(now - KEPT_FOR).into()]).await
}
