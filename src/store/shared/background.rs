//! Work that a person began and that goes on behind the page: a row each, so that every node can show how far one is,
//! end it, and show its result to whoever has the link, for a week.

use super::{Actor, Error, Scope, now_millis, number_of_rows, rows, run};
use domain::shared::RunId;
use sea_orm::FromQueryResult;

/// How long a result is kept, in milliseconds: a week.
const KEPT: i64 = 7 * 86_400_000;
/// How long nothing may be heard of one that runs, in milliseconds; then its process is gone.
const SILENCE: i64 = 120_000;
/// The most that run or wait at once in a network.
const MOST_AT_ONCE: usize = 4;

/// How it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BackgroundState {
    Running,
    Done,
    /// Somebody ended it.
    Cancelled,
    /// It came to no end; the note says why.
    Failed,
}

impl BackgroundState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Running, Self::Done, Self::Cancelled, Self::Failed];

    /// The name in the database and the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }
}

/// One as it is stored.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Background {
    pub id: i64,
    /// 0 where a program asked.
    pub user_id: i64,
    /// Who asked, by name.
    pub actor: String,
    /// What was asked, in the words of its room.
    pub query: String,
    state: String,
    /// Steps.
    pub done: i64,
    pub whole: i64,
    /// Why it failed; empty else.
    pub note: String,
    /// What came out, in the words of its room; empty as long as it is not done.
    pub result: String,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    pub seen_at: i64,
}

impl Background {
    /// How it stands; one that has not been heard of for long has failed.
    #[must_use]
    pub fn state(&self) -> BackgroundState {
        match self.state.as_str() {
            "done" => BackgroundState::Done,
            "cancelled" => BackgroundState::Cancelled,
            "running" if now_millis() - self.seen_at < SILENCE => BackgroundState::Running,
            _ => BackgroundState::Failed,
        }
    }
}

/// What a work says of itself between two steps: how many are done, of how many. The answer is whether
/// it goes on.
pub trait Watch {
    /// Hears it.
    fn step(&mut self, done: usize, whole: usize) -> impl Future<Output = Result<bool, Error>> + Send;
}

/// Nobody watches.
impl Watch for () {
    async fn step(&mut self, _done: usize, _whole: usize) -> Result<bool, Error> {
        Ok(true)
    }
}

/// A table of such rows.
#[derive(Clone, Copy, Debug)]
pub struct BackgroundTable {
    pub table: &'static str,
    /// What several are called.
    pub ones: &'static str,
    /// The field at which it is said that too many run.
    pub field: &'static str,
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

impl BackgroundTable {
    /// Notes that one begins; forgets those that have had their week.
    ///
    /// # Errors
    /// [`Error::Conflict`] at the table's field where too many run already.
    pub async fn begin(self, scope: Scope<'_>, actor: &Actor, query: &str) -> Result<RunId, Error> {
        let Self { table, ones, field } = self;
        let now = now_millis();
        let transaction = scope.database().write().await?;
        let network = scope.network().0;
        let old = format!("DELETE FROM {table} WHERE network_id = $1 AND created_at < $2");
        run(&transaction, &old, vec![network.into(), (now - KEPT).into()]).await?;
        let running =
            format!("SELECT id FROM {table} WHERE network_id = $1 AND state = 'running' AND seen_at > $2");
        let values = vec![network.into(), (now - SILENCE).into()];
        if number_of_rows(&transaction, &running, values).await? >= MOST_AT_ONCE {
            let message = format!("{MOST_AT_ONCE} {ones} are running; wait for one, or end one");
            return Err(Error::conflict(field, message));
        }
        let sql = format!(
            "INSERT INTO {table} (network_id, user_id, manager_id, actor, query, state, done, whole, note, result, \
             created_at, seen_at) VALUES ($1, $2, $3, $4, $5, 'running', 0, 1, '', '', $6, $6) RETURNING id"
        );
        let values = vec![
            network.into(),
            actor.id.filter(|_| actor.kind == "user").unwrap_or(0).into(),
            scope.manager().map_or(0, |manager| manager.0).into(),
            actor.name.clone().into(),
            query.into(),
            now.into(),
        ];
        let made: Vec<Id> = rows(&transaction, &sql, values).await?;
        transaction.commit().await?;
        Ok(RunId(made.first().ok_or(Error::Missing)?.id))
    }

    /// Notes how far it is; whether it is still wanted.
    ///
    /// # Errors
    /// What the database said.
    pub async fn note_step(
        self,
        scope: Scope<'_>,
        id: RunId,
        done: usize,
        whole: usize,
    ) -> Result<bool, Error> {
        let sql = format!(
            "UPDATE {} SET done = $3, whole = $4, seen_at = $5 \
             WHERE network_id = $1 AND id = $2 AND state = 'running' RETURNING id",
            self.table
        );
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let values = vec![
            scope.network().0.into(),
            id.0.into(),
            count(done).into(),
            count(whole).into(),
            now_millis().into(),
        ];
        Ok(number_of_rows(scope.database().write_connection(), &sql, values).await? > 0)
    }

    /// Notes what came out, or why nothing did, unless somebody has ended it before.
    ///
    /// # Errors
    /// What the database said.
    pub async fn end(self, scope: Scope<'_>, id: RunId, came: Result<String, String>) -> Result<(), Error> {
        let (state, note, result) = match came {
            Ok(result) => (BackgroundState::Done, String::new(), result),
            Err(note) => (BackgroundState::Failed, note, String::new()),
        };
        let sql = format!(
            "UPDATE {} SET state = $3, note = $4, result = $5, done = whole, seen_at = $6 \
             WHERE network_id = $1 AND id = $2 AND state = 'running'",
            self.table
        );
        let values = vec![
            scope.network().0.into(),
            id.0.into(),
            state.name().into(),
            note.into(),
            result.into(),
            now_millis().into(),
        ];
        run(scope.database().write_connection(), &sql, values).await
    }

    /// Ends one that runs; it stops at its next step.
    ///
    /// # Errors
    /// [`Error::Missing`] where this network has none of that id.
    pub async fn cancel(self, scope: Scope<'_>, id: RunId) -> Result<(), Error> {
        self.read(scope, id).await?;
        let sql = format!(
            "UPDATE {} SET state = $3 WHERE network_id = $1 AND id = $2 AND state = 'running'",
            self.table
        );
        let cancelled = BackgroundState::Cancelled.name();
        let values = vec![scope.network().0.into(), id.0.into(), cancelled.into()];
        run(scope.database().write_connection(), &sql, values).await
    }

    /// One of them. Whoever sees some partners only gets those that looked at no others.
    ///
    /// # Errors
    /// [`Error::Missing`] where this network has none of that id, or it is not seen.
    pub async fn read(self, scope: Scope<'_>, id: RunId) -> Result<Background, Error> {
        let sql = format!(
            "SELECT id, user_id, actor, query, state, done, whole, note, result, created_at, seen_at \
             FROM {} WHERE network_id = $1 AND id = $2 AND ($3 = 0 OR manager_id = $3)",
            self.table
        );
        let manager = scope.manager().map_or(0, |manager| manager.0);
        let values = vec![scope.network().0.into(), id.0.into(), manager.into()];
        rows(scope.database().read(), &sql, values).await?.into_iter().next().ok_or(Error::Missing)
    }
}
