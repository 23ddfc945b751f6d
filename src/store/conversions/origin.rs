//! What a call is credited to: the click that it names; an impression of that id where the offer credits
//! views; the partner and offer of its coupon where it names no click.

use super::{Conversion, row::click_facts};
use crate::{
    Error,
    shared::{Transaction, rows},
    tracking::click_in,
};
use chrono::DateTime;
use domain::{
    conversions::{Call, ClickFacts, Credit},
    shared::{ClickId, ClickIdParts, NetworkId, NodeId, OfferId, PartnerId},
    tracking::{Plan, Verdict},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// What stands behind a call.
pub(super) struct Origin {
    pub facts: ClickFacts,
    /// A conversion with its visitor and partner alone.
    pub blank: Conversion,
}

#[derive(FromQueryResult)]
struct Seen {
    offer_id: i64,
    partner_id: i64,
    smart_link_id: i64,
    campaign_id: i64,
    country: String,
    device: i64,
    os: String,
    browser: String,
    is_bot: i64,
    ip: String,
    source_id: String,
    sub1: String,
    sub2: String,
    sub3: String,
    sub4: String,
    sub5: String,
    domain: String,
}

#[derive(FromQueryResult)]
struct Credited {
    offer_id: i64,
    partner_id: i64,
}

impl Origin {
    /// What stands behind a call that came at `at`, in milliseconds since 1970; none where nothing does.
    ///
    /// # Errors
    /// What the database said.
    pub async fn of(
        transaction: &Transaction,
        plan: &Plan,
        network: NetworkId,
        call: &Call,
        at: i64,
    ) -> Result<Option<Self>, Error> {
        let Some(id) = call.click else { return Self::of_coupon(transaction, network, call, at).await };
        match click_in(transaction, network, id).await {
            Ok(row) => Ok(Some(Self { facts: click_facts(&row), blank: Conversion::of_click(&row) })),
            Err(Error::Missing) => Self::of_view(transaction, plan, network, id).await,
            Err(error) => Err(error),
        }
    }

    async fn of_view(
        transaction: &Transaction,
        plan: &Plan,
        network: NetworkId,
        id: ClickId,
    ) -> Result<Option<Self>, Error> {
        let sql = "SELECT * FROM impressions WHERE network_id = $1 AND day = $2 AND id = $3";
        let values = vec![network.0.into(), id.day().0.into(), Uuid::from_u128(id.0).into()];
        let found: Vec<Seen> = rows(transaction, sql, values).await?;
        let Some(seen) = found.into_iter().next() else { return Ok(None) };
        let offer = plan.offer_index(OfferId(seen.offer_id)).and_then(|index| plan.offer(index));
        if !offer.is_some_and(|offer| offer.document().view_through) {
            return Ok(None);
        }
        let facts = facts(id, Credit::View, (seen.offer_id, seen.partner_id), seen.is_bot != 0);
        let blank = Conversion {
            smart_link_id: seen.smart_link_id,
            campaign_id: seen.campaign_id,
            country: seen.country,
            device: seen.device,
            os: seen.os,
            browser: seen.browser,
            ip: seen.ip,
            source_id: seen.source_id,
            sub1: seen.sub1,
            sub2: seen.sub2,
            sub3: seen.sub3,
            sub4: seen.sub4,
            sub5: seen.sub5,
            domain: seen.domain,
            view_through: 1,
            ..Conversion::blank(network, id.parts().millis, seen.offer_id, seen.partner_id)
        };
        Ok(Some(Self { facts, blank }))
    }

    async fn of_coupon(
        transaction: &Transaction,
        network: NetworkId,
        call: &Call,
        at: i64,
    ) -> Result<Option<Self>, Error> {
        let sql = "SELECT offer_id, partner_id FROM coupons WHERE network_id = $1 AND code = $2";
        let values = vec![network.0.into(), call.coupon_code.to_uppercase().into()];
        let found: Vec<Credited> = rows(transaction, sql, values).await?;
        let Some(Credited { offer_id, partner_id }) = found.into_iter().next() else { return Ok(None) };
        let id = ClickId::new(ClickIdParts { millis: at, node: NodeId(0), network, tail: 0 });
        let facts = facts(id, Credit::Coupon, (offer_id, partner_id), false);
        Ok(Some(Self { facts, blank: Conversion::blank(network, at, offer_id, partner_id) }))
    }
}

fn facts(id: ClickId, credit: Credit, (offer, partner): (i64, i64), is_bot: bool) -> ClickFacts {
    ClickFacts {
        id,
        credit,
        at: DateTime::from_timestamp_millis(id.parts().millis).unwrap_or_default(),
        offer: Some(OfferId(offer)),
        partner: Some(PartnerId(partner)),
        verdict: Verdict::Valid,
        is_bot,
        paid: true,
    }
}
