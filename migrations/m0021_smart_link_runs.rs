//! Runs of Smart Links on a KPI: one row a due time, with what it did.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "CREATE TABLE smart_link_runs (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        smart_link_id BIGINT NOT NULL REFERENCES smart_links (id),
        scheduled_at BIGINT NOT NULL,
        asked_by TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts BIGINT NOT NULL,
        claimed_until BIGINT NOT NULL,
        finished_at BIGINT NOT NULL,
        plan_version BIGINT NOT NULL,
        outcome TEXT NOT NULL,
        why TEXT NOT NULL,
        epoch TEXT NOT NULL,
        weights TEXT NOT NULL,
        record TEXT NOT NULL,
        evolution TEXT NOT NULL,
        UNIQUE (smart_link_id, scheduled_at)
    )",
    "CREATE INDEX smart_link_runs_of_link ON smart_link_runs (network_id, smart_link_id, id)",
    "CREATE INDEX smart_link_runs_due ON smart_link_runs (claimed_until, id) WHERE state = 'due'",
    "CREATE INDEX smart_link_runs_applied ON smart_link_runs (network_id, smart_link_id, plan_version) \
     WHERE outcome = 'applied'",
    "CREATE INDEX smart_link_runs_evolved ON smart_link_runs (network_id, smart_link_id) WHERE evolution <> ''",
    // What a run learns from.
    "CREATE INDEX rollup_hours_of_smart_links ON rollup_hours (network_id, smart_link_id, hour) WHERE dimension = 15",
    "CREATE INDEX smart_links_on_kpi ON smart_links (id) WHERE mechanism = 'kpi' AND status = 'active'",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
