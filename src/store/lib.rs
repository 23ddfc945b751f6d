//! The rooms that remember. Every table of a network is reached through its network; a row of
//! another network is [`Error::Missing`]. Two databases, one behaviour: SQLite inside by default,
//! PostgreSQL for more.
//!
//! What a click leaves behind walks through here: [`tracking::Spool`] keeps it on disk before the
//! visitor is answered, [`tracking::Drain`] moves batches into the database, rows, roll-ups and
//! the node's watermark in one transaction.

pub mod accounts;
pub mod conversions;
pub mod identity;
pub mod links;
pub mod offers;
pub mod reports;
pub mod search;
pub mod shared;
pub mod smartswitch;
pub mod tracking;

pub use shared::{Database, Error, Kind, listen};
