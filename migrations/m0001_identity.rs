//! Networks, people, roles, sessions, API keys, the audit log and every object's versions.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    // Secrets that all nodes of an installation share.
    "CREATE TABLE secrets (name TEXT PRIMARY KEY, value {bytes} NOT NULL)",
    "CREATE TABLE networks (
        id {serial},
        name TEXT NOT NULL,
        currency TEXT NOT NULL,
        zone TEXT NOT NULL,
        status TEXT NOT NULL,
        settings TEXT NOT NULL,
        plan_version BIGINT NOT NULL DEFAULT 1,
        created_at BIGINT NOT NULL
    )",
    "CREATE TABLE roles (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        name TEXT NOT NULL,
        built_in TEXT,
        rights TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        UNIQUE (network_id, name)
    )",
    // One address is one person: signing in needs no network to be named.
    "CREATE TABLE users (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        kind TEXT NOT NULL,
        role_id BIGINT REFERENCES roles (id),
        partner_id BIGINT,
        advertiser_id BIGINT,
        email TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        password_hash TEXT NOT NULL,
        status TEXT NOT NULL,
        created_at BIGINT NOT NULL
    )",
    "CREATE INDEX users_of_network ON users (network_id, id)",
    "CREATE TABLE sessions (
        token_hash {bytes} PRIMARY KEY,
        user_id BIGINT NOT NULL REFERENCES users (id),
        created_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        ip TEXT NOT NULL,
        user_agent TEXT NOT NULL
    )",
    "CREATE INDEX sessions_of_user ON sessions (user_id)",
    // Failed sign-ins by account and by address; a row is forgotten when its hour has passed.
    "CREATE TABLE sign_in_failures (
        subject TEXT PRIMARY KEY,
        failures BIGINT NOT NULL,
        since BIGINT NOT NULL,
        blocked_until BIGINT NOT NULL
    )",
    "CREATE TABLE api_keys (
        id {serial},
        network_id BIGINT NOT NULL REFERENCES networks (id),
        role_id BIGINT NOT NULL REFERENCES roles (id),
        name TEXT NOT NULL,
        prefix TEXT NOT NULL,
        key_hash {bytes} NOT NULL UNIQUE,
        created_by BIGINT,
        created_at BIGINT NOT NULL,
        used_at BIGINT,
        revoked_at BIGINT
    )",
    "CREATE TABLE audit (
        id {serial},
        network_id BIGINT NOT NULL,
        at BIGINT NOT NULL,
        actor_kind TEXT NOT NULL,
        actor_id BIGINT,
        actor_name TEXT NOT NULL,
        ip TEXT NOT NULL,
        action TEXT NOT NULL,
        object TEXT NOT NULL,
        object_id BIGINT,
        before TEXT,
        after TEXT
    )",
    "CREATE INDEX audit_of_network ON audit (network_id, id)",
    "CREATE INDEX audit_of_object ON audit (network_id, object, object_id, id)",
    // Append-only, from the very first save: any click can be explained by what was in force.
    "CREATE TABLE config_versions (
        network_id BIGINT NOT NULL,
        object TEXT NOT NULL,
        object_id BIGINT NOT NULL,
        version BIGINT NOT NULL,
        plan_version BIGINT NOT NULL,
        at BIGINT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (network_id, object, object_id, version)
    ) {clustered}",
    "CREATE TABLE idempotency_keys (
        network_id BIGINT NOT NULL,
        key TEXT NOT NULL,
        request_hash {bytes} NOT NULL,
        status BIGINT NOT NULL,
        body TEXT NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (network_id, key)
    ) {clustered}",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
