//! Work in the background: begun by a person, told step by step to the database, so that any node can show how far one
//! is and end it. Few at a time, for they read millions of rows.

use super::{Access, Failure};
use domain::shared::{NetworkId, RunId, UserId};
use std::{sync::Arc, time::Duration};
use store::{
    Database, Error,
    shared::{BackgroundTable, Scope, Watch},
};
use tokio::{
    runtime::Handle,
    sync::{Semaphore, SemaphorePermit},
};

/// How many of a kind this process does at a time.
const AT_ONCE: usize = 2;
/// How often one that waits for its turn says that it is still there.
const EACH: Duration = Duration::from_secs(10);
/// When a call that found no place may come again.
const BUSY: Duration = Duration::from_secs(30);

/// Who does one kind of work.
#[derive(Clone, Debug)]
pub struct Background {
    runtime: Option<Handle>,
    places: Arc<Semaphore>,
}

impl Default for Background {
    /// Works on the runtime that it is made on, so that pages don't wait behind it.
    fn default() -> Self {
        Self { runtime: Handle::try_current().ok(), places: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// How a work ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ended {
    /// With this result, in the words of its room.
    Done(String),
    /// By hand: nothing of it is kept.
    ByHand,
    /// With nothing, and why.
    Failed(String),
}

/// One work under way.
#[derive(Clone, Debug)]
pub struct Under {
    database: Database,
    network: NetworkId,
    /// Whose partners alone it looks at.
    own: Option<UserId>,
    table: BackgroundTable,
    id: RunId,
}

impl Background {
    /// Begins one; its page is told by the id.
    ///
    /// # Errors
    /// Too many run already.
    pub async fn begin<F>(
        &self,
        access: &Access,
        (table, query): (BackgroundTable, &str),
        work: impl FnOnce(Under) -> F + Send + 'static,
    ) -> Result<RunId, Failure>
    where
        F: Future<Output = Ended> + Send,
    {
        let id = table.begin(access.scope(), &access.actor(), query).await?;
        let database = access.state().database.clone();
        let under = Under { database, network: access.network(), own: access.own(), table, id };
        let places = Arc::clone(&self.places);
        let stopping = access.state().stopping.clone();
        let work = async move {
            let mut waiting = under.clone();
            let done = async {
                let Some(_place) = waiting.place(&places).await else { return Ended::ByHand };
                work(waiting.clone()).await
            };
            let ended = tokio::select! {
                ended = done => ended,
                () = stopping.wait() => Ended::Failed("the server was restarted; begin it again".to_owned()),
            };
            under.end(ended).await;
        };
        match &self.runtime {
            Some(runtime) => drop(runtime.spawn(work)),
            None => drop(tokio::spawn(work)),
        }
        Ok(id)
    }

    /// A place for work that somebody waits for.
    ///
    /// # Errors
    /// None is free for so long.
    pub async fn place(&self, patience: Duration) -> Result<SemaphorePermit<'_>, Failure> {
        let place = tokio::time::timeout(patience, self.places.acquire()).await;
        place.map_err(|_| Failure::TooMany(BUSY))?.map_err(|_| Failure::Unavailable)
    }
}

impl Under {
    /// The door to the rows that it may look at.
    #[must_use]
    pub fn scope(&self) -> Scope<'_> {
        self.database.of(self.network).limited_to(self.own)
    }

    /// Waits for a place, showing that it is still there; none where it is no longer wanted.
    async fn place<'a>(&mut self, places: &'a Semaphore) -> Option<SemaphorePermit<'a>> {
        loop {
            match tokio::time::timeout(EACH, places.acquire()).await {
                Ok(place) => return place.ok(),
                Err(_) => {
                    if !self.step(0, 1).await.unwrap_or(true) {
                        return None;
                    }
                }
            }
        }
    }

    async fn end(&self, ended: Ended) {
        let came = match ended {
            Ended::Done(result) => Ok(result),
            Ended::Failed(why) => Err(why),
            Ended::ByHand => return,
        };
        if let Err(error) = self.table.end(self.scope(), self.id, came).await {
            tracing::error!(%error, table = self.table.table, "the end of a work was not kept");
        }
    }
}

/// Each step is written down.
impl Watch for Under {
    async fn step(&mut self, done: usize, whole: usize) -> Result<bool, Error> {
        self.table.note_step(self.scope(), self.id, done, whole).await
    }
}
