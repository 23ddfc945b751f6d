//! Free combinations: dimensions crossed at will, counted over the rows of clicks, impressions and
//! conversions. Clicks and impressions a day at a time and conversions, which are few, at once, so that it
//! tells how far it is and can be stopped between two; bounded in rows, groups and time.

use super::{
    answer::{Line, Report, Value, measures, report, sort},
    free_sql::{MOST_READ, Table, statement},
    question::{Cut, Question, TimeOf},
    slices::{QUARTER, Slice, slices},
};
use crate::{
    Error,
    shared::{Scope, Watch},
};
use chrono::DateTime;
use domain::{
    reports::{Dimension, Measures},
    shared::{Calendar, HourNumber},
    tracking::{Code, Device},
};
use rustc_hash::FxHashMap;
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use std::time::{Duration, Instant};

/// The most groups that are kept while it counts.
pub const MOST_FREE_GROUPS: usize = 50_000;
/// The most rows that one count reads.
pub const MOST_FREE_ROWS: i64 = 50_000_000;
/// From so many rows a day on it goes by the hour.
const LARGE_DAY: i64 = 500_000;

/// Why a count came to no end.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    #[error("it was stopped")]
    ByHand,
    #[error(
        "there are more than {MOST_FREE_GROUPS} groups; take fewer dimensions, a shorter range, or a filter"
    )]
    TooManyGroups,
    #[error("it took longer than {} s; take a shorter range, or a filter", .0.as_secs())]
    TooLong(Duration),
    #[error(transparent)]
    Store(#[from] Error),
}

/// About how many rows a question reads, by the roll-ups; its filters by value don't make it less.
///
/// # Errors
/// What the database said.
pub async fn rows_to_read(scope: Scope<'_>, question: &Question) -> Result<i64, Error> {
    let mut whole = Question { cuts: Vec::new(), ..question.clone() };
    whole.filters.values.clear();
    let sums = report(scope, &whole).await?.totals;
    Ok(sums.gross_clicks() + sums.impressions + sums.all_conversions() + sums.events)
}

/// Counts over the rows.
///
/// # Errors
/// Why it came to no end.
pub async fn count(
    scope: Scope<'_>,
    (calendar, question): (Calendar, &Question),
    limit: Duration,
    watch: &mut (impl Watch + Send),
) -> Result<Report, Stopped> {
    let began = Instant::now();
    let days = (question.range.to.0 - question.range.from.0).div_euclid(24) + 1;
    let is_large = rows_to_read(scope, question).await? / days > LARGE_DAY;
    let slices = slices(calendar, question.range, is_large || question.cuts.contains(&Cut::Hour));
    let mut found = Found { calendar, question, groups: FxHashMap::default() };
    for (place, slice) in slices.iter().enumerate() {
        if !watch.step(place, slices.len() + 1).await? {
            return Err(Stopped::ByHand);
        }
        found.read(scope, Table::Clicks, *slice).await?;
        found.read(scope, Table::Impressions, *slice).await?;
        found.check(began, limit)?;
    }
    watch.step(slices.len(), slices.len() + 1).await?;
    if let (Some(first), Some(last)) = (slices.first(), slices.last()) {
        let table = match question.time {
            TimeOf::Conversion => Table::Conversions,
            TimeOf::Click => Table::ConversionsByClick,
        };
        found.read(scope, table, Slice { to: last.to, ..*first }).await?;
        found.check(began, limit)?;
    }
    Ok(found.finish())
}

struct Found<'a> {
    calendar: Calendar,
    question: &'a Question,
    groups: FxHashMap<Vec<Value>, Measures>,
}

impl Found<'_> {
    fn check(&self, began: Instant, limit: Duration) -> Result<(), Stopped> {
        if self.groups.len() > MOST_FREE_GROUPS {
            return Err(Stopped::TooManyGroups);
        }
        if began.elapsed() > limit { Err(Stopped::TooLong(limit)) } else { Ok(()) }
    }

    async fn read(&mut self, scope: Scope<'_>, table: Table, slice: Slice) -> Result<(), Stopped> {
        let Some(sql) = statement(scope, table, self.question, slice) else { return Ok(()) };
        let connection = scope.database().read();
        let backend = connection.get_database_backend();
        let rows =
            connection.query_all_raw(Statement::from_sql_and_values(backend, sql.text, sql.values)).await;
        let rows = rows.map_err(Error::from)?;
        if rows.len() > MOST_READ {
            return Err(Stopped::TooManyGroups);
        }
        for row in &rows {
            self.add(row, table, slice)?;
        }
        Ok(())
    }

    fn add(&mut self, row: &QueryResult, table: Table, slice: Slice) -> Result<(), Error> {
        let hour = match table {
            Table::Clicks | Table::Impressions => slice.hour,
            Table::Conversions | Table::ConversionsByClick => {
                let quarter: i64 = row.try_get_by_index(0)?;
                self.calendar.hour(DateTime::from_timestamp_millis(quarter * QUARTER).unwrap_or_default())
            }
        };
        let cuts = self.question.cuts.iter().enumerate();
        let values =
            cuts.map(|(place, cut)| value(row, place + 1, *cut, hour)).collect::<Result<Vec<_>, _>>()?;
        if let Some(measures) = measures(row, self.question.cuts.len() + 1)? {
            *self.groups.entry(values).or_default() += measures;
        }
        Ok(())
    }

    fn finish(self) -> Report {
        let groups = self.groups.into_iter().filter(|(_, measures)| *measures != Measures::default());
        let mut lines: Vec<Line> = groups.map(|(values, measures)| Line { values, measures }).collect();
        sort(&mut lines, self.question.order);
        let totals = lines.iter().map(|line| line.measures).sum();
        let is_cut = lines.len() > self.question.limit;
        lines.truncate(self.question.limit);
        Report { lines, totals, is_cut }
    }
}

fn value(row: &QueryResult, place: usize, cut: Cut, hour: HourNumber) -> Result<Value, Error> {
    Ok(match cut {
        Cut::Offer | Cut::Advertiser | Cut::Partner | Cut::SmartLink | Cut::Campaign | Cut::LandingPage => {
            Value::Id(row.try_get_by_index(place)?)
        }
        Cut::Day => Value::Day(hour.day()),
        Cut::Hour => Value::Hour(hour),
        Cut::By(Dimension::Device) => {
            let number: i64 = row.try_get_by_index(place)?;
            Value::Text(Device::of_number(number).name().to_owned())
        }
        Cut::By(Dimension::Code) => {
            let number: i64 = row.try_get_by_index(place)?;
            let code = u16::try_from(number).ok().and_then(Code::of_number);
            Value::Text(code.map_or("", Code::digits).to_owned())
        }
        Cut::By(_) => Value::Text(row.try_get_by_index(place)?),
    })
}
