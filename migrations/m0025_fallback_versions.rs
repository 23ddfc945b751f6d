//! What the networks' fallback URLs are from now on, so that a click can be decided again by the one that was
//! in force.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "INSERT INTO config_versions (network_id, object, object_id, version, plan_version, at, body) \
       SELECT id, 'network_fallback', id, 0, 0, created_at, fallback_url FROM networks WHERE fallback_url <> ''",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
