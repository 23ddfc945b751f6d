//! Statements written as SQL that both databases read.

use super::{Error, Executor};
use sea_orm::{FromQueryResult, Statement, Value};

/// Runs one statement whose parameters are `$1`, `$2`, … in both databases.
///
/// # Errors
/// What the database said.
pub async fn run(executor: &impl Executor, sql: &str, values: Vec<Value>) -> Result<(), Error> {
    executor
        .execute_raw(Statement::from_sql_and_values(executor.get_database_backend(), sql, values))
        .await?;
    Ok(())
}

/// How many rows a statement gives; one that changes rows gives those that it is told to return. Its
/// parameters are `$1`, `$2`, … in both databases.
///
/// # Errors
/// What the database said.
pub async fn number_of_rows(executor: &impl Executor, sql: &str, values: Vec<Value>) -> Result<usize, Error> {
    let statement = Statement::from_sql_and_values(executor.get_database_backend(), sql, values);
    Ok(executor.query_all_raw(statement).await?.len())
}

/// Reads rows by one statement whose parameters are `$1`, `$2`, … in both databases.
///
/// # Errors
/// What the database said, or a row that does not fit `R`.
pub async fn rows<R: FromQueryResult>(
    executor: &impl Executor,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<R>, Error> {
    let statement = Statement::from_sql_and_values(executor.get_database_backend(), sql, values);
    executor
        .query_all_raw(statement)
        .await?
        .iter()
        .map(|row| R::from_query_result(row, "").map_err(Error::from))
        .collect()
}
