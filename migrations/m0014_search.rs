//! What a search over everything reads: names with what is shown beside them, and the advertisers'
//! order numbers, in indexes of their own, so that it need not touch the documents.

use sea_orm_migration::prelude::{DbErr, DeriveMigrationName, MigrationTrait, SchemaManager};

#[derive(DeriveMigrationName)]
pub struct Migration;

const STATEMENTS: &[&str] = &[
    "CREATE INDEX offers_by_name ON offers (network_id, search_name, id, name, status, code)",
    "CREATE INDEX partners_by_name ON partners (network_id, search_name, id, name, status, code)",
    "CREATE INDEX advertisers_by_name ON advertisers (network_id, search_name, id, name, status)",
    // Most conversions carry no order number; those are left out. A beginning is looked up byte by byte.
    // SQLite compares so anyway, by the index of the uploads.
    "{postgres} CREATE INDEX conversions_by_txn ON conversions (network_id, txn_id{bytewise}) WHERE txn_id <> ''",
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run(manager, STATEMENTS).await
    }
}
