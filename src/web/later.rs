//! Answers that take longer than a page may wait for them. The work goes on behind the page; whoever asks
//! for the same again within a minute, by the page's script or by hand, takes what came of it.

use super::{Access, Failure, markup::Markup};
use domain::shared::NetworkId;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::oneshot::{self, Receiver, error::RecvError};

/// How long a page waits.
const PATIENCE: Duration = Duration::from_millis(60);
/// How long an answer waits to be taken.
const KEPT: Duration = Duration::from_secs(60);
/// The most of one network that are under way or wait to be taken; who asks for more waits himself.
const MOST: usize = 16;

/// A part of a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shown {
    Here(Markup),
    /// It comes in a moment: the page's script fetches it from `live_href`, whose answer holds it by its
    /// id; without a script one looks again at `again_href`.
    Later {
        live_href: String,
        again_href: String,
    },
}

/// What is under way, or waits to be taken. Each belongs to the person who asked.
#[derive(Debug, Default)]
pub struct Later(Mutex<HashMap<Key, Kept>>);

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Key {
    network: NetworkId,
    person: Option<i64>,
    address: String,
}

#[derive(Debug)]
struct Kept {
    answer: Receiver<Result<String, Failure>>,
    begun: Instant,
}

impl Later {
    /// The part that `work` makes and `live_href` gives, of the page at `again_href`: here where that takes
    /// no longer than a page waits, else to be asked for again.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn part<W>(
        &self,
        access: &Access,
        (live_href, again_href): (String, String),
        work: W,
    ) -> Result<Shown, Failure>
    where
        W: Future<Output = Result<String, Failure>> + 'static,
    {
        let key = Key::of(access, &live_href);
        let mut kept = self.take(&key).unwrap_or_else(|| Kept::begin(work));
        let came = match tokio::time::timeout(PATIENCE, &mut kept.answer).await {
            Ok(came) => came,
            Err(_) => match self.keep(key, kept) {
                Some(refused) => refused.answer.await,
                None => return Ok(Shown::Later { live_href, again_href }),
            },
        };
        Ok(Shown::Here(Markup::trusted(told(came)?)))
    }

    /// The same to the end: what is under way already is waited for.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn whole<W>(&self, (access, address): (&Access, &str), work: W) -> Result<String, Failure>
    where
        W: Future<Output = Result<String, Failure>>,
    {
        match self.take(&Key::of(access, address)) {
            Some(kept) => told(kept.answer.await),
            None => work.await,
        }
    }

    fn take(&self, key: &Key) -> Option<Kept> {
        self.kept().remove(key).filter(Kept::is_young)
    }

    /// Lays one by; gives it back where the network has too many.
    fn keep(&self, key: Key, one: Kept) -> Option<Kept> {
        let mut kept = self.kept();
        kept.retain(|_, one| one.is_young());
        if kept.keys().filter(|other| other.network == key.network).count() >= MOST {
            return Some(one);
        }
        kept.insert(key, one);
        None
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Key, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Key {
    fn of(access: &Access, address: &str) -> Self {
        Self { network: access.network(), person: access.actor().id, address: address.to_owned() }
    }
}

impl Kept {
    fn begin(work: impl Future<Output = Result<String, Failure>> + 'static) -> Self {
        let (sender, answer) = oneshot::channel();
        let work = async move {
            let came = work.await;
            // Nobody may want it any more.
            let _wanted = sender.send(came);
        };
        actix_web::rt::spawn(work);
        Self { answer, begun: Instant::now() }
    }

    fn is_young(&self) -> bool {
        self.begun.elapsed() < KEPT
    }
}

/// What came; the worker that it ran on can only be gone where the process ends.
fn told(came: Result<Result<String, Failure>, RecvError>) -> Result<String, Failure> {
    came.unwrap_or(Err(Failure::Unavailable))
}
