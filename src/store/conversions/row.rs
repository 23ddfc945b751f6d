//! Conversion rows. The visitor is copied from the click, so that a change of status moves the
//! figures without reading clicks.

use super::figures::Moved;
use crate::{
    Error, identity,
    shared::{
        Actor, Change, Executor, Fact, Layout, Scope, Stretch, Transaction, audit, now_millis, rows, run,
        tell,
    },
    tracking::{Click, Deltas, KeyKind, SeenKey},
};
use domain::{
    conversions::{self, ConversionCode, ConversionStatus, Existing, Identity},
    shared::{AdvertiserId, ClickId, NetworkId, OfferId, PartnerId},
};
use sea_orm::{
    ConnectionTrait, DbBackend, FromQueryResult, Value,
    sea_query::{Alias, Expr, Query},
};
use uuid::Uuid;

/// Reads the conversion of a network and an id.
const ONE: &str = "SELECT * FROM conversions WHERE network_id = $1 AND id = $2";

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

    fn values(&self) -> Vec<(&'static str, Value)> {
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

/// What holds the rows that were read until the transaction ends: between reading a status and moving
/// its figures nobody else may change it. On SQLite a transaction that writes is the only one.
fn held(transaction: &Transaction) -> &'static str {
    if transaction.get_database_backend() == DbBackend::Postgres { " FOR UPDATE" } else { "" }
}

/// The conversion of an identity, if there is one; held until the transaction ends.
pub(crate) async fn find(
    transaction: &Transaction,
    network: NetworkId,
    identity: &Identity,
) -> Result<Option<Conversion>, Error> {
    let sql = "SELECT * FROM conversions WHERE network_id = $1 AND offer_id = $2 AND event_id = $3 AND identity = $4";
    let event = identity.event.map_or(0, |event| event.0);
    let values = vec![network.0.into(), identity.offer.0.into(), event.into(), identity.key.as_str().into()];
    let sql = format!("{sql}{}", held(transaction));
    Ok(rows(transaction, &sql, values).await?.into_iter().next())
}

/// Stores a new conversion, the first line of its history, and its fact.
pub(crate) async fn insert(executor: &impl Executor, conversion: &Conversion) -> Result<(), Error> {
    let (columns, values): (Vec<_>, Vec<_>) = conversion.values().into_iter().unzip();
    let mut query = Query::insert();
    query
        .into_table(Alias::new("conversions"))
        .columns(columns.into_iter().map(Alias::new))
        .values_panic(values.into_iter().map(Expr::value));
    executor.execute(&query).await?;
    note(executor, conversion, "postback").await?;
    tell(executor, NetworkId(conversion.network_id), &conversion.fact(true)).await
}

/// Stores another status, with a fraud flag that came with it, a line of history, and the fact.
pub(crate) async fn update(
    executor: &impl Executor,
    conversion: &Conversion,
    actor: &str,
) -> Result<(), Error> {
    run(
        executor,
        "UPDATE conversions SET status = $1, code = $2, by_hand = $3, fraud = $4 WHERE network_id = $5 AND id = $6",
        vec![
            conversion.status.as_str().into(),
            conversion.code.into(),
            conversion.by_hand.into(),
            conversion.fraud.into(),
            conversion.network_id.into(),
            conversion.id.into(),
        ],
    )
    .await?;
    note(executor, conversion, actor).await?;
    tell(executor, NetworkId(conversion.network_id), &conversion.fact(false)).await
}

async fn note(executor: &impl Executor, conversion: &Conversion, actor: &str) -> Result<(), Error> {
    run(
        executor,
        "INSERT INTO conversion_history (network_id, conversion_id, version, at, actor, status, code) \
         SELECT $1, $2, COUNT(*) + 1, $3, $4, $5, $6 FROM conversion_history WHERE network_id = $1 AND conversion_id = $2",
        vec![
            conversion.network_id.into(),
            conversion.id.into(),
            now_millis().into(),
            actor.into(),
            conversion.status.as_str().into(),
            conversion.code.into(),
        ],
    )
    .await
}

/// A stretch of the log of conversions, by their own time.
///
/// # Errors
/// What the database said.
pub async fn conversions(scope: Scope<'_>, stretch: &Stretch) -> Result<Vec<Conversion>, Error> {
    stretch.read(scope, ("conversions", Layout::Plain)).await
}

/// One conversion of the network.
///
/// # Errors
/// [`Error::Missing`] where this network has no such conversion.
pub async fn conversion(
    executor: &impl Executor,
    network: NetworkId,
    id: ClickId,
) -> Result<Conversion, Error> {
    let values = vec![network.0.into(), Uuid::from_u128(id.0).into()];
    rows(executor, ONE, values).await?.into_iter().next().ok_or(Error::Missing)
}

/// The same, held until the transaction ends.
async fn held_conversion(
    transaction: &Transaction,
    network: NetworkId,
    id: ClickId,
) -> Result<Conversion, Error> {
    let sql = format!("{ONE}{}", held(transaction));
    let values = vec![network.0.into(), Uuid::from_u128(id.0).into()];
    rows(transaction, &sql, values).await?.into_iter().next().ok_or(Error::Missing)
}

/// The conversions of one click, oldest first.
///
/// # Errors
/// What the database said.
pub async fn of_click(scope: Scope<'_>, click: ClickId) -> Result<Vec<Conversion>, Error> {
    let sql = "SELECT * FROM conversions WHERE network_id = $1 AND click_id = $2 ORDER BY id";
    rows(scope.database().read(), sql, vec![scope.network().0.into(), Uuid::from_u128(click.0).into()]).await
}

/// Decides a conversion's status by hand: the figures move with it, and postbacks no longer change it.
///
/// # Errors
/// [`Error::Missing`] where this network has no such conversion.
pub async fn change_status(
    scope: Scope<'_>,
    actor: &Actor,
    id: ClickId,
    status: ConversionStatus,
) -> Result<Conversion, Error> {
    let calendar = identity::calendar(scope.database(), scope.network()).await?;
    let transaction = scope.database().write().await?;
    let before = held_conversion(&transaction, scope.network(), id).await?;
    let Some(change) = conversions::by_hand(&before.existing(), status) else { return Ok(before) };
    let mut after = before.clone();
    after.status = change.status.name().to_owned();
    after.code = change.code.map_or(0, |code| i64::from(code.number()));
    after.by_hand = 1;
    update(&transaction, &after, &actor.name).await?;
    let moved = [Moved::out(&before), Moved::into(&after)].map(|moved| moved.contributions());
    let mut deltas = Deltas::default();
    for contribution in moved.as_flattened() {
        contribution.add_to(&mut deltas, calendar);
    }
    deltas.sums().write(&transaction).await?;
    let audited = Change {
        action: "update",
        object: "conversion",
        object_id: None,
        before: Some(format!("{{\"id\":\"{id}\",\"status\":\"{}\"}}", before.status)),
        after: Some(format!("{{\"id\":\"{id}\",\"status\":\"{}\"}}", after.status)),
    };
    audit(&transaction, scope.network(), actor, audited).await?;
    transaction.commit().await?;
    Ok(after)
}
