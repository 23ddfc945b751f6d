//! The one place that knows apalis. Tasks are kept in the database that everything is kept in; with
//! SQLite in a file of their own, so that they never wait for clicks nor clicks for them.
//!
//! What was seen of apalis 1.0 is answered here: its interval can stall, so [`Steady`] wakes itself; it
//! retries without pause, so a task that fails is ended and another pushed for later; a panic leaves a
//! task running, so it is caught; a repeated key is an error on PostgreSQL, so it is none here.

use crate::{Error, work::Worker};
use apalis::prelude::{
    BackendExt, BoxDynError, Data, PollSnapshot, PollStrategy, TaskBuilder, TaskSink, WorkerBuilder,
    WorkerError,
};
use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use futures::FutureExt;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{
    AssertSqlSafe, PgPool, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions},
};
use std::{
    panic::AssertUnwindSafe,
    path::Path,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use store::{Database, Kind, shared::make_private};
use tokio::{sync::watch, time::Sleep};

/// The file of all queues beside the database.
const FILE: &str = "jobs.db";
/// How often the queue is asked for due tasks.
const EACH: Duration = Duration::from_millis(250);
/// How often a worker says that it lives, and after how many silences its tasks are others'.
const HEARTBEAT: Duration = Duration::from_secs(10);
const SILENCES: usize = 6;
/// How often one task is begun at most, where processes die over it.
const BEGUN: usize = 5;
/// How long a worker that has ended rests.
const REST: Duration = Duration::from_secs(2);
/// How long tasks that have ended are kept.
const A_WEEK: Duration = Duration::from_secs(7 * 86_400);

/// Something to be done later. Each kind has a queue of its own, so that none waits for another.
pub(crate) trait Task:
    Clone + std::fmt::Debug + Serialize + DeserializeOwned + Send + Sync + Unpin + 'static
{
    /// The name of the queue.
    const QUEUE: &'static str;
    /// How long one that has ended is kept.
    const KEPT: Duration = A_WEEK;

    /// What names it within its queue: pushed twice it is there once.
    fn key(&self) -> String;

    /// Does it. What failed has been pushed again, or given up, when this returns.
    fn work(self, worker: &Worker) -> impl Future<Output = Result<(), Error>> + Send;
}

/// The tasks of a kind, wherever they are kept. Cheap to clone.
pub(crate) enum Queue<T> {
    Sqlite(SqliteStorage<T>),
    Postgres(PostgresStorage<T>),
}

impl<T> Clone for Queue<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Sqlite(storage) => Self::Sqlite(storage.clone()),
            Self::Postgres(storage) => Self::Postgres(storage.clone()),
        }
    }
}

/// The tables that all queues are kept in.
pub(crate) enum Tables {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Tables {
    /// Opens them and brings them up to date.
    pub async fn open(database: &Database, data: &Path) -> Result<Self, Error> {
        match database.kind() {
            Kind::Sqlite => Ok(Self::Sqlite(sqlite(&data.join(FILE)).await?)),
            Kind::Postgres => {
                let pool = database.write_connection().get_postgres_connection_pool();
                PostgresStorage::setup(pool).await.map_err(|error| broken(&error))?;
                Ok(Self::Postgres(pool.clone()))
            }
        }
    }

    /// The queue of a kind of tasks.
    pub fn queue<T: Task>(&self) -> Queue<T> {
        match self {
            Self::Sqlite(pool) => {
                let config = apalis_sqlite::Config::default()
                    .queue(T::QUEUE)
                    .heartbeat_interval(HEARTBEAT)
                    .missed_heartbeats(SILENCES);
                Queue::Sqlite(SqliteStorage::new(pool).with_config(config))
            }
            Self::Postgres(pool) => {
                let config = apalis_postgres::Config::default()
                    .queue(T::QUEUE)
                    .heartbeat_interval(HEARTBEAT)
                    .missed_heartbeats(SILENCES);
                Queue::Postgres(PostgresStorage::new(pool).with_config(config))
            }
        }
    }
}

impl<T: Task> Queue<T> {
    /// Adds a task that is due after a while; one that is there already is left as it is.
    pub async fn push(&self, task: T, after: Duration) -> Result<(), Error> {
        let key = format!("{}:{}", T::QUEUE, task.key());
        let task = TaskBuilder::new(task).run_after(after).max_attempts(BEGUN).idempotency_key(key).build();
        let pushed = match self {
            Self::Sqlite(storage) => storage.clone().push_task(task).await.map_err(|error| error.to_string()),
            Self::Postgres(storage) => {
                storage.clone().push_task(task).await.map_err(|error| error.to_string())
            }
        };
        match pushed {
            Err(error) if error.contains("duplicate key") => Ok(()),
            other => other.map_err(Error::Queue),
        }
    }

    /// Removes its tasks that have ended long enough ago; apalis keeps them for ever.
    pub async fn prune(&self) -> Result<(), Error> {
        let (queue, kept) = (T::QUEUE, T::KEPT.as_secs());
        let ended = format!("job_type = '{queue}' AND status IN ('Done', 'Killed', 'Failed')");
        let pruned = match self {
            Self::Sqlite(storage) => {
                let sql =
                    format!("DELETE FROM Jobs WHERE {ended} AND done_at < strftime('%s', 'now') - {kept}");
                sqlx::query(AssertSqlSafe(sql)).execute(storage.pool()).await.map(drop)
            }
            Self::Postgres(storage) => {
                let sql = format!(
                    "DELETE FROM apalis.jobs WHERE {ended} AND done_at < NOW() - INTERVAL '{kept} seconds'"
                );
                sqlx::query(AssertSqlSafe(sql)).execute(storage.pool()).await.map(drop)
            }
        };
        pruned.map_err(|error| broken(&error))
    }

    /// Works on due tasks until it is told to stop. A database that is away ends apalis' worker: after a
    /// rest there is another.
    pub async fn work(self, worker: Arc<Worker>, mut stopped: watch::Receiver<bool>) {
        while !*stopped.borrow() {
            if let Err(error) = self.work_once(&worker, stopped.clone()).await {
                tracing::warn!(%error, "the jobs rest");
            }
            // Ended by the time, or by being told to stop.
            let _told = tokio::time::timeout(REST, stopped.wait_for(|stop| *stop)).await;
        }
    }

    async fn work_once(
        &self,
        worker: &Arc<Worker>,
        mut stopped: watch::Receiver<bool>,
    ) -> Result<(), WorkerError> {
        // Names are unique among those that live, and one that died keeps its own for a while.
        let name = format!("{}-{}", T::QUEUE, hex::encode(rand::random::<[u8; 6]>()));
        let builder = WorkerBuilder::new(name.as_str());
        let told = async move {
            // A sender that is gone says the same.
            let _told = stopped.wait_for(|stop| *stop).await;
            Ok::<(), WorkerError>(())
        };
        match self {
            Self::Sqlite(storage) => {
                let backend = storage.clone().poll_with_strategy(Steady::default());
                builder.backend(backend).data(Arc::clone(worker)).build(handle::<T>).run_until(told).await
            }
            Self::Postgres(storage) => {
                let backend = storage.clone().poll_with_strategy(Steady::default());
                builder.backend(backend).data(Arc::clone(worker)).build(handle::<T>).run_until(told).await
            }
        }
    }
}

async fn sqlite(file: &Path) -> Result<SqlitePool, Error> {
    make_private(file).map_err(|error| broken(&error))?;
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(Duration::from_secs(5));
    let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await;
    let pool = pool.map_err(|error| broken(&error))?;
    SqliteStorage::migrations().run(&pool).await.map_err(|error| broken(&error))?;
    Ok(pool)
}

fn broken(error: &dyn std::error::Error) -> Error {
    Error::Queue(error.to_string())
}

/// One task. It always ends well: what failed has been pushed again, or given up, by the work itself.
async fn handle<T: Task>(task: T, worker: Data<Arc<Worker>>) -> Result<(), BoxDynError> {
    match AssertUnwindSafe(task.work(&worker)).catch_unwind().await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.to_string().into()),
        Err(_) => Err("it panicked".into()),
    }
}

/// Asks for due tasks at even intervals.
struct Steady {
    sleep: Pin<Box<Sleep>>,
}

impl Default for Steady {
    fn default() -> Self {
        Self { sleep: Box::pin(tokio::time::sleep(EACH)) }
    }
}

impl PollStrategy for Steady {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        if self.sleep.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        self.sleep = Box::pin(tokio::time::sleep(EACH));
        // Whoever asks does not ask again unless it is woken: the next interval has to be begun now.
        match self.sleep.as_mut().poll(cx) {
            Poll::Pending | Poll::Ready(()) => Poll::Ready(Some(())),
        }
    }
}
