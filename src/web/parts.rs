//! What the macros of `templates/shared/components.html` take: choices, columns, tiles, links.
//! Each is plain data; how it looks is the template's affair.

use super::{format::Change, markup::Markup, signal::Signal};
use domain::shared::Problems;

/// A word that leads somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    pub label: String,
    pub href: String,
}

impl Link {
    /// A link.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// A message that is shown once, on the page after the act.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flash {
    pub signal: Signal,
    pub text: String,
}

/// One choice of a select or of radio buttons.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    pub value: String,
    pub label: String,
    /// What choosing it means; empty where the label says it. Radio buttons show it.
    pub hint: String,
}

impl Choice {
    /// A choice that needs no explanation.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: String::new() }
    }

    /// The choice with what it means.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }
}

/// How a column is sorted now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sorted {
    No,
    Ascending,
    Descending,
}

impl Sorted {
    /// The word of `aria-sort`.
    #[must_use]
    pub const fn aria(self) -> &'static str {
        match self {
            Self::No => "none",
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }

    /// The arrow behind the heading.
    #[must_use]
    pub const fn arrow(self) -> &'static str {
        match self {
            Self::No => "",
            Self::Ascending => "↑",
            Self::Descending => "↓",
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holds {
    Words,
    /// They stand at the right.
    Numbers,
    /// Bars that compare the numbers beside them; phones leave the column out.
    Bars,
}

impl Holds {
    /// The class of the head; the column's cells, those of the totals too, have the same.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Words => "",
            Self::Numbers => "num",
            Self::Bars => "bar-cell",
        }
    }
}

/// One of several boxes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ticked {
    pub value: &'static str,
    pub label: String,
    /// What it means, on hover; empty where the label says it.
    pub hint: String,
    pub is_ticked: bool,
}

/// How many of them are ticked.
#[must_use]
pub fn ticked(boxes: &[Ticked]) -> usize {
    boxes.iter().filter(|each| each.is_ticked).count()
}

/// The head of a table's column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// What an address calls it; empty where one can't choose it.
    pub name: &'static str,
    /// Whether it is shown only to who chose it.
    pub is_extra: bool,
    pub label: String,
    /// What the column counts, on hover; empty where the label says it.
    pub hint: String,
    pub holds: Holds,
    /// Where a press on the heading leads: the same list, sorted by it.
    pub sort_href: Option<String>,
    pub sorted: Sorted,
}

impl Column {
    /// A column of words.
    pub fn text(label: impl Into<String>) -> Self {
        Self {
            name: "",
            is_extra: false,
            label: label.into(),
            hint: String::new(),
            holds: Holds::Words,
            sort_href: None,
            sorted: Sorted::No,
        }
    }

    /// A column of numbers.
    pub fn number(label: impl Into<String>) -> Self {
        Self { holds: Holds::Numbers, ..Self::text(label) }
    }

    /// A column of bars.
    pub fn bars(label: impl Into<String>) -> Self {
        Self { holds: Holds::Bars, ..Self::text(label) }
    }

    /// The column with what it counts.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    /// The column as one that can be chosen.
    #[must_use]
    pub fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// The column as one that is shown only to who chose it.
    #[must_use]
    pub fn extra(self) -> Self {
        Self { is_extra: true, ..self }
    }

    /// The column as one to sort by.
    #[must_use]
    pub fn sortable(self, href: impl Into<String>, sorted: Sorted) -> Self {
        Self { sort_href: Some(href.into()), sorted, ..self }
    }
}

/// What stands in a table's cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    Words(String),
    /// A sentence, which may break between its words.
    Prose(String),
    /// A figure, as it is written; it stands at the right.
    Number(String),
    Code(String),
    /// A text of machines that may break anywhere.
    LongCode(String),
    State(Signal, String),
    /// Somewhere else, where there is such a place.
    Way(Option<Link>),
    /// An object's name, which leads to its page and looks like the words beside it.
    Object(Link),
    /// A moment, and the page of what happened then.
    Moment(Markup, Option<String>),
}

impl Cell {
    /// A word that leads somewhere.
    pub fn way(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self::Way(Some(Link::new(label, href)))
    }

    /// The class of the cell, that of its column's head.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Number(_) => Holds::Numbers.class(),
            Self::LongCode(_) => "wrap",
            Self::Prose(_) => "wrap sentence",
            Self::Words(_)
            | Self::Code(_)
            | Self::State(_, _)
            | Self::Way(_)
            | Self::Object(_)
            | Self::Moment(_, _) => "",
        }
    }
}

/// A label and what stands there; it may lead somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    pub label: String,
    pub value: String,
    pub href: Option<String>,
}

impl Fact {
    /// A fact that leads nowhere.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), href: None }
    }

    /// The same with where it leads.
    #[must_use]
    pub fn to(self, href: Option<String>) -> Self {
        Self { href, ..self }
    }

    /// Those that say something.
    #[must_use]
    pub fn known(facts: Vec<Self>) -> Vec<Self> {
        facts.into_iter().filter(|fact| !fact.value.is_empty()).collect()
    }
}

/// A figure that matters, with its change and its shape.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tile {
    pub label: String,
    /// What it counts, on hover.
    pub hint: String,
    pub value: String,
    pub change: Option<Change>,
    /// A sparkline, or nothing.
    pub shape: Markup,
    pub href: Option<String>,
}

/// Something that waits for a person, with the one act that settles it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Task {
    pub signal: Signal,
    pub title: String,
    pub text: String,
    pub act: Link,
}

/// One of a page's views.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tab {
    pub label: String,
    pub href: String,
    pub is_current: bool,
    pub count: Option<i64>,
}

/// What is wrong with a field, or an empty text. The first of several: they are mended one by one.
#[must_use]
pub fn error_at<'a>(problems: &'a Problems, field: &str) -> &'a str {
    problems.0.iter().find(|error| error.field == field).map_or("", |error| error.message.as_str())
}

/// A field's path as an element's id: `caps[0].limit` is `field-caps-0-limit`.
#[must_use]
pub fn field_id(path: &str) -> String {
    let words: Vec<_> =
        path.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!("field-{}", words.join("-"))
}

/// A field's path in words: `caps[0].daily_limit` is `Caps 1 daily limit`, and `catch_all_id` is `Catch all`.
#[must_use]
pub fn field_words(path: &str) -> String {
    let path = path.strip_suffix("_id").unwrap_or(path);
    let words = path.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    // People count from one.
    let counted = words
        .map(|word| word.parse::<usize>().map_or_else(|_| word.to_owned(), |place| (place + 1).to_string()));
    let text = counted.collect::<Vec<_>>().join(" ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What a field is described by: its hint, its error, or both.
#[must_use]
pub fn described_by(id: &str, hint: &str, error: &str) -> String {
    let hint = (!hint.is_empty()).then(|| format!("{id}-hint"));
    let error = (!error.is_empty()).then(|| format!("{id}-error"));
    [hint, error].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
