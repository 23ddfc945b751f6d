//! The connection. SQLite: one write connection behind a fair queue and a pool of readers.
//! PostgreSQL: one pool for both.

use super::{Changes, Error, Transaction};
use migrations::Migrator;
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, IsolationLevel,
    SqlxPostgresConnector, SqlxSqliteConnector, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use sqlx::{
    Connection, PgConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::Path, str::FromStr, time::Duration};

/// Anything that runs statements: the pool or a transaction.
pub trait Executor: ConnectionTrait {}
impl<T: ConnectionTrait> Executor for T {}

/// Which database it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// How long a request waits for a connection before it is told that the database is away.
const ACQUIRE: Duration = Duration::from_secs(5);

/// A handle to the database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    kind: Kind,
    read: DatabaseConnection,
    write: DatabaseConnection,
    changes: Changes,
}

/// The moment, in milliseconds since 1970 UTC. The store's rows are stamped with it; rules take time as an argument.
#[must_use]
pub fn now_millis() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

/// Makes the file where it is missing, readable by its owner alone: it holds tokens and addresses. The
/// files that SQLite puts beside it take its rights over. One that is there stays as its owner has it.
///
/// # Errors
/// The file can't be made.
pub fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?;
    Ok(())
}

impl Database {
    /// Opens the SQLite file at `path`, made where it is missing.
    ///
    /// # Errors
    /// The file can't be opened.
    pub async fn sqlite(path: &Path) -> Result<Self, Error> {
        make_private(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // WAL with NORMAL: nothing is lost over `kill -9`; what a power loss takes is still in the spool.
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true)
            .pragma("cache_size", "-16000")
            .pragma("temp_store", "memory")
            // 16 MB instead of 4: a page that every batch touches is then copied into the file, and the file
            // synced, a quarter as often.
            .pragma("wal_autocheckpoint", "4000")
            .statement_cache_capacity(400);
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options.clone())
            .await?;
        let read = SqlitePoolOptions::new()
            .max_connections(6)
            .acquire_timeout(ACQUIRE)
            .connect_with(options.pragma("query_only", "on"))
            .await?;
        Ok(Self {
            kind: Kind::Sqlite,
            read: SqlxSqliteConnector::from_sqlx_sqlite_pool(read),
            write: SqlxSqliteConnector::from_sqlx_sqlite_pool(write),
            changes: Changes::default(),
        })
    }

    /// Connects to PostgreSQL.
    ///
    /// # Errors
    /// The URL is malformed or nothing answers there.
    pub async fn postgres(url: &str) -> Result<Self, Error> {
        let options = PgConnectOptions::from_str(url)?;
        // The pool tries again and again, and forgets why; a first try alone says it.
        let first = tokio::time::timeout(ACQUIRE, PgConnection::connect_with(&options)).await;
        let refused =
            |why: String| Error::Broken(format!("{} port {}: {why}", options.get_host(), options.get_port()));
        match first {
            Ok(Ok(connection)) => connection.close().await?,
            Ok(Err(error)) => return Err(refused(error.to_string())),
            Err(_) => return Err(refused(format!("no answer within {} s", ACQUIRE.as_secs()))),
        }
        let pool =
            PgPoolOptions::new().max_connections(12).acquire_timeout(ACQUIRE).connect_with(options).await?;
        let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
        Ok(Self {
            kind: Kind::Postgres,
            read: connection.clone(),
            write: connection,
            changes: Changes::default(),
        })
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// A step failed.
    pub async fn migrate(&self) -> Result<(), Error> {
        Migrator::up(&self.write, None).await.map_err(Error::from)
    }

    /// Which database it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The change signal of this process.
    #[must_use]
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// For reading.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// For several reads that see one moment; it only reads, and is to be rolled back.
    ///
    /// # Errors
    /// The database is away.
    #[expect(clippy::disallowed_methods, reason = "deferred is right for what only reads")]
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, Error> {
        let begun = match self.kind {
            Kind::Sqlite => self.read.begin().await,
            Kind::Postgres => {
                let (level, mode) = (IsolationLevel::RepeatableRead, AccessMode::ReadOnly);
                self.read.begin_with_config(Some(level), Some(mode)).await
            }
        };
        Ok(begun?)
    }

    /// Begins to write. On SQLite this waits in the queue of the one write connection, and holds it:
    /// keep it under 20 ms.
    ///
    /// # Errors
    /// The database is away.
    pub async fn write(&self) -> Result<Transaction, Error> {
        match self.kind {
            Kind::Sqlite => Transaction::sqlite(self.write.get_sqlite_connection_pool()).await,
            Kind::Postgres => Transaction::postgres(self.write.get_postgres_connection_pool()).await,
        }
    }

    /// As [`Self::write`], for a step of work that goes on from a mark in the same transaction: what a crash of
    /// the database takes would be done again, so that nobody waits for the disk. A transaction of
    /// [`Self::write`] behind it keeps it too.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn write_step(&self) -> Result<Transaction, Error> {
        let transaction = self.write().await?;
        if self.kind == Kind::Postgres {
            transaction.execute_unprepared("SET LOCAL synchronous_commit = off").await?;
        }
        Ok(transaction)
    }

    /// The connection that writes, for what needs the driver's own interface (batches, LISTEN, jobs).
    #[must_use]
    pub fn write_connection(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Closes the connections; on SQLite this also writes the log back into the file.
    pub async fn close(&self) {
        match self.kind {
            Kind::Sqlite => {
                self.read.get_sqlite_connection_pool().close().await;
                self.write.get_sqlite_connection_pool().close().await;
            }
            Kind::Postgres => self.write.get_postgres_connection_pool().close().await,
        }
    }

    /// Whether it answers within a second.
    pub async fn is_up(&self) -> bool {
        let answer = self.read.execute_unprepared("SELECT 1");
        tokio::time::timeout(Duration::from_secs(1), answer).await.is_ok_and(|answer| answer.is_ok())
    }
}
