//! Judging postbacks inside the batch's transaction: the click is read, the rules of
//! [`domain::conversions`] decide, and rows, history, facts and figures follow.

use super::{
    self as conversions, Conversion, LoggedPostback, Moved, PlanView, World, query, waiting::may_still_come,
};
use crate::{
    Error,
    shared::{Rows, Transaction},
    tracking::{SeenKey, Waiting, click_in},
};
use chrono::{DateTime, Utc};
use domain::{
    conversions::{
        Call, ClickFacts, ConversionCode, ConversionStatus, Identity, Judgement, Malformed, Stored, Terms,
        judge,
    },
    shared::{ClickId, ClickIdParts, Micros, NodeId, OfferId, PartnerId},
    tracking::{Plan, Verdict},
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
                self.finish(
                    waiting,
                    entry,
                    Judged::Refused { code: problem.code(), conversion: None, problem: Some(problem) },
                );
                return Ok(None);
            }
        };
        entry.network_id = call.click.parts().network.0;
        entry.click_id = Uuid::from_u128(call.click.0);
        let plan = self.world.plan(call.click.parts().network);
        let found = match click_in(self.transaction, call.click.parts().network, call.click).await {
            Ok(row) => Some(row),
            Err(Error::Missing) => None,
            Err(error) => return Err(error),
        };
        let (Some(plan), Some(row)) = (plan, found) else {
            if may_wait && may_still_come(self.transaction, self.node, call.click, waiting).await? {
                return Ok(Some(call.click));
            }
            let code = ConversionCode::ClickNotFound;
            self.finish(waiting, entry, Judged::Refused { code, conversion: None, problem: None });
            return Ok(None);
        };
        entry.offer_id = row.offer_id;
        let judged = self.decide(&plan, &call, &row, waiting).await?;
        entry.advertiser_id = advertiser_of(plan.plan(), row.offer_id);
        self.finish(waiting, entry, judged);
        Ok(None)
    }

    async fn decide(
        &mut self,
        plan: &Arc<dyn PlanView>,
        call: &Call,
        row: &crate::tracking::Click,
        waiting: &Waiting,
    ) -> Result<Judged, Error> {
        let refused = |code| Judged::Refused { code, conversion: None, problem: None };
        let facts = click_facts(row);
        let terms = match Terms::of(plan.plan(), Some(&facts)) {
            Ok(terms) => terms,
            Err(code) => return Ok(refused(code)),
        };
        // Who calls is checked before anything is told of what is stored.
        if let Err(code) = terms.check_caller(call) {
            return Ok(refused(code));
        }
        let identity = match Identity::of(call, &terms) {
            Ok(identity) => identity,
            Err(code) => return Ok(refused(code)),
        };
        let earlier = match &identity {
            Some(identity) => conversions::find(self.transaction, facts.id.parts().network, identity).await?,
            None => None,
        };
        let now = DateTime::from_timestamp_millis(waiting.at).unwrap_or_default();
        let over_cap =
            self.world.is_over_cap(facts.id.parts().network, row.offer_id, row.partner_id, now, &self.moved);
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
                conversions::update(self.transaction, &after, "postback").await?;
                self.keys.extend(after.converted());
                self.moved.push(Moved::out(&earlier));
                self.moved.push(Moved::into(&after));
                Ok(Judged::Stored { status: change.status, code: change.code, conversion: after.id() })
            }
            Judgement::Store(stored) => {
                let conversion = self.new_conversion(plan.plan(), call, row, waiting, identity, &stored);
                conversions::insert(self.transaction, &conversion).await?;
                self.keys.extend(conversion.converted());
                self.moved.push(Moved::into(&conversion));
                Ok(Judged::Stored { status: stored.status, code: stored.code, conversion: conversion.id() })
            }
        }
    }

    fn new_conversion(
        &self,
        plan: &Plan,
        call: &Call,
        row: &crate::tracking::Click,
        waiting: &Waiting,
        identity: Option<Identity>,
        stored: &Stored,
    ) -> Conversion {
        let mut conversion = Conversion::of_click(row);
        // The postback's own id tells time and node; the network is the click's.
        let parts = ClickIdParts { network: call.click.parts().network, ..waiting.id.parts() };
        let id = ClickId::new(parts);
        conversion.id = Uuid::from_u128(id.0);
        conversion.at = waiting.at;
        conversion.advertiser_id = advertiser_of(plan, row.offer_id);
        conversion.event_id = stored.event.map_or(0, |event| event.0);
        conversion.event = call.event.clone();
        conversion.identity = identity.map_or_else(|| format!("i:{id}"), |identity| identity.key);
        conversion.txn_id = call.txn_id.clone();
        conversion.status = stored.status.name().to_owned();
        conversion.code = stored.code.map_or(0, |code| i64::from(code.number()));
        conversion.fraud = i64::from(call.fraud_flag);
        conversion.amount = call.amount.map_or(0, |Micros(amount)| amount);
        conversion.payout = stored.earned.payout.0;
        conversion.revenue = stored.earned.revenue.0;
        conversion.more = adv(call);
        conversion
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

fn click_facts(row: &crate::tracking::Click) -> ClickFacts {
    ClickFacts {
        id: row.id(),
        at: moment(row.id().parts().millis),
        offer: (row.offer_id != 0).then_some(OfferId(row.offer_id)),
        partner: (row.partner_id != 0).then_some(PartnerId(row.partner_id)),
        verdict: match row.verdict {
            0 => Verdict::Valid,
            1 => Verdict::Duplicate,
            _ => Verdict::Invalid,
        },
        is_bot: row.is_bot != 0,
        paid: row.paid != 0,
    }
}

fn advertiser_of(plan: &Plan, offer: i64) -> i64 {
    let found = plan.offer_index(OfferId(offer)).and_then(|index| plan.offer(index));
    found.map_or(0, |offer| offer.advertiser().0)
}

fn moment(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// `adv1` to `adv5` and the coupon code, as JSON; empty where there are none.
fn adv(call: &Call) -> String {
    let mut object = serde_json::Map::new();
    for (index, value) in call.adv.iter().enumerate().filter(|(_, value)| !value.is_empty()) {
        object.insert(format!("adv{}", index + 1), value.as_str().into());
    }
    if !call.coupon_code.is_empty() {
        object.insert("coupon_code".to_owned(), call.coupon_code.as_str().into());
    }
    if object.is_empty() { String::new() } else { serde_json::Value::Object(object).to_string() }
}
