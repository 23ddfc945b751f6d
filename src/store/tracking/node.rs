//! A tracking process: its number, which its click ids carry, and how far its spool is in the database.

use super::Position;
use crate::{Database, Error, shared};
use domain::shared::NodeId;
use sea_orm::FromQueryResult;
use std::{fs, path::Path};
use uuid::Uuid;

/// The largest node number that fits into a click id.
const LAST: i64 = 4_095;

/// A tracking process that the database knows.
#[derive(Clone, Debug)]
pub struct Node {
    pub id: NodeId,
    /// Up to there the spool is in the database.
    pub watermark: Position,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    segment: i64,
    offset_bytes: i64,
}

impl Node {
    /// The node of the data folder `data`: its name is kept there, its number in the database.
    ///
    /// # Errors
    /// The disk or the database refused, or all 4,095 numbers are taken.
    pub async fn register(database: &Database, data: &Path) -> Result<Self, Error> {
        let name = name_in(data)?;
        if let Some(node) = find(database, &name).await? {
            return Ok(node);
        }
        let free = "INSERT INTO nodes (id, name, segment, offset_bytes, drained_until, seen_at) \
             SELECT COALESCE(MAX(id), 0) + 1, $1, 0, 0, 0, $2 FROM nodes";
        shared::run(
            database.write_connection(),
            free,
            vec![name.clone().into(), shared::now_millis().into()],
        )
        .await?;
        let node = find(database, &name).await?.ok_or(Error::Missing)?;
        if node.id.0 > LAST {
            return Err(Error::Broken(format!("all {LAST} node numbers are taken")));
        }
        Ok(node)
    }

    /// The watermark as the database has it: after a reconnect the drain goes on from here.
    ///
    /// # Errors
    /// What the database said.
    pub async fn watermark(database: &Database, id: NodeId) -> Result<Position, Error> {
        let sql = "SELECT id, segment, offset_bytes FROM nodes WHERE id = $1";
        let rows: Vec<Row> = shared::rows(database.write_connection(), sql, vec![id.0.into()]).await?;
        rows.first().map(position).ok_or(Error::Missing)
    }
}

fn position(row: &Row) -> Position {
    Position { segment: row.segment.unsigned_abs(), offset: row.offset_bytes.unsigned_abs() }
}

async fn find(database: &Database, name: &str) -> Result<Option<Node>, Error> {
    let sql = "SELECT id, segment, offset_bytes FROM nodes WHERE name = $1";
    let rows: Vec<Row> = shared::rows(database.write_connection(), sql, vec![name.into()]).await?;
    Ok(rows.first().map(|row| Node { id: NodeId(row.id), watermark: position(row) }))
}

fn name_in(data: &Path) -> Result<String, Error> {
    let path = data.join("node");
    if let Ok(name) = fs::read_to_string(&path) {
        return Ok(name.trim().to_owned());
    }
    fs::create_dir_all(data)?;
    let name = Uuid::new_v4().simple().to_string();
    fs::write(&path, &name)?;
    Ok(name)
}
