//! The console's list of a managed object with a name and a status, for all kinds: its usual filters,
//! its columns, the way to a new one.

use super::pages::Paged;
use crate::web::{
    Access, Answer, Failure, Form, Listing, Route, answer,
    icon::Icon,
    navigation,
    page::Shell,
    paging::{self, Paging},
    parts::{Cell, Choice, Column},
};
use actix_web::HttpRequest;
use askama::Template;
use domain::identity::Level;
use std::future::Future;
use store::shared::{Filter, Stored};

/// A kind of managed object with a list of its own.
pub trait Listed: Paged {
    /// The heading, such as `Offers`.
    const TITLE: &'static str;
    /// What one is called within a sentence, such as `offer`.
    const ONE: &'static str;
    const ICON: Icon;
    /// What it is, for whoever has none yet.
    const MEANING: &'static str;
    /// The words of its states.
    fn statuses() -> Vec<Choice>;

    /// The heads of the columns.
    fn heads() -> Vec<Column>;

    /// The rows, a cell a column.
    fn cells(
        access: &Access,
        rows: Vec<Stored<Self>>,
    ) -> impl Future<Output = Result<Vec<Vec<Cell>>, Failure>>;
}

#[derive(Template)]
#[template(path = "shared/list.html")]
struct ListPage {
    shell: Shell,
    one: &'static str,
    icon: Icon,
    meaning: &'static str,
    blank: &'static str,
    filters: Form,
    statuses: Vec<Choice>,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    paging: Paging,
    may_change: bool,
}

impl ListPage {
    fn no(&self, when: &str) -> String {
        format!("No {}s {when}", self.one)
    }
}

/// The route of the list.
#[must_use]
pub fn route<T: Listed>() -> Route {
    Route::get(T::LIST, T::SECTION, list::<T>)
}

async fn list<T: Listed>(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &["q", "status"])?;
    let mut filter = Filter { name: listing.text("q").map(str::to_owned), ..Filter::default() };
    match listing.text("status") {
        Some(status) => filter.exact.push(("status", status.into())),
        None => filter.hide_deleted = true,
    }
    let rows = access.scope().list::<T>(&filter, listing.page()?).await?;
    let (rows, paging) = paging::cut(&request, &listing, rows, |row| row.id);
    answer::page(&ListPage {
        shell: navigation::shell(&access, &request).titled(T::TITLE),
        one: T::ONE,
        icon: T::ICON,
        meaning: T::MEANING,
        blank: T::BLANK,
        filters: Form::read(request.query_string().as_bytes()),
        statuses: std::iter::once(Choice::new("", "all but deleted")).chain(T::statuses()).collect(),
        columns: T::heads(),
        rows: T::cells(&access, rows).await?,
        paging,
        may_change: access.may(T::SECTION, Level::Full),
    })
}
