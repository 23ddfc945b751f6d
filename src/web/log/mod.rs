//! What all logs share: the filters that stay in the address, the stretch of rows that they ask for, and
//! the way to older rows.

mod logged;
mod page;

pub use logged::{Logged, Words, csv, items, page};
pub use page::{Entry, Field, Log, Picks};

use super::{
    Access, Failure, Form, Listing, Span,
    paging::Paging,
    parts::{Choice, Link},
};
use actix_web::HttpRequest;
use domain::shared::{Calendar, ClickId, Problems};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::time::Duration;
use store::{
    offers::{Choices, Named, Names},
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
    path: String,
}

/// A filter that holds an object's id.
#[derive(Clone, Copy, Debug)]
pub struct OfObject {
    name: &'static str,
    kind: Named,
    label: &'static str,
    /// The entry of its menu that filters nothing.
    any: &'static str,
}

/// The clicks, or what came of them, of one offer.
pub const OFFER: OfObject =
    OfObject { name: "offer_id", kind: Named::Offer, label: "Offer", any: "Any offer" };
/// Those of one partner.
pub const PARTNER: OfObject =
    OfObject { name: "partner_id", kind: Named::Partner, label: "Partner", any: "Any partner" };
/// Those of one advertiser.
pub const ADVERTISER: OfObject =
    OfObject { name: "advertiser_id", kind: Named::Advertiser, label: "Advertiser", any: "Any advertiser" };

const OBJECTS: [OfObject; 3] = [OFFER, PARTNER, ADVERTISER];

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

    /// What the filters name, for [`Names::read`]; an id of 0 is "none".
    pub fn named(&self) -> impl Iterator<Item = (Named, i64)> {
        OBJECTS.iter().map(|of| (of.kind, self.form.get(of.name).parse().unwrap_or(0)))
    }

    /// A chip a filter that is set, with the way to drop it; names stand for ids.
    #[must_use]
    pub fn chips(&self, names: &Names) -> Vec<Link> {
        let set = self
            .form
            .fields()
            .iter()
            .filter(|(name, value)| !value.is_empty() && !["cursor", "limit"].contains(&name.as_str()));
        set.map(|(name, value)| {
            Link::new(chip(names, name, value), self.href(&[(name.as_str(), ""), ("cursor", "")]))
        })
        .collect()
    }

    /// The same rows, from the newest on, as a file.
    #[must_use]
    pub fn csv_href(&self) -> String {
        href(&format!("{}/csv", self.path), &self.form, &[("cursor", ""), ("limit", "")])
    }

    /// The log without any filter.
    #[must_use]
    pub fn clear_href(&self) -> &str {
        &self.path
    }

    /// Cuts the rows to a page and says where the others are.
    pub fn paging<T>(&self, found: &mut FoundRows<T>, id: impl Fn(&T) -> ClickId) -> Paging {
        let has_older = found.rows.len() > ROWS;
        found.rows.truncate(ROWS);
        let last = found.rows.last().filter(|_| has_older).map(id).or(found.rest).map(|id| id.to_string());
        Paging {
            newer: self.listing.cursor.as_ref().map(|_| self.href(&[("cursor", "")])),
            older: last.map(|id| self.href(&[("cursor", id.as_str())])),
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
