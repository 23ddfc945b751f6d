//! Conversions with their history, and the log of every postback that came in.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "CREATE TABLE conversions (
        network_id BIGINT NOT NULL,
        id {uuid} NOT NULL,
        click_id {uuid} NOT NULL,
        click_at BIGINT NOT NULL,
        at BIGINT NOT NULL,
        offer_id BIGINT NOT NULL,
        partner_id BIGINT NOT NULL,
        advertiser_id BIGINT NOT NULL,
        smart_link_id BIGINT NOT NULL,
        campaign_id BIGINT NOT NULL,
        landing_page_id BIGINT NOT NULL,
        event_id BIGINT NOT NULL,
        event TEXT NOT NULL,
        identity TEXT NOT NULL,
        txn_id TEXT NOT NULL,
        status TEXT NOT NULL,
        code BIGINT NOT NULL,
        by_hand BIGINT NOT NULL,
        fraud BIGINT NOT NULL,
        amount BIGINT NOT NULL,
        payout BIGINT NOT NULL,
        revenue BIGINT NOT NULL,
        country TEXT NOT NULL,
        device BIGINT NOT NULL,
        os TEXT NOT NULL,
        browser TEXT NOT NULL,
        connection TEXT NOT NULL,
        ip TEXT NOT NULL,
        source_id TEXT NOT NULL,
        sub1 TEXT NOT NULL,
        sub2 TEXT NOT NULL,
        sub3 TEXT NOT NULL,
        sub4 TEXT NOT NULL,
        sub5 TEXT NOT NULL,
        session_key BIGINT NOT NULL,
        more TEXT NOT NULL,
        PRIMARY KEY (network_id, id)
    ) {clustered}",
    // The identity of DOMAIN.md, section 9: offer x event x order id, else click x base event.
    "CREATE UNIQUE INDEX conversions_identity ON conversions (network_id, offer_id, event_id, identity)",
    "CREATE INDEX conversions_of_click ON conversions (network_id, click_id)",
    "CREATE TABLE conversion_history (
        network_id BIGINT NOT NULL,
        conversion_id {uuid} NOT NULL,
        version BIGINT NOT NULL,
        at BIGINT NOT NULL,
        actor TEXT NOT NULL,
        status TEXT NOT NULL,
        code BIGINT NOT NULL,
        PRIMARY KEY (network_id, conversion_id, version)
    ) {clustered}",
    "CREATE TABLE postbacks (
        network_id BIGINT NOT NULL,
        id {uuid} NOT NULL,
        at BIGINT NOT NULL,
        ip TEXT NOT NULL,
        user_agent TEXT NOT NULL,
        query TEXT NOT NULL,
        click_id {uuid} NOT NULL,
        offer_id BIGINT NOT NULL,
        advertiser_id BIGINT NOT NULL,
        outcome TEXT NOT NULL,
        code BIGINT NOT NULL,
        conversion_id {uuid} NOT NULL,
        PRIMARY KEY (network_id, id)
    ) {clustered}",
    // Calls whose click has not been drained yet by the node that took it; judged again until then.
    "CREATE TABLE waiting_postbacks (
        id {uuid} PRIMARY KEY,
        network_id BIGINT NOT NULL,
        at BIGINT NOT NULL,
        ip TEXT NOT NULL,
        user_agent TEXT NOT NULL,
        query TEXT NOT NULL
    )",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
