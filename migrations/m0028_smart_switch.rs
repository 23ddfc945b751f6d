//! SmartSwitch: rules, their runs, the sources that they found, and the clicks that these kept out.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "CREATE TABLE smart_switch_rules (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        name TEXT NOT NULL,
        search_name TEXT NOT NULL,
        status TEXT NOT NULL,
        variable TEXT NOT NULL,
        action TEXT NOT NULL,
        version BIGINT NOT NULL,
        body TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL
    )",
    "CREATE INDEX smart_switch_rules_of_network ON smart_switch_rules (network_id, id)",
    "CREATE INDEX smart_switch_rules_by_name ON smart_switch_rules (network_id, search_name, id, name, status)",
    "CREATE INDEX smart_switch_rules_active ON smart_switch_rules (id) WHERE status = 'active'",
    // One row a due time of a rule; whoever claims it does the run.
    "CREATE TABLE smart_switch_runs (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        rule_id BIGINT NOT NULL REFERENCES smart_switch_rules (id),
        scheduled_at BIGINT NOT NULL,
        asked_by TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts BIGINT NOT NULL,
        claimed_until BIGINT NOT NULL,
        finished_at BIGINT NOT NULL,
        why TEXT NOT NULL,
        record TEXT NOT NULL,
        UNIQUE (rule_id, scheduled_at)
    )",
    "CREATE INDEX smart_switch_runs_of_network ON smart_switch_runs (network_id, id)",
    "CREATE INDEX smart_switch_runs_of_rule ON smart_switch_runs (network_id, rule_id, id)",
    "CREATE INDEX smart_switch_runs_due ON smart_switch_runs (claimed_until, id) WHERE state = 'due'",
    // Sources that rules have found, one row a finding. Times are milliseconds since 1970 UTC, 0 for none;
    // `judged_from` is an hour of the network's clock.
    "CREATE TABLE actionable_variables (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        rule_id BIGINT NOT NULL REFERENCES smart_switch_rules (id),
        run_id BIGINT NOT NULL REFERENCES smart_switch_runs (id),
        offer_id BIGINT NOT NULL REFERENCES offers (id),
        partner_id BIGINT NOT NULL REFERENCES partners (id),
        variable TEXT NOT NULL,
        value TEXT{bytewise} NOT NULL,
        action TEXT NOT NULL,
        state TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        due_at BIGINT NOT NULL,
        blocked_at BIGINT NOT NULL,
        ends_at BIGINT NOT NULL,
        changed_at BIGINT NOT NULL,
        judged_from BIGINT NOT NULL,
        figures TEXT NOT NULL,
        blocks_version BIGINT NOT NULL
    )",
    // A source is a rule's once at a time.
    "CREATE UNIQUE INDEX actionable_variables_open ON actionable_variables \
     (rule_id, offer_id, partner_id, variable, value) \
     WHERE state IN ('pending', 'blocked', 'failing', 'notified', 'whitelisted')",
    "CREATE INDEX actionable_variables_due ON actionable_variables (due_at) WHERE state = 'pending'",
    "CREATE INDEX actionable_variables_pending ON actionable_variables (rule_id) WHERE state = 'pending'",
    "CREATE INDEX actionable_variables_notified ON actionable_variables (rule_id) WHERE state = 'notified'",
    "CREATE INDEX actionable_variables_ending ON actionable_variables (ends_at) \
     WHERE state IN ('blocked', 'failing') AND ends_at > 0",
    "CREATE INDEX actionable_variables_of_network ON actionable_variables (network_id, id)",
    "CREATE INDEX actionable_variables_of_rule ON actionable_variables (network_id, rule_id, id)",
    "CREATE INDEX actionable_variables_of_run ON actionable_variables (network_id, run_id, id)",
    "CREATE INDEX actionable_variables_of_partner ON actionable_variables (network_id, partner_id, id)",
    "CREATE INDEX actionable_variables_of_offer ON actionable_variables (network_id, offer_id, id)",
    // What nodes that know the blocks up to a version have still to hear.
    "CREATE INDEX actionable_variables_by_version ON actionable_variables (network_id, blocks_version) \
     WHERE blocks_version > 0",
    "CREATE TABLE actionable_variable_changes (
        id {serial},
        network_id BIGINT NOT NULL,
        variable_id BIGINT NOT NULL REFERENCES actionable_variables (id),
        at BIGINT NOT NULL,
        state TEXT NOT NULL,
        by_name TEXT NOT NULL,
        run_id BIGINT NOT NULL,
        why TEXT NOT NULL,
        figures TEXT NOT NULL
    )",
    "CREATE INDEX actionable_variable_changes_of_variable ON actionable_variable_changes \
     (network_id, variable_id, id)",
    // What a rule, saved or not, would do and would have done: worked out in the background.
    "CREATE TABLE smart_switch_evaluations (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        user_id BIGINT NOT NULL,
        manager_id BIGINT NOT NULL,
        actor TEXT NOT NULL,
        query TEXT NOT NULL,
        state TEXT NOT NULL,
        done BIGINT NOT NULL,
        whole BIGINT NOT NULL,
        note TEXT NOT NULL,
        result TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL
    )",
    "CREATE INDEX smart_switch_evaluations_of_network ON smart_switch_evaluations (network_id, id)",
    // Raised with every source that is blocked or let through again, in the same transaction.
    "ALTER TABLE networks ADD COLUMN blocks_version BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE clicks ADD COLUMN smart_switch_rule_id BIGINT NOT NULL DEFAULT 0",
    // Whether its click brought a device id; -1 of those from before it was kept.
    "ALTER TABLE conversions ADD COLUMN has_device_id BIGINT NOT NULL DEFAULT -1",
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
