//! What a postback waits for: the click's node and time, so that only those are judged again whose node
//! has moved on.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    // Of those that wait already neither is known: they are judged when they have waited long enough.
    "ALTER TABLE waiting_postbacks ADD COLUMN node_id BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE waiting_postbacks ADD COLUMN click_at BIGINT NOT NULL DEFAULT 0",
    "CREATE INDEX waiting_postbacks_of_node ON waiting_postbacks (node_id, click_at)",
    "CREATE INDEX waiting_postbacks_by_age ON waiting_postbacks (at)",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
