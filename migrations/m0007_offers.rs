//! What has been told of caps: a row a cap, period and level, so that each is told once, whatever
//! number of nodes sees it.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    // partner_id is 0 for the offer's own cap. first_day is the period's, in the network's zone; 0 for all time.
    "CREATE TABLE cap_levels (
        network_id BIGINT NOT NULL,
        offer_id BIGINT NOT NULL,
        partner_id BIGINT NOT NULL,
        measure TEXT NOT NULL,
        period TEXT NOT NULL,
        amount BIGINT NOT NULL,
        first_day BIGINT NOT NULL,
        percent BIGINT NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (network_id, offer_id, partner_id, measure, period, amount, first_day, percent)
    ) {clustered}",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
