//! The tables of what an object's figures come from.

use super::{Asked, Found, More, Row, as_length, cells, groups, href_of};
use crate::web::{Access, Failure, chart};
use store::reports::{Line, Value};

/// A table of the page.
pub(super) struct Top {
    pub title: &'static str,
    /// What a row is.
    pub head: String,
    pub rows: Vec<Row>,
    pub href: Option<String>,
}

/// The page's own groups, and those of each further table.
pub(super) async fn tops(access: &Access, asked: &Asked, found: &Found) -> Result<Vec<Top>, Failure> {
    let mut tops = vec![own_top(access, asked, found).await?];
    for (more, lines) in asked.more.iter().zip(&found.more) {
        tops.push(more_top(access, asked, more, lines).await?);
    }
    Ok(tops)
}

/// The groups that the page is about.
async fn own_top(access: &Access, asked: &Asked, found: &Found) -> Result<Top, Failure> {
    let names = groups::names(access.scope(), &[asked.cut], found.groups.iter()).await?;
    let rows = rows_of(access, &found.groups, |values| {
        let value = values.first();
        let name = value.map_or_else(String::new, |value| asked.label(&names, asked.cut, value));
        (name, value.and_then(|value| href_of(access, asked.cut, value)))
    });
    Ok(Top { title: asked.top_title, head: asked.cut.words().to_owned(), rows, href: None })
}

/// One more table of where the figures come from.
async fn more_top(access: &Access, asked: &Asked, more: &More, lines: &[Line]) -> Result<Top, Failure> {
    let names = groups::names(access.scope(), more.cuts, lines.iter()).await?;
    let rows = rows_of(access, lines, |values| {
        let parts = more.cuts.iter().zip(values).map(|(cut, value)| asked.label(&names, *cut, value));
        let href =
            more.cuts.first().zip(values.first()).and_then(|(cut, value)| href_of(access, *cut, value));
        (parts.collect::<Vec<_>>().join(", "), href)
    });
    let words: Vec<&str> = more.cuts.iter().map(|cut| cut.words()).collect();
    Ok(Top { title: more.title, head: words.join(", "), rows, href: Some(more.report.clone()) })
}

fn rows_of(
    access: &Access,
    lines: &[Line],
    named: impl Fn(&[Value]) -> (String, Option<String>),
) -> Vec<Row> {
    let most = lines.first().map_or(0, |line| line.measures.clicks());
    let row = |line: &Line| {
        let (name, href) = named(&line.values);
        let bar = chart::cell_bar(as_length(line.measures.clicks()), as_length(most));
        Row { name, href, bar, figures: cells(&line.measures, access.entrant().network.currency) }
    };
    lines.iter().map(row).collect()
}
