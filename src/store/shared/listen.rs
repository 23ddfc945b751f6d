//! PostgreSQL's notices of saves on other nodes, of sites that turned up or down, and of sources that SmartSwitch
//! blocks or lets through again.

use super::{BLOCKS_CHANNEL, CHANNEL, Changed, Database, SITES_CHANNEL};
use sqlx::postgres::PgListener;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// How long to wait before listening again after the connection went.
const RETRY: Duration = Duration::from_secs(1);

/// Passes notices on until the receiver has gone. The poll of versions covers what is missed in between.
pub async fn listen(database: &Database, notices: UnboundedSender<Changed>) {
    while !notices.is_closed() {
        if let Err(error) = listen_once(database, &notices).await {
            tracing::debug!(%error, "no notices of saves for the moment");
            tokio::time::sleep(RETRY).await;
        }
    }
}

async fn listen_once(database: &Database, notices: &UnboundedSender<Changed>) -> Result<(), sqlx::Error> {
    let pool = database.write_connection().get_postgres_connection_pool();
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen_all([CHANNEL, SITES_CHANNEL, BLOCKS_CHANNEL]).await?;
    loop {
        let notice = listener.recv().await?;
        let changed = match (notice.channel(), notice.payload().parse()) {
            (SITES_CHANNEL, _) => Changed::Sites,
            (BLOCKS_CHANNEL, Ok(network)) => Changed::Blocks(network),
            (_, Ok(network)) => Changed::Plan(network),
            (_, Err(_)) => continue,
        };
        if notices.send(changed).is_err() {
            return Ok(());
        }
    }
}
