//! The two databases that every test runs on, and a look at the rows behind the server's back.

use super::machine::setting;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

/// The file that `serve` keeps its rows in, under its data folder.
const SQLITE_FILE: &str = "switchyard.db";

/// Which database a test runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// Where a server's rows lie.
#[derive(Clone, Debug)]
pub enum Rows {
    /// The default, a file in the data folder.
    Sqlite(PathBuf),
    /// The address of a database.
    Postgres(String),
}

impl Rows {
    /// A fresh, empty database for a server with this data folder.
    pub async fn fresh(database: Database, data: &Path) -> Self {
        match database {
            Database::Sqlite => Self::Sqlite(data.join(SQLITE_FILE)),
            Database::Postgres => Self::Postgres(create_database(&setting("SWITCHYARD_TEST_POSTGRES")).await),
        }
    }

    /// The product's own way to it.
    pub async fn store(&self) -> store::Database {
        let database = match self {
            Self::Sqlite(file) => store::Database::sqlite(file).await,
            Self::Postgres(url) => store::Database::postgres(url).await,
        };
        database.expect("the database opens")
    }

    /// What `--database-url` is given; none where the default serves.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(url) => Some(url),
        }
    }

    /// The one whole number that a query without parameters gives; a sum over no rows is 0.
    pub async fn number(&self, query: &str) -> i64 {
        let query = AssertSqlSafe(format!("select cast(coalesce(({query}), 0) as bigint)"));
        let number = match self {
            Self::Sqlite(file) => sqlx::query_scalar(query).fetch_one(&mut open_sqlite(file).await).await,
            Self::Postgres(url) => sqlx::query_scalar(query).fetch_one(&mut open_postgres(url).await).await,
        };
        number.expect("the query gives a number")
    }

    /// Changes rows behind the server's back: what only time, or somebody with the disk, would do.
    pub async fn execute(&self, statement: &str) {
        let query = AssertSqlSafe(statement.to_owned());
        let done = match self {
            Self::Sqlite(file) => {
                sqlx::query(query).execute(&mut open_sqlite_to_write(file).await).await.map(|_| ())
            }
            Self::Postgres(url) => {
                sqlx::query(query).execute(&mut open_postgres(url).await).await.map(|_| ())
            }
        };
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    /// Keeps everybody else from the rows of a table until [`Held::release`]; only PostgreSQL lets one.
    pub async fn hold(&self, table: &str) -> Held {
        let Self::Postgres(url) = self else { panic!("SQLite's readers wait for nobody") };
        let mut connection = open_postgres(url).await;
        let lock = AssertSqlSafe(format!("begin; lock table {table} in access exclusive mode"));
        sqlx::raw_sql(lock).execute(&mut connection).await.expect("the table can be locked");
        Held(connection)
    }

    /// The first column, which must be text, of all rows in the query's order.
    pub async fn texts(&self, query: &str) -> Vec<String> {
        let query = AssertSqlSafe(query.to_owned());
        let texts = match self {
            Self::Sqlite(file) => sqlx::query_scalar(query).fetch_all(&mut open_sqlite(file).await).await,
            Self::Postgres(url) => sqlx::query_scalar(query).fetch_all(&mut open_postgres(url).await).await,
        };
        texts.expect("the query gives texts")
    }
}

/// A table that nobody else reads.
pub struct Held(PgConnection);

impl Held {
    /// Lets the others go on.
    pub async fn release(self) {
        self.0.close().await.expect("the connection can be closed");
    }
}

/// Makes a database of a name of its own in a cluster and gives its address.
///
/// `cluster` is an address that ends with a slash, such as `postgres://postgres@127.0.0.1:5432/`.
pub async fn create_database(cluster: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}_{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = open_postgres(&format!("{cluster}postgres")).await;
    let create = AssertSqlSafe(format!("create database {name}"));
    sqlx::query(create).execute(&mut connection).await.expect("a database can be created");
    format!("{cluster}{name}")
}

async fn open_postgres(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap_or_else(|error| panic!("{url}: {error}"))
}

async fn open_sqlite(file: &Path) -> SqliteConnection {
    open_sqlite_with(file, SqliteConnectOptions::new().read_only(true)).await
}

async fn open_sqlite_to_write(file: &Path) -> SqliteConnection {
    open_sqlite_with(file, SqliteConnectOptions::new().busy_timeout(Duration::from_secs(10))).await
}

async fn open_sqlite_with(file: &Path, options: SqliteConnectOptions) -> SqliteConnection {
    SqliteConnection::connect_with(&options.filename(file))
        .await
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
