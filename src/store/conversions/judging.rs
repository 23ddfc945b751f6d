//! Judging postbacks inside the batch's transaction: the click is read, the rules of
//! [`domain::conversions`] decide, and rows, history, facts and figures follow.

use super::{
    self as conversions, Conversion, LoggedPostback, Made, Moved, PlanView, World, origin::Origin, query,
    row::advertiser_of, waiting::may_still_come,
};
use crate::{
    Error,
    shared::{Rows, Transaction},
    tracking::{SeenKey, Waiting, click_in},
};
use chrono::DateTime;
use domain::{
    conversions::{
        Call, ConversionCode, ConversionStatus, Identity, Judgement, Malformed, Sender, Terms, judge,
    },
    shared::{ClickId, ClickIdParts, NetworkId, NodeId},
};
use std::sync::Arc;
use uuid::Uuid;

/// What became of a call.
#[derive(Clone, Debug)]
pub enum Judged {
    /// Stored, or an earlier one changed.
    Stored { status: ConversionStatus, code: Option<ConversionCode>, conversion: ClickId },
    /// Refused and only logged; a duplicate names the first conversion.
    Refused { code: ConversionCode, conversion: Option<ClickId>, problem: Option<Malformed> },
}

/// Judges a batch's postbacks one after the other.
pub struct Judging<'t> {
    node: NodeId,
    transaction: &'t Transaction,
    world: &'t dyn World,
    pub moved: Vec<Moved>,
    pub keys: Vec<SeenKey>,
    pub judged: Vec<(ClickId, Judged)>,
    log: Rows,
}

impl<'t> Judging<'t> {
    /// Nothing judged yet.
    #[must_use]
    pub fn new(node: NodeId, transaction: &'t Transaction, world: &'t dyn World) -> Self {
        Self {
            node,
            transaction,
            world,
            moved: vec![],
            keys: vec![],
            judged: vec![],
            log: conversions::log_rows(),
        }
    }

    /// Judges one call; gives the click that it must wait for, where it must.
    ///
    /// # Errors
    /// What the database said.
    pub async fn judge(&mut self, waiting: &Waiting) -> Result<Option<ClickId>, Error> {
        self.judge_one(waiting, true).await
    }

    /// Judges a call that waits no longer.
    ///
    /// # Errors
    /// What the database said.
    pub async fn judge_for_good(&mut self, waiting: &Waiting) -> Result<(), Error> {
        self.judge_one(waiting, false).await.map(|_| ())
    }

    async fn judge_one(&mut self, waiting: &Waiting, may_wait: bool) -> Result<Option<ClickId>, Error> {
        let mut entry = LoggedPostback {
            id: Uuid::from_u128(waiting.id.0),
            at: waiting.at,
            ip: waiting.ip.to_string(),
            user_agent: waiting.user_agent.clone(),
            query: query::logged(&waiting.query),
            ..LoggedPostback::default()
        };
        let call = match query::call(&waiting.query, waiting.ip) {
            Ok(call) => call,
            Err(problem) => {
                self.file(&mut entry, &query::sender(&waiting.query)).await?;
                entry.problem = problem.to_string();
                self.finish(
                    waiting,
                    entry,
                    Judged::Refused { code: problem.code(), conversion: None, problem: Some(problem) },
                );
                return Ok(None);
            }
        };
        let Some(network) = self.network_of(&call) else {
            let code = ConversionCode::BadToken;
            self.finish(waiting, entry, Judged::Refused { code, conversion: None, problem: None });
            return Ok(None);
        };
        entry.network_id = network.0;
        entry.click_id = Uuid::from_u128(call.click.map_or(0, |click| click.0));
        let plan = self.world.plan(network);
        let origin = match &plan {
            Some(plan) => Origin::of(self.transaction, plan.plan(), network, &call, waiting.at).await?,
            None => None,
        };
        let (Some(plan), Some(origin)) = (plan, origin) else {
            if let Some(click) = call.click.filter(|_| may_wait)
                && may_still_come(self.transaction, self.node, click, waiting).await?
            {
                return Ok(Some(click));
            }
            let code = ConversionCode::ClickNotFound;
            self.finish(waiting, entry, Judged::Refused { code, conversion: None, problem: None });
            return Ok(None);
        };
        entry.offer_id = origin.blank.offer_id;
        entry.advertiser_id = advertiser_of(plan.plan(), origin.blank.offer_id);
        let judged = self.decide(&plan, &call, network, origin, waiting).await?;
        self.finish(waiting, entry, judged);
        Ok(None)
    }

    /// Files a call that can't be read under the network that its click or its token names, where one does.
    async fn file(&self, entry: &mut LoggedPostback, sender: &Sender) -> Result<(), Error> {
        if let Some((network, advertiser)) = self.world.caller(&sender.token) {
            entry.network_id = network.0;
            entry.advertiser_id = advertiser.0;
        }
        let is_of_ours = |id: &ClickId| self.world.plan(id.parts().network).is_some();
        let Some(id) = sender.click.filter(is_of_ours) else { return Ok(()) };
        let network = id.parts().network;
        if entry.network_id != network.0 {
            (entry.network_id, entry.advertiser_id) = (network.0, 0);
        }
        entry.click_id = Uuid::from_u128(id.0);
        match click_in(self.transaction, network, id).await {
            Ok(row) => {
                entry.offer_id = row.offer_id;
                let plan = self.world.plan(network);
                entry.advertiser_id = plan.map_or(0, |plan| advertiser_of(plan.plan(), row.offer_id));
                Ok(())
            }
            Err(Error::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Whose call it is: its click's, or that of the token where a coupon stands for the click.
    fn network_of(&self, call: &Call) -> Option<NetworkId> {
        match call.click {
            Some(click) => Some(click.parts().network),
            None => self.world.caller(&call.token).map(|(network, _)| network),
        }
    }

    async fn decide(
        &mut self,
        plan: &Arc<dyn PlanView>,
        call: &Call,
        network: NetworkId,
        origin: Origin,
        waiting: &Waiting,
    ) -> Result<Judged, Error> {
        let refused = |code| Judged::Refused { code, conversion: None, problem: None };
        let Origin { facts, blank } = origin;
        let terms = match Terms::of(plan.plan(), Some(&facts)) {
            Ok(terms) => terms,
            Err(code) => return Ok(refused(code)),
        };
        // Who calls is checked before anything is told of what is stored.
        let caller = match waiting.is_pixel {
            true if terms.offer().allow_pixel => Ok(()),
            true => Err(ConversionCode::BadToken),
            false => terms.check_caller(call),
        };
        if let Err(code) = caller {
            return Ok(refused(code));
        }
        let identity = match Identity::of(call, &terms) {
            Ok(identity) => identity,
            Err(code) => return Ok(refused(code)),
        };
        let earlier = match &identity {
            Some(identity) => conversions::find(self.transaction, network, identity).await?,
            None => None,
        };
        let now = DateTime::from_timestamp_millis(waiting.at).unwrap_or_default();
        let over_cap = self.world.is_over_cap(network, blank.offer_id, blank.partner_id, now, &self.moved);
        let existing = earlier.as_ref().map(Conversion::existing);
        match judge(call, &facts, &terms, existing.as_ref(), over_cap, now) {
            Judgement::Refuse(code) => {
                Ok(Judged::Refused { code, conversion: earlier.map(|earlier| earlier.id()), problem: None })
            }
            Judgement::Update(change) => {
                let Some(earlier) = earlier else { return Ok(refused(ConversionCode::Duplicate)) };
                let mut after = earlier.clone();
                after.status = change.status.name().to_owned();
                after.code = change.code.map_or(0, |code| i64::from(code.number()));
                after.fraud = after.fraud.max(i64::from(call.fraud_flag));
                conversions::update(self.transaction, &after, "postback", waiting.at).await?;
                self.keys.extend(after.converted());
                self.moved.push(Moved::out(&earlier));
                self.moved.push(Moved::into(&after));
                Ok(Judged::Stored { status: change.status, code: change.code, conversion: after.id() })
            }
            Judgement::Store(stored) => {
                // The postback's own id tells time and node; the network is the click's.
                let id = ClickId::new(ClickIdParts { network, ..waiting.id.parts() });
                let made = Made { id, call, blank, identity, stored: &stored };
                let conversion = Conversion::made(plan.plan(), made);
                conversions::insert(self.transaction, &conversion).await?;
                self.keys.extend(conversion.converted());
                self.moved.push(Moved::into(&conversion));
                Ok(Judged::Stored { status: stored.status, code: stored.code, conversion: conversion.id() })
            }
        }
    }

    fn finish(&mut self, waiting: &Waiting, mut entry: LoggedPostback, judged: Judged) {
        match &judged {
            Judged::Stored { status, code, conversion } => {
                entry.outcome = status.name().to_owned();
                entry.code = code.map_or(0, |code| i64::from(code.number()));
                entry.conversion_id = Uuid::from_u128(conversion.0);
            }
            Judged::Refused { code, conversion, .. } => {
                entry.outcome = "refused".to_owned();
                entry.code = i64::from(code.number());
                entry.conversion_id = Uuid::from_u128(conversion.map_or(0, |id| id.0));
            }
        }
        conversions::push_log(&mut self.log, &entry);
        self.judged.push((waiting.id, judged));
    }

    /// Writes the log.
    ///
    /// # Errors
    /// What the database said.
    pub async fn write_log(&mut self) -> Result<(), Error> {
        std::mem::replace(&mut self.log, conversions::log_rows()).insert(self.transaction).await?;
        Ok(())
    }
}
