//! The roll-up by hour without offers and partners: what a report by hour over the whole network
//! reads, and the hours at the ends of one by day.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "CREATE TABLE rollup_hour_totals (
        network_id BIGINT NOT NULL,
        dimension BIGINT NOT NULL,
        hour BIGINT NOT NULL,
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
        PRIMARY KEY (network_id, dimension, hour, basis, value)
    ) {clustered}",
    "INSERT INTO rollup_hour_totals
        SELECT network_id, dimension, hour, basis, value,
            SUM(impressions), SUM(unique_clicks), SUM(duplicate_clicks), SUM(invalid_clicks),
            SUM(approved), SUM(pending), SUM(rejected), SUM(view_through), SUM(events), SUM(fraud),
            SUM(payout), SUM(revenue), SUM(sale_amount), SUM(pending_payout), SUM(pending_revenue),
            SUM(delta_seconds)
        FROM rollup_hours
        GROUP BY network_id, dimension, hour, basis, value",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
