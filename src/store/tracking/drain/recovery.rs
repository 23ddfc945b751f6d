//! Commits, and what is known of them where the database goes away in between.

use super::{Drain, progress::Flight};
use crate::{
    Error,
    shared::Transaction,
    tracking::{Node, Position},
};
use std::{sync::atomic::Ordering, time::Duration};
use tokio::sync::watch;

/// How long to wait before the database is tried again.
const RETRY: Duration = Duration::from_millis(500);

impl Drain {
    /// Waits until the database tells its watermark again.
    pub(super) async fn recover(&self, stop: &mut watch::Receiver<bool>) {
        while !*stop.borrow() {
            tokio::select! {
                () = tokio::time::sleep(RETRY) => {}
                _ = stop.changed() => {}
            }
            match Node::watermark(&self.database, self.node).await {
                Ok(watermark) => {
                    self.go_back_to(watermark);
                    return;
                }
                Err(error) => tracing::debug!(%error, "the database is still away"),
            }
        }
    }

    /// Goes on where the database says that this node stands.
    fn go_back_to(&self, watermark: Position) {
        if let Some(flight) = self.in_flight.lock().take_if(|flight| flight.end == watermark) {
            self.land(flight);
            return;
        }
        *self.watermark.write() = watermark;
        let mut commits = self.commits.lock();
        while commits.len() > 1 && commits.back().is_some_and(|(position, _)| *position > watermark) {
            commits.pop_back();
        }
        if let Some((_, stored)) = commits.back() {
            self.progress.stored.store(*stored, Ordering::Relaxed);
        }
    }

    /// Commits, and remembers what until the answer is there: where it is lost, the database's
    /// watermark tells later.
    pub(super) async fn commit(&self, transaction: Transaction, flight: Flight) -> Result<(), Error> {
        *self.in_flight.lock() = Some(flight);
        transaction.commit().await?;
        if let Some(flight) = self.in_flight.lock().take() {
            self.land(flight);
        }
        Ok(())
    }

    /// A batch is in the database.
    fn land(&self, flight: Flight) {
        let Flight { end, records, clicks, set_aside, until, told } = flight;
        *self.watermark.write() = end;
        self.ledger.written(end);
        let stored = self.progress.stored.fetch_add(records, Ordering::Relaxed) + records;
        self.commits.lock().push_back((end, stored));
        self.progress.clicks.fetch_add(clicks, Ordering::Relaxed);
        self.progress.set_aside.fetch_add(set_aside, Ordering::Relaxed);
        self.progress.until.fetch_max(until, Ordering::Relaxed);
        if let Some(tell) = told {
            tell();
        }
    }
}
