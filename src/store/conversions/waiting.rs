//! Postbacks whose click another node has not drained yet: kept in the database, and judged again by
//! whichever node is free, once the click's node is past it or they have waited for 24 hours.

use crate::{
    Error,
    shared::{self, Transaction, now_millis},
    tracking::Waiting,
};
use domain::shared::{ClickId, ClickIdParts, NodeId};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use std::net::{IpAddr, Ipv4Addr};
use uuid::Uuid;

/// How many are judged at a time.
const MOST: i64 = 200;
/// How long one waits at most, in milliseconds since it was kept: a node that is away for longer is as
/// good as gone. The call stays in the log.
const LONGEST: i64 = 24 * 3_600 * 1_000;
/// How far behind its youngest record another node may still append older ones, in milliseconds.
const IN_FLIGHT: i64 = 5_000;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    at: i64,
    ip: String,
    user_agent: String,
    query: String,
    pixel: i64,
}

impl From<Row> for Waiting {
    fn from(row: Row) -> Self {
        Self {
            id: ClickId(row.id.as_u128()),
            at: row.at,
            ip: row.ip.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            user_agent: row.user_agent,
            query: row.query,
            is_pixel: row.pixel != 0,
        }
    }
}

#[derive(FromQueryResult)]
struct NodeRow {
    drained_until: i64,
}

/// Whether `click` may still be on its way to a call that `here` judges: another node took it and has
/// not drained past it yet. This node's own clicks are before the postback in the spool, so they are
/// there or never were. SQLite has one node at a time: clicks of an earlier one never come.
///
/// # Errors
/// What the database said.
pub async fn may_still_come(
    transaction: &Transaction,
    here: NodeId,
    click: ClickId,
    waiting: &Waiting,
) -> Result<bool, Error> {
    let ClickIdParts { millis, node, network, .. } = click.parts();
    let is_alone = transaction.get_database_backend() == DbBackend::Sqlite;
    let is_made_up = millis > waiting.at + IN_FLIGHT;
    if is_alone || is_made_up || node == here {
        return Ok(false);
    }
    let sql =
        "SELECT drained_until FROM nodes WHERE id = $1 AND EXISTS (SELECT 1 FROM networks WHERE id = $2)";
    let found: Vec<NodeRow> = shared::rows(transaction, sql, vec![node.0.into(), network.0.into()]).await?;
    Ok(found.first().is_some_and(|row| row.drained_until < millis + IN_FLIGHT))
}

/// Keeps a call that has to wait for `click`.
///
/// # Errors
/// What the database said.
pub async fn keep(transaction: &Transaction, waiting: &Waiting, click: ClickId) -> Result<(), Error> {
    let values = vec![
        Uuid::from_u128(waiting.id.0).into(),
        waiting.id.parts().network.0.into(),
        waiting.at.into(),
        waiting.ip.to_string().into(),
        waiting.user_agent.as_str().into(),
        waiting.query.as_str().into(),
        click.parts().node.0.into(),
        click.parts().millis.into(),
        now_millis().into(),
        i64::from(waiting.is_pixel).into(),
    ];
    let sql = "INSERT INTO waiting_postbacks (id, network_id, at, ip, user_agent, query, node_id, click_at, since, pixel) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    shared::run(transaction, sql, values).await
}

/// Those whose wait is over, the oldest first, held so that no other node judges them meanwhile. Only
/// for PostgreSQL: on SQLite none waits.
///
/// # Errors
/// What the database said.
pub async fn due(transaction: &Transaction) -> Result<Vec<Waiting>, Error> {
    let sql = "SELECT id, at, ip, user_agent, query, pixel FROM waiting_postbacks WHERE id IN ( \
                   SELECT waits.id FROM nodes JOIN waiting_postbacks waits \
                   ON waits.node_id = nodes.id AND waits.click_at <= nodes.drained_until - $1 \
                   UNION SELECT id FROM waiting_postbacks WHERE since <= $2) \
               ORDER BY at LIMIT $3 FOR UPDATE SKIP LOCKED";
    let values = vec![IN_FLIGHT.into(), (now_millis() - LONGEST).into(), MOST.into()];
    let rows: Vec<Row> = shared::rows(transaction, sql, values).await?;
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
