//! What a room says of its log; its page and its answers to the API are put together of it alike for all.

use super::{
    LogView,
    page::{Log, LogPage, LogRow, LogRows, Picks},
    stretch,
};
use crate::web::{
    Access, Answer, Failure, Listing, answer,
    columns::Columns,
    download,
    filters::{Field, OfObject},
    format,
    later::Shown,
    live::rendered,
    navigation,
    parts::{Cell, Column, Link},
    views::page_of,
};
use actix_web::{HttpRequest, http::StatusCode};
use chrono::DateTime;
use domain::shared::{Calendar, ClickId, Currency, Micros, Problems};
use serde_json::Value;
use std::future::Future;
use store::{
    Error,
    offers::{Named, Names},
    shared::{Exactly, FoundRows, Scope, Stretch},
};

/// What a log consists of.
pub trait Logged: Sized {
    /// What it is called, and how its first row comes about.
    const LOG: Log;
    /// What it can be filtered by, `from` and `to` among them.
    const FILTERS: &'static [&'static str];
    /// The objects that each row names; the form has a menu of each.
    const NAMED: [OfObject; 2];

    /// Reads the value of one of its filters.
    ///
    /// # Errors
    /// What is wrong with the value.
    fn filter(name: &'static str, text: &str) -> Result<Exactly, &'static str>;

    /// Reads the rows of one network.
    fn read(scope: Scope<'_>, stretch: &Stretch) -> impl Future<Output = Result<FoundRows<Self>, Error>>;

    /// The row's id, which tells when it came.
    fn id(&self) -> ClickId;

    /// The ids of the objects that it names, 0 for none.
    fn names(&self) -> [i64; 2];

    /// The fields of the form, those of the objects among them.
    fn fields(named: [Field; 2]) -> Vec<Field>;

    /// The columns of the page.
    fn columns() -> Vec<Column>;

    /// A cell a column.
    fn cells(&self, words: &Words) -> Vec<Cell>;

    /// What can be done with several rows at once, by whoever may.
    fn picks(_access: &Access, _view: &LogView) -> Option<Picks> {
        None
    }

    /// The row as the API shows it to somebody.
    ///
    /// # Errors
    /// It can't be shown.
    fn shown(&self, access: &Access) -> Result<Value, Failure>;
}

/// How the rows of a page name objects, moments and money.
pub struct Words {
    access: Access,
    names: Names,
    calendar: Calendar,
    currency: Currency,
}

impl Words {
    /// An object by its name, and its page where the person may open it; empty where it has none.
    #[must_use]
    pub fn name(&self, kind: Named, id: i64) -> Cell {
        let name = self.names.of(kind, id).to_owned();
        match page_of(&self.access, kind, id).filter(|_| !name.is_empty()) {
            Some(href) => Cell::Object(Link::new(name, href)),
            None => Cell::Words(name),
        }
    }

    /// A moment in milliseconds since 1970 UTC, and the page of what happened then.
    #[must_use]
    pub fn moment(&self, millis: i64, href: Option<String>) -> Cell {
        let at = DateTime::from_timestamp_millis(millis).unwrap_or_default();
        Cell::Moment(format::moment_html(at, self.calendar), href)
    }

    /// An amount in millionths.
    #[must_use]
    pub fn money(&self, amount: i64) -> Cell {
        Cell::Number(format::money(Micros(amount), self.currency))
    }
}

/// The page of a log.
///
/// # Errors
/// A filter that does not read, or what the database said.
pub async fn page<T: Logged + 'static>(access: Access, request: HttpRequest) -> Answer {
    let view = LogView::read(&request, T::FILTERS)?;
    let (stretch, problems) = match stretch(&access, &view.listing, T::FILTERS, T::filter) {
        Ok(stretch) => (Some(stretch), Problems::default()),
        Err(Failure::Invalid(problems)) => (None, problems),
        Err(other) => return Err(other),
    };
    let names = Names::read(access.scope(), view.named()).await?;
    let [first, second] = T::NAMED;
    let named = [Field::of(access.scope(), first).await?, Field::of(access.scope(), second).await?];
    let part = match stretch {
        Some(stretch) => Some(shown::<T>(&access, &view, stretch).await?),
        None => None,
    };
    let status = if part.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = LogPage {
        shell: navigation::shell(&access, &request).titled(T::LOG.title),
        log: T::LOG,
        fields: T::fields(named),
        columns: Columns::of(T::columns(), &view.form),
        chips: view.chips(&names),
        problems,
        part,
        csv_href: view.whole_href(&format!("{}/csv", view.path)),
        view,
    };
    answer::page_with(status, &page)
}

async fn shown<T: Logged + 'static>(
    access: &Access,
    view: &LogView,
    stretch: Stretch,
) -> Result<Shown, Failure> {
    let address = view.href(&[]);
    let work = rows::<T>(access.clone(), view.clone(), stretch);
    access.state().later.part(access, (address.clone(), address), work).await
}

async fn rows<T: Logged>(access: Access, view: LogView, stretch: Stretch) -> Result<String, Failure> {
    let mut found = T::read(access.scope(), &stretch).await?;
    let paging = view.paging(&mut found, T::id);
    let named = found.rows.iter().flat_map(|row| T::NAMED.map(|of| of.kind).into_iter().zip(row.names()));
    let network = &access.entrant().network;
    let words = Words {
        access: access.clone(),
        names: Names::read(access.scope(), named).await?,
        calendar: Calendar::new(network.zone),
        currency: network.currency,
    };
    let columns = Columns::of(T::columns(), &view.form);
    rendered(&LogRows {
        log: T::LOG,
        clear_href: view.clear_href(),
        is_filtered: !view.chips(&words.names).is_empty(),
        rows: found
            .rows
            .iter()
            .map(|row| LogRow { id: row.id(), cells: columns.cut(row.cells(&words)) })
            .collect(),
        columns,
        paging,
        looked: found.rest.map_or_else(String::new, |id| looked(id, words.calendar)),
        picks: if found.rows.is_empty() { None } else { T::picks(&access, &view) },
    })
}

/// How far back was looked, in words.
fn looked(rest: ClickId, calendar: Calendar) -> String {
    let at = DateTime::from_timestamp_millis(rest.parts().millis).unwrap_or_default();
    format!(
        "Everything since {} has been looked through; what is older has not.",
        format::moment(at, calendar)
    )
}

/// The API's answer of a log.
///
/// # Errors
/// A filter that does not read, or what the database said.
pub async fn items<T: Logged>(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), T::FILTERS)?;
    let stretch = stretch(&access, &listing, T::FILTERS, T::filter)?;
    let found = T::read(access.scope(), &stretch).await?;
    listing.answer_until(found.rest, found.rows, T::id, |row| row.shown(&access))
}

/// The newest rows as a file, with the fields and words of the API.
///
/// # Errors
/// A filter that does not read, or what the database said.
pub async fn csv<T: Logged>(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), T::FILTERS)?;
    let stretch = stretch(&access, &listing, T::FILTERS, T::filter)?;
    let found = T::read(access.scope(), &Stretch { limit: download::MOST, ..stretch }).await?;
    let shown = found.rows.iter().map(|row| row.shown(&access)).collect::<Result<Vec<_>, _>>()?;
    download::objects(&format!("{}s.csv", T::LOG.one), &shown)
}
