//! The tracking domain that a click, impression or conversion came by, so that a domain has figures of its own.
//! Beside it what an upload did in the end, as somebody may have been faster. What was checked and waits for its
//! decision is kept in the older form: files are checked again, selections are called off.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "ALTER TABLE clicks ADD COLUMN domain TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE impressions ADD COLUMN domain TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE conversions ADD COLUMN domain TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE uploads ADD COLUMN happened TEXT NOT NULL DEFAULT ''",
    "UPDATE uploads SET happened = effect WHERE state = 'written'",
    "UPDATE uploads SET state = 'cancelled' WHERE state = 'ready' AND bytes = 0",
    "UPDATE uploads SET state = 'scanning', scanned = 0 WHERE state = 'ready'",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
