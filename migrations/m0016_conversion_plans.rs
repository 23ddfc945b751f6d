//! What SQLite's planner is to know of conversions. Without figures it takes a network to have ten of them,
//! and reads a network's all rather than look up three by an index. The figures are fixed ones ("Fixed
//! Results Of ANALYZE" in its documentation), so that no plan depends on when somebody analysed.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    // Makes the table of figures and reads none.
    "{sqlite} ANALYZE sqlite_schema",
    // Of each index: how many rows, and how many share its first column, its first two, and so on. An index
    // that is added later needs its line.
    "{sqlite} INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES \
     ('conversions', 'conversions', '1000000 100000 1'), \
     ('conversions', 'conversions_identity', '1000000 100000 5000 5000 1'), \
     ('conversions', 'conversions_of_click', '1000000 100000 1'), \
     ('conversions', 'conversions_of_order', '1000000 100000 1')",
    // From here on this connection knows them; the others do when they are opened.
    "{sqlite} ANALYZE sqlite_schema",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
