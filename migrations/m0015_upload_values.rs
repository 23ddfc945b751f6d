//! What an upload's rows add to the figures by single values, kept until it is in the roll-ups.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "ALTER TABLE uploads ADD COLUMN counted BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE uploads ADD COLUMN summed BIGINT NOT NULL DEFAULT 0",
    // What was written before this step is counted.
    "UPDATE uploads SET counted = written",
    "CREATE TABLE upload_values (
        network_id BIGINT NOT NULL,
        upload_id BIGINT NOT NULL,
        place BIGINT NOT NULL,
        body {bytes} NOT NULL,
        PRIMARY KEY (network_id, upload_id, place)
    )",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
