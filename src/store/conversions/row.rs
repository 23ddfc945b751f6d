//! A conversion as it is stored. The visitor is copied from the click, so that a change of status moves
//! the figures without reading clicks.

use crate::{
    shared::Fact,
    tracking::{Click, KeyKind, SeenKey},
};
use domain::{
    conversions::{ConversionCode, ConversionStatus, Existing},
    shared::{AdvertiserId, ClickId, OfferId, PartnerId},
};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// A conversion or event as it is stored. Ids are 0 and texts empty where there is none.
#[derive(Clone, Debug, FromQueryResult)]
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
}

impl Conversion {
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
        let counts = self.event_id == 0 && self.status() != ConversionStatus::Rejected;
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

    /// The visitor's columns, copied from a click.
    #[must_use]
    pub fn of_click(click: &Click) -> Self {
        Self {
            network_id: click.id().parts().network.0,
            id: Uuid::nil(),
            click_id: click.id,
            click_at: click.id().parts().millis,
            at: 0,
            offer_id: click.offer_id,
            partner_id: click.partner_id,
            advertiser_id: 0,
            smart_link_id: click.smart_link_id,
            campaign_id: click.campaign_id,
            landing_page_id: click.landing_page_id,
            event_id: 0,
            event: String::new(),
            identity: String::new(),
            txn_id: String::new(),
            status: String::new(),
            code: 0,
            by_hand: 0,
            fraud: 0,
            amount: 0,
            payout: 0,
            revenue: 0,
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
            session_key: click.session_key,
            more: String::new(),
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
        ]
    }
}
