//! What rows name, found a slice at a time: clicks by their ids, conversions by their identity, their
//! ids, orders or clicks.

use crate::{
    Error,
    conversions::Conversion,
    shared::{Executor, rows},
    tracking::Click,
};
use domain::{
    conversions::Identity,
    shared::{ClickId, NetworkId},
};
use rustc_hash::{FxHashMap, FxHashSet};
use sea_orm::{FromQueryResult, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// `$3, $4, …` for so many values.
fn marks(first: usize, count: usize) -> String {
    (first..first + count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}

/// Rows of the network whose column is one of `values`.
async fn any_of<R: FromQueryResult>(
    executor: &impl Executor,
    head: (&str, Vec<Value>),
    (column, tail): (&str, &str),
    values: Vec<Value>,
) -> Result<Vec<R>, Error> {
    let (sql, mut all) = head;
    let sql = format!("{sql} AND {column} IN ({}){tail}", marks(all.len() + 1, values.len()));
    all.extend(values);
    rows(executor, &sql, all).await
}

/// Clicks of the network, a statement a day.
pub(super) async fn clicks(
    executor: &impl Executor,
    network: NetworkId,
    ids: impl Iterator<Item = ClickId>,
) -> Result<FxHashMap<ClickId, Click>, Error> {
    let mut days: BTreeMap<i64, FxHashSet<ClickId>> = BTreeMap::new();
    ids.filter(|id| id.parts().network == network).for_each(|id| {
        days.entry(id.day().0).or_default().insert(id);
    });
    let mut found = FxHashMap::default();
    for (day, ids) in days {
        let head =
            ("SELECT * FROM clicks WHERE network_id = $1 AND day = $2", vec![network.0.into(), day.into()]);
        let ids = ids.into_iter().map(|id| Uuid::from_u128(id.0).into()).collect();
        let clicks: Vec<Click> = any_of(executor, head, ("id", ""), ids).await?;
        found.extend(clicks.into_iter().map(|click| (click.id(), click)));
    }
    Ok(found)
}

/// The conversions of identities, a statement an offer and event; `tail` may hold them.
pub(super) async fn of_identities<'a>(
    executor: &impl Executor,
    network: NetworkId,
    identities: impl Iterator<Item = &'a Identity>,
    tail: &str,
) -> Result<FxHashMap<Identity, Conversion>, Error> {
    let mut groups: FxHashMap<_, FxHashSet<&str>> = FxHashMap::default();
    identities.for_each(|identity| {
        groups.entry((identity.offer, identity.event)).or_default().insert(&identity.key);
    });
    let mut found = FxHashMap::default();
    for ((offer, event), keys) in groups {
        let number = event.map_or(0, |event| event.0);
        let sql = "SELECT * FROM conversions WHERE network_id = $1 AND offer_id = $2 AND event_id = $3";
        let head = (sql, vec![network.0.into(), offer.0.into(), number.into()]);
        let keys = keys.into_iter().map(Value::from).collect();
        let conversions: Vec<Conversion> = any_of(executor, head, ("identity", tail), keys).await?;
        found.extend(
            conversions
                .into_iter()
                .map(|conversion| (Identity { offer, event, key: conversion.identity.clone() }, conversion)),
        );
    }
    Ok(found)
}

/// Conversions of the network by one of their columns.
pub(super) async fn conversions(
    executor: &impl Executor,
    network: NetworkId,
    (column, tail): (&str, &str),
    values: Vec<Value>,
) -> Result<Vec<Conversion>, Error> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let head = ("SELECT * FROM conversions WHERE network_id = $1", vec![network.0.into()]);
    any_of(executor, head, (column, tail), values).await
}
