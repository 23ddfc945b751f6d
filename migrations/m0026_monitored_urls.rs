//! Of which address a monitor's state is known: another one has a state of its own.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "ALTER TABLE monitors ADD COLUMN url TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE monitors ADD COLUMN site_url TEXT NOT NULL DEFAULT ''",
    "{sqlite} UPDATE monitors SET url = json_extract(body, '$.url')",
    "{postgres} UPDATE monitors SET url = body::json ->> 'url'",
    "UPDATE monitors SET site_url = url",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
