//! Batches of rows, written in a few statements whatever their number: PostgreSQL takes many new rows by
//! COPY, few of them and sums as whole columns (UNNEST), SQLite multi-row VALUES. No column of such a table
//! is nullable: "none" is an empty text, 0 or -1, as the table says. A column that is blank in every row of
//! a batch costs nothing: it stands in the statement as a literal.

mod postgres;
mod sqlite;

use super::{Error, Transaction, transaction::Inner};
use rustc_hash::FxHashSet;
use sqlx::error::BoxDynError;
use std::{ops::Range, sync::Arc};
use uuid::Uuid;

/// From how many rows on PostgreSQL takes them by COPY. Its end is a message of its own, which the driver
/// sends by a socket with Nagle's algorithm: it waits for the acknowledgement of the one before, up to 40 ms.
const COPIED: usize = 2_000;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ColumnType {
    Integer,
    Text,
    Uuid,
    Real,
    Bytes,
}

/// A table's columns, in the order in which a row is filled; those of the primary key first.
pub type Columns = &'static [(&'static str, ColumnType)];

/// What becomes of a row whose key is there already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnConflict {
    /// The row that is there stays as it is.
    Keep,
    /// The columns behind the key are added to those that are there.
    Add,
    /// There is none: the key is not among the columns.
    Never,
}

/// A table that rows are written to in batches.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    pub name: &'static str,
    pub columns: Columns,
    /// How many of the columns are the primary key.
    pub key: usize,
    pub on_conflict: OnConflict,
}

/// The values of one column; none as long as every row is blank there.
#[derive(Debug)]
enum Column {
    Integer(Vec<i64>),
    Text(Vec<Arc<str>>),
    Uuid(Vec<Uuid>),
    Real(Vec<f64>),
    Bytes(Vec<Vec<u8>>),
}

/// Rows of one table that are written together.
#[derive(Debug)]
pub struct Rows {
    table: Table,
    columns: Vec<Column>,
    /// Whole rows, and the columns of the one that is being filled.
    rows: usize,
    next: usize,
    /// Texts that have come before: the same country or user agent is kept once.
    texts: FxHashSet<Arc<str>>,
    empty: Arc<str>,
}

impl Rows {
    /// No rows yet.
    #[must_use]
    pub fn new(table: Table) -> Self {
        let columns = table.columns.iter().map(|(_, kind)| Column::new(*kind)).collect();
        Self { table, columns, rows: 0, next: 0, texts: FxHashSet::default(), empty: Arc::from("") }
    }

    /// How many whole rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The column that comes next in the row that is being filled, and how many rows are above it.
    fn next(&mut self) -> (&mut Column, usize) {
        let (column, above) = (self.next, self.rows);
        self.next += 1;
        if self.next == self.columns.len() {
            self.next = 0;
            self.rows += 1;
        }
        (&mut self.columns[column], above)
    }

    /// Adds an integer to the row that is being filled, in the order of the columns.
    pub fn integer(&mut self, value: i64) -> &mut Self {
        let (Column::Integer(values), above) = self.next() else { unreachable!("a column of integers") };
        push(values, above, value, &0, value == 0);
        self
    }

    /// Adds a text, without the character NUL, which PostgreSQL refuses and nobody means.
    pub fn text(&mut self, value: &str) -> &mut Self {
        let text = if value.is_empty() { Arc::clone(&self.empty) } else { self.kept(value) };
        self.push_text(text)
    }

    /// As [`Self::text`], for one that seldom comes twice: looking for it would cost more than it saves.
    pub fn single_text(&mut self, value: &str) -> &mut Self {
        let text = if value.is_empty() { Arc::clone(&self.empty) } else { without_nul(value) };
        self.push_text(text)
    }

    fn push_text(&mut self, text: Arc<str>) -> &mut Self {
        let empty = Arc::clone(&self.empty);
        let is_blank = text.is_empty();
        let (Column::Text(values), above) = self.next() else { unreachable!("a column of texts") };
        push(values, above, text, &empty, is_blank);
        self
    }

    /// The text as it was kept before, or kept now.
    fn kept(&mut self, value: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(value) {
            return Arc::clone(known);
        }
        let text = without_nul(value);
        self.texts.insert(Arc::clone(&text));
        text
    }

    /// Adds a 128-bit id.
    pub fn uuid(&mut self, value: u128) -> &mut Self {
        let (Column::Uuid(values), above) = self.next() else { unreachable!("a column of ids") };
        push(values, above, Uuid::from_u128(value), &Uuid::nil(), false);
        self
    }

    /// Adds a floating number.
    pub fn real(&mut self, value: f64) -> &mut Self {
        let (Column::Real(values), above) = self.next() else { unreachable!("a column of numbers") };
        push(values, above, value, &0.0, value == 0.0);
        self
    }

    /// Adds a text of bytes.
    pub fn bytes(&mut self, value: Vec<u8>) -> &mut Self {
        let (Column::Bytes(values), above) = self.next() else { unreachable!("a column of bytes") };
        push(values, above, value, &Vec::new(), false);
        self
    }

    /// Writes all rows and says how many there were.
    ///
    /// # Errors
    /// What the database said.
    pub async fn insert(&self, transaction: &Transaction) -> Result<usize, Error> {
        self.insert_some(transaction, 0..self.rows).await?;
        Ok(self.rows)
    }

    /// Writes some of the rows.
    ///
    /// # Errors
    /// What the database said.
    pub async fn insert_some(&self, transaction: &Transaction, rows: Range<usize>) -> Result<(), Error> {
        if rows.is_empty() {
            return Ok(());
        }
        match &mut *transaction.inner().await {
            Inner::Sqlite(inner) => self.insert_values(inner, rows).await,
            Inner::Postgres(inner) => match self.table.on_conflict {
                OnConflict::Keep | OnConflict::Never if rows.len() >= COPIED => self.copy(inner, rows).await,
                OnConflict::Keep | OnConflict::Never | OnConflict::Add => {
                    self.insert_arrays(inner, rows).await
                }
            },
        }
    }

    fn is_filled(&self, column: usize) -> bool {
        !self.columns[column].is_blank()
    }

    fn head(&self) -> String {
        let names: Vec<&str> = self.table.columns.iter().map(|(name, _)| *name).collect();
        format!("INSERT INTO {} ({}) ", self.table.name, names.join(", "))
    }

    /// The columns of a row in SQL: what `given` says of those that are bound, literals for the others.
    fn row(&self, mut given: impl FnMut(usize) -> String) -> String {
        let columns = self.table.columns.iter().enumerate().map(|(column, (_, kind))| match kind {
            _ if self.is_filled(column) => given(column),
            ColumnType::Text | ColumnType::Bytes => "''".to_owned(),
            ColumnType::Integer | ColumnType::Uuid | ColumnType::Real => "0".to_owned(),
        });
        columns.collect::<Vec<_>>().join(", ")
    }

    fn tail(&self) -> String {
        if self.table.on_conflict == OnConflict::Never {
            return String::new();
        }
        let Table { name: table, columns, key, on_conflict } = self.table;
        let keys: Vec<&str> = columns[..key].iter().map(|(name, _)| *name).collect();
        let sums: Vec<String> = (key..columns.len())
            .filter(|column| on_conflict == OnConflict::Add && self.is_filled(*column))
            .map(|column| format!("{name} = {table}.{name} + excluded.{name}", name = columns[column].0))
            .collect();
        let action =
            if sums.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {}", sums.join(", ")) };
        format!(" ON CONFLICT ({}) DO {action}", keys.join(", "))
    }
}

fn without_nul(value: &str) -> Arc<str> {
    if value.contains('\0') { Arc::from(value.replace('\0', "")) } else { Arc::from(value) }
}

/// Adds a value behind `above` rows; nothing as long as all of the column are blank.
fn push<T: Clone>(values: &mut Vec<T>, above: usize, value: T, blank: &T, is_blank: bool) {
    if values.is_empty() {
        if is_blank {
            return;
        }
        values.resize(above, blank.clone());
    }
    values.push(value);
}

/// The driver's refusal to encode a value: larger than it can say.
fn refused(error: BoxDynError) -> Error {
    Error::Refused(format!("a value does not fit the driver: {error}"))
}

impl Column {
    fn new(kind: ColumnType) -> Self {
        match kind {
            ColumnType::Integer => Self::Integer(Vec::new()),
            ColumnType::Text => Self::Text(Vec::new()),
            ColumnType::Uuid => Self::Uuid(Vec::new()),
            ColumnType::Real => Self::Real(Vec::new()),
            ColumnType::Bytes => Self::Bytes(Vec::new()),
        }
    }

    fn is_blank(&self) -> bool {
        match self {
            Self::Integer(values) => values.is_empty(),
            Self::Text(values) => values.is_empty(),
            Self::Uuid(values) => values.is_empty(),
            Self::Real(values) => values.is_empty(),
            Self::Bytes(values) => values.is_empty(),
        }
    }
}
