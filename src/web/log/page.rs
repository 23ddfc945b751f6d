//! The page of a log, for all logs: its filters, its columns, the way to older rows.

use super::LogView;
use crate::web::{
    columns::Columns,
    filters::Field,
    icon::Icon,
    later::Shown,
    page::Shell,
    paging::Paging,
    parts::{Cell, Choice, Link},
};
use askama::Template;
use domain::shared::{ClickId, Problems};

/// What a log is called, and how its first row comes about.
#[derive(Clone, Copy, Debug)]
pub struct Log {
    /// The heading, such as `Clicks`.
    pub title: &'static str,
    /// What one row is called within a sentence, such as `click`.
    pub one: &'static str,
    pub icon: Icon,
    /// How a row comes about, for whoever has none yet.
    pub origin: &'static str,
    /// The address and the words of what to do for the first row; empty where nothing helps.
    pub next: (&'static str, &'static str),
    /// The address and the words of a page that belongs to it.
    pub beside: Option<(&'static str, &'static str)>,
}

/// The page; the dates stand before its `fields`.
#[derive(Template)]
#[template(path = "shared/log.html")]
pub(super) struct LogPage {
    pub shell: Shell,
    pub log: Log,
    pub view: LogView,
    pub fields: Vec<Field>,
    pub columns: Columns,
    pub chips: Vec<Link>,
    /// What is wrong with the filters; then no row is shown.
    pub problems: Problems,
    pub part: Option<Shown>,
    pub csv_href: String,
}

/// What the filters let through.
#[derive(Template)]
#[template(path = "shared/log_rows.html")]
pub(super) struct LogRows {
    pub log: Log,
    pub clear_href: String,
    pub is_filtered: bool,
    pub columns: Columns,
    pub rows: Vec<LogRow>,
    pub paging: Paging,
    /// How far back was looked, where that is not all; empty else.
    pub looked: String,
    /// What can be done with several rows at once.
    pub picks: Option<Picks>,
}

/// A row, with a cell a column that is shown.
pub(super) struct LogRow {
    pub id: ClickId,
    pub cells: Vec<Cell>,
}

/// An act over the rows that are ticked, or over all that fit the filter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picks {
    /// Where it is sent.
    pub action: &'static str,
    /// What is decided, and the field's name.
    pub label: &'static str,
    pub name: &'static str,
    pub choices: Vec<Choice>,
    /// The filter, as the address has it.
    pub filter: String,
    /// What happens next.
    pub hint: String,
}

impl LogRows {
    fn no(&self, when: &str) -> String {
        format!("No {}s {when}", self.log.one)
    }
}
