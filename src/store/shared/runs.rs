//! Runs that rows stand for: one row an owner and due time, so that a run happens once, however many processes look
//! for what is due and however often a task is begun. The row is the truth; whoever claims it does the run.

use super::{Database, Error, Executor, now_millis, number_of_rows, rows, run};
use domain::shared::NetworkId;
use sea_orm::FromQueryResult;

/// How often a run is begun at most.
const ATTEMPTS: i64 = 5;
/// How long a worker has for a run before another may take it, in milliseconds.
const LEASE: i64 = 120_000;
/// How long a run that failed waits for its next attempt.
const PAUSE: i64 = 60_000;

/// How far a run has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RunState {
    /// It waits for a worker.
    Due,
    Running,
    Done,
    /// It was given up.
    Failed,
}

impl RunState {
    pub const ALL: [Self; 4] = [Self::Due, Self::Running, Self::Done, Self::Failed];

    /// The word in JSON and on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// The state of a row with this word, claimed until then.
    #[must_use]
    pub fn of(word: &str, claimed_until: i64) -> Self {
        match word {
            "done" => Self::Done,
            "failed" => Self::Failed,
            _ if claimed_until > now_millis() => Self::Running,
            _ => Self::Due,
        }
    }
}

/// A table of runs, and its column of whom a run is of.
#[derive(Clone, Copy, Debug)]
pub struct RunTable {
    pub table: &'static str,
    pub owner: &'static str,
}

/// A run that this worker has to itself.
#[derive(Clone, Debug)]
pub struct ClaimedRun {
    pub id: i64,
    pub network: NetworkId,
    pub owner: i64,
    /// Milliseconds since 1970 UTC.
    pub scheduled_at: i64,
    /// Which attempt it is; a later one takes it away from this worker.
    attempt: i64,
    table: RunTable,
}

#[derive(FromQueryResult)]
struct Due {
    id: i64,
    attempts: i64,
}

#[derive(FromQueryResult)]
struct Claimed {
    network_id: i64,
    owner: i64,
    scheduled_at: i64,
    attempts: i64,
}

impl RunTable {
    /// The runs that wait for a worker at `now`, the oldest first, with how often they were begun. Those that were
    /// begun too often are given up.
    ///
    /// # Errors
    /// What the database said.
    pub async fn due(self, database: &Database, now: i64, limit: u64) -> Result<Vec<(i64, i64)>, Error> {
        let table = self.table;
        let sql = format!(
            "SELECT id, attempts FROM {table} WHERE state = 'due' AND claimed_until <= $1 ORDER BY id LIMIT {limit}"
        );
        let found: Vec<Due> = rows(database.read(), &sql, vec![now.into()]).await?;
        let (begun, due): (Vec<Due>, Vec<Due>) = found.into_iter().partition(|run| run.attempts >= ATTEMPTS);
        if !begun.is_empty() {
            let sql = format!(
                "UPDATE {table} SET state = 'failed', finished_at = $1, why = 'it was begun and never ended' \
                 WHERE state = 'due' AND claimed_until <= $1 AND attempts >= $2"
            );
            run(database.write_connection(), &sql, vec![now.into(), ATTEMPTS.into()]).await?;
        }
        Ok(due.into_iter().map(|run| (run.id, run.attempts)).collect())
    }

    /// Takes a run that is due; none where it is done or somebody else is at it.
    ///
    /// # Errors
    /// What the database said.
    pub async fn claim(self, database: &Database, id: i64) -> Result<Option<ClaimedRun>, Error> {
        let now = now_millis();
        let Self { table, owner } = self;
        let sql = format!(
            "UPDATE {table} SET claimed_until = $1, attempts = attempts + 1 \
             WHERE id = $2 AND state = 'due' AND claimed_until <= $3 \
             RETURNING network_id, {owner} AS owner, scheduled_at, attempts"
        );
        let values = vec![(now + LEASE).into(), id.into(), now.into()];
        let found: Vec<Claimed> = rows(database.write_connection(), &sql, values).await?;
        Ok(found.into_iter().next().map(|row| ClaimedRun {
            id,
            network: NetworkId(row.network_id),
            owner: row.owner,
            scheduled_at: row.scheduled_at,
            attempt: row.attempts,
            table: self,
        }))
    }
}

impl ClaimedRun {
    /// Keeps the run for another while, as a part of a long work; false where another has taken or ended it.
    ///
    /// # Errors
    /// What the database said.
    pub async fn renew(&self, executor: &impl Executor) -> Result<bool, Error> {
        let sql = format!(
            "UPDATE {} SET claimed_until = $1 WHERE id = $2 AND state = 'due' AND attempts = $3 RETURNING id",
            self.table.table
        );
        let values = vec![(now_millis() + LEASE).into(), self.id.into(), self.attempt.into()];
        Ok(number_of_rows(executor, &sql, values).await? > 0)
    }

    /// Notes that an attempt failed: another follows in a minute, or the run is given up.
    ///
    /// # Errors
    /// What the database said.
    pub async fn fail(&self, database: &Database, why: &str) -> Result<(), Error> {
        if self.attempt >= ATTEMPTS {
            return self.give_up(database, why).await;
        }
        let sql = format!(
            "UPDATE {} SET claimed_until = $1, why = $2 WHERE id = $3 AND state = 'due' AND attempts = $4",
            self.table.table
        );
        let values = vec![(now_millis() + PAUSE).into(), why.into(), self.id.into(), self.attempt.into()];
        run(database.write_connection(), &sql, values).await
    }

    /// Ends the run without a result.
    ///
    /// # Errors
    /// What the database said.
    pub async fn give_up(&self, database: &Database, why: &str) -> Result<(), Error> {
        let sql = format!(
            "UPDATE {} SET state = 'failed', finished_at = $1, why = $2 \
             WHERE id = $3 AND state = 'due' AND attempts = $4",
            self.table.table
        );
        let values = vec![now_millis().into(), why.into(), self.id.into(), self.attempt.into()];
        run(database.write_connection(), &sql, values).await
    }
}
