//! Uploaded files of conversions: the file's story, its bytes and checked rows until it is written, and
//! what is wrong with it. Notes in the history of conversions. Conversions that no call with a click
//! brought: by views, by coupons, by the cookie pixel.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "CREATE TABLE uploads (
        id {serial},
        network_id BIGINT NOT NULL,
        at BIGINT NOT NULL,
        kind TEXT NOT NULL,
        file TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        bytes BIGINT NOT NULL,
        actor_kind TEXT NOT NULL,
        actor_id BIGINT NOT NULL,
        actor_name TEXT NOT NULL,
        actor_ip TEXT NOT NULL,
        state TEXT NOT NULL,
        total BIGINT NOT NULL,
        scanned BIGINT NOT NULL,
        errors BIGINT NOT NULL,
        changes BIGINT NOT NULL,
        unchanged BIGINT NOT NULL,
        written BIGINT NOT NULL,
        changed BIGINT NOT NULL,
        effect TEXT NOT NULL,
        same_as BIGINT NOT NULL,
        plan_version BIGINT NOT NULL,
        writes BIGINT NOT NULL,
        decided_by TEXT NOT NULL,
        decided_at BIGINT NOT NULL,
        finished_at BIGINT NOT NULL,
        worker BIGINT NOT NULL,
        worker_until BIGINT NOT NULL
    )",
    "CREATE INDEX uploads_of_network ON uploads (network_id, id)",
    "CREATE INDEX uploads_due ON uploads (state)",
    // The file as it came, in pieces that the one write connection of SQLite takes in a moment.
    "CREATE TABLE upload_parts (
        network_id BIGINT NOT NULL,
        upload_id BIGINT NOT NULL,
        part BIGINT NOT NULL,
        body {bytes} NOT NULL,
        PRIMARY KEY (network_id, upload_id, part)
    )",
    "CREATE TABLE upload_rows (
        network_id BIGINT NOT NULL,
        upload_id BIGINT NOT NULL,
        place BIGINT NOT NULL,
        body {bytes} NOT NULL,
        PRIMARY KEY (network_id, upload_id, place)
    ) {clustered}",
    "CREATE TABLE upload_errors (
        network_id BIGINT NOT NULL,
        upload_id BIGINT NOT NULL,
        place BIGINT NOT NULL,
        line BIGINT NOT NULL,
        cell BIGINT NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        message TEXT NOT NULL,
        PRIMARY KEY (network_id, upload_id, place)
    ) {clustered}",
    "ALTER TABLE conversion_history ADD COLUMN note TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX conversions_of_order ON conversions (network_id, txn_id) WHERE txn_id <> ''",
    "ALTER TABLE conversions ADD COLUMN view_through BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE waiting_postbacks ADD COLUMN pixel BIGINT NOT NULL DEFAULT 0",
    // A code of a partner and an offer, in capitals: it credits a call that names no click.
    "CREATE TABLE coupons (
        id {serial},
        network_id BIGINT NOT NULL,
        code TEXT NOT NULL,
        offer_id BIGINT NOT NULL,
        partner_id BIGINT NOT NULL,
        version BIGINT NOT NULL,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
    )",
    "CREATE UNIQUE INDEX coupons_code ON coupons (network_id, code)",
    "CREATE INDEX coupons_of_offer ON coupons (network_id, offer_id)",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
