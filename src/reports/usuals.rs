//! What a day usually is, kept in memory for first pages: past days hardly change, and reading them costs
//! more than all else that the page shows.

use crate::web::Failure;
use domain::shared::{DayNumber, NetworkId, UserId};
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use store::{
    reports::{Usual, usual},
    shared::Scope,
};

/// How long it is believed: conversions of past days may still be approved or rejected.
const BELIEVED: Duration = Duration::from_secs(600);
/// How long where there is nothing to believe yet, as in a network's first days.
const DOUBTED: Duration = Duration::from_secs(20);

/// By whose network it is, and by whose partners alone are seen.
type Key = (NetworkId, Option<UserId>);

type Kept = FxHashMap<Key, (Instant, DayNumber, Arc<Usual>)>;

/// What is usual, by network and by what of it is seen.
#[derive(Clone, Debug, Default)]
pub struct Usuals(Arc<Mutex<Kept>>);

impl Usuals {
    /// What is usual on a day of this day's name.
    ///
    /// # Errors
    /// What the database said.
    pub(super) async fn of(&self, scope: Scope<'_>, today: DayNumber) -> Result<Arc<Usual>, Failure> {
        let key = (scope.network(), scope.manager());
        if let Some(known) = self.known(key, today) {
            return Ok(known);
        }
        let found = Arc::new(usual(scope, today).await?);
        let mut kept = self.0.lock();
        kept.retain(|_, (read, _, _)| read.elapsed() < BELIEVED);
        kept.insert(key, (Instant::now(), today, Arc::clone(&found)));
        Ok(found)
    }

    fn known(&self, key: Key, today: DayNumber) -> Option<Arc<Usual>> {
        let kept = self.0.lock();
        let (read, day, usual) = kept.get(&key)?;
        let believed = if usual.weeks == 0 { DOUBTED } else { BELIEVED };
        (*day == today && read.elapsed() < believed).then(|| Arc::clone(usual))
    }
}
