//! What the database refuses for good: a refused stretch is drained in halves, down to the record that
//! is at fault. That one is set aside, in a file beside the segments, so that all others go on.

use super::{Drain, batch, progress::Flight};
use crate::{
    Error,
    tracking::{
        Position,
        spool::{Chunk, HEADER, frames, read_between, set_aside},
    },
};

impl Drain {
    /// Drains what a batch of about `size` bytes takes, whatever of it is refused.
    ///
    /// # Errors
    /// What the database or the disk said that may pass; then nothing more was set aside.
    pub(super) async fn drain_in_parts(&self, size: usize) -> Result<(), Error> {
        let mut ends: Vec<Position> =
            self.read_on(self.spool.end(), size)?.map(|chunk| chunk.end).into_iter().collect();
        while let Some(end) = ends.last().copied() {
            let Some(chunk) = self.read_on(end, usize::MAX)? else {
                ends.pop();
                continue;
            };
            match (self.attempt(end).await, middle(&chunk)) {
                (Ok(()), _) => {}
                (Err(error), _) if !error.is_for_good() => return Err(error),
                (Err(_), Some(middle)) => ends.push(middle),
                (Err(error), None) => self.set_aside(&chunk, &error).await?,
            }
        }
        Ok(())
    }

    /// The stretch from the watermark to `end`.
    fn read_on(&self, end: Position, size: usize) -> Result<Option<Chunk>, Error> {
        read_between(self.spool.folder(), self.watermark(), end, size)
    }

    async fn attempt(&self, end: Position) -> Result<(), Error> {
        match self.prepare(self.watermark(), end, usize::MAX).await? {
            Some(batch) => batch.write(self).await,
            None => Ok(()),
        }
    }

    /// Puts the one record of `chunk` aside and goes on behind it. It is on the disk before the
    /// watermark is past it; a crash in between sets it aside twice.
    async fn set_aside(&self, chunk: &Chunk, error: &Error) -> Result<(), Error> {
        let transaction = self.database.write().await?;
        // First, so that a database which takes nothing at all sets nothing aside.
        batch::move_watermark(self, &transaction, chunk.end, 0).await?;
        self.keep_aside(chunk, error)?;
        // Its visitor was answered: what it took of a cap stays counted until the next start.
        self.ledger.writing(self.watermark(), chunk.end, Vec::new());
        let flight = Flight { end: chunk.end, records: 1, set_aside: 1, ..Flight::default() };
        self.commit(transaction, flight).await
    }

    fn keep_aside(&self, chunk: &Chunk, error: &Error) -> Result<(), Error> {
        let bodies = frames(&chunk.bytes).0;
        let record = batch::read(&bodies).next();
        let keys: Vec<_> = record.iter().filter_map(super::key_of_record).collect();
        self.keys.write(&keys)?;
        set_aside(self.spool.folder(), &chunk.bytes)?;
        let (segment, offset) = (chunk.end.segment, chunk.end.offset);
        let id = record.map_or_else(|| "unknown".to_owned(), |record| record.id().to_string());
        tracing::error!(%error, id, segment, offset, "the database refuses a record for good; it was set aside");
        Ok(())
    }
}

/// Where the first half of a stretch ends; none where it is one record.
fn middle(chunk: &Chunk) -> Option<Position> {
    let bodies = frames(&chunk.bytes).0;
    let half = bodies.len() / 2;
    if half == 0 {
        return None;
    }
    let second: usize = bodies[half..].iter().map(|body| HEADER + body.len()).sum();
    Some(Position { segment: chunk.end.segment, offset: chunk.end.offset - second as u64 })
}
