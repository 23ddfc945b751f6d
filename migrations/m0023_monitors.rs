//! Monitors with what is known of their sites, and the log of their checks.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "CREATE TABLE monitors (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        name TEXT NOT NULL,
        search_name TEXT NOT NULL,
        status TEXT NOT NULL,
        version BIGINT NOT NULL,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        due_at BIGINT NOT NULL DEFAULT 0,
        claimed_until BIGINT NOT NULL DEFAULT 0,
        site TEXT NOT NULL DEFAULT 'unknown',
        since BIGINT NOT NULL DEFAULT 0,
        checked_at BIGINT NOT NULL DEFAULT 0,
        valid_until BIGINT NOT NULL DEFAULT 0,
        failures BIGINT NOT NULL DEFAULT 0,
        successes BIGINT NOT NULL DEFAULT 0
    )",
    "CREATE INDEX monitors_of_network ON monitors (network_id, id)",
    "CREATE INDEX monitors_by_name ON monitors (network_id, search_name, id, name, status)",
    "CREATE INDEX monitors_due ON monitors (due_at, network_id) WHERE status = 'active'",
    "CREATE INDEX monitors_due_of_network ON monitors (network_id, due_at) WHERE status = 'active'",
    "CREATE INDEX monitors_claimed ON monitors (network_id, claimed_until) WHERE claimed_until <> 0",
    "CREATE INDEX monitors_down ON monitors (id, valid_until) WHERE site = 'down'",
    "CREATE TABLE monitor_checks (
        network_id BIGINT NOT NULL REFERENCES networks (id),
        monitor_id BIGINT NOT NULL REFERENCES monitors (id),
        at BIGINT NOT NULL,
        outcome TEXT NOT NULL,
        status BIGINT NOT NULL,
        latency BIGINT NOT NULL,
        why TEXT NOT NULL,
        PRIMARY KEY (network_id, monitor_id, at)
    ) {clustered}",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
