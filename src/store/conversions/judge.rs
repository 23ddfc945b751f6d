//! The judge: takes postbacks out of the drain's hands, and tells what became of them once it is committed.

use super::{Judged, Moved, judging::Judging, waiting};
use crate::{
    Error,
    shared::Transaction,
    tracking::{SeenKey, Successor, Taken, Waiting},
};
use chrono::{DateTime, Utc};
use domain::{
    shared::{AdvertiserId, ClickId, NetworkId, NodeId},
    tracking::Plan,
};
use futures::future::BoxFuture;
use std::sync::Arc;

/// A plan, however it is kept.
pub trait PlanView: Send + Sync {
    /// The plan.
    fn plan(&self) -> &Plan;
}

/// What was judged and is committed.
#[derive(Debug)]
pub struct Verdicts {
    /// Conversions whose figures came or went.
    pub moved: Vec<Moved>,
    /// Who has converted.
    pub keys: Vec<SeenKey>,
    /// What became of postbacks, by their ids.
    pub judged: Vec<(ClickId, Judged)>,
}

/// What the judge needs of the process around it.
pub trait World: Send + Sync {
    /// The plan in force for a network; its terms judge postbacks.
    fn plan(&self, network: NetworkId) -> Option<Arc<dyn PlanView>>;

    /// The network and the advertiser that a verification token belongs to.
    fn caller(&self, token: &str) -> Option<(NetworkId, AdvertiserId)>;

    /// Whether one more conversion of this partner's share of an offer would go over a cap, after
    /// what `moved` of the same batch adds.
    fn is_over_cap(
        &self,
        network: NetworkId,
        offer: i64,
        partner: i64,
        now: DateTime<Utc>,
        moved: &[Moved],
    ) -> bool;

    /// Keeps on disk who has converted, before that is committed.
    ///
    /// # Errors
    /// The disk refused.
    fn keep(&self, keys: &[SeenKey]) -> Result<(), Error>;

    /// Counts anew how full a network's caps are, after figures were written beside the drain.
    fn recount(&self, network: NetworkId) -> BoxFuture<'_, Result<(), Error>>;

    /// Hears of what was committed.
    fn committed(&self, verdicts: &Verdicts);
}

/// Judges the postbacks of one node.
pub struct Judge {
    node: NodeId,
    world: Arc<dyn World>,
}

impl Judge {
    /// The judge of `node`.
    #[must_use]
    pub fn new(node: NodeId, world: Arc<dyn World>) -> Self {
        Self { node, world }
    }

    fn taken(&self, judging: Judging<'_>) -> Taken {
        let Judging { moved, keys, judged, .. } = judging;
        let contributions = moved.iter().flat_map(Moved::contributions).collect();
        let world = Arc::clone(&self.world);
        let verdicts = Verdicts { moved, keys: keys.clone(), judged };
        Taken { contributions, keys, committed: Some(Box::new(move || world.committed(&verdicts))) }
    }

    async fn judge(&self, transaction: &Transaction, postbacks: &[Waiting]) -> Result<Taken, Error> {
        let mut judging = Judging::new(self.node, transaction, self.world.as_ref());
        for postback in postbacks {
            if let Some(click) = judging.judge(postback).await? {
                waiting::keep(transaction, postback, click).await?;
            }
        }
        judging.write_log().await?;
        Ok(self.taken(judging))
    }

    async fn judge_again(&self, transaction: &Transaction, due: &[Waiting]) -> Result<Taken, Error> {
        let mut judging = Judging::new(self.node, transaction, self.world.as_ref());
        for postback in due {
            judging.judge_for_good(postback).await?;
            waiting::let_go(transaction, postback).await?;
        }
        judging.write_log().await?;
        Ok(self.taken(judging))
    }
}

impl Successor for Judge {
    fn take<'a>(
        &'a self,
        transaction: &'a Transaction,
        postbacks: Vec<Waiting>,
    ) -> BoxFuture<'a, Result<Taken, Error>> {
        Box::pin(async move { self.judge(transaction, &postbacks).await })
    }

    fn due<'a>(&'a self, transaction: &'a Transaction) -> BoxFuture<'a, Result<Vec<Waiting>, Error>> {
        Box::pin(waiting::due(transaction))
    }

    fn take_again<'a>(
        &'a self,
        transaction: &'a Transaction,
        due: &'a [Waiting],
    ) -> BoxFuture<'a, Result<Taken, Error>> {
        Box::pin(self.judge_again(transaction, due))
    }

    fn let_go<'a>(
        &'a self,
        transaction: &'a Transaction,
        waiting: &'a Waiting,
    ) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(waiting::let_go(transaction, waiting))
    }
}
