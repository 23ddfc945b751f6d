//! The tracking domain that a click, impression or conversion came by, so that a domain has figures of its own.
//! Files that were checked and wait for their decision keep conversions without it: they are checked again.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "ALTER TABLE clicks ADD COLUMN domain TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE impressions ADD COLUMN domain TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE conversions ADD COLUMN domain TEXT NOT NULL DEFAULT ''",
    "UPDATE uploads SET state = 'scanning', scanned = 0 WHERE state = 'ready'",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
