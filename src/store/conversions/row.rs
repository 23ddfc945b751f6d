//! A conversion as it is stored. The visitor is copied from the click, so that a change of status moves
//! the figures without reading clicks.

use crate::{
    shared::Fact,
    tracking::{Click, KeyKind, SeenKey},
};
use chrono::DateTime;
use domain::{
    conversions::{Call, ClickFacts, ConversionCode, ConversionStatus, Credit, Existing, Identity, Stored},
    shared::{AdvertiserId, ClickId, Micros, NetworkId, OfferId, PartnerId},
    tracking::{Plan, Verdict},
};
use sea_orm::{FromQueryResult, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A conversion or event as it is stored. Ids are 0 and texts empty where there is none.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, FromQueryResult)]
pub struct Conversion {
    pub network_id: i64,
    pub id: Uuid,
    pub click_id: Uuid,
    /// Milliseconds since 1970 UTC.
    pub click_at: i64,
    pub at: i64,
    pub offer_id: i64,
    pub partner_id: i64,
    pub advertiser_id: i64,
    pub smart_link_id: i64,
    pub campaign_id: i64,
    pub landing_page_id: i64,
    pub event_id: i64,
    pub event: String,
    pub identity: String,
    pub txn_id: String,
    pub status: String,
    pub code: i64,
    pub by_hand: i64,
    pub fraud: i64,
    /// Millionths.
    pub amount: i64,
    pub payout: i64,
    pub revenue: i64,
    pub country: String,
    pub device: i64,
    pub os: String,
    pub browser: String,
    pub connection: String,
    pub ip: String,
    pub source_id: String,
    pub sub1: String,
    pub sub2: String,
    pub sub3: String,
    pub sub4: String,
    pub sub5: String,
    pub session_key: i64,
    pub more: String,
    /// Whether an impression without a click is credited with it.
    pub view_through: i64,
    /// The tracking domain that the click or view came by.
    pub domain: String,
    /// The row of the Smart Link, or the rule of the campaign, that took the click.
    pub row_id: i64,
    pub campaign_page_id: i64,
    pub rotator_option_id: i64,
    /// Whether its click brought a device id: 1 or 0, and -1 where there was no click or it was not kept.
    pub has_device_id: i64,
}

/// What a new conversion is made of.
pub(super) struct Made<'a> {
    /// It tells when it came.
    pub id: ClickId,
    pub call: &'a Call,
    /// The conversion with its visitor and partner alone.
    pub blank: Conversion,
    pub identity: Option<Identity>,
    pub stored: &'a Stored,
}

impl Conversion {
    /// A new conversion.
    pub(super) fn made(plan: &Plan, made: Made<'_>) -> Self {
        let Made { id, call, blank, identity, stored } = made;
        Self {
            id: Uuid::from_u128(id.0),
            at: id.parts().millis,
            advertiser_id: advertiser_of(plan, blank.offer_id),
            event_id: stored.event.map_or(0, |event| event.0),
            event: call.event.clone(),
            identity: identity.map_or_else(|| format!("i:{id}"), |identity| identity.key),
            txn_id: call.txn_id.clone(),
            status: stored.status.name().to_owned(),
            code: stored.code.map_or(0, |code| i64::from(code.number())),
            fraud: i64::from(call.fraud_flag),
            amount: call.amount.map_or(0, |Micros(amount)| amount),
            payout: stored.earned.payout.0,
            revenue: stored.earned.revenue.0,
            more: adv(call),
            ..blank
        }
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> ClickId {
        ClickId(self.id.as_u128())
    }

    /// The click's id.
    #[must_use]
    pub fn click_id(&self) -> ClickId {
        ClickId(self.click_id.as_u128())
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> ConversionStatus {
        self.status.parse().unwrap_or(ConversionStatus::Rejected)
    }

    /// Whether it came of a click or a view, of which there is a time; one of a coupon did not.
    #[must_use]
    pub fn has_origin(&self) -> bool {
        self.view_through != 0 || !self.click_id.is_nil()
    }

    /// Sale amount, payout and revenue, in millionths.
    #[must_use]
    pub fn amounts(&self) -> [i64; 3] {
        [self.amount, self.payout, self.revenue]
    }

    /// What a repeat of the same call is judged by.
    #[must_use]
    pub fn existing(&self) -> Existing {
        Existing {
            status: self.status(),
            code: u16::try_from(self.code).ok().and_then(ConversionCode::of_number),
            by_hand: self.by_hand != 0,
        }
    }

    /// By what its visitor is known as one who has converted; none where it is an event or rejected.
    #[must_use]
    pub fn converted(&self) -> Option<SeenKey> {
        // Of views and coupons nobody knows who they were.
        let has_click = self.view_through == 0 && !self.click_id.is_nil();
        let counts = has_click && self.event_id == 0 && self.status() != ConversionStatus::Rejected;
        counts.then(|| SeenKey {
            kind: KeyKind::Converted,
            offer: self.offer_id,
            key: self.session_key.cast_unsigned(),
            at: u32::try_from(self.at / 1_000).unwrap_or(u32::MAX),
        })
    }

    /// What the outbox is told of it.
    #[must_use]
    pub fn fact(&self, is_new: bool) -> Fact {
        Fact::Conversion {
            conversion_id: self.id().to_string(),
            offer_id: OfferId(self.offer_id),
            partner_id: PartnerId(self.partner_id),
            advertiser_id: AdvertiserId(self.advertiser_id),
            status: self.status.clone(),
            is_new,
        }
    }

    /// One of a partner and an offer, of which nothing else is known.
    pub(super) fn blank(network: NetworkId, at: i64, offer: i64, partner: i64) -> Self {
        Self {
            network_id: network.0,
            click_at: at,
            offer_id: offer,
            partner_id: partner,
            has_device_id: -1,
            ..Self::default()
        }
    }

    /// The visitor's columns, copied from a click.
    #[must_use]
    pub fn of_click(click: &Click) -> Self {
        Self {
            network_id: click.id().parts().network.0,
            click_id: click.id,
            click_at: click.id().parts().millis,
            offer_id: click.offer_id,
            partner_id: click.partner_id,
            smart_link_id: click.smart_link_id,
            campaign_id: click.campaign_id,
            landing_page_id: click.landing_page_id,
            country: click.country.clone(),
            device: click.device,
            os: click.os.clone(),
            browser: click.browser.clone(),
            connection: click.connection.clone(),
            ip: click.ip.clone(),
            source_id: click.source_id.clone(),
            sub1: click.sub1.clone(),
            sub2: click.sub2.clone(),
            sub3: click.sub3.clone(),
            sub4: click.sub4.clone(),
            sub5: click.sub5.clone(),
            domain: click.domain.clone(),
            row_id: click.row_id,
            campaign_page_id: click.campaign_page_id,
            rotator_option_id: click.rotator_option_id,
            session_key: click.session_key,
            has_device_id: i64::from(click.has_device_id()),
            ..Self::default()
        }
    }

    /// Every column with its value.
    pub(super) fn values(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("network_id", self.network_id.into()),
            ("id", self.id.into()),
            ("click_id", self.click_id.into()),
            ("click_at", self.click_at.into()),
            ("at", self.at.into()),
            ("offer_id", self.offer_id.into()),
            ("partner_id", self.partner_id.into()),
            ("advertiser_id", self.advertiser_id.into()),
            ("smart_link_id", self.smart_link_id.into()),
            ("campaign_id", self.campaign_id.into()),
            ("landing_page_id", self.landing_page_id.into()),
            ("event_id", self.event_id.into()),
            ("event", self.event.as_str().into()),
            ("identity", self.identity.as_str().into()),
            ("txn_id", self.txn_id.as_str().into()),
            ("status", self.status.as_str().into()),
            ("code", self.code.into()),
            ("by_hand", self.by_hand.into()),
            ("fraud", self.fraud.into()),
            ("amount", self.amount.into()),
            ("payout", self.payout.into()),
            ("revenue", self.revenue.into()),
            ("country", self.country.as_str().into()),
            ("device", self.device.into()),
            ("os", self.os.as_str().into()),
            ("browser", self.browser.as_str().into()),
            ("connection", self.connection.as_str().into()),
            ("ip", self.ip.as_str().into()),
            ("source_id", self.source_id.as_str().into()),
            ("sub1", self.sub1.as_str().into()),
            ("sub2", self.sub2.as_str().into()),
            ("sub3", self.sub3.as_str().into()),
            ("sub4", self.sub4.as_str().into()),
            ("sub5", self.sub5.as_str().into()),
            ("session_key", self.session_key.into()),
            ("more", self.more.as_str().into()),
            ("view_through", self.view_through.into()),
            ("domain", self.domain.as_str().into()),
            ("row_id", self.row_id.into()),
            ("campaign_page_id", self.campaign_page_id.into()),
            ("rotator_option_id", self.rotator_option_id.into()),
            ("has_device_id", self.has_device_id.into()),
        ]
    }
}

/// The advertiser of an offer; 0 where the plan does not know it.
pub(super) fn advertiser_of(plan: &Plan, offer: i64) -> i64 {
    let found = plan.offer_index(OfferId(offer)).and_then(|index| plan.offer(index));
    found.map_or(0, |offer| offer.advertiser().0)
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

/// What a judgement asks of a click.
pub(super) fn click_facts(row: &Click) -> ClickFacts {
    ClickFacts {
        id: row.id(),
        credit: Credit::Click,
        at: DateTime::from_timestamp_millis(row.id().parts().millis).unwrap_or_default(),
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
