//! What people and their rights need beyond a password: tokens that are mailed, the second step of
//! signing in, keys that end and reach less far than their role, and partners with a manager.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    // Whoever has such a role, or is marked so, sees the partners whose manager they are, and no others.
    "ALTER TABLE roles ADD COLUMN own_partners BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE users ADD COLUMN own_partners BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE partners ADD COLUMN manager_id BIGINT",
    "CREATE INDEX partners_of_manager ON partners (network_id, manager_id)",
    // Rights beside the role's narrow it; a manager narrows the key to that person's partners.
    "ALTER TABLE api_keys ADD COLUMN rights TEXT",
    "ALTER TABLE api_keys ADD COLUMN manager_id BIGINT",
    "ALTER TABLE api_keys ADD COLUMN expires_at BIGINT",
    // Invitations, password resets and sign-ins that wait for their second step; used ones are gone.
    "CREATE TABLE user_tokens (
        token_hash {bytes} PRIMARY KEY,
        network_id BIGINT NOT NULL,
        user_id BIGINT NOT NULL REFERENCES users (id),
        purpose TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL
    )",
    "CREATE INDEX user_tokens_of_user ON user_tokens (user_id, purpose)",
    // The secret is encrypted. last_step is that of the last code taken, so that none is taken twice.
    "CREATE TABLE user_totp (
        user_id BIGINT PRIMARY KEY REFERENCES users (id),
        secret {bytes} NOT NULL,
        confirmed_at BIGINT,
        last_step BIGINT NOT NULL
    )",
    "CREATE TABLE recovery_codes (
        user_id BIGINT NOT NULL REFERENCES users (id),
        code_hash {bytes} NOT NULL,
        PRIMARY KEY (user_id, code_hash)
    ) {clustered}",
    // Why a message was given up; empty where it was delivered.
    "ALTER TABLE outbox ADD COLUMN given_up TEXT",
    // The few facts that become mail among the many that are conversions.
    "CREATE INDEX outbox_to_mail ON outbox (id) WHERE handled_at IS NULL AND kind IN \
     ('user_invited', 'password_reset_asked', 'password_changed', 'two_step_changed')",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
