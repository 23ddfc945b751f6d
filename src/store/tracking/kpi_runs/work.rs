//! One run from its claim to its end. Its weights, its record and the mark that it is done are one save: whoever
//! comes second, having thought the first one dead, changes nothing.

use super::figures::cells;
use crate::{
    Error,
    identity::network,
    links::{Epoch, SMART_LINK_RUNS, weights_of},
    shared::{ClaimedRun, Database, Fact, Save, Transaction, now_millis, number_of_rows, rows, run, tell},
    tracking::worth::Worth,
};
use chrono::{DateTime, Utc};
use domain::{
    links::{
        Mechanism, SmartLink, SmartLinkRow,
        kpi::{KpiCell, KpiRow, KpiRun, RunOutcome, RunRecord},
        optimizer::Evolution,
    },
    offers::Offer,
    shared::{Calendar, HourNumber, RunId, SmartLinkId, Status},
};
use sea_orm::FromQueryResult;

const HOUR_MILLIS: i64 = 3_600_000;
/// How far back an epoch's figures are read, in hours: what is older counts for little beside it.
const FARTHEST: i64 = 30 * 24;

/// A run of a Smart Link that this worker has to itself.
#[derive(Clone, Debug)]
pub struct Claimed {
    pub run: ClaimedRun,
    pub link: SmartLinkId,
}

/// Takes a run that is due; none where it is done or somebody else is at it.
///
/// # Errors
/// What the database said.
pub async fn claim_run(database: &Database, id: RunId) -> Result<Option<Claimed>, Error> {
    let claimed = SMART_LINK_RUNS.claim(database, id.0).await?;
    Ok(claimed.map(|run| Claimed { link: SmartLinkId(run.owner), run }))
}

/// Everything that a run reads.
struct Read {
    link: SmartLink,
    epoch: Epoch,
    rows: Vec<KpiRow>,
    current: Vec<u32>,
    evolution: Evolution,
    was_held: bool,
    calendar: Calendar,
}

impl Claimed {
    /// Does the run as of `now`, in milliseconds since 1970 UTC; none where the link has no runs any more, or
    /// somebody else has done it.
    ///
    /// # Errors
    /// What the database said.
    pub async fn work(&self, database: &Database, now: i64) -> Result<Option<RunRecord>, Error> {
        let Some(read) = self.read(database).await? else {
            self.run.give_up(database, "the Smart Link has no runs any more").await?;
            return Ok(None);
        };
        let since = HourNumber(
            read.calendar.hour(DateTime::<Utc>::from_timestamp_millis(now).unwrap_or_default()).0 - FARTHEST,
        );
        let from = read.epoch.first_hour(read.calendar).max(since);
        let cells = cells(database, (self.run.network, self.link), from, read.calendar).await?;
        let Read { link, epoch, rows, current, evolution, was_held, .. } = read;
        // Clicks that were brought along are older than the link.
        let first = cells.first().map(KpiCell::begins_at).filter(|first| first + HOUR_MILLIS <= epoch.began);
        let (settings, seed, epoch_began) = (link.kpi, self.seed(), first.unwrap_or(epoch.began));
        let made = tokio::task::spawn_blocking(move || {
            let run =
                KpiRun { settings, rows: &rows, cells: &cells, epoch_began, now, current, evolution, seed };
            domain::links::kpi::run(run)
        });
        let (record, evolution) =
            made.await.map_err(|error| Error::Refused(format!("the run was not made: {error}")))?;
        let is_ours = self.finish(database, &epoch.key, (&record, evolution), was_held).await?;
        Ok(is_ours.then_some(record))
    }

    /// Of the link and the due time: the same run gives the same weights wherever it is made.
    fn seed(&self) -> u64 {
        (self.link.0 as u64).rotate_left(40) ^ self.run.scheduled_at as u64
    }

    async fn read(&self, database: &Database) -> Result<Option<Read>, Error> {
        let scope = database.of(self.run.network);
        let link = match scope.get::<SmartLink>(self.link.0).await {
            Ok(stored) => stored.body,
            Err(Error::Missing) => return Ok(None),
            Err(other) => return Err(other),
        };
        if link.mechanism != Mechanism::Kpi || link.status != Status::Active {
            return Ok(None);
        }
        let epoch = Epoch::of(database, self.run.network, self.link, &link).await?;
        let mut rows = Vec::with_capacity(link.rows.len());
        for row in &link.rows {
            rows.push(self.row(database, row).await?);
        }
        let before = self.before(database).await?;
        let evolved = before.evolution.filter(|(of, _)| *of == epoch.key);
        Ok(Some(Read {
            current: weights_of(scope, self.link, &link).await?,
            evolution: evolved.map(|(_, evolution)| evolution).unwrap_or_default(),
            was_held: before.was_held,
            calendar: Calendar::new(network(database, self.run.network).await?.zone),
            link,
            epoch,
            rows,
        }))
    }

    async fn row(&self, database: &Database, row: &SmartLinkRow) -> Result<KpiRow, Error> {
        let scope = database.of(self.run.network);
        let offer = scope.get::<Offer>(row.offer_id.0).await?.body;
        let Worth { payout, revenue } = Worth::of(scope, row.offer_id, &offer).await?;
        Ok(KpiRow {
            id: row.id,
            offer: row.offer_id,
            page: row.landing_page_id,
            payout,
            revenue,
            targeting: offer.targeting.into_iter().chain(row.targeting.iter().cloned()).collect(),
        })
    }

    /// What evolved in the run before this one, of which epoch, and whether it held.
    async fn before(&self, database: &Database) -> Result<Before, Error> {
        #[derive(FromQueryResult)]
        struct Row {
            outcome: String,
            epoch: String,
            evolution: String,
        }
        let sql = "SELECT outcome, epoch, evolution FROM smart_link_runs WHERE network_id = $1 \
                   AND smart_link_id = $2 AND state = 'done' AND id <> $3 AND (id = (SELECT MAX(id) FROM \
                   smart_link_runs WHERE network_id = $1 AND smart_link_id = $2 AND state = 'done' AND id <> $3) \
                   OR evolution <> '') ORDER BY id DESC";
        let values = vec![self.run.network.0.into(), self.link.0.into(), self.run.id.into()];
        let found: Vec<Row> = rows(database.read(), sql, values).await?;
        let was_held = found.first().is_some_and(|row| row.outcome == RunOutcome::Held.name());
        let evolved = found.into_iter().find(|row| !row.evolution.is_empty());
        // It only begins the search: one of another form is begun without.
        let evolution = evolved.and_then(|row| Some((row.epoch, serde_json::from_str(&row.evolution).ok()?)));
        Ok(Before { was_held, evolution })
    }

    /// Keeps what the run did; false where another worker has ended it.
    async fn finish(
        &self,
        database: &Database,
        epoch: &str,
        (record, evolution): (&RunRecord, Option<Evolution>),
        was_held: bool,
    ) -> Result<bool, Error> {
        let evolution = evolution.map(|evolution| serde_json::to_string(&evolution)).transpose()?;
        let done = Done { epoch, record, evolution };
        if record.outcome == RunOutcome::Applied {
            let save = Save::begin(database, self.run.network).await?;
            if !self.keep(save.transaction(), &done, save.plan_version()).await? {
                return Ok(false);
            }
            save.commit().await?;
            return Ok(true);
        }
        let transaction = database.write().await?;
        if !self.keep(&transaction, &done, 0).await? {
            return Ok(false);
        }
        if let (RunOutcome::Held, Some(stopped), false) = (record.outcome, record.stopped, was_held) {
            let fact = Fact::SmartLinkHeld {
                smart_link_id: self.link,
                run_id: RunId(self.run.id),
                hours: stopped.hours,
                expected: stopped.expected,
                reported: stopped.reported,
            };
            tell(&transaction, self.run.network, &fact).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    async fn keep(&self, transaction: &Transaction, done: &Done<'_>, plan: i64) -> Result<bool, Error> {
        if done.evolution.is_some() {
            let sql = "UPDATE smart_link_runs SET evolution = '' WHERE network_id = $1 AND smart_link_id = $2 \
                       AND evolution <> ''";
            run(transaction, sql, vec![self.run.network.0.into(), self.link.0.into()]).await?;
        }
        let sql = "UPDATE smart_link_runs SET state = 'done', finished_at = $1, plan_version = $2, outcome = $3, \
                   why = '', epoch = $4, weights = $5, record = $6, evolution = $7 \
                   WHERE id = $8 AND state = 'due' RETURNING id";
        let values = vec![
            now_millis().into(),
            plan.into(),
            done.record.outcome.name().into(),
            done.epoch.into(),
            serde_json::to_string(&done.record.weights())?.into(),
            serde_json::to_string(done.record)?.into(),
            done.evolution.clone().unwrap_or_default().into(),
            self.run.id.into(),
        ];
        Ok(number_of_rows(transaction, sql, values).await? > 0)
    }
}

/// What is known of the run before.
struct Before {
    was_held: bool,
    evolution: Option<(String, Evolution)>,
}

/// What a run leaves behind.
struct Done<'a> {
    epoch: &'a str,
    record: &'a RunRecord,
    evolution: Option<String>,
}
