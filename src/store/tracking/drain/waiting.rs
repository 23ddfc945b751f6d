//! Postbacks whose click another node has not drained yet: kept in the database, and judged again
//! by whichever node is free, until the click is there or its node is past it.

use super::{
    Drain, Drained,
    batch::Figures,
    judging::{Judging, Waiting},
};
use crate::{
    Error, Kind,
    shared::{self, Transaction},
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

/// Judges those that wait again, and says that this node has drained everything up to `now`. One
/// node alone never has any: its clicks are before their postbacks in its own spool.
///
/// # Errors
/// What the database said.
pub async fn judge_again(drain: &Drain, now: i64) -> Result<(), Error> {
    if drain.database.kind() == Kind::Sqlite {
        return Ok(());
    }
    let transaction = drain.database.write().await?;
    if drain.depth() == 0 {
        let sql = "UPDATE nodes SET drained_until = $1, seen_at = $1 WHERE id = $2 AND drained_until < $1";
        shared::run(&transaction, sql, vec![now.into(), drain.node.0.into()]).await?;
    }
    let sql = "SELECT id, at, ip, user_agent, query FROM waiting_postbacks ORDER BY at LIMIT $1 FOR UPDATE SKIP LOCKED";
    let rows: Vec<Row> = shared::rows(&transaction, sql, vec![MOST.into()]).await?;
    let mut judging = Judging::new(drain, &transaction);
    for waiting in rows.into_iter().map(Waiting::from) {
        if !judging.judge(&waiting).await? {
            let sql = "DELETE FROM waiting_postbacks WHERE id = $1";
            shared::run(&transaction, sql, vec![Uuid::from_u128(waiting.id.0).into()]).await?;
        }
    }
    judging.write_log().await?;
    let Judging { moved, keys, judged, .. } = judging;
    drain.keys.write(&keys)?;
    let mut figures = Figures::default();
    figures.add(drain, &moved).await?;
    figures.write(&transaction).await?;
    transaction.commit().await?;
    drain.world.drained(&Drained { moved, keys, judged, ..Drained::default() });
    Ok(())
}
