//! PostgreSQL's partitions by day: made ahead of time, dropped when their day is past keeping.
//! What comes too late for its partition lands in the default one.

use crate::{Database, Error, Kind};
use domain::shared::DayNumber;
use sea_orm::ConnectionTrait;

/// The tables that are partitioned by day.
const TABLES: [&str; 2] = ["clicks", "impressions"];

impl Database {
    /// Makes the partitions of `days`. Does nothing on SQLite, which keeps one clustered table.
    ///
    /// # Errors
    /// What the database said.
    pub async fn make_partitions(&self, days: std::ops::RangeInclusive<DayNumber>) -> Result<(), Error> {
        if self.kind() == Kind::Sqlite {
            return Ok(());
        }
        for table in TABLES {
            for day in days.start().0..=days.end().0 {
                let sql = format!(
                    "CREATE TABLE IF NOT EXISTS {table}_{day} PARTITION OF {table} FOR VALUES FROM ({day}) TO ({})",
                    day + 1
                );
                // A day that already has rows in the default partition stays there.
                if let Err(error) = self.write_connection().execute_unprepared(&sql).await {
                    tracing::warn!(%error, table, day, "no partition was made");
                }
            }
        }
        Ok(())
    }
}
