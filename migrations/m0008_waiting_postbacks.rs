//! What a postback waits for, the click's node and time, and since when: so that only those are judged
//! again whose node has moved on, or that have waited long enough.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    // Of those that wait already neither is known: they are judged when they have waited long enough.
    "ALTER TABLE waiting_postbacks ADD COLUMN node_id BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE waiting_postbacks ADD COLUMN click_at BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE waiting_postbacks ADD COLUMN since BIGINT NOT NULL DEFAULT 0",
    "UPDATE waiting_postbacks SET since = at",
    "CREATE INDEX waiting_postbacks_of_node ON waiting_postbacks (node_id, click_at)",
    "CREATE INDEX waiting_postbacks_by_age ON waiting_postbacks (since)",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
