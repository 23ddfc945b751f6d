//! Counts over rows in the background: begun by a person, told step by step to the database, so that any
//! node can show how far one is and end it. Few at a time, for they read millions of rows.

use super::ask::Asked;
use crate::web::{Access, Failure};
use domain::shared::{Calendar, NetworkId, RunId, UserId};
use std::{sync::Arc, time::Duration};
use store::{
    Database, Error,
    reports::{Question, Report, Stopped, Watch, begin_run, count, end_run, note_step},
};
use tokio::{runtime::Handle, sync::Semaphore};

/// How many this process counts at a time.
const AT_ONCE: usize = 2;
/// How long one may take.
const LONGEST: Duration = Duration::from_secs(600);
/// How long a call of the API waits for one.
const LONGEST_CALL: Duration = Duration::from_secs(25);
/// When a call that found no place may come again.
const BUSY: Duration = Duration::from_secs(30);
/// The most rows of a count that a call of the API waits for.
pub(super) const MOST_CALL_ROWS: i64 = 3_000_000;

/// Who counts.
#[derive(Clone, Debug)]
pub struct Counting {
    runtime: Option<Handle>,
    places: Arc<Semaphore>,
}

impl Default for Counting {
    /// Counts on the runtime that it is made on, so that pages don't wait behind it.
    fn default() -> Self {
        Self { runtime: Handle::try_current().ok(), places: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// One count that nobody waits for.
struct Job {
    database: Database,
    network: NetworkId,
    /// Whose partners alone it counts.
    own: Option<UserId>,
    calendar: Calendar,
    question: Question,
    id: RunId,
}

impl Counting {
    /// Begins one; its page is told by the id.
    ///
    /// # Errors
    /// Too many run already.
    pub(super) async fn begin(&self, access: &Access, asked: Asked, query: &str) -> Result<RunId, Failure> {
        let id = begin_run(access.scope(), &access.actor(), query).await?;
        let job = Job {
            database: access.state().database.clone(),
            network: access.network(),
            own: access.own(),
            calendar: Calendar::new(access.entrant().network.zone),
            question: asked.question,
            id,
        };
        let places = Arc::clone(&self.places);
        let stopping = access.state().stopping.clone();
        let work = async move {
            tokio::select! {
                () = job.run(&places) => {}
                () = stopping.wait() => job.end(Err("the server was restarted; begin it again".to_owned())).await,
            }
        };
        match &self.runtime {
            Some(runtime) => drop(runtime.spawn(work)),
            None => drop(tokio::spawn(work)),
        }
        Ok(id)
    }

    /// Counts while somebody waits.
    ///
    /// # Errors
    /// Why it came to no end, at `group_by`.
    pub(super) async fn wait(&self, access: &Access, question: &Question) -> Result<Report, Failure> {
        let place = tokio::time::timeout(LONGEST_CALL, self.places.acquire()).await;
        let _place = place.map_err(|_| Failure::TooMany(BUSY))?;
        let calendar = Calendar::new(access.entrant().network.zone);
        count(access.scope(), (calendar, question), LONGEST_CALL, &mut ()).await.map_err(|stopped| {
            match stopped {
                Stopped::Store(error) => Failure::from(error),
                Stopped::ByHand | Stopped::TooManyGroups | Stopped::TooLong(_) => {
                    Failure::field("group_by", stopped.to_string())
                }
            }
        })
    }
}

impl Job {
    async fn run(&self, places: &Semaphore) {
        let Some(_place) = self.place(places).await else { return };
        let scope = self.database.of(self.network).limited_to(self.own);
        let mut watch = Noting { job: self };
        match count(scope, (self.calendar, &self.question), LONGEST, &mut watch).await {
            Ok(report) => self.end(Ok(&report)).await,
            Err(Stopped::ByHand) => {}
            Err(Stopped::Store(error)) => {
                tracing::error!(%error, "a count over rows failed");
                self.end(Err("the database refused; the log says why".to_owned())).await;
            }
            Err(stopped @ (Stopped::TooManyGroups | Stopped::TooLong(_))) => {
                self.end(Err(stopped.to_string())).await;
            }
        }
    }

    /// Waits for a place, showing that it is still there; none where it is no longer wanted.
    async fn place<'a>(&self, places: &'a Semaphore) -> Option<tokio::sync::SemaphorePermit<'a>> {
        loop {
            match tokio::time::timeout(Duration::from_secs(10), places.acquire()).await {
                Ok(place) => return place.ok(),
                Err(_) => {
                    if !note_step(self.database.of(self.network), self.id, 0, 1).await.unwrap_or(true) {
                        return None;
                    }
                }
            }
        }
    }

    async fn end(&self, came: Result<&Report, String>) {
        if let Err(error) = end_run(self.database.of(self.network), self.id, came).await {
            tracing::error!(%error, "the end of a count over rows was not kept");
        }
    }
}

/// Writes each step down.
struct Noting<'a> {
    job: &'a Job,
}

impl Watch for Noting<'_> {
    async fn step(&mut self, done: usize, whole: usize) -> Result<bool, Error> {
        note_step(self.job.database.of(self.job.network), self.job.id, done, whole).await
    }
}
