//! Advertisers, partners, offers and what hangs on them: a document in `body`, beside it the columns that are searched.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    // What the outside calls a partner or a target by: unique in the installation.
    "CREATE TABLE codes (
        code TEXT PRIMARY KEY,
        network_id BIGINT NOT NULL REFERENCES networks (id),
        object TEXT NOT NULL
    ) {clustered}",
    "CREATE TABLE advertisers (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        name TEXT NOT NULL,
        search_name TEXT NOT NULL,
        status TEXT NOT NULL,
        version BIGINT NOT NULL,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
    )",
    "CREATE INDEX advertisers_of_network ON advertisers (network_id, id)",
    "CREATE TABLE partners (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        name TEXT NOT NULL,
        search_name TEXT NOT NULL,
        status TEXT NOT NULL,
        code TEXT NOT NULL UNIQUE REFERENCES codes (code),
        version BIGINT NOT NULL,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
    )",
    "CREATE INDEX partners_of_network ON partners (network_id, id)",
    "CREATE TABLE offers (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        name TEXT NOT NULL,
        search_name TEXT NOT NULL,
        status TEXT NOT NULL,
        code TEXT NOT NULL UNIQUE REFERENCES codes (code),
        advertiser_id BIGINT NOT NULL REFERENCES advertisers (id),
        version BIGINT NOT NULL,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
    )",
    "CREATE INDEX offers_of_network ON offers (network_id, id)",
    "CREATE TABLE landing_pages (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        offer_id BIGINT NOT NULL REFERENCES offers (id),
        version BIGINT NOT NULL,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
    )",
    "CREATE INDEX landing_pages_of_network ON landing_pages (network_id, id)",
    "CREATE TABLE offer_events (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        offer_id BIGINT NOT NULL REFERENCES offers (id),
        name TEXT NOT NULL,
        version BIGINT NOT NULL,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        UNIQUE (offer_id, name)
    )",
    "CREATE INDEX offer_events_of_network ON offer_events (network_id, id)",
    "CREATE TABLE partner_offers (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        partner_id BIGINT NOT NULL REFERENCES partners (id),
        offer_id BIGINT NOT NULL REFERENCES offers (id),
        state TEXT NOT NULL,
        version BIGINT NOT NULL,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        UNIQUE (partner_id, offer_id)
    )",
    "CREATE INDEX partner_offers_of_network ON partner_offers (network_id, id)",
    "CREATE TABLE domains (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        host TEXT NOT NULL UNIQUE,
        version BIGINT NOT NULL,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
    )",
    "CREATE INDEX domains_of_network ON domains (network_id, id)",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
