//! The conversions of sources one by one, where a rule asks what sums can't tell.

use crate::{
    Error,
    shared::{Database, rows},
};
use chrono::{DateTime, Utc};
use domain::{
    shared::{Calendar, ClickId, ClickIdParts, Micros, NetworkId, NodeId, OfferId, PartnerId},
    smartswitch::{Approval, Connection, ConversionFact, JudgedHours, Source, Variable},
};
use rustc_hash::{FxHashMap, FxHashSet};
use sea_orm::FromQueryResult;
use std::{
    hash::{BuildHasher, RandomState},
    sync::Arc,
};
use uuid::Uuid;

/// How many rows are read at a time.
const AT_ONCE: u64 = 5_000;

/// Conversions by their sources, the oldest first.
pub(super) type Facts = FxHashMap<Source, Vec<ConversionFact>>;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    click_at: i64,
    at: i64,
    offer_id: i64,
    partner_id: i64,
    event_id: i64,
    event: String,
    status: String,
    fraud: i64,
    amount: i64,
    payout: i64,
    revenue: i64,
    connection: String,
    ip: String,
    source_id: String,
    sub1: String,
    sub2: String,
    sub3: String,
    sub4: String,
    sub5: String,
    view_through: i64,
    click_id: Uuid,
    has_device_id: i64,
}

/// The conversions and events that came in some hours at some offers, of the sources that `is_wanted`. Addresses are
/// told apart by the key of `hasher`: within one judgement alone.
///
/// # Errors
/// What the database said.
pub(super) async fn conversions(
    database: &Database,
    (network, calendar): (NetworkId, Calendar),
    (variable, hours): (Variable, JudgedHours),
    (offers, hasher): (&[OfferId], &RandomState),
    is_wanted: impl Fn(&Source) -> bool,
) -> Result<Facts, Error> {
    let offers: FxHashSet<i64> = offers.iter().map(|offer| offer.0).collect();
    let end = boundary(calendar.start_of_hour(hours.to));
    let mut last = boundary(calendar.start_of_hour(hours.from));
    let mut facts = Facts::default();
    loop {
        let sql = format!(
            "SELECT id, click_at, at, offer_id, partner_id, event_id, event, status, fraud, amount, payout, revenue, \
             connection, ip, source_id, sub1, sub2, sub3, sub4, sub5, view_through, click_id, has_device_id \
             FROM conversions WHERE network_id = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT {AT_ONCE}"
        );
        let values = vec![network.0.into(), last.into(), end.into()];
        let found: Vec<Row> = rows(database.read(), &sql, values).await?;
        let Some(newest) = found.last() else { return Ok(facts) };
        last = newest.id;
        for row in found.into_iter().filter(|row| offers.contains(&row.offer_id)) {
            let at = DateTime::<Utc>::from_timestamp_millis(row.at).unwrap_or_default();
            let hour = calendar.hour(at);
            let source = row.source(variable);
            if hour >= hours.from && hour < hours.to && is_wanted(&source) {
                facts.entry(source).or_default().push(row.fact(hasher));
            }
        }
    }
}

/// Before every id of that moment.
fn boundary(at: DateTime<Utc>) -> Uuid {
    let parts =
        ClickIdParts { millis: at.timestamp_millis(), node: NodeId(0), network: NetworkId(0), tail: 0 };
    Uuid::from_u128(ClickId::new(parts).0)
}

impl Row {
    fn source(&self, variable: Variable) -> Source {
        let value = match variable {
            Variable::SourceId => &self.source_id,
            Variable::Sub1 => &self.sub1,
            Variable::Sub2 => &self.sub2,
            Variable::Sub3 => &self.sub3,
            Variable::Sub4 => &self.sub4,
            Variable::Sub5 => &self.sub5,
        };
        Source {
            offer_id: OfferId(self.offer_id),
            partner_id: PartnerId(self.partner_id),
            value: value.clone(),
        }
    }

    fn fact(&self, hasher: &RandomState) -> ConversionFact {
        let approval = match self.status.as_str() {
            "approved" => Approval::Approved,
            "pending" => Approval::Pending,
            _ => Approval::Rejected,
        };
        let has_click = !self.click_id.is_nil();
        let values = [&self.source_id, &self.sub1, &self.sub2, &self.sub3, &self.sub4, &self.sub5];
        ConversionFact {
            event: (self.event_id != 0).then(|| Arc::from(self.event.as_str())),
            approval,
            is_fraud: self.fraud != 0,
            is_view_through: self.view_through != 0,
            payout: Micros(self.payout),
            revenue: Micros(self.revenue),
            amount: Micros(self.amount),
            delta_seconds: has_click.then(|| (self.at - self.click_at).div_euclid(1_000)),
            connection: Connection::of_word(&self.connection),
            address: (!self.ip.is_empty()).then(|| hasher.hash_one(self.ip.as_str())),
            empty: values.map(String::is_empty),
            has_device_id: (self.has_device_id >= 0).then_some(self.has_device_id != 0),
        }
    }
}
