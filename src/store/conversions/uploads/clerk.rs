//! The clerk: takes uploads that are due, one at a time, and carries each on where it stands, whoever left
//! it there. One clerk a process that tracks, as judging takes what that process knows: plans and caps.

use super::{
    Upload, file, scan,
    scanned::Check,
    staged, story, values,
    write::{self, Written},
};
use crate::{
    Error, Kind,
    conversions::{Moved, Verdicts, World},
    identity,
    shared::{Database, now_millis, number_of_rows, rows},
    tracking::SeenKey,
};
use domain::{
    conversions::upload::{CellError, Row},
    shared::{NetworkId, NodeId},
};
use sea_orm::{
    ConnectionTrait,
    sea_query::{Alias, Expr, Query},
};
use std::{collections::VecDeque, sync::Arc, time::Duration};
use tokio::sync::{Notify, watch};

/// How often work is looked for where nobody says that there is some.
const LOOK: Duration = Duration::from_secs(1);
/// How long to wait after a fault.
const PAUSE: Duration = Duration::from_millis(500);
/// After so many milliseconds without a mark another node takes an upload over.
const LEASE: i64 = 30_000;
/// Rows that are checked between two marks.
const CHECKED: usize = 1_000;
/// How long a slice may hold SQLite's write connection; the next one is made to fit.
const HELD: Duration = Duration::from_millis(12);
/// A file that was not received whole within an hour never will be, in milliseconds.
const ABANDONED: i64 = 3_600_000;

/// Carries uploads on.
pub struct Clerk {
    database: Database,
    node: NodeId,
    world: Arc<dyn World>,
    due: Notify,
}

impl Clerk {
    /// The clerk of `node`.
    #[must_use]
    pub fn new(database: Database, node: NodeId, world: Arc<dyn World>) -> Self {
        Self { database, node, world, due: Notify::new() }
    }

    /// Says that there is something to do.
    pub fn wake(&self) {
        self.due.notify_one();
    }

    pub(super) fn database(&self) -> &Database {
        &self.database
    }

    pub(super) fn node(&self) -> NodeId {
        self.node
    }

    pub(super) fn world(&self) -> &dyn World {
        self.world.as_ref()
    }

    /// Until when an upload is this clerk's.
    pub(super) fn until(&self) -> i64 {
        now_millis() + LEASE
    }

    /// Tells the process what was committed, and how full caps are by it.
    pub(super) async fn tell(&self, network: NetworkId, moved: Vec<Moved>, keys: Vec<SeenKey>) {
        self.world.committed(&Verdicts { moved, keys, judged: Vec::new() });
        if let Err(error) = self.world.recount(network).await {
            tracing::debug!(%error, "caps go on with what this node knows");
        }
    }

    /// Works until `stop` is true; a slice that was begun is finished.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.step(&stop).await {
                Ok(true) => {}
                Ok(false) => {
                    tokio::select! {
                        () = self.due.notified() => {}
                        () = tokio::time::sleep(LOOK) => {}
                        _ = stop.changed() => {}
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "an upload waits");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Carries one upload on; false where none is due.
    async fn step(&self, stop: &watch::Receiver<bool>) -> Result<bool, Error> {
        let Some(upload) = self.claim().await? else { return self.sweep().await };
        let done = match upload.state() {
            story::UploadState::Scanning => self.scan(&upload, stop).await,
            story::UploadState::Writing => self.write(upload, stop).await,
            story::UploadState::Refused
            | story::UploadState::Ready
            | story::UploadState::Written
            | story::UploadState::Cancelled => Ok(()),
        };
        match done {
            // It was called off, or another node is at it.
            Ok(()) | Err(Error::Missing) => Ok(true),
            Err(error) => Err(error),
        }
    }

    async fn claim(&self) -> Result<Option<Upload>, Error> {
        let sql = "UPDATE uploads SET worker = $1, worker_until = $2 WHERE id = ( \
                   SELECT id FROM uploads WHERE state IN ('scanning', 'writing') AND (worker = $1 OR worker_until < $3) \
                   ORDER BY id LIMIT 1) AND (worker = $1 OR worker_until < $3) RETURNING *";
        let due = "SELECT id FROM uploads WHERE state IN ('scanning', 'writing') LIMIT 1";
        if number_of_rows(self.database.read(), due, Vec::new()).await? == 0 {
            return Ok(None);
        }
        let values = vec![self.node.0.into(), self.until().into(), now_millis().into()];
        let transaction = self.database.write().await?;
        let claimed: Vec<Upload> = rows(&transaction, sql, values).await?;
        transaction.commit().await?;
        Ok(claimed.into_iter().next())
    }

    /// Removes the bytes and rows of an upload that is over; false where there are none.
    async fn sweep(&self) -> Result<bool, Error> {
        let sql = "SELECT * FROM uploads u WHERE (state IN ('refused', 'written') \
                   OR (state = 'cancelled' AND (finished_at > 0 OR at < $1))) AND ( \
                   EXISTS (SELECT 1 FROM upload_parts p WHERE p.network_id = u.network_id AND p.upload_id = u.id) \
                   OR EXISTS (SELECT 1 FROM upload_rows r WHERE r.network_id = u.network_id AND r.upload_id = u.id) \
                   OR EXISTS (SELECT 1 FROM upload_values v WHERE v.network_id = u.network_id AND v.upload_id = u.id)) LIMIT 1";
        let over: Vec<Upload> =
            rows(self.database.read(), sql, vec![(now_millis() - ABANDONED).into()]).await?;
        let Some(upload) = over.first() else { return Ok(false) };
        for table in [staged::PARTS, staged::STAGED, staged::VALUES] {
            staged::clear(&self.database, (upload.network(), upload.id), table).await?;
        }
        Ok(true)
    }

    /// Reads and checks a whole file.
    async fn scan(&self, upload: &Upload, stop: &watch::Receiver<bool>) -> Result<(), Error> {
        let Some(plan) = self.world.plan(upload.network()) else { return Err(Error::Timeout) };
        let of = (upload.network(), upload.id);
        for table in [staged::STAGED, staged::ERRORS] {
            staged::clear(&self.database, of, table).await?;
        }
        let body = file::read(self.database.read(), upload.network_id, upload.id).await?;
        let calendar = identity::calendar(&self.database, upload.network()).await?;
        let kind = upload.kind();
        let parsed = tokio::task::spawn_blocking(move || scan::parse(kind, &body, calendar));
        let parsed = parsed.await.map_err(|error| Error::Refused(format!("a file was not read: {error}")))?;
        let scan::Parsed { header, rows, mut errors, total } = parsed;
        let mut outcome = Outcome { total, plan_version: plan.plan().version(), ..Outcome::default() };
        if let Some(header) = &header {
            let mut check = Check::new(&self.database, plan.plan(), upload, header);
            self.check(&mut check, &rows, upload, (total, stop)).await?;
            errors.append(&mut check.errors);
            outcome.unchanged = check.unchanged;
            outcome.effect = serde_json::to_string(&check.effect)?;
            outcome.bodies = sorted(check.staged);
        }
        self.finish_scan(upload, outcome, errors).await
    }

    async fn check(
        &self,
        check: &mut Check<'_>,
        all: &[(i64, Row)],
        upload: &Upload,
        (total, stop): (i64, &watch::Receiver<bool>),
    ) -> Result<(), Error> {
        let part_at = |place: usize| all.chunks(CHECKED).nth(place).unwrap_or_default();
        let mut clicks = check.ahead(part_at(0));
        for (slice, part) in all.chunks(CHECKED).enumerate() {
            if *stop.borrow() {
                return Err(Error::Missing);
            }
            let next = check.ahead(part_at(slice + 1));
            check.rows(part, std::mem::replace(&mut clicks, next)).await?;
            let scanned = i64::try_from(slice * CHECKED + part.len()).unwrap_or(i64::MAX);
            let sql = "UPDATE uploads SET scanned = $1, total = $2, worker_until = $3 \
                       WHERE id = $4 AND state = 'scanning' AND worker = $5 RETURNING id";
            let values =
                vec![scanned.into(), total.into(), self.until().into(), upload.id.into(), self.node.0.into()];
            let transaction = self.database.write_step().await?;
            let moved = number_of_rows(&transaction, sql, values).await?;
            transaction.commit().await?;
            if moved == 0 {
                return Err(Error::Missing);
            }
            if check.errors.len() >= scan::ERRORS_MOST {
                break;
            }
        }
        Ok(())
    }

    async fn finish_scan(
        &self,
        upload: &Upload,
        outcome: Outcome,
        mut errors: Vec<(i64, CellError)>,
    ) -> Result<(), Error> {
        let of = (upload.network(), upload.id);
        errors.sort_by_key(|(line, error)| (*line, error.column));
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let changes = count(outcome.bodies.len());
        let state = match errors.is_empty() {
            true if upload.writes == 1 => "writing",
            true => "ready",
            false => "refused",
        };
        if errors.is_empty() {
            staged::stage(&self.database, of, outcome.bodies).await?;
        } else {
            self.keep_errors(upload, &errors).await?;
        }
        let sql = "UPDATE uploads SET state = $1, scanned = $2, total = $2, errors = $3, changes = $4, unchanged = $5, \
                   effect = $6, plan_version = $7, finished_at = $8 \
                   WHERE id = $9 AND state = 'scanning' AND worker = $10 RETURNING id";
        let finished = if state == "refused" { now_millis() } else { 0 };
        let values = vec![
            state.into(),
            outcome.total.into(),
            count(errors.len()).into(),
            changes.into(),
            outcome.unchanged.into(),
            if outcome.effect.is_empty() { "{}".to_owned() } else { outcome.effect }.into(),
            i64::try_from(outcome.plan_version).unwrap_or(i64::MAX).into(),
            finished.into(),
            upload.id.into(),
            self.node.0.into(),
        ];
        let transaction = self.database.write().await?;
        let moved = number_of_rows(&transaction, sql, values).await?;
        transaction.commit().await?;
        if moved == 0 { Err(Error::Missing) } else { Ok(()) }
    }

    async fn keep_errors(&self, upload: &Upload, errors: &[(i64, CellError)]) -> Result<(), Error> {
        let mut place = 0_i64;
        for slice in errors.chunks(400) {
            let mut query = Query::insert();
            let columns = ["network_id", "upload_id", "place", "line", "cell", "name", "value", "message"];
            query.into_table(Alias::new("upload_errors")).columns(columns.map(Alias::new));
            for (line, error) in slice {
                place += 1;
                let cell = i64::try_from(error.column).unwrap_or(i64::MAX);
                let values: [sea_orm::Value; 8] = [
                    upload.network_id.into(),
                    upload.id.into(),
                    place.into(),
                    (*line).into(),
                    cell.into(),
                    error.name.as_str().into(),
                    error.value.as_str().into(),
                    error.message.as_str().into(),
                ];
                query.values_panic(values.map(Expr::value));
            }
            let transaction = self.database.write().await?;
            transaction.execute(&query).await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    /// Writes an upload to its end.
    async fn write(&self, mut upload: Upload, stop: &watch::Receiver<bool>) -> Result<(), Error> {
        let kind = self.database.kind();
        let calendar = identity::calendar(&self.database, upload.network()).await?;
        let (mut rows, mut sums) = (Pace::of_rows(kind), Pace::of_sums(kind));
        let mut waiting = VecDeque::new();
        while !*stop.borrow() {
            if values::are_due(&upload) {
                let stretch = values::gather(self, &upload, calendar).await?;
                while values::are_due(&upload) && !*stop.borrow() {
                    sums.fit(stretch.slice(self, &mut upload, sums.limit).await?);
                }
                continue;
            }
            if waiting.is_empty() {
                let of = (upload.network(), upload.id);
                let read = staged::staged(self.database.read(), of, upload.written, values::STRETCH);
                waiting = VecDeque::from(read.await?);
            }
            if waiting.is_empty() {
                return write::finish(self, &upload).await;
            }
            let count = usize::try_from(rows.limit).unwrap_or(usize::MAX).min(waiting.len());
            let slice = waiting.drain(..count).collect();
            rows.fit(write::slice(self, &mut upload, slice, calendar).await?);
        }
        Ok(())
    }
}

/// How many rows a slice takes: on SQLite as many as the write connection may be held for.
struct Pace {
    limit: i64,
    least: i64,
    most: i64,
}

impl Pace {
    fn of_rows(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self { limit: 50, least: 10, most: 1_000 },
            Kind::Postgres => Self { limit: 1_000, least: 1_000, most: 1_000 },
        }
    }

    fn of_sums(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self { limit: 1_024, least: 256, most: 10_240 },
            Kind::Postgres => Self { limit: 5_000, least: 5_000, most: 5_000 },
        }
    }

    /// Fits the next slice to how long the connection was held for this one. One that was cut short says
    /// nothing of a whole one.
    fn fit(&mut self, written: Written) {
        if written.rows < self.limit {
            return;
        }
        let factor = HELD.as_secs_f64() / written.held.as_secs_f64().max(0.001);
        let wanted = self.limit as f64 * factor.clamp(0.5, 1.5);
        self.limit = (wanted as i64).clamp(self.least, self.most);
    }
}

/// What a scan found.
#[derive(Default)]
struct Outcome {
    total: i64,
    unchanged: i64,
    effect: String,
    bodies: Vec<Vec<u8>>,
    plan_version: u64,
}

/// The rows in the order in which they are written.
fn sorted(mut rows: Vec<(staged::Order, Vec<u8>)>) -> Vec<Vec<u8>> {
    rows.sort_by_key(|(order, _)| *order);
    rows.into_iter().map(|(_, body)| body).collect()
}
