//! Batches on SQLite: multi-row VALUES.

use super::{Column, Error, Rows, refused};
use sqlx::{Arguments, AssertSqlSafe, Executor, Sqlite, error::BoxDynError, sqlite::SqliteArguments};
use std::{ops::Range, sync::Arc};

/// How many rows one SQLite statement takes; only these sizes, so that its statement cache holds them all.
const CHUNKS: [usize; 4] = [256, 32, 4, 1];

impl Rows {
    pub(super) async fn insert_values(
        &self,
        inner: &mut sqlx::Transaction<'static, Sqlite>,
        rows: Range<usize>,
    ) -> Result<(), Error> {
        let (head, tail) = (self.head(), self.tail());
        let row = format!("({})", self.row(|_| "?".to_owned()));
        let mut done = rows.start;
        for chunk in CHUNKS {
            if rows.end - done < chunk {
                continue;
            }
            let sql = format!("{head}VALUES {}{tail}", vec![row.as_str(); chunk].join(", "));
            while rows.end - done >= chunk {
                let values = self.values(done..done + chunk)?;
                inner.execute(sqlx::query_with(AssertSqlSafe(sql.as_str()), values)).await?;
                done += chunk;
            }
        }
        Ok(())
    }

    /// The values of a few rows as SQLite takes them, without the blank columns.
    fn values(&self, rows: Range<usize>) -> Result<SqliteArguments, Error> {
        let filled: Vec<&Column> = self.columns.iter().filter(|column| !column.is_blank()).collect();
        let mut values = SqliteArguments::default();
        values.reserve(rows.len() * filled.len(), 0);
        for row in rows {
            for column in &filled {
                column.add_value(&mut values, row).map_err(refused)?;
            }
        }
        Ok(values)
    }
}

impl Column {
    /// Adds one row's value for SQLite.
    fn add_value(&self, to: &mut SqliteArguments, row: usize) -> Result<(), BoxDynError> {
        match self {
            Self::Integer(values) => Arguments::add(to, values[row]),
            Self::Text(values) => Arguments::add(to, Arc::clone(&values[row])),
            Self::Uuid(values) => Arguments::add(to, values[row]),
            Self::Real(values) => Arguments::add(to, values[row]),
        }
    }
}
