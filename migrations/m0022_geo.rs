//! The autonomous system that a click came from.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &["ALTER TABLE clicks ADD COLUMN asn BIGINT NOT NULL DEFAULT 0"];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
