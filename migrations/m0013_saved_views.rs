//! Saved views of the report builder, and counts over rows that run in the background.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "CREATE TABLE saved_views (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        user_id BIGINT NOT NULL REFERENCES users (id),
        name TEXT NOT NULL,
        query TEXT NOT NULL,
        is_shared BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        UNIQUE (network_id, user_id, name)
    )",
    // `user_id` is 0 where a program asked; `manager_id` is whose partners alone were counted, 0 for all.
    "CREATE TABLE report_runs (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        user_id BIGINT NOT NULL,
        manager_id BIGINT NOT NULL,
        actor TEXT NOT NULL,
        query TEXT NOT NULL,
        state TEXT NOT NULL,
        done BIGINT NOT NULL,
        whole BIGINT NOT NULL,
        note TEXT NOT NULL,
        result TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL
    )",
    "CREATE INDEX report_runs_of_network ON report_runs (network_id, id)",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
