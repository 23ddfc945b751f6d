//! What all logs share: the filters that stay in the address, the stretch of rows that they ask for, and
//! the way to older rows.

mod logged;
mod page;

pub use logged::{Logged, Words, csv, items, page};
pub use page::{Log, Picks};

use super::{
    Access, Failure, Form, Listing, Span, columns,
    filters::{ADVERTISER, OFFER, OfObject, PARTNER, RULE},
    paging::Paging,
    parts::Link,
};
use actix_web::HttpRequest;
use domain::shared::{Calendar, ClickId, Problems};
use std::time::Duration;
use store::{
    offers::{Named, Names},
    shared::{Exactly, FoundRows, Stretch},
};

/// How many rows a page of a log shows.
pub const ROWS: usize = 50;
/// How long rows are looked for that fit.
const PATIENCE: Duration = Duration::from_secs(10);

/// One log as it is asked for.
#[derive(Clone, Debug)]
pub struct LogView {
    pub listing: Listing,
    /// What the address holds, for the fields of the filter form.
    pub form: Form,
    pub path: String,
}

/// The objects that filters name.
const OBJECTS: [OfObject; 4] = [OFFER, PARTNER, ADVERTISER, RULE];

/// The stretch of a log that a listing asks for: one row more than is wanted, to see whether there is a
/// next. `known` are the log's filters; `filter` reads one, or says what is wrong with it.
///
/// # Errors
/// [`Failure::Invalid`] at the filters that do not read.
pub fn stretch(
    access: &Access,
    listing: &Listing,
    known: &[&'static str],
    filter: impl Fn(&'static str, &str) -> Result<Exactly, &'static str>,
) -> Result<Stretch, Failure> {
    let span = Span::of(listing, Calendar::new(access.entrant().network.zone))?;
    let before = listing.before()?;
    let mut problems = Problems::default();
    let mut filters = Vec::new();
    for name in known.iter().copied().filter(|name| !["from", "to"].contains(name)) {
        let Some(text) = listing.text(name) else { continue };
        match filter(name, text) {
            Ok(filter) => filters.push(filter),
            Err(message) => problems.push(name, message),
        }
    }
    Ok(Stretch {
        from: span.from.timestamp_millis(),
        to: span.to.timestamp_millis(),
        before,
        limit: listing.limit + 1,
        filters: problems.into_result(filters)?,
        patience: PATIENCE,
    })
}

impl LogView {
    /// Reads the address; `known` are the log's filters.
    ///
    /// # Errors
    /// A filter that the log does not know.
    pub fn read(request: &HttpRequest, known: &[&str]) -> Result<Self, Failure> {
        let known: Vec<&str> = known.iter().copied().chain([columns::FIELD]).collect();
        let mut listing = Listing::read(request.query_string(), &known)?;
        listing.limit = ROWS as u64;
        let form = Form::read(request.query_string().as_bytes());
        Ok(Self { listing, form, path: request.path().to_owned() })
    }

    /// The address with other values of some fields; an empty value drops the field.
    #[must_use]
    pub fn href(&self, changed: &[(&str, &str)]) -> String {
        self.form.href(&self.path, changed)
    }

    /// What the filters name, for [`Names::read`]; an id of 0 is "none".
    pub fn named(&self) -> impl Iterator<Item = (Named, i64)> {
        OBJECTS.iter().map(|of| (of.kind, self.form.get(of.name).parse().unwrap_or(0)))
    }

    /// A chip a filter that is set, with the way to drop it; names stand for ids.
    #[must_use]
    pub fn chips(&self, names: &Names) -> Vec<Link> {
        let fields = self.form.fields().iter();
        let is_filter = |name: &str| !columns::WHOLE.iter().any(|(other, _)| *other == name);
        let set = fields.filter(|(name, value)| !value.is_empty() && is_filter(name));
        set.map(|(name, value)| {
            Link::new(chip(names, name, value), self.href(&[(name.as_str(), ""), ("cursor", "")]))
        })
        .collect()
    }

    /// An address of everything that fits the filters, whatever part of it the page shows.
    #[must_use]
    pub fn whole_href(&self, path: &str) -> String {
        self.form.href(path, &columns::WHOLE)
    }

    /// The log without any filter.
    #[must_use]
    pub fn clear_href(&self) -> String {
        let chosen = self.form.fields().iter().filter(|(name, _)| name == columns::FIELD);
        Form::of(chosen.cloned().collect()).href(&self.path, &[])
    }

    /// Cuts the rows to a page and says where the others are.
    pub fn paging<T>(&self, found: &mut FoundRows<T>, id: impl Fn(&T) -> ClickId) -> Paging {
        let has_older = found.rows.len() > ROWS;
        found.rows.truncate(ROWS);
        let last = found.rows.last().filter(|_| has_older).map(id).or(found.rest).map(|id| id.to_string());
        Paging {
            newer: self.listing.cursor.as_ref().map(|_| self.href(&[("cursor", "")])),
            older: last.map(|id| self.href(&[("cursor", id.as_str())])),
            is_sorted: false,
        }
    }
}

/// A filter in words.
fn chip(names: &Names, field: &str, value: &str) -> String {
    if let Some(of) = OBJECTS.iter().find(|of| of.name == field) {
        let name = names.of(of.kind, value.parse().unwrap_or(0));
        return format!("{}: {}", of.label, if name.is_empty() { value } else { name });
    }
    let label = match field {
        "click_id" => "Click",
        "txn_id" => "Order",
        other => other,
    };
    format!("{label}: {value}")
}
