//! Who may run an offer, beside its document, so that lists can be filtered by it.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "ALTER TABLE offers ADD COLUMN visibility TEXT NOT NULL DEFAULT 'public'",
    "{sqlite} UPDATE offers SET visibility = COALESCE(json_extract(body, '$.visibility'), 'public')",
    "{postgres} UPDATE offers SET visibility = COALESCE(body::json ->> 'visibility', 'public')",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
