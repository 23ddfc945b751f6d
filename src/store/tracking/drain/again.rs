//! What had to wait for another node's click, taken again. Where the database refuses something of it for
//! good, each is taken alone: the one that is at fault is set aside, in the same file as a batch's, and
//! all others go on.

use super::{Drain, Taken, Waiting, batch};
use crate::{
    Error, Kind,
    shared::{Transaction, run},
    tracking::{
        PostbackRecord, Record, Tallies,
        spool::{frame, set_aside},
    },
};
use sea_orm::ConnectionTrait;
use std::{slice::from_ref, sync::atomic::Ordering};

impl Drain {
    /// Lets the later room try again what had to wait, and says that this node has drained everything
    /// up to `now`. On SQLite none waits: its one node has its clicks before their postbacks in its spool.
    ///
    /// # Errors
    /// What the database or the disk said that may pass.
    pub(super) async fn take_again(&self, now: i64) -> Result<(), Error> {
        if self.database.kind() == Kind::Sqlite {
            return Ok(());
        }
        let transaction = self.database.write().await?;
        if self.depth() == 0 {
            let sql =
                "UPDATE nodes SET drained_until = $1, seen_at = $1 WHERE id = $2 AND drained_until < $1";
            run(&transaction, sql, vec![now.into(), self.node.0.into()]).await?;
        }
        let due = self.successor.due(&transaction).await?;
        let (taken, set_aside) = self.take_due(&transaction, &due).await?;
        for one in &taken {
            self.keys.write(&one.keys)?;
        }
        transaction.commit().await?;
        self.progress.set_aside.fetch_add(set_aside, Ordering::Relaxed);
        taken.into_iter().filter_map(|one| one.committed).for_each(|tell| tell());
        Ok(())
    }

    /// Takes all together or, where the database refuses that, one after the other; gives what was taken,
    /// and how many were set aside.
    async fn take_due(&self, transaction: &Transaction, due: &[Waiting]) -> Result<(Vec<Taken>, u64), Error> {
        match self.attempt_due(transaction, due).await {
            Ok(taken) => return Ok((vec![taken], 0)),
            Err(error) if !error.is_for_good() => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "the database refuses calls that waited; each is taken alone");
            }
        }
        let (mut all, mut aside) = (Vec::new(), 0);
        for waiting in due {
            match self.attempt_due(transaction, from_ref(waiting)).await {
                Ok(taken) => all.push(taken),
                Err(error) if !error.is_for_good() => return Err(error),
                Err(error) => {
                    self.set_waiting_aside(transaction, waiting, &error).await?;
                    aside += 1;
                }
            }
        }
        Ok((all, aside))
    }

    /// Takes these; where that fails, nothing of it is in the transaction, which goes on.
    async fn attempt_due(&self, transaction: &Transaction, due: &[Waiting]) -> Result<Taken, Error> {
        transaction.execute_unprepared("SAVEPOINT due").await?;
        let attempt = async {
            let taken = self.successor.take_again(transaction, due).await?;
            // No ledger hears of these: it asks the database about other nodes every second.
            batch::write_figures(self, transaction, &taken, &mut Tallies::default()).await?;
            Ok(taken)
        };
        let outcome = attempt.await;
        let end = if outcome.is_ok() { "RELEASE SAVEPOINT due" } else { "ROLLBACK TO SAVEPOINT due" };
        match (transaction.execute_unprepared(end).await, outcome) {
            // What failed first says more.
            (_, Err(error)) => Err(error),
            (Ok(_), Ok(taken)) => Ok(taken),
            (Err(error), Ok(_)) => Err(error.into()),
        }
    }

    /// Puts one aside and lets it go. It is on the disk before it leaves the database; a crash in between
    /// sets it aside twice.
    async fn set_waiting_aside(
        &self,
        transaction: &Transaction,
        waiting: &Waiting,
        error: &Error,
    ) -> Result<(), Error> {
        self.successor.let_go(transaction, waiting).await?;
        let Waiting { id, at, ip, user_agent, query, is_pixel } = waiting;
        let call = Box::new(PostbackRecord { id: id.0, at: *at, ip: *ip, user_agent, query });
        let body = if *is_pixel { Record::Pixel(call) } else { Record::Postback(call) }.to_bytes();
        let body = body.map_err(|error| Error::Broken(format!("a call was not written: {error}")))?;
        let mut bytes = Vec::new();
        frame(&mut bytes, &body);
        set_aside(self.spool.folder(), &bytes)?;
        tracing::error!(%error, %id, "the database refuses a call that waited for good; it was set aside");
        Ok(())
    }
}
