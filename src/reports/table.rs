//! The table of a report: a row a group, a column a measure, each figure with its change where the
//! report compares.

use super::{
    address::Address,
    ask::Asked,
    drill::Drill,
    figures::{self, as_length},
    groups,
    told::Told,
};
use crate::web::{
    Access, Failure, chart,
    format::{self, Change},
    markup::Markup,
    parts::{Column, Sorted},
};
use domain::{
    identity::{Level, Section},
    reports::{Measures, Metric},
    shared::{Calendar, Currency},
};
use store::reports::{Pair, Value};

/// The columns where none are chosen.
pub(super) const USUAL: [Metric; 15] = [
    Metric::GrossClicks,
    Metric::Clicks,
    Metric::UniqueClicks,
    Metric::InvalidClicks,
    Metric::InvalidRate,
    Metric::Cv,
    Metric::Pending,
    Metric::Rejected,
    Metric::Cvr,
    Metric::Events,
    Metric::Payout,
    Metric::Revenue,
    Metric::Profit,
    Metric::Margin,
    Metric::Epc,
];
/// The most rows that the page shows; the file and the API give more.
const MOST_ROWS: usize = 500;

/// What stands on the page.
pub(super) struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    pub totals: Vec<Figure>,
    /// How many columns stand before the figures, without the first.
    pub blanks: usize,
    pub note: String,
}

pub(super) struct Row {
    pub cells: Vec<Cell>,
    pub bar: Markup,
    pub figures: Vec<Figure>,
}

pub(super) struct Cell {
    pub label: String,
    pub href: Option<String>,
}

pub(super) struct Figure {
    pub text: String,
    /// How much more or less than before, with its sign; empty where nothing is compared.
    pub difference: String,
    pub change: Option<Change>,
    pub href: Option<String>,
}

/// The measures that stand in the columns.
pub(super) fn metrics(asked: &Asked) -> &[Metric] {
    if asked.metrics.is_empty() { &USUAL } else { &asked.metrics }
}

/// The measure that the chart and the bars follow: the chosen one, else what the table is sorted by.
pub(super) fn charted(asked: &Asked) -> Metric {
    let first = metrics(asked).first().copied().unwrap_or(Metric::Clicks);
    let usual = if metrics(asked).contains(&Metric::Clicks) { Metric::Clicks } else { first };
    asked.chart.or(asked.sort).unwrap_or(usual)
}

/// Makes the table of an answer.
///
/// # Errors
/// What the database said of the names.
pub(super) async fn table(
    access: &Access,
    (address, asked): (&Address, &Asked),
    told: &Told,
) -> Result<Table, Failure> {
    let network = &access.entrant().network;
    let question = &asked.question;
    let shown = &told.pairs[..told.pairs.len().min(MOST_ROWS)];
    let names = groups::names(access.scope(), &question.cuts, shown.iter().map(|pair| &pair.line)).await?;
    let sees_clicks = access.may(Section::Clicks, Level::Read);
    let drill = Drill { address, question, calendar: Calendar::new(network.zone), sees_clicks };
    let maker = Maker { asked, names, drill, currency: network.currency };
    let length = |pair: &Pair| figures::drawn(charted(asked), &pair.line.measures).unwrap_or(0.0);
    let most = told.pairs.iter().map(length).fold(0.0, f64::max);
    let row = |pair: &Pair| Row {
        cells: maker.cells(&pair.line.values),
        bar: chart::cell_bar(length(pair), most),
        figures: maker.figures(&pair.line.measures, pair.before.as_ref(), Some(&pair.line.values)),
    };
    let before = told.before.as_ref().map(|(before, _)| before);
    Ok(Table {
        columns: columns(address, asked),
        rows: shown.iter().map(row).collect(),
        totals: maker.figures(&told.totals, before, None),
        blanks: question.cuts.len(),
        note: note(told),
    })
}

struct Maker<'a> {
    asked: &'a Asked,
    names: groups::GroupNames,
    drill: Drill<'a>,
    currency: Currency,
}

impl Maker<'_> {
    fn cells(&self, values: &[Value]) -> Vec<Cell> {
        let cell = |(cut, value): (&_, &_)| Cell {
            label: groups::label(&self.names, *cut, value),
            href: self.drill.group(*cut, value),
        };
        self.asked.question.cuts.iter().zip(values).map(cell).collect()
    }

    fn figures(&self, now: &Measures, before: Option<&Measures>, of: Option<&[Value]>) -> Vec<Figure> {
        let figure = |metric: &Metric| {
            let drawn = |measures: &Measures| figures::drawn(*metric, measures);
            Figure {
                text: figures::shown(*metric, now, self.currency),
                difference: before
                    .and_then(|before| figures::difference(*metric, now, before, self.currency))
                    .unwrap_or_default(),
                change: before.and_then(|before| figures::change(*metric, drawn(now), drawn(before))),
                href: of.filter(|_| now.invalid > 0).and_then(|values| self.drill.figure(*metric, values)),
            }
        };
        metrics(self.asked).iter().map(figure).collect()
    }
}

fn note(told: &Told) -> String {
    let count = told.pairs.len();
    if told.is_cut {
        return format!(
            "The first {} of more than {} groups; narrow the report to see the others. Totals are of all.",
            count.min(MOST_ROWS),
            format::count(count)
        );
    }
    if count > MOST_ROWS {
        return format!(
            "{MOST_ROWS} of {} groups; the CSV has all. Totals are of all.",
            format::count(count)
        );
    }
    format::counted(count, "group")
}

fn columns(address: &Address, asked: &Asked) -> Vec<Column> {
    let cuts = &asked.question.cuts;
    let mut columns: Vec<_> = cuts.iter().map(|cut| Column::text(cut.words())).collect();
    columns.push(Column::bars(format!("{}, drawn", charted(asked).words())));
    let names = cuts.iter().map(|cut| cut.name()).collect::<Vec<_>>().join(",");
    columns.extend(metrics(asked).iter().map(|metric| {
        let sorted = match (asked.sort == Some(*metric), asked.descending) {
            (false, _) => Sorted::No,
            (true, true) => Sorted::Descending,
            (true, false) => Sorted::Ascending,
        };
        let other = if sorted == Sorted::Descending { "false" } else { "" };
        let changed = [("group_by", names.as_str()), ("sort", metric.name()), ("desc", other)];
        let way = address.with(&changed).href("/reports");
        Column::number(metric.words()).hint(metric.formula()).sortable(way, sorted)
    }));
    columns
}

/// A length for the bars of other pages.
pub(super) fn bar(part: i64, whole: i64) -> Markup {
    chart::cell_bar(as_length(part), as_length(whole))
}
