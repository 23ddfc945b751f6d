//! Postbacks whose click another node has not drained yet: kept in the database, and judged again by
//! whichever node is free, until the click is there or its node is past it.

use crate::{
    Error,
    shared::{self, Transaction},
    tracking::Waiting,
};
use domain::shared::ClickId;
use sea_orm::FromQueryResult;
use std::net::{IpAddr, Ipv4Addr};
use uuid::Uuid;

/// How many are judged at a time.
const MOST: i64 = 200;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    at: i64,
    ip: String,
    user_agent: String,
    query: String,
}

impl From<Row> for Waiting {
    fn from(row: Row) -> Self {
        Self {
            id: ClickId(row.id.as_u128()),
            at: row.at,
            ip: row.ip.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            user_agent: row.user_agent,
            query: row.query,
        }
    }
}

/// Keeps a call that has to wait.
///
/// # Errors
/// What the database said.
pub async fn keep(transaction: &Transaction, waiting: &Waiting) -> Result<(), Error> {
    let values = vec![
        Uuid::from_u128(waiting.id.0).into(),
        waiting.id.parts().network.0.into(),
        waiting.at.into(),
        waiting.ip.to_string().into(),
        waiting.user_agent.as_str().into(),
        waiting.query.as_str().into(),
    ];
    let sql = "INSERT INTO waiting_postbacks (id, network_id, at, ip, user_agent, query) VALUES ($1, $2, $3, $4, $5, $6)";
    shared::run(transaction, sql, values).await
}

/// Those that wait longest, held so that no other node judges them meanwhile.
///
/// # Errors
/// What the database said.
pub async fn longest(transaction: &Transaction) -> Result<Vec<Waiting>, Error> {
    let sql = "SELECT id, at, ip, user_agent, query FROM waiting_postbacks ORDER BY at LIMIT $1 FOR UPDATE SKIP LOCKED";
    let rows: Vec<Row> = shared::rows(transaction, sql, vec![MOST.into()]).await?;
    Ok(rows.into_iter().map(Waiting::from).collect())
}

/// Lets one go that was judged.
///
/// # Errors
/// What the database said.
pub async fn let_go(transaction: &Transaction, waiting: &Waiting) -> Result<(), Error> {
    let sql = "DELETE FROM waiting_postbacks WHERE id = $1";
    shared::run(transaction, sql, vec![Uuid::from_u128(waiting.id.0).into()]).await
}
