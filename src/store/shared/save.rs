//! A save: one transaction that raises the network's plan version before it reads or writes anything
//! else. That locks the network's row, so saves of one network come one after another on PostgreSQL as
//! they do on SQLite, and each is filed under a version of its own.

use super::{Database, Error, Transaction, changes::CHANNEL, rows, run};
use domain::shared::NetworkId;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};

/// A save under way; dropped without [`Save::commit`] nothing of it stays.
pub struct Save<'a> {
    database: &'a Database,
    network: NetworkId,
    transaction: Transaction,
    plan_version: i64,
}

#[derive(FromQueryResult)]
struct Raised {
    plan_version: i64,
}

impl<'a> Save<'a> {
    /// Begins: waits for its turn in the network and takes the next plan version.
    ///
    /// # Errors
    /// [`Error::Missing`] where there is no such network.
    pub async fn begin(database: &'a Database, network: NetworkId) -> Result<Self, Error> {
        let transaction = database.write().await?;
        let raise =
            "UPDATE networks SET plan_version = plan_version + 1 WHERE id = $1 RETURNING plan_version";
        let raised: Vec<Raised> = rows(&transaction, raise, vec![network.0.into()]).await?;
        let plan_version = raised.first().ok_or(Error::Missing)?.plan_version;
        Ok(Self { database, network, transaction, plan_version })
    }

    /// The network.
    #[must_use]
    pub fn network(&self) -> NetworkId {
        self.network
    }

    /// What the save is written in.
    #[must_use]
    pub fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// The version that the plan has with this save.
    #[must_use]
    pub fn plan_version(&self) -> i64 {
        self.plan_version
    }

    /// Makes it true, and tells whoever keeps a compiled plan: this process, and other nodes where the
    /// database can.
    ///
    /// # Errors
    /// What the database said; whether it is true is then unknown.
    pub async fn commit(self) -> Result<(), Error> {
        if self.transaction.get_database_backend() == DbBackend::Postgres {
            let notice = vec![CHANNEL.into(), self.network.to_string().into()];
            run(&self.transaction, "SELECT pg_notify($1, $2)", notice).await?;
        }
        self.transaction.commit().await?;
        self.database.changes().announce(self.network).await;
        Ok(())
    }
}
