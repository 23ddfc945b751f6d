//! Conversions of a coupon have no click to count the time from: they are no part of its mean.
//! Those that were counted before stay counted as they were.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "ALTER TABLE rollup_hours ADD COLUMN untimed BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE rollup_days ADD COLUMN untimed BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE rollup_hour_totals ADD COLUMN untimed BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE rollup_totals ADD COLUMN untimed BIGINT NOT NULL DEFAULT 0",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
