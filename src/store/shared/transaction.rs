//! A transaction that writes. It is sea-orm's [`ConnectionTrait`] over the driver's own transaction, so
//! that the store's queries and its batches ([`super::Rows`], bound to the driver without a detour) are
//! in one. Dropped without a commit it is rolled back.

use super::Error;
use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Executor, PgPool, Postgres, Sqlite, SqlitePool, query::Query};
use tokio::sync::Mutex;

/// The driver's transaction.
pub(super) enum Inner {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// A transaction that writes; see [`super::Database::write`].
pub struct Transaction {
    inner: Mutex<Inner>,
    backend: DbBackend,
}

impl Transaction {
    /// Begins on SQLite: immediately, because a deferred one fails with BUSY at its first write.
    pub(super) async fn sqlite(pool: &SqlitePool) -> Result<Self, Error> {
        let begun = pool.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Self { inner: Mutex::new(Inner::Sqlite(begun)), backend: DbBackend::Sqlite })
    }

    /// Begins on PostgreSQL.
    pub(super) async fn postgres(pool: &PgPool) -> Result<Self, Error> {
        let begun = pool.begin_with("BEGIN").await?;
        Ok(Self { inner: Mutex::new(Inner::Postgres(begun)), backend: DbBackend::Postgres })
    }

    /// Makes what was written true.
    ///
    /// # Errors
    /// What the database said; whether it is true is then unknown.
    pub async fn commit(self) -> Result<(), Error> {
        match self.inner.into_inner() {
            Inner::Sqlite(transaction) => Ok(transaction.commit().await?),
            Inner::Postgres(transaction) => Ok(transaction.commit().await?),
        }
    }

    /// The driver's transaction, for as long as the guard lives.
    pub(super) async fn inner(&self) -> tokio::sync::MutexGuard<'_, Inner> {
        self.inner.lock().await
    }
}

/// A statement with its values, which are given to the driver as they are.
fn query<D>(statement: Statement) -> Query<'static, D, SqlxValues>
where
    D: sqlx::Database,
    SqlxValues: sqlx::IntoArguments<D>,
{
    let values = statement.values.unwrap_or_else(|| sea_orm::Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

fn results<R: Into<QueryResult>>(rows: Vec<R>) -> Vec<QueryResult> {
    rows.into_iter().map(Into::into).collect()
}

fn exec_error(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

fn query_error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match &mut *self.inner.lock().await {
            Inner::Sqlite(inner) => inner.execute(query(statement)).await.map(ExecResult::from),
            Inner::Postgres(inner) => inner.execute(query(statement)).await.map(ExecResult::from),
        }
        .map_err(exec_error)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let sql = AssertSqlSafe(sql.to_owned());
        match &mut *self.inner.lock().await {
            Inner::Sqlite(inner) => inner.execute(sqlx::raw_sql(sql)).await.map(ExecResult::from),
            Inner::Postgres(inner) => inner.execute(sqlx::raw_sql(sql)).await.map(ExecResult::from),
        }
        .map_err(exec_error)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let row = match &mut *self.inner.lock().await {
            Inner::Sqlite(inner) => {
                inner.fetch_optional(query(statement)).await.map(|row| row.map(Into::into))
            }
            Inner::Postgres(inner) => {
                inner.fetch_optional(query(statement)).await.map(|row| row.map(Into::into))
            }
        };
        row.map_err(query_error)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &mut *self.inner.lock().await {
            Inner::Sqlite(inner) => inner.fetch_all(query(statement)).await.map(results),
            Inner::Postgres(inner) => inner.fetch_all(query(statement)).await.map(results),
        }
        .map_err(query_error)
    }
}
