//! Smart Links, partners' rules on them, the row that took a click, and where a network sends whom no row takes.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "CREATE TABLE smart_links (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        name TEXT NOT NULL,
        search_name TEXT NOT NULL,
        status TEXT NOT NULL,
        code TEXT NOT NULL UNIQUE REFERENCES codes (code),
        mechanism TEXT NOT NULL,
        catch_all_id BIGINT NOT NULL,
        version BIGINT NOT NULL,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
    )",
    "CREATE INDEX smart_links_of_network ON smart_links (network_id, id)",
    "CREATE INDEX smart_links_by_name ON smart_links (network_id, search_name, id, name, status, code)",
    "CREATE TABLE partner_rules (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        partner_id BIGINT NOT NULL REFERENCES partners (id),
        smart_link_id BIGINT NOT NULL REFERENCES smart_links (id),
        version BIGINT NOT NULL,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        UNIQUE (partner_id, smart_link_id)
    )",
    "CREATE INDEX partner_rules_of_network ON partner_rules (network_id, id)",
    "ALTER TABLE networks ADD COLUMN fallback_url TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE clicks ADD COLUMN row_id BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE conversions ADD COLUMN row_id BIGINT NOT NULL DEFAULT 0",
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
