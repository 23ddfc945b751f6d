//! PostgreSQL's notices of saves on other nodes.

use super::{CHANNEL, Database};
use domain::shared::NetworkId;
use sqlx::postgres::PgListener;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// How long to wait before listening again after the connection went.
const RETRY: Duration = Duration::from_secs(1);

/// Passes notices on until the receiver has gone. The poll of versions covers what is missed in between.
pub async fn listen(database: &Database, notices: UnboundedSender<NetworkId>) {
    while !notices.is_closed() {
        if let Err(error) = listen_once(database, &notices).await {
            tracing::debug!(%error, "no notices of saves for the moment");
            tokio::time::sleep(RETRY).await;
        }
    }
}

async fn listen_once(database: &Database, notices: &UnboundedSender<NetworkId>) -> Result<(), sqlx::Error> {
    let pool = database.write_connection().get_postgres_connection_pool();
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        let notice = listener.recv().await?;
        let Ok(network) = notice.payload().parse() else { continue };
        if notices.send(network).is_err() {
            return Ok(());
        }
    }
}
