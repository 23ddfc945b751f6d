//! Roll-ups: what reports, caps and SmartSwitch read instead of clicks. A row is (hour or day of the
//! network's zone, partner, offer, link, landing page) x one value of one dimension; an empty value
//! has no row, it is what the dimension's rows leave of [`Dimension::None`]. Four tables keep them: by
//! hour and by day, and both over the whole network.

use super::measured::SUMS;
use crate::{
    Error,
    shared::{ColumnType, Columns, OnConflict, Rows, Table, Transaction},
};
use domain::shared::{Dimension, HourNumber, Measures, NetworkId};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::ops::Range;

use ColumnType::{Integer, Text};

/// What a row's sums are counted by. A report adds [`Basis::Click`] to one of the other two.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(i64)]
pub enum Basis {
    /// Clicks and impressions, by their own time.
    Click = 0,
    /// Conversions and events by the time of the conversion.
    Conversion = 1,
    /// Conversions and events by the time of their click.
    ConversionByClick = 2,
}

/// What a roll-up row is known by. The value is borrowed: batches hold thousands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RollupKey<'a> {
    pub network: NetworkId,
    pub dimension: Dimension,
    pub hour: HourNumber,
    pub partner: i64,
    pub offer: i64,
    pub smart_link: i64,
    pub campaign: i64,
    pub landing_page: i64,
    pub basis: Basis,
    pub value: &'a str,
}

/// What a batch adds to the roll-ups. A click adds to a dozen sums of one base, and most clicks of a batch
/// share theirs: so a base is looked up once a click, and its number stands for it in the sums' keys.
#[derive(Debug, Default)]
pub struct Deltas<'a> {
    bases: Vec<RollupKey<'a>>,
    numbers: FxHashMap<RollupKey<'a>, u32>,
    hours: FxHashMap<Cell<'a>, Measures>,
}

/// One sum: the base by its number, and one value of one dimension.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Cell<'a> {
    base: u32,
    dimension: Dimension,
    value: &'a str,
}

/// So many columns of a table.
type Named<const N: usize> = [(&'static str, ColumnType); N];

const HOUR_KEY: Named<10> = based("hour");
const HOUR_COLUMNS: Named<27> = with_sums(&HOUR_KEY);
const HOURS: Table = sums("rollup_hours", &HOUR_COLUMNS, HOUR_KEY.len());

const DAY_KEY: Named<10> = based("day");
const DAY_COLUMNS: Named<27> = with_sums(&DAY_KEY);
const DAYS: Table = sums("rollup_days", &DAY_COLUMNS, DAY_KEY.len());

const HOUR_TOTAL_KEY: Named<5> = whole("hour");
const HOUR_TOTAL_COLUMNS: Named<22> = with_sums(&HOUR_TOTAL_KEY);
const HOUR_TOTALS: Table = sums("rollup_hour_totals", &HOUR_TOTAL_COLUMNS, HOUR_TOTAL_KEY.len());

const DAY_TOTAL_KEY: Named<5> = whole("day");
const DAY_TOTAL_COLUMNS: Named<22> = with_sums(&DAY_TOTAL_KEY);
const DAY_TOTALS: Table = sums("rollup_totals", &DAY_TOTAL_COLUMNS, DAY_TOTAL_KEY.len());

/// The key of a row of one offer, partner and so on.
const fn based(period: &'static str) -> Named<10> {
    [
        ("network_id", Integer),
        ("dimension", Integer),
        (period, Integer),
        ("partner_id", Integer),
        ("offer_id", Integer),
        ("smart_link_id", Integer),
        ("campaign_id", Integer),
        ("landing_page_id", Integer),
        ("basis", Integer),
        ("value", Text),
    ]
}

/// The key of a row of the whole network.
const fn whole(period: &'static str) -> Named<5> {
    [("network_id", Integer), ("dimension", Integer), (period, Integer), ("basis", Integer), ("value", Text)]
}

/// The columns of a table: its key and the sums behind it.
const fn with_sums<const ALL: usize>(key: Columns) -> Named<ALL> {
    assert!(ALL == key.len() + SUMS.len(), "a table has its key and all sums");
    let mut columns = [("", Integer); ALL];
    let mut place = 0;
    while place < ALL {
        let sum = place.checked_sub(key.len());
        columns[place] = match sum {
            Some(sum) => (SUMS[sum].column, Integer),
            None => key[place],
        };
        place += 1;
    }
    columns
}

/// A table of sums behind a key of so many columns.
const fn sums(name: &'static str, columns: Columns, key: usize) -> Table {
    Table { name, columns, key, on_conflict: OnConflict::Add }
}

impl<'a> Deltas<'a> {
    /// Adds `measures` under the base and under every dimension that has a value.
    pub fn add(&mut self, base: RollupKey<'a>, values: &[(Dimension, &'a str)], measures: &Measures) {
        let base = self.number_of(base);
        self.add_one(Cell { base, dimension: Dimension::None, value: "" }, measures);
        self.add_all(base, values, measures);
    }

    /// The first half of [`Self::add`]: under the base alone.
    pub fn add_base(&mut self, base: RollupKey<'a>, measures: &Measures) {
        self.add(base, &[], measures);
    }

    /// The other half: under the dimensions alone.
    pub fn add_values(&mut self, base: RollupKey<'a>, values: &[(Dimension, &'a str)], measures: &Measures) {
        let base = self.number_of(base);
        self.add_all(base, values, measures);
    }

    fn add_all(&mut self, base: u32, values: &[(Dimension, &'a str)], measures: &Measures) {
        for &(dimension, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
            self.add_one(Cell { base, dimension, value }, measures);
        }
    }

    fn number_of(&mut self, base: RollupKey<'a>) -> u32 {
        let base = RollupKey { dimension: Dimension::None, value: "", ..base };
        *self.numbers.entry(base).or_insert_with(|| {
            self.bases.push(base);
            u32::try_from(self.bases.len() - 1).expect("a batch holds fewer records")
        })
    }

    fn add_one(&mut self, cell: Cell<'a>, measures: &Measures) {
        *self.hours.entry(cell).or_default() += *measures;
    }

    /// The rows that add everything to the tables.
    #[must_use]
    pub fn sums(self) -> Sums {
        let Self { bases, hours, .. } = self;
        let key = |cell: Cell<'a>| RollupKey {
            dimension: cell.dimension,
            value: cell.value,
            ..bases[cell.base as usize]
        };
        let hours: Vec<_> = hours.into_iter().map(|(cell, measures)| (key(cell), measures)).collect();
        // What only optimisers read, by the hour, has no coarser sums.
        let reported = || hours.iter().filter(|(key, _)| key.dimension != Dimension::RowSegment);
        let days = gathered(reported(), |key| RollupKey { hour: key.hour.day().first_hour(), ..key });
        let hour_totals = gathered(reported(), RollupKey::without_base);
        let day_totals = gathered(days.iter(), RollupKey::without_base);
        Sums {
            hours: rows(HOURS, hours, |hour| hour.0),
            days: rows(DAYS, days, |hour| hour.day().0),
            hour_totals: total_rows(HOUR_TOTALS, hour_totals, |hour| hour.0),
            day_totals: total_rows(DAY_TOTALS, day_totals, |hour| hour.day().0),
        }
    }
}

/// The same sums under coarser keys.
fn gathered<'a: 'd, 'd>(
    deltas: impl Iterator<Item = &'d (RollupKey<'a>, Measures)>,
    coarser: impl Fn(RollupKey<'a>) -> RollupKey<'a>,
) -> Vec<(RollupKey<'a>, Measures)> {
    let mut sums: FxHashMap<RollupKey<'a>, Measures> = FxHashMap::default();
    for (key, measures) in deltas {
        *sums.entry(coarser(*key)).or_default() += *measures;
    }
    sums.into_iter().collect()
}

/// Rows that are added to those of the four tables.
#[derive(Debug)]
pub struct Sums {
    hours: Rows,
    days: Rows,
    hour_totals: Rows,
    day_totals: Rows,
}

impl Sums {
    /// Adds everything, in the caller's transaction.
    ///
    /// # Errors
    /// What the database said.
    pub async fn write(&self, transaction: &Transaction) -> Result<(), Error> {
        self.write_some(transaction, 0..self.count()).await
    }

    /// How many rows there are in all.
    #[must_use]
    pub fn count(&self) -> usize {
        self.tables().iter().map(|rows| rows.len()).sum()
    }

    /// Adds some of the rows, counted over the four tables.
    ///
    /// # Errors
    /// What the database said.
    pub async fn write_some(&self, transaction: &Transaction, some: Range<usize>) -> Result<(), Error> {
        let mut before = 0;
        for rows in self.tables() {
            let here = |place: usize| place.saturating_sub(before).min(rows.len());
            rows.insert_some(transaction, here(some.start)..here(some.end)).await?;
            before += rows.len();
        }
        Ok(())
    }

    fn tables(&self) -> [&Rows; 4] {
        [&self.hours, &self.days, &self.hour_totals, &self.day_totals]
    }
}

impl RollupKey<'_> {
    /// The same over all offers, partners, links and pages.
    fn without_base(self) -> Self {
        Self { partner: 0, offer: 0, smart_link: 0, campaign: 0, landing_page: 0, ..self }
    }
}

/// Rows in the order of the primary key: neighbours on disk are written together, and two nodes
/// that write the same rows take their locks in the same order.
fn rows<'a>(
    table: Table,
    deltas: Vec<(RollupKey<'a>, Measures)>,
    number: impl Fn(HourNumber) -> i64,
) -> Rows {
    let mut rows = Rows::new(table);
    for (key, measures) in &sorted(deltas) {
        rows.integer(key.network.0)
            .integer(i64::from(key.dimension.number()))
            .integer(number(key.hour))
            .integer(key.partner)
            .integer(key.offer)
            .integer(key.smart_link)
            .integer(key.campaign)
            .integer(key.landing_page)
            .integer(key.basis as i64)
            .text(key.value);
        push_sums(&mut rows, measures);
    }
    rows
}

/// The same for a table over the whole network.
fn total_rows<'a>(
    table: Table,
    deltas: Vec<(RollupKey<'a>, Measures)>,
    number: impl Fn(HourNumber) -> i64,
) -> Rows {
    let mut rows = Rows::new(table);
    for (key, measures) in &sorted(deltas) {
        rows.integer(key.network.0)
            .integer(i64::from(key.dimension.number()))
            .integer(number(key.hour))
            .integer(key.basis as i64)
            .text(key.value);
        push_sums(&mut rows, measures);
    }
    rows
}

fn sorted<'a>(mut deltas: Vec<(RollupKey<'a>, Measures)>) -> Vec<(RollupKey<'a>, Measures)> {
    deltas.sort_unstable_by_key(|(key, _)| *key);
    deltas
}

fn push_sums(rows: &mut Rows, measures: &Measures) {
    for sum in &SUMS {
        rows.integer((sum.of)(measures));
    }
}
