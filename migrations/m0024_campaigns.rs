//! Campaigns, what a click at one was shown and drew, and what rotators have learnt.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "CREATE TABLE campaigns (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        name TEXT NOT NULL,
        search_name TEXT NOT NULL,
        status TEXT NOT NULL,
        rotators BIGINT NOT NULL,
        code TEXT NOT NULL UNIQUE REFERENCES codes (code),
        version BIGINT NOT NULL,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
    )",
    "CREATE INDEX campaigns_of_network ON campaigns (network_id, id)",
    "CREATE INDEX campaigns_by_name ON campaigns (network_id, search_name, id, name, status, code)",
    "ALTER TABLE clicks ADD COLUMN campaign_page_id BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE clicks ADD COLUMN rotator_option_id BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE clicks ADD COLUMN onward TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE conversions ADD COLUMN campaign_page_id BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE conversions ADD COLUMN rotator_option_id BIGINT NOT NULL DEFAULT 0",
    "CREATE TABLE rotator_tables (
        network_id BIGINT NOT NULL REFERENCES networks (id),
        campaign_id BIGINT NOT NULL REFERENCES campaigns (id),
        rotator_id BIGINT NOT NULL,
        computed_at BIGINT NOT NULL,
        options TEXT NOT NULL,
        rotation TEXT NOT NULL,
        held_since BIGINT NOT NULL,
        PRIMARY KEY (network_id, rotator_id)
    )",
    // What rotators learn from.
    "CREATE INDEX rollup_hours_of_rotators ON rollup_hours (network_id, campaign_id, hour) WHERE dimension = 17",
    // What was checked and waits for its decision is kept in the older form.
    "UPDATE uploads SET state = 'cancelled' WHERE state = 'ready' AND bytes = 0",
    "UPDATE uploads SET state = 'scanning', scanned = 0 WHERE state = 'ready'",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
