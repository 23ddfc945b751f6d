//! What every room of the store uses: the connection, its errors, columns for batches, documents.

mod audit;
mod changes;
mod columns;
mod database;
mod document;
mod error;
mod listen;
mod outbox;
mod save;
mod scope;
mod seen;
mod statement;
mod stretch;
mod transaction;
mod versions;

pub use audit::{Actor, Change, audit};
pub use changes::{BLOCKS_CHANNEL, CHANNEL, Changed, Changes, SITES_CHANNEL};
pub use columns::{ColumnType, Columns, OnConflict, Rows, Table};
pub use database::{Database, Executor, Kind, make_private, now_millis};
pub(crate) use document::pattern;
pub use document::{Document, Filter, Managed, Page, SortBy, Stored, all, create_in, folded};
pub use error::Error;
pub use listen::listen;
pub use outbox::{Fact, Told, facts_to_mail, settle_fact, tell, unsettled_fact};
pub use save::Save;
pub use scope::Scope;
pub use sea_orm::Value;
pub use statement::{number_of_rows, rows, run};
pub use stretch::{Exactly, FoundRows, Stretch};
pub(crate) use stretch::{Layout, Owner};
pub use transaction::Transaction;
pub use versions::{VersionOf, all_at, body_at, keep_version};
