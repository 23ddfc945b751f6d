//! Writing an upload, a slice a transaction: its conversions with their history and facts, what they add
//! to the totals, and the mark of how far the upload came. The mark is where the next slice begins,
//! whoever writes it: so every row is written once.

use super::{
    Clerk, Upload,
    held::{Note, insert_all, update_all},
    known,
    scanned::decided,
    staged::{FromTo, Placed, Staged},
    values,
};
use crate::{
    Error,
    conversions::{Conversion, Moved, table::held},
    shared::{Change, Transaction, audit, now_millis, number_of_rows},
    tracking::{Deltas, SeenKey},
};
use chrono::{DateTime, Utc};
use domain::{
    conversions::{ConversionStatus, Identity, under_caps},
    offers::OverCap,
    shared::{Calendar, EventId, Micros, OfferId},
};
use rustc_hash::FxHashMap;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// What a slice does.
struct Slice<'a> {
    clerk: &'a Clerk,
    upload: &'a Upload,
    transaction: &'a Transaction,
    inserted: Vec<Conversion>,
    updated: Vec<(Conversion, String)>,
    moved: Vec<Moved>,
    keys: Vec<SeenKey>,
}

/// What was written: how many rows, and how long the write connection was held.
pub(super) struct Written {
    pub rows: i64,
    pub held: Duration,
}

/// Writes the next rows.
///
/// # Errors
/// What the database said; [`Error::Missing`] where somebody else is at it.
pub(super) async fn slice(
    clerk: &Clerk,
    upload: &mut Upload,
    placed: Vec<Placed>,
    calendar: Calendar,
) -> Result<Written, Error> {
    let (count, last) = (placed.len(), placed.last().map_or(upload.written, |row| row.place));
    let transaction = clerk.database().write_step().await?;
    let began = Instant::now();
    let mut slice = Slice {
        clerk,
        upload,
        transaction: &transaction,
        inserted: Vec::new(),
        updated: Vec::new(),
        moved: Vec::new(),
        keys: Vec::new(),
    };
    slice.judge(placed).await?;
    let (moved, keys, changed) = slice.write(last, calendar).await?;
    clerk.world().keep(&keys)?;
    transaction.commit().await?;
    let held = began.elapsed();
    (upload.written, upload.changed) = (last, upload.changed + changed);
    clerk.tell(upload.network(), moved, keys).await;
    Ok(Written { rows: i64::try_from(count).unwrap_or(i64::MAX), held })
}

impl Slice<'_> {
    async fn judge(&mut self, placed: Vec<Placed>) -> Result<(), Error> {
        let tail = if held(self.transaction).is_empty() { "" } else { " ORDER BY id FOR UPDATE" };
        let mut news = Vec::new();
        let mut changes = Vec::new();
        for row in placed {
            match row.staged {
                Staged::New(conversion, over_cap) => news.push((*conversion, over_cap)),
                Staged::Status(id, change) => changes.push((id, Set::Status(change))),
                Staged::Amounts(id, change) => changes.push((id, Set::Amounts(change))),
            }
        }
        self.news(news, tail).await?;
        self.changes(changes, tail).await
    }

    /// New ones that are not there already; each takes its place under the caps.
    async fn news(&mut self, news: Vec<(Conversion, OverCap)>, tail: &str) -> Result<(), Error> {
        let network = self.upload.network();
        let identities: Vec<Identity> = news.iter().map(|(conversion, _)| identity_of(conversion)).collect();
        let there = known::of_identities(self.transaction, network, identities.iter(), tail).await?;
        for ((mut conversion, action), identity) in news.into_iter().zip(identities) {
            if there.contains_key(&identity) {
                continue;
            }
            let (offer, partner) = (conversion.offer_id, conversion.partner_id);
            let at = DateTime::<Utc>::from_timestamp_millis(conversion.at).unwrap_or_default();
            let judges_caps = conversion.code == 0 && conversion.status() != ConversionStatus::Rejected;
            if judges_caps && self.clerk.world().is_over_cap(network, offer, partner, at, &self.moved) {
                let (status, code) = under_caps(conversion.status(), action, true);
                conversion.status = status.name().to_owned();
                conversion.code = code.map_or(0, |code| i64::from(code.number()));
            }
            self.moved.push(Moved::into(&conversion));
            self.keys.extend(conversion.converted());
            self.inserted.push(conversion);
        }
        Ok(())
    }

    async fn changes(&mut self, changes: Vec<(Uuid, Set)>, tail: &str) -> Result<(), Error> {
        let ids = changes.iter().map(|(id, _)| (*id).into()).collect();
        let there = known::conversions(self.transaction, self.upload.network(), ("id", tail), ids).await?;
        let there: FxHashMap<Uuid, Conversion> = there.into_iter().map(|one| (one.id, one)).collect();
        for (id, set) in changes {
            let Some(before) = there.get(&id) else { continue };
            let Some((after, note)) = set.apply(before) else { continue };
            self.moved.push(Moved::out(before));
            self.moved.push(Moved::into(&after));
            self.keys.extend(after.converted());
            self.updated.push((after, format!("{}{note}", self.note())));
        }
        Ok(())
    }

    fn note(&self) -> String {
        format!("upload {}", self.upload.id)
    }

    /// Writes everything and moves the mark; gives what moved, who has converted, and how many rows changed
    /// something.
    async fn write(self, last: i64, calendar: Calendar) -> Result<(Vec<Moved>, Vec<SeenKey>, i64), Error> {
        let note = self.note();
        let actor = self.upload.decided_by.as_str();
        insert_all(self.transaction, &self.inserted, Note { actor, text: &note }).await?;
        update_all(self.transaction, &self.updated, actor).await?;
        let contributions: Vec<_> = self.moved.iter().flat_map(Moved::contributions).collect();
        let mut deltas = Deltas::default();
        contributions.iter().for_each(|contribution| contribution.add_base_to(&mut deltas, calendar));
        deltas.sums().write(self.transaction).await?;
        values::keep(self.transaction, (self.upload.network(), self.upload.id), last, &contributions).await?;
        let changed = i64::try_from(self.inserted.len() + self.updated.len()).unwrap_or(i64::MAX);
        let sql = "UPDATE uploads SET written = $1, changed = changed + $2, worker_until = $3 \
                   WHERE id = $4 AND written = $5 AND worker = $6 AND state = 'writing' RETURNING id";
        let values = vec![
            last.into(),
            changed.into(),
            self.clerk.until().into(),
            self.upload.id.into(),
            self.upload.written.into(),
            self.clerk.node().0.into(),
        ];
        if number_of_rows(self.transaction, sql, values).await? == 0 {
            return Err(Error::Missing);
        }
        Ok((self.moved, self.keys, changed))
    }
}

/// What a row sets of a conversion that is there.
enum Set {
    Status(FromTo<ConversionStatus>),
    Amounts(FromTo<[i64; 3]>),
}

impl Set {
    /// The conversion afterwards, and what the history says beside; none where nothing changes. What somebody
    /// has changed since the effect was shown stays as they left it.
    fn apply(&self, before: &Conversion) -> Option<(Conversion, String)> {
        match self {
            Self::Status(change) if change.from != before.status() => None,
            Self::Amounts(change) if change.from != before.amounts() => None,
            Self::Status(change) => decided(before, change.to).map(|after| (after, String::new())),
            Self::Amounts(FromTo { to: [amount, payout, revenue], .. }) => {
                let after =
                    Conversion { amount: *amount, payout: *payout, revenue: *revenue, ..before.clone() };
                (after != *before).then(|| {
                    let note = difference(before, &after);
                    (after, note)
                })
            }
        }
    }
}

/// Which amounts changed, and from what to what.
fn difference(before: &Conversion, after: &Conversion) -> String {
    let amounts = [
        ("amount", before.amount, after.amount),
        ("payout", before.payout, after.payout),
        ("revenue", before.revenue, after.revenue),
    ];
    let changed = amounts.into_iter().filter(|(_, before, after)| before != after);
    changed.map(|(name, before, after)| format!("; {name} {} → {}", Micros(before), Micros(after))).collect()
}

fn identity_of(conversion: &Conversion) -> Identity {
    let event = (conversion.event_id != 0).then_some(EventId(conversion.event_id));
    Identity { offer: OfferId(conversion.offer_id), event, key: conversion.identity.clone() }
}

/// Everything is written, by the marks that the database has: PostgreSQL may have lost the last steps.
///
/// # Errors
/// What the database said; [`Error::Missing`] where somebody else is at it.
pub(super) async fn finish(clerk: &Clerk, upload: &Upload) -> Result<(), Error> {
    let transaction = clerk.database().write().await?;
    let sql = "UPDATE uploads SET state = 'written', finished_at = $1 \
               WHERE id = $2 AND state = 'writing' AND worker = $3 AND written = $4 AND changes = $4 \
               AND counted = $4 AND summed = 0 RETURNING id";
    let values = vec![now_millis().into(), upload.id.into(), clerk.node().0.into(), upload.written.into()];
    if number_of_rows(&transaction, sql, values).await? == 0 {
        return Err(Error::Missing);
    }
    let after =
        serde_json::json!({"state": "written", "changed": upload.changed, "decided_by": upload.decided_by});
    let change = Change {
        action: "update",
        object: "upload",
        object_id: Some(upload.id),
        before: Some(serde_json::json!({"state": "writing"}).to_string()),
        after: Some(after.to_string()),
    };
    audit(&transaction, upload.network(), &upload.actor(), change).await?;
    transaction.commit().await
}
