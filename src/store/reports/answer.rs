//! A question answered: groups, what they leave over of the whole, and the totals.

use super::{
    question::{Cut, Order, Question},
    sql::{Part, Sql},
};
use crate::{Error, shared::Scope, tracking::SUMS};
use domain::{
    reports::{Dimension, Measures},
    shared::{DayNumber, HourNumber},
};
use rustc_hash::FxHashMap;
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use serde::{Deserialize, Serialize};

/// What tells a group apart, by one cut.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Value {
    /// An offer, partner or landing page; 0 where there is none.
    Id(i64),
    Day(DayNumber),
    Hour(HourNumber),
    /// A dimension's value; empty where it is unknown or was not given.
    Text(String),
}

/// One group.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// One a cut, in the question's order.
    pub values: Vec<Value>,
    pub measures: Measures,
}

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Report {
    pub lines: Vec<Line>,
    /// Of everything asked for, the groups left out too.
    pub totals: Measures,
    /// Whether groups were left out, because there are more than the limit.
    pub is_cut: bool,
}

/// The tag of the groups themselves.
const GROUPS: i64 = 0;
/// The tag of the whole that a dimension's values are a part of.
const WHOLE: i64 = 1;

/// Answers a question that [`Question::check`] has let pass.
///
/// # Errors
/// What the database said.
pub async fn report(scope: Scope<'_>, question: &Question) -> Result<Report, Error> {
    let cut = open_cut(question);
    let limit = question.limit + 1;
    let dimension = question.dimension();
    let groups = Part { tag: GROUPS, question, dimension, without: None, limit };
    // The whole may have more groups than are shown: then it tells nothing of what is left over.
    let whole = Part { tag: WHOLE, question, dimension: Dimension::None, without: cut, limit };
    let parts = if cut.is_some() { vec![groups, whole] } else { vec![groups] };
    let (groups, whole): (Vec<_>, Vec<_>) =
        read(scope, question, &parts).await?.into_iter().partition(|(tag, _)| *tag == GROUPS);
    let mut lines: Vec<Line> = groups.into_iter().map(|(_, line)| line).collect();
    let whole: Vec<Line> = whole.into_iter().map(|(_, line)| line).collect();
    let mut is_cut = lines.len() > question.limit;
    lines.truncate(question.limit);
    let totals = totals(scope, question, &lines, &whole, is_cut).await?;
    if let Some(cut) = cut {
        let counted = if is_cut { over_values(scope, question, cut).await? } else { lines.clone() };
        if whole.len() <= question.limit && counted.len() <= MOST_COUNTED {
            lines.extend(left_over(question, cut, &counted, &whole));
        }
    }
    sort(&mut lines, question.order);
    is_cut |= lines.len() > question.limit;
    lines.truncate(question.limit);
    Ok(Report { lines, totals, is_cut })
}

pub(super) fn sort(lines: &mut [Line], order: Order) {
    lines.sort_by(|one, other| {
        let clicks = other.measures.gross_clicks().cmp(&one.measures.gross_clicks());
        let groups = one.values.cmp(&other.values);
        match order {
            Order::Clicks => clicks.then(groups),
            Order::Groups => groups,
        }
    });
}

/// The most groups that what is left over is computed from.
const MOST_COUNTED: usize = 20_000;

/// The cut whose empty values have no rows.
fn open_cut(question: &Question) -> Option<Cut> {
    let has_filter = !question.filters.values.is_empty();
    question.cuts.iter().copied().find(|cut| cut.dimension().is_some()).filter(|_| !has_filter)
}

async fn totals(
    scope: Scope<'_>,
    question: &Question,
    lines: &[Line],
    whole: &[Line],
    is_cut: bool,
) -> Result<Measures, Error> {
    let sum = |lines: &[Line]| lines.iter().map(|line| line.measures).sum();
    if open_cut(question).is_some() && whole.len() <= question.limit {
        return Ok(sum(whole));
    }
    if open_cut(question).is_none() && !is_cut {
        return Ok(sum(lines));
    }
    let all = Question { cuts: Vec::new(), ..question.clone() };
    let dimension = all.dimension();
    let part = Part { tag: GROUPS, question: &all, dimension, without: None, limit: 1 };
    Ok(read(scope, &all, &[part]).await?.into_iter().map(|(_, line)| line.measures).sum())
}

/// The sums over all values of the dimension, where not all are shown.
async fn over_values(scope: Scope<'_>, question: &Question, cut: Cut) -> Result<Vec<Line>, Error> {
    let dimension = question.dimension();
    let part = Part { tag: GROUPS, question, dimension, without: Some(cut), limit: MOST_COUNTED + 1 };
    Ok(read(scope, question, &[part]).await?.into_iter().map(|(_, line)| line).collect())
}

/// What the dimension's values leave of the whole: the groups whose value is empty.
fn left_over(question: &Question, cut: Cut, counted: &[Line], whole: &[Line]) -> Vec<Line> {
    let place = question.cuts.iter().position(|each| *each == cut).unwrap_or(0);
    let mut left: FxHashMap<Vec<Value>, Measures> = FxHashMap::default();
    for line in whole {
        *left.entry(line.values.clone()).or_default() += line.measures;
    }
    for line in counted {
        let mut values = line.values.clone();
        values[place] = Value::Text(String::new());
        *left.entry(values).or_default() -= line.measures;
    }
    let some = left.into_iter().filter(|(_, measures)| *measures != Measures::default());
    some.map(|(values, measures)| Line { values, measures }).collect()
}

async fn read(scope: Scope<'_>, question: &Question, parts: &[Part<'_>]) -> Result<Vec<(i64, Line)>, Error> {
    let Sql { text, values } = Sql::of(scope, parts);
    let connection = scope.database().read();
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), text, values);
    let rows = connection.query_all_raw(statement).await?;
    rows.iter().map(|row| line(row, &question.cuts)).filter_map(Result::transpose).collect()
}

/// A row as a group; none for the one empty row of a sum over nothing.
fn line(row: &QueryResult, cuts: &[Cut]) -> Result<Option<(i64, Line)>, Error> {
    let tag = i64::from(row.try_get_by_index::<i32>(0)?);
    let values =
        cuts.iter().enumerate().map(|(place, cut)| value(row, place + 1, *cut)).collect::<Result<_, _>>()?;
    let Some(measures) = measures(row, cuts.len() + 1)? else { return Ok(None) };
    Ok(Some((tag, Line { values, measures })))
}

fn value(row: &QueryResult, place: usize, cut: Cut) -> Result<Value, Error> {
    Ok(match cut {
        Cut::Offer | Cut::Advertiser | Cut::Partner | Cut::SmartLink | Cut::Campaign | Cut::LandingPage => {
            Value::Id(row.try_get_by_index(place)?)
        }
        Cut::Day => Value::Day(DayNumber(row.try_get_by_index(place)?)),
        Cut::Hour => Value::Hour(HourNumber(row.try_get_by_index(place)?)),
        Cut::By(_) => Value::Text(row.try_get_by_index(place)?),
    })
}

pub(super) fn measures(row: &QueryResult, from: usize) -> Result<Option<Measures>, Error> {
    if row.try_get_by_index::<Option<i64>>(from)?.is_none() {
        return Ok(None);
    }
    let mut measures = Measures::default();
    for (place, sum) in SUMS.iter().enumerate() {
        (sum.set)(&mut measures, row.try_get_by_index(from + place)?);
    }
    Ok(Some(measures))
}
