//! What moved most today: offers and partners that send much more or much less than usual by now.

use super::{figures::as_length, groups};
use crate::web::{
    Access, Failure,
    format::{self, Better, Change},
};
use domain::reports::{Measures, Metric};
use rustc_hash::FxHashMap;
use store::reports::{Cut, Line, Value};

/// How many of each way are shown.
const MOST: usize = 4;
/// How many times the usual scatter of a count a change must be: what comes by chance is no news.
const NEWS: f64 = 4.0;

/// One that moved.
pub(super) struct Mover {
    pub cut: Cut,
    pub id: i64,
    pub clicks: i64,
    /// The clicks that it usually has by now.
    pub usually: f64,
    pub kind: &'static str,
    pub name: String,
    pub href: String,
    pub now: String,
    pub usual: String,
    pub difference: String,
    pub change: Option<Change>,
}

/// A change before it has words.
struct Moved {
    cut: Cut,
    id: i64,
    now: i64,
    usual: f64,
}

impl Moved {
    fn by(&self) -> f64 {
        as_length(self.now) - self.usual
    }

    fn is_news(&self) -> bool {
        self.by().abs() > NEWS * self.usual.max(1.0).sqrt() + 1.0
    }
}

/// Those of one kind: today's lines, and the usual sums of whole days.
pub(super) struct Side<'a> {
    pub cut: Cut,
    pub today: &'a [Line],
    pub usual: &'a FxHashMap<i64, Measures>,
}

/// The largest rises and drops of clicks, the rises first. `weeks` days stand behind the usual sums;
/// `share` is how much of a usual day has passed by now.
///
/// # Errors
/// What the database said of the names.
pub(super) async fn moved(
    access: &Access,
    sides: &[Side<'_>],
    (weeks, share): (i64, f64),
) -> Result<(Vec<Mover>, Vec<Mover>), Failure> {
    if weeks == 0 {
        return Ok((Vec::new(), Vec::new()));
    }
    let mut all: Vec<Moved> = sides.iter().flat_map(|side| changes(side, as_length(weeks), share)).collect();
    all.retain(Moved::is_news);
    all.sort_by(|one, other| other.by().total_cmp(&one.by()));
    let rises: Vec<Moved> = all.extract_if(.., |moved| moved.by() > 0.0).take(MOST).collect();
    all.retain(|moved| moved.by() < 0.0);
    all.reverse();
    all.truncate(MOST);
    Ok((told(access, rises).await?, told(access, all).await?))
}

fn changes(side: &Side<'_>, weeks: f64, share: f64) -> Vec<Moved> {
    let id_of = |line: &Line| match line.values.as_slice() {
        [Value::Id(id)] => *id,
        _ => 0,
    };
    let mut now: FxHashMap<i64, i64> = FxHashMap::default();
    side.today.iter().for_each(|line| *now.entry(id_of(line)).or_default() += line.measures.clicks());
    for id in side.usual.keys() {
        now.entry(*id).or_default();
    }
    let moved = |(id, now): (i64, i64)| {
        let sum = side.usual.get(&id).map_or(0, Measures::clicks);
        Moved { cut: side.cut, id, now, usual: as_length(sum) / weeks * share }
    };
    now.into_iter().filter(|(id, _)| *id != 0).map(moved).collect()
}

async fn told(access: &Access, all: Vec<Moved>) -> Result<Vec<Mover>, Failure> {
    let mut told = Vec::with_capacity(all.len());
    for moved in all {
        let line = Line { values: vec![Value::Id(moved.id)], measures: Measures::default() };
        let names = groups::names(access.scope(), &[moved.cut], std::iter::once(&line)).await?;
        let name = moved.cut.name();
        let difference = format::decimal(moved.by(), 0);
        told.push(Mover {
            cut: moved.cut,
            id: moved.id,
            clicks: moved.now,
            usually: moved.usual,
            kind: moved.cut.words(),
            name: groups::label(&names, moved.cut, &Value::Id(moved.id)),
            href: format!(
                "/reports?group_by=hour&range=today&compare=week&chart={}&{name}_id={}",
                Metric::Clicks.name(),
                moved.id
            ),
            now: format::count(moved.now),
            usual: format::decimal(moved.usual, 0),
            difference: if moved.by() > 0.0 { format!("+{difference}") } else { difference },
            change: Change::relative(as_length(moved.now), moved.usual, Better::More),
        });
    }
    Ok(told)
}
