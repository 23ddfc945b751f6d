//! What every room of the store uses: the connection, its errors, columns for batches, documents.

mod changes;
mod columns;
mod database;
mod document;
mod error;
mod listen;
mod outbox;

pub use changes::{CHANNEL, Changes};
pub use columns::{ColumnType, Columns, Rows};
pub use database::{Database, Executor, Kind, Transaction, now_millis};
pub use document::{
    Actor, Change, Document, Filter, Managed, Page, Scope, Stored, all, audit, create_in, raise_plan_version,
    rows, run,
};
pub use error::Error;
pub use listen::listen;
pub use outbox::{Fact, tell};
pub use sea_orm::Value;
