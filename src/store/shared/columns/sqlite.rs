//! Batches on SQLite: multi-row VALUES.

use super::{Column, Error, Rows, refused};
use sqlx::{Arguments, AssertSqlSafe, Executor, Sqlite, error::BoxDynError, sqlite::SqliteArguments};
use std::{ops::Range, sync::Arc};

/// How many rows one SQLite statement takes; only these sizes, so that its statement cache holds them all. Each
/// statement wakes SQLite's thread and then ours, which costs more than a few rows: halves leave the fewest.
const CHUNKS: [usize; 9] = [256, 128, 64, 32, 16, 8, 4, 2, 1];

impl Rows {
    pub(super) async fn insert_values(
        &self,
        inner: &mut sqlx::Transaction<'static, Sqlite>,
        rows: Range<usize>,
    ) -> Result<(), Error> {
        let (head, tail) = (self.head(), self.tail());
        let row = format!("({})", self.row(|_| "?".to_owned()));
        let parts = parts(rows);
        let mut sql = String::new();
        let mut ready = parts.first().map(|part| self.values(part.clone())).transpose()?;
        for (place, part) in parts.iter().enumerate() {
            let Some(values) = ready.take() else { break };
            if place == 0 || parts[place - 1].len() != part.len() {
                sql = format!("{head}VALUES {}{tail}", vec![row.as_str(); part.len()].join(", "));
            }
            let write = inner.execute(sqlx::query_with(AssertSqlSafe(sql.as_str()), values));
            // The next values are got ready while SQLite's own thread writes these.
            let next = async { parts.get(place + 1).map(|part| self.values(part.clone())).transpose() };
            let (written, next) = futures::join!(write, next);
            written?;
            ready = next?;
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

/// Rows in as few statements as [`CHUNKS`] allow.
fn parts(rows: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut begin = rows.start;
    for chunk in CHUNKS {
        while rows.end - begin >= chunk {
            parts.push(begin..begin + chunk);
            begin += chunk;
        }
    }
    parts
}

impl Column {
    /// Adds one row's value for SQLite.
    fn add_value(&self, to: &mut SqliteArguments, row: usize) -> Result<(), BoxDynError> {
        match self {
            Self::Integer(values) => Arguments::add(to, values[row]),
            Self::Text(values) => Arguments::add(to, Arc::clone(&values[row])),
            Self::Uuid(values) => Arguments::add(to, values[row]),
            Self::Real(values) => Arguments::add(to, values[row]),
            Self::Bytes(values) => Arguments::add(to, values[row].clone()),
        }
    }
}
