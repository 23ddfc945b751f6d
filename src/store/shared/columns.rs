//! Batches of rows, written in a few statements whatever their number: PostgreSQL takes whole
//! columns as arrays (UNNEST), SQLite multi-row VALUES. No column of such a table is nullable,
//! because an array can't hold NULL here: "none" is an empty text, 0 or -1, as the table says.

use super::{Error, Executor};
use sea_orm::{DbBackend, Statement, Value, sea_query::ArrayType};
use std::fmt::Write;
use uuid::Uuid;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColumnType {
    Integer,
    Text,
    Uuid,
    Real,
}

/// A table's columns, in the order in which a row is filled.
pub type Columns = &'static [(&'static str, ColumnType)];

/// Rows of one table that are written together.
#[derive(Debug)]
pub struct Rows {
    table: &'static str,
    columns: Columns,
    /// What follows the values, such as `ON CONFLICT DO NOTHING`.
    tail: String,
    values: Vec<Value>,
}

/// How many rows one SQLite statement takes; only these sizes, so that its statement cache holds them all.
const CHUNKS: [usize; 4] = [256, 32, 4, 1];
/// How many rows one PostgreSQL statement takes: larger arrays gain nothing and hold memory on both sides.
const ARRAY: usize = 5_000;

impl Rows {
    /// No rows yet.
    #[must_use]
    pub fn new(table: &'static str, columns: Columns, tail: impl Into<String>) -> Self {
        Self { table, columns, tail: tail.into(), values: Vec::new() }
    }

    /// How many whole rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len() / self.columns.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    fn push(&mut self, kind: ColumnType, value: Value) -> &mut Self {
        let (name, expected) = self.columns[self.values.len() % self.columns.len()];
        debug_assert_eq!(expected, kind, "{}.{name}", self.table);
        self.values.push(value);
        self
    }

    /// Adds an integer to the row that is being filled, in the order of the columns.
    pub fn integer(&mut self, value: i64) -> &mut Self {
        self.push(ColumnType::Integer, Value::BigInt(Some(value)))
    }

    /// Adds a text, without the character NUL, which PostgreSQL refuses and nobody means.
    pub fn text(&mut self, value: &str) -> &mut Self {
        let clean = if value.contains('\0') { value.replace('\0', "") } else { value.to_owned() };
        self.push(ColumnType::Text, Value::String(Some(clean)))
    }

    /// Adds a 128-bit id.
    pub fn uuid(&mut self, value: u128) -> &mut Self {
        self.push(ColumnType::Uuid, Value::Uuid(Some(Uuid::from_u128(value))))
    }

    /// Adds a floating number.
    pub fn real(&mut self, value: f64) -> &mut Self {
        self.push(ColumnType::Real, Value::Double(Some(value)))
    }

    fn head(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        format!("INSERT INTO {} ({}) ", self.table, names.join(", "))
    }

    /// Writes all rows and says how many there were.
    ///
    /// # Errors
    /// What the database said.
    pub async fn insert(self, executor: &impl Executor) -> Result<usize, Error> {
        let count = self.len();
        match executor.get_database_backend() {
            DbBackend::Postgres => self.insert_arrays(executor).await?,
            _ => self.insert_values(executor).await?,
        }
        Ok(count)
    }

    async fn insert_arrays(self, executor: &impl Executor) -> Result<(), Error> {
        let sql = self.unnest();
        let width = self.columns.len();
        let mut values = self.values.into_iter();
        while values.len() > 0 {
            let rows = (values.len() / width).min(ARRAY);
            let mut arrays: Vec<Vec<Value>> = (0..width).map(|_| Vec::with_capacity(rows)).collect();
            for _ in 0..rows {
                for array in &mut arrays {
                    array.extend(values.next());
                }
            }
            let bound = arrays.into_iter().zip(self.columns).map(|(array, (_, kind))| {
                let kind = match kind {
                    ColumnType::Integer => ArrayType::BigInt,
                    ColumnType::Text => ArrayType::String,
                    ColumnType::Uuid => ArrayType::Uuid,
                    ColumnType::Real => ArrayType::Double,
                };
                Value::Array(kind, Some(Box::new(array)))
            });
            executor
                .execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql.as_str(), bound))
                .await?;
        }
        Ok(())
    }

    fn unnest(&self) -> String {
        let mut sql = self.head();
        sql.push_str("SELECT * FROM UNNEST(");
        for (index, (_, kind)) in self.columns.iter().enumerate() {
            let array = match kind {
                ColumnType::Integer => "int8[]",
                ColumnType::Text => "text[]",
                ColumnType::Uuid => "uuid[]",
                ColumnType::Real => "float8[]",
            };
            let comma = if index == 0 { "" } else { ", " };
            write!(sql, "{comma}${}::{array}", index + 1).expect("writing to a string");
        }
        write!(sql, ") {}", self.tail).expect("writing to a string");
        sql
    }

    async fn insert_values(self, executor: &impl Executor) -> Result<(), Error> {
        let head = self.head();
        let width = self.columns.len();
        let row = format!("({})", vec!["?"; width].join(", "));
        let mut values = self.values.into_iter();
        for chunk in CHUNKS {
            if values.len() < chunk * width {
                continue;
            }
            let sql = format!("{head}VALUES {} {}", vec![row.as_str(); chunk].join(", "), self.tail);
            while values.len() >= chunk * width {
                let bound: Vec<Value> = values.by_ref().take(chunk * width).collect();
                executor
                    .execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql.as_str(), bound))
                    .await?;
            }
        }
        Ok(())
    }
}
