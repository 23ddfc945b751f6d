//! One batch: the rows, the roll-ups and the watermark of one stretch of the spool, in one transaction.

use super::{
    Drain, Taken, Waiting,
    calendars::Calendars,
    gathered::{Gathered, row_segment_of},
    progress::Flight,
};
use crate::{
    Error,
    shared::{self, Rows, Transaction},
    tracking::{
        Deltas, Position, Record, SeenKey, Sums, Tallies,
        spool::{Chunk, frames},
    },
};
use sea_orm::ConnectionTrait;

/// What one stretch of the spool becomes in the database. It borrows nothing: the next one is prepared
/// on another thread while this one is written.
pub struct Batch {
    /// Where the stretch ends.
    pub end: Position,
    /// Its length.
    pub bytes: usize,
    pub records: u64,
    pub clicks: u64,
    /// When the youngest record was taken, in milliseconds since 1970.
    pub until: i64,
    pub click_rows: Rows,
    pub impression_rows: Rows,
    pub sums: Sums,
    pub keys: Vec<SeenKey>,
    pub postbacks: Vec<Waiting>,
    pub tallies: Tallies,
}

impl Batch {
    /// Makes the rows and sums of one stretch.
    ///
    /// # Errors
    /// What the database said of a network's zone.
    pub async fn of(chunk: &Chunk, calendars: &Calendars) -> Result<Self, Error> {
        let bodies = frames(&chunk.bytes).0;
        let records: Vec<Record<'_>> = read(&bodies).collect();
        let known = calendars.of_all(&records).await?;
        let row_segments: Vec<String> = records.iter().map(row_segment_of).collect();
        let mut gathered = Gathered::new(&known);
        for (record, row_segment) in records.iter().zip(&row_segments) {
            gathered.add(record, row_segment);
        }
        let mut tallies = Tallies::default();
        tallies.add_records(&records, |network| known.get(&network).copied());
        // Unreadable records count too: they are behind the watermark like the others.
        Ok(gathered.finish(chunk, bodies.len() as u64, tallies))
    }

    /// Writes everything in one transaction. The keys, which are no part of it, come last: a batch that
    /// is refused leaves none.
    ///
    /// # Errors
    /// What the database said; nothing of the batch is in it, unless only the commit's answer was lost.
    pub async fn write(self, drain: &Drain) -> Result<(), Error> {
        // What a crash takes is still in the spool: the watermark is in the same transaction.
        let transaction = drain.database.write_step().await?;
        let Self { end, records, clicks, until, keys, postbacks, mut tallies, .. } = self;
        self.click_rows.insert(&transaction).await?;
        self.impression_rows.insert(&transaction).await?;
        self.sums.write(&transaction).await?;
        let taken = match postbacks.is_empty() {
            true => Taken::default(),
            false => drain.successor.take(&transaction, postbacks).await?,
        };
        write_figures(drain, &transaction, &taken, &mut tallies).await?;
        move_watermark(drain, &transaction, end, until).await?;
        drain.keys.write(&keys)?;
        drain.keys.write(&taken.keys)?;
        drain.ledger.writing(drain.watermark(), end, tallies.finish());
        let flight = Flight { end, records, clicks, set_aside: 0, until, told: taken.committed };
        drain.commit(transaction, flight).await
    }
}

/// Says that everything up to `end` is in the database, its youngest record of `until` (milliseconds since
/// 1970; 0 where there is none).
///
/// # Errors
/// What the database said, or that the watermark is not where this process left it.
pub async fn move_watermark(
    drain: &Drain,
    transaction: &Transaction,
    end: Position,
    until: i64,
) -> Result<(), Error> {
    let from = drain.watermark();
    // Somebody else moved it: this process does not know where it stands, and must ask.
    let sql = "UPDATE nodes SET segment = $1, offset_bytes = $2, \
         drained_until = CASE WHEN drained_until < $3 THEN $3 ELSE drained_until END, seen_at = $4 \
         WHERE id = $5 AND segment = $6 AND offset_bytes = $7 RETURNING id";
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let values = vec![
        number(end.segment).into(),
        number(end.offset).into(),
        until.into(),
        shared::now_millis().into(),
        drain.node.0.into(),
        number(from.segment).into(),
        number(from.offset).into(),
    ];
    let statement = sea_orm::Statement::from_sql_and_values(transaction.get_database_backend(), sql, values);
    match transaction.query_one_raw(statement).await? {
        Some(_) => Ok(()),
        None => Err(Error::Broken("the node's watermark is not where this process left it".to_owned())),
    }
}

/// Writes the roll-ups of what a later room took and tells the ledger's tallies of it.
///
/// # Errors
/// What the database said.
pub async fn write_figures(
    drain: &Drain,
    transaction: &Transaction,
    taken: &Taken,
    tallies: &mut Tallies,
) -> Result<(), Error> {
    let mut deltas = Deltas::default();
    for contribution in &taken.contributions {
        let calendar = drain.calendars.of(contribution.network).await?;
        tallies.add_judged(contribution, calendar);
        contribution.add_to(&mut deltas, calendar);
    }
    deltas.sums().write(transaction).await
}

/// Reads the records in the bodies of frames. One that does not read is logged and left out: it was written
/// by a newer version, or the disk lied.
pub fn read<'b>(bodies: &'b [&'b [u8]]) -> impl Iterator<Item = Record<'b>> {
    bodies.iter().filter_map(|body| {
        Record::from_bytes(body)
            .inspect_err(|error| tracing::error!(%error, "a record of the spool does not read"))
            .ok()
    })
}
