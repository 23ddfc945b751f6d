//! What every room of the store uses: the connection, its errors, columns for batches, documents.

mod changes;
mod columns;
mod database;
mod document;
mod error;
mod listen;
mod outbox;
mod transaction;

pub use changes::{CHANNEL, Changes};
pub use columns::{ColumnType, Columns, OnConflict, Rows, Table};
pub use database::{Database, Executor, Kind, now_millis};
pub use document::{
    Actor, Change, Document, Filter, Managed, Page, Scope, Stored, all, audit, create_in, raise_plan_version,
    rows, run,
};
pub use error::Error;
pub use listen::listen;
pub use outbox::{Fact, tell};
pub use sea_orm::Value;
pub use transaction::Transaction;
