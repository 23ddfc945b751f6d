//! One batch: the rows, the roll-ups and the watermark of one stretch of the spool, in one transaction.

use super::{super::clicks, Drain, Taken, Waiting, key_of};
use crate::tracking::Tallies;
use crate::{
    Error, Kind,
    shared::{self, Rows, Transaction},
    tracking::{
        Basis, ClickRecord, Deltas, ImpressionRecord, Record, RollupKey, SeenKey, VisitorRecord,
        spool::{Chunk, frames},
    },
};
use chrono::DateTime;
use domain::{
    shared::{Calendar, ClickId, Dimension, Measures, Micros, NetworkId},
    tracking::Verdict,
};
use rustc_hash::FxHashMap;
use sea_orm::ConnectionTrait;

/// What a batch put into the database.
#[derive(Default)]
pub struct Drained {
    pub records: u64,
    pub clicks: u64,
    /// When the youngest record was taken, in milliseconds since 1970.
    pub until: i64,
    /// What is told now that it is committed.
    pub committed: Option<Box<dyn FnOnce() + Send + Sync>>,
}

/// Reads the records of whole frames. One that does not read is logged and left out: it was written
/// by a newer version, or the disk lied.
pub fn records(bytes: &[u8]) -> impl Iterator<Item = Record<'_>> {
    frames(bytes).0.into_iter().filter_map(|body| {
        postcard::from_bytes(body)
            .inspect_err(|error| tracing::error!(%error, "a record of the spool does not read"))
            .ok()
    })
}

/// Writes one stretch of the spool.
///
/// # Errors
/// What the database said; then nothing of the batch is in it.
pub async fn write(drain: &Drain, chunk: &Chunk) -> Result<Drained, Error> {
    let records: Vec<Record<'_>> = records(&chunk.bytes).collect();
    let calendars = calendars(drain, &records).await?;
    let mut batch = Batch::new(&calendars);
    for record in &records {
        batch.add(record);
    }
    // Unreadable ones count too: they are behind the watermark like the others.
    batch.drained.records = frames(&chunk.bytes).0.len() as u64;
    drain.keys.write(&batch.keys)?;
    let transaction = drain.database.write().await?;
    if drain.database.kind() == Kind::Postgres {
        // What a crash takes is still in the spool: the watermark is in the same transaction.
        transaction.execute_unprepared("SET LOCAL synchronous_commit = off").await?;
    }
    let mut tallies = Tallies::default();
    tallies.add_records(&records, |network| calendars.get(&network).copied());
    let drained = batch.write(drain, &transaction, &mut tallies).await?;
    move_watermark(drain, &transaction, chunk, drained.until).await?;
    drain.ledger.writing(drain.watermark(), chunk.end, tallies.finish());
    transaction.commit().await?;
    Ok(drained)
}

async fn move_watermark(
    drain: &Drain,
    transaction: &Transaction,
    chunk: &Chunk,
    until: i64,
) -> Result<(), Error> {
    let from = drain.watermark();
    // Somebody else moved it: this process does not know where it stands, and must ask.
    let sql = "UPDATE nodes SET segment = $1, offset_bytes = $2, \
         drained_until = CASE WHEN drained_until < $3 THEN $3 ELSE drained_until END, seen_at = $4 \
         WHERE id = $5 AND segment = $6 AND offset_bytes = $7 RETURNING id";
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let values = vec![
        number(chunk.end.segment).into(),
        number(chunk.end.offset).into(),
        until.into(),
        shared::now_millis().into(),
        drain.node.0.into(),
        number(from.segment).into(),
        number(from.offset).into(),
    ];
    let statement = sea_orm::Statement::from_sql_and_values(transaction.get_database_backend(), sql, values);
    match transaction.query_one_raw(statement).await? {
        Some(_) => Ok(()),
        None => Err(Error::Broken("the node's watermark is not where this process left it".to_owned())),
    }
}

type Calendars = FxHashMap<NetworkId, Calendar>;

async fn calendars(drain: &Drain, records: &[Record<'_>]) -> Result<Calendars, Error> {
    let mut calendars = Calendars::default();
    for record in records {
        let id = match record {
            Record::Click(click) => click.id,
            Record::Impression(impression) => impression.id,
            Record::Postback(_) => continue,
        };
        let network = ClickId(id).parts().network;
        if let std::collections::hash_map::Entry::Vacant(entry) = calendars.entry(network) {
            entry.insert(drain.calendar(network).await?);
        }
    }
    Ok(calendars)
}

/// What is gathered from the records before anything is written.
struct Batch<'a> {
    calendars: &'a Calendars,
    clicks: Rows,
    impressions: Rows,
    deltas: Deltas<'a>,
    keys: Vec<SeenKey>,
    postbacks: Vec<Waiting>,
    drained: Drained,
}

impl<'a> Batch<'a> {
    fn new(calendars: &'a Calendars) -> Self {
        Self {
            calendars,
            clicks: clicks::click_rows(),
            impressions: clicks::impression_rows(),
            deltas: Deltas::default(),
            keys: Vec::new(),
            postbacks: Vec::new(),
            drained: Drained::default(),
        }
    }

    fn add(&mut self, record: &'a Record<'a>) {
        match record {
            Record::Click(click) => self.add_click(click),
            Record::Impression(impression) => self.add_impression(impression),
            Record::Postback(postback) => {
                self.drained.until = self.drained.until.max(postback.at);
                self.postbacks.push(Waiting::from(postback.as_ref()));
            }
        }
    }

    fn add_click(&mut self, click: &'a ClickRecord<'a>) {
        self.drained.clicks += 1;
        clicks::push_click(&mut self.clicks, click);
        self.keys.extend(key_of(click));
        let mut measures =
            Measures { payout: Micros(click.payout), revenue: Micros(click.revenue), ..Measures::default() };
        match verdict(click.verdict) {
            Verdict::Valid => measures.unique = 1,
            Verdict::Duplicate => measures.duplicate = 1,
            Verdict::Invalid => measures.invalid = 1,
        }
        let base = self.base(click.id, click.partner_id, click.offer_id, click.landing_page_id);
        let mut values = dimensions(&click.visitor);
        values[LAST] = (Dimension::Code, code_text(click.code));
        self.deltas.add(base, &values, &measures);
    }

    fn add_impression(&mut self, impression: &'a ImpressionRecord<'a>) {
        clicks::push_impression(&mut self.impressions, impression);
        if impression.visitor.is_bot {
            return;
        }
        let measures = Measures {
            impressions: 1,
            payout: Micros(impression.payout),
            revenue: Micros(impression.revenue),
            ..Measures::default()
        };
        let base = self.base(impression.id, impression.partner_id, impression.offer_id, 0);
        self.deltas.add(base, &dimensions(&impression.visitor), &measures);
    }

    fn base(&mut self, id: u128, partner: i64, offer: i64, landing_page: i64) -> RollupKey<'a> {
        let parts = ClickId(id).parts();
        self.drained.until = self.drained.until.max(parts.millis);
        let at = DateTime::from_timestamp_millis(parts.millis).unwrap_or_default();
        let calendar = self.calendars.get(&parts.network).copied().unwrap_or(Calendar::new(chrono_tz::UTC));
        RollupKey {
            network: parts.network,
            dimension: Dimension::None,
            hour: calendar.hour(at),
            partner,
            offer,
            smart_link: 0,
            campaign: 0,
            landing_page,
            basis: Basis::Click,
            value: "",
        }
    }

    async fn write(
        self,
        drain: &Drain,
        transaction: &Transaction,
        tallies: &mut Tallies,
    ) -> Result<Drained, Error> {
        let Self { clicks, impressions, deltas, postbacks, mut drained, .. } = self;
        clicks.insert(transaction).await?;
        impressions.insert(transaction).await?;
        let taken = match postbacks.is_empty() {
            true => Taken::default(),
            false => drain.successor.take(transaction, postbacks).await?,
        };
        for contribution in &taken.contributions {
            tallies.add_judged(contribution, drain.calendar(contribution.network).await?);
        }
        write_figures(drain, transaction, deltas, &taken).await?;
        drained.committed = taken.committed;
        Ok(drained)
    }
}

/// Writes the roll-ups of clicks and of what a later room took, and keeps the latter's keys.
///
/// # Errors
/// What the database or the disk said.
pub async fn write_figures<'a>(
    drain: &Drain,
    transaction: &Transaction,
    mut deltas: Deltas<'a>,
    taken: &'a Taken,
) -> Result<(), Error> {
    drain.keys.write(&taken.keys)?;
    for contribution in &taken.contributions {
        contribution.add_to(&mut deltas, drain.calendar(contribution.network).await?);
    }
    deltas.write(transaction).await
}

fn verdict(number: u8) -> Verdict {
    match number {
        0 => Verdict::Valid,
        1 => Verdict::Duplicate,
        _ => Verdict::Invalid,
    }
}

/// How many dimensions a visitor has, and the place of one more.
const LAST: usize = 10;

fn dimensions<'a>(visitor: &VisitorRecord<'a>) -> [(Dimension, &'a str); LAST + 1] {
    let sub = |number: usize| visitor.subs.get(number).copied().unwrap_or("");
    [
        (Dimension::Country, visitor.country),
        (Dimension::Device, visitor.device.name()),
        (Dimension::Os, visitor.os),
        (Dimension::Browser, visitor.browser),
        (Dimension::SourceId, visitor.source_id),
        (Dimension::Sub1, sub(0)),
        (Dimension::Sub2, sub(1)),
        (Dimension::Sub3, sub(2)),
        (Dimension::Sub4, sub(3)),
        (Dimension::Sub5, sub(4)),
        (Dimension::Code, ""),
    ]
}

/// The code as a roll-up's value; none where the click is valid.
fn code_text(code: u16) -> &'static str {
    domain::tracking::Code::of_number(code).map_or("", domain::tracking::Code::digits)
}
