//! Batches on PostgreSQL: many new rows by COPY, few of them and sums as arrays of whole columns.

use super::{Column, ColumnType, Error, Rows, refused};
use sqlx::{
    Arguments, AssertSqlSafe, Executor, PgConnection, Postgres, error::BoxDynError, postgres::PgArguments,
};
use std::{fmt::Write, ops::Range};

/// How many rows one PostgreSQL statement takes: larger arrays gain nothing and hold memory on both sides.
const ARRAY: usize = 5_000;
/// How many rows one message of a COPY holds.
const PIECE: usize = 500;
/// Bytes that most rows of a COPY fit in.
const USUAL_ROW: usize = 1_024;

impl Rows {
    /// COPY takes half the time of an INSERT and knows no conflict. There is none but after a restored
    /// database; then the rows that are there stay.
    pub(super) async fn copy(
        &self,
        inner: &mut sqlx::Transaction<'static, Postgres>,
        rows: Range<usize>,
    ) -> Result<(), Error> {
        inner.execute("SAVEPOINT before_copy").await?;
        match self.copy_in(inner, &rows).await {
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                inner.execute("ROLLBACK TO SAVEPOINT before_copy").await?;
                self.insert_arrays(inner, rows).await
            }
            outcome => Ok(outcome?),
        }
    }

    async fn copy_in(&self, connection: &mut PgConnection, all: &Range<usize>) -> Result<(), sqlx::Error> {
        let names: Vec<&str> = self.table.columns.iter().map(|(name, _)| *name).collect();
        let sql = format!("COPY {} ({}) FROM STDIN (FORMAT binary)", self.table.name, names.join(", "));
        let mut copy = connection.copy_in_raw(&sql).await?;
        let mut begun = all.start;
        while begun < all.end {
            let rows = begun..all.end.min(begun + PIECE);
            copy.send(self.binary(rows.clone(), all)).await?;
            begun = rows.end;
        }
        copy.finish().await?;
        Ok(())
    }

    /// Rows in PostgreSQL's binary COPY format (its manual, "COPY", "Binary Format"): the header before
    /// the first of `all`, the trailer behind the last.
    fn binary(&self, rows: Range<usize>, all: &Range<usize>) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(rows.len() * USUAL_ROW);
        if rows.start == all.start {
            bytes.extend_from_slice(b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0");
        }
        let is_last = rows.end == all.end;
        let fields = i16::try_from(self.columns.len()).expect("a table has fewer columns than 32,768");
        for row in rows {
            bytes.extend_from_slice(&fields.to_be_bytes());
            for column in &self.columns {
                column.add_binary(&mut bytes, row);
            }
        }
        if is_last {
            bytes.extend_from_slice(&(-1_i16).to_be_bytes());
        }
        bytes
    }

    pub(super) async fn insert_arrays(
        &self,
        inner: &mut sqlx::Transaction<'static, Postgres>,
        all: Range<usize>,
    ) -> Result<(), Error> {
        let sql = self.unnest();
        let mut done = all.start;
        while done < all.end {
            let rows = done..all.end.min(done + ARRAY);
            done = rows.end;
            let mut arrays = PgArguments::default();
            for column in self.columns.iter().filter(|column| !column.is_blank()) {
                column.add_array(&mut arrays, rows.clone()).map_err(refused)?;
            }
            inner.execute(sqlx::query_with(AssertSqlSafe(sql.as_str()), arrays)).await?;
        }
        Ok(())
    }

    fn unnest(&self) -> String {
        let mut arrays = String::new();
        let mut names = String::new();
        let filled = (0..self.table.columns.len()).filter(|column| self.is_filled(*column));
        for (index, column) in filled.enumerate() {
            let array = match self.table.columns[column].1 {
                ColumnType::Integer => "int8[]",
                ColumnType::Text => "text[]",
                ColumnType::Uuid => "uuid[]",
                ColumnType::Real => "float8[]",
                ColumnType::Bytes => "bytea[]",
            };
            let comma = if index == 0 { "" } else { ", " };
            write!(arrays, "{comma}${}::{array}", index + 1).expect("writing to a string");
            write!(names, "{comma}c{column}").expect("writing to a string");
        }
        let row = self.row(|column| format!("c{column}"));
        format!("{}SELECT {row} FROM UNNEST({arrays}) AS given({names}){}", self.head(), self.tail())
    }
}

impl Column {
    /// Adds one row's value as PostgreSQL's binary format has it: the length, then the bytes.
    fn add_binary(&self, to: &mut Vec<u8>, row: usize) {
        match self {
            Self::Integer(values) => add_field(to, &values.get(row).copied().unwrap_or(0).to_be_bytes()),
            Self::Text(values) => add_field(to, values.get(row).map_or(&[][..], |text| text.as_bytes())),
            Self::Uuid(values) => add_field(to, values.get(row).copied().unwrap_or_default().as_bytes()),
            Self::Real(values) => add_field(to, &values.get(row).copied().unwrap_or(0.0).to_be_bytes()),
            Self::Bytes(values) => add_field(to, values.get(row).map_or(&[], Vec::as_slice)),
        }
    }

    /// Adds several rows' values as an array of PostgreSQL.
    fn add_array(&self, to: &mut PgArguments, rows: Range<usize>) -> Result<(), BoxDynError> {
        match self {
            Self::Integer(values) => to.add(&values[rows]),
            Self::Text(values) => to.add(values[rows].iter().map(AsRef::as_ref).collect::<Vec<&str>>()),
            Self::Uuid(values) => to.add(&values[rows]),
            Self::Real(values) => to.add(&values[rows]),
            Self::Bytes(values) => to.add(&values[rows]),
        }
    }
}

/// Adds a field of the binary COPY format.
fn add_field(to: &mut Vec<u8>, bytes: &[u8]) {
    let length =
        i32::try_from(bytes.len()).expect("a field comes out of a record, which is bounded by 1 MiB");
    to.extend_from_slice(&length.to_be_bytes());
    to.extend_from_slice(bytes);
}
