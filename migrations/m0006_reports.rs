//! The roll-up without offers and partners: what a report over the whole network reads, so that its
//! time hangs on how many values a dimension has and not on how many links there are.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &["CREATE TABLE rollup_totals (
        network_id BIGINT NOT NULL,
        dimension BIGINT NOT NULL,
        day BIGINT NOT NULL,
        basis BIGINT NOT NULL,
        value TEXT NOT NULL,
        impressions BIGINT NOT NULL,
        unique_clicks BIGINT NOT NULL,
        duplicate_clicks BIGINT NOT NULL,
        invalid_clicks BIGINT NOT NULL,
        approved BIGINT NOT NULL,
        pending BIGINT NOT NULL,
        rejected BIGINT NOT NULL,
        view_through BIGINT NOT NULL,
        events BIGINT NOT NULL,
        fraud BIGINT NOT NULL,
        payout BIGINT NOT NULL,
        revenue BIGINT NOT NULL,
        sale_amount BIGINT NOT NULL,
        pending_payout BIGINT NOT NULL,
        pending_revenue BIGINT NOT NULL,
        delta_seconds BIGINT NOT NULL,
        PRIMARY KEY (network_id, dimension, day, basis, value)
    ) {clustered}"];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
