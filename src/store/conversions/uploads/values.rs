//! What an upload's rows add to the figures by country, device, source and so on. A row adds to about a
//! hundred sums, and rows beside each other add to the same: so the slices that write rows keep what theirs
//! add, and after a stretch of them it is added up and written, each sum once. The sums of a stretch have an
//! order, so that a mark tells how many of them are written: whoever goes on after a crash gathers the same
//! sums and writes the rest. So that order, and the form in which contributions are kept, change only with a
//! step that first lets pending uploads end.

use super::{Clerk, Effect, Upload, write::Written};
use crate::{
    Error,
    shared::{Transaction, number_of_rows, rows, run},
    tracking::{Contribution, Deltas, Sums},
};
use domain::shared::{Calendar, NetworkId};
use sea_orm::FromQueryResult;
use std::time::Instant;

/// How many rows are gathered: their sums take tens of megabytes while they are added up and written, a
/// hundred and more where nearly every row has values of its own.
pub(super) const STRETCH: i64 = 12_000;

/// The sums of a stretch of rows.
pub(super) struct Stretch {
    sums: Sums,
    /// What the upload did with this stretch and those before, as JSON.
    happened: String,
}

#[derive(FromQueryResult)]
struct Kept {
    body: Vec<u8>,
}

/// Keeps what the rows up to a place add, in their transaction.
pub(super) async fn keep(
    transaction: &Transaction,
    (network, upload): (NetworkId, i64),
    place: i64,
    contributions: &[Contribution],
) -> Result<(), Error> {
    if contributions.is_empty() {
        return Ok(());
    }
    let body = postcard::to_stdvec(contributions)
        .map_err(|error| Error::Refused(format!("figures can't be kept: {error}")))?;
    let sql = "INSERT INTO upload_values (network_id, upload_id, place, body) VALUES ($1, $2, $3, $4)";
    run(transaction, sql, vec![network.0.into(), upload.into(), place.into(), body.into()]).await
}

/// Whether what was kept is written before more rows are: its sums are begun, a stretch is whole, or the last
/// rows are written.
pub(super) fn are_due(upload: &Upload) -> bool {
    let waiting = upload.written - upload.counted;
    upload.summed > 0 || waiting >= STRETCH || (waiting > 0 && upload.written == upload.changes)
}

/// Adds up what waits. As long as it does no rows are written, so that this gives the same until all of it is.
///
/// # Errors
/// What the database said.
pub(super) async fn gather(clerk: &Clerk, upload: &Upload, calendar: Calendar) -> Result<Stretch, Error> {
    let sql = "SELECT body FROM upload_values WHERE network_id = $1 AND upload_id = $2 AND place > $3 ORDER BY place";
    let values = vec![upload.network_id.into(), upload.id.into(), upload.counted.into()];
    let kept: Vec<Kept> = rows(clerk.database().read(), sql, values).await?;
    let happened = upload.happened();
    let stretch = tokio::task::spawn_blocking(move || added_up(kept, happened, calendar)).await;
    stretch.map_err(|error| Error::Refused(format!("figures were not added up: {error}")))?
}

fn added_up(kept: Vec<Kept>, mut happened: Effect, calendar: Calendar) -> Result<Stretch, Error> {
    let mut contributions: Vec<Contribution> = Vec::new();
    for kept in kept {
        let more: Vec<Contribution> = postcard::from_bytes(&kept.body)
            .map_err(|error| Error::Refused(format!("kept figures do not read: {error}")))?;
        contributions.extend(more);
    }
    let mut deltas = Deltas::default();
    for contribution in &contributions {
        contribution.add_values_to(&mut deltas, calendar);
        happened.count(contribution);
    }
    Ok(Stretch { sums: deltas.sums(), happened: serde_json::to_string(&happened)? })
}

impl Stretch {
    /// Writes the next sums, at most `limit`, and moves the mark; behind the last of them the rows are counted.
    ///
    /// # Errors
    /// What the database said; [`Error::Missing`] where somebody else is at it.
    pub async fn slice(&self, clerk: &Clerk, upload: &mut Upload, limit: i64) -> Result<Written, Error> {
        let begin = usize::try_from(upload.summed).unwrap_or(usize::MAX).min(self.sums.count());
        let count = usize::try_from(limit).unwrap_or(usize::MAX).min(self.sums.count() - begin);
        let end = begin + count;
        let transaction = clerk.database().write_step().await?;
        let began = Instant::now();
        self.sums.write_some(&transaction, begin..end).await?;
        let is_last = end == self.sums.count();
        let (counted, summed, happened) = match is_last {
            true => (upload.written, 0, self.happened.as_str()),
            // It is as long as there are partners, and the same until the stretch is whole.
            false => (upload.counted, i64::try_from(end).unwrap_or(i64::MAX), ""),
        };
        let sql = "UPDATE uploads SET counted = $1, summed = $2, worker_until = $3, \
                   happened = CASE WHEN $9 = '' THEN happened ELSE $9 END \
                   WHERE id = $4 AND counted = $5 AND summed = $6 AND worker = $7 AND written = $8 AND state = 'writing' \
               RETURNING id";
        let values = vec![
            counted.into(),
            summed.into(),
            clerk.until().into(),
            upload.id.into(),
            upload.counted.into(),
            upload.summed.into(),
            clerk.node().0.into(),
            upload.written.into(),
            happened.into(),
        ];
        if number_of_rows(&transaction, sql, values).await? == 0 {
            return Err(Error::Missing);
        }
        transaction.commit().await?;
        (upload.counted, upload.summed) = (counted, summed);
        if is_last {
            upload.happened.clone_from(&self.happened);
        }
        Ok(Written { rows: i64::try_from(count).unwrap_or(i64::MAX), held: began.elapsed() })
    }
}
