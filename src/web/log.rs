//! What the pages of every log share: the filters that stay in the address, and the way to older rows.

use super::{
    Failure, Form, Listing,
    parts::{Choice, Link},
};
use actix_web::HttpRequest;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use store::offers::Choices;

/// How many rows a page of a log shows.
pub const ROWS: usize = 50;

/// One log as it is asked for.
#[derive(Clone, Debug)]
pub struct LogView {
    pub listing: Listing,
    /// What the address holds, for the fields of the filter form.
    pub form: Form,
    path: String,
}

/// The rows before and after those that are shown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Paging {
    pub newer: Option<String>,
    pub older: Option<String>,
}

impl LogView {
    /// Reads the address; `known` are the log's filters.
    ///
    /// # Errors
    /// A filter that the log does not know.
    pub fn read(request: &HttpRequest, known: &[&str]) -> Result<Self, Failure> {
        let mut listing = Listing::read(request.query_string(), known)?;
        listing.limit = ROWS as u64;
        let form = Form::read(request.query_string().as_bytes());
        Ok(Self { listing, form, path: request.path().to_owned() })
    }

    /// The address with other values of some fields; an empty value drops the field.
    #[must_use]
    pub fn href(&self, changed: &[(&str, &str)]) -> String {
        href(&self.path, &self.form, changed)
    }

    /// A chip a filter that is set, with the way to drop it; `words` are what stands for a value.
    #[must_use]
    pub fn chips(&self, words: impl Fn(&str, &str) -> String) -> Vec<Link> {
        let set = self
            .form
            .fields()
            .iter()
            .filter(|(name, value)| !value.is_empty() && !["cursor", "limit"].contains(&name.as_str()));
        set.map(|(name, value)| {
            Link::new(words(name, value), self.href(&[(name.as_str(), ""), ("cursor", "")]))
        })
        .collect()
    }

    /// The log without any filter.
    #[must_use]
    pub fn clear_href(&self) -> &str {
        &self.path
    }

    /// Cuts the rows to a page and says where the others are.
    pub fn paging<T, I: ToString>(&self, rows: &mut Vec<T>, id: impl Fn(&T) -> I) -> Paging {
        let has_older = rows.len() > ROWS;
        rows.truncate(ROWS);
        let last = rows.last().filter(|_| has_older).map(|row| id(row).to_string());
        Paging {
            newer: self.listing.cursor.as_ref().map(|_| self.href(&[("cursor", "")])),
            older: last.map(|id| self.href(&[("cursor", id.as_str())])),
        }
    }
}

/// An address: the fields of a form with other values of some; an empty value drops the field.
#[must_use]
pub fn href(path: &str, form: &Form, changed: &[(&str, &str)]) -> String {
    let is_changed = |name: &str| changed.iter().any(|(other, _)| *other == name);
    let kept = form.fields().iter().filter(|(name, _)| !is_changed(name));
    let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
    let pairs: Vec<String> = kept
        .chain(changed.iter().copied())
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// The entries of a filter's menu, with one that filters nothing.
#[must_use]
pub fn menu(any: &str, choices: Choices) -> Vec<Choice> {
    let entries = choices.into_iter().map(|(id, name)| Choice::new(id.to_string(), name));
    std::iter::once(Choice::new("", any)).chain(entries).collect()
}

/// The same of plain words.
#[must_use]
pub fn words(any: &str, values: &[&str]) -> Vec<Choice> {
    let entries = values.iter().map(|value| Choice::new(*value, *value));
    std::iter::once(Choice::new("", any)).chain(entries).collect()
}
