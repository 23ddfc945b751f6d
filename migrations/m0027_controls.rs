//! Who is refused whatever the offer says: source blocks and traffic controls.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "CREATE TABLE source_blocks (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        name TEXT NOT NULL,
        search_name TEXT NOT NULL,
        status TEXT NOT NULL,
        partner_id BIGINT REFERENCES partners (id),
        offer_id BIGINT REFERENCES offers (id),
        variable TEXT NOT NULL,
        version BIGINT NOT NULL,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
    )",
    "CREATE INDEX source_blocks_of_network ON source_blocks (network_id, id)",
    "CREATE INDEX source_blocks_of_partner ON source_blocks (network_id, partner_id, id)",
    "CREATE INDEX source_blocks_of_offer ON source_blocks (network_id, offer_id, id)",
    "CREATE INDEX source_blocks_by_name ON source_blocks (network_id, search_name, id, name, status)",
    "CREATE TABLE traffic_controls (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        name TEXT NOT NULL,
        search_name TEXT NOT NULL,
        status TEXT NOT NULL,
        list TEXT NOT NULL,
        field TEXT NOT NULL,
        version BIGINT NOT NULL,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
    )",
    "CREATE INDEX traffic_controls_of_network ON traffic_controls (network_id, id)",
    "CREATE INDEX traffic_controls_by_name ON traffic_controls (network_id, search_name, id, name, status)",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
