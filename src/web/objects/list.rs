//! The console's list of a managed object with a name and a status, for all kinds: its usual filters,
//! its columns, the way to a new one.

use super::{
    bulk::{self, Bulk, Button},
    pages::Paged,
};
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
    rows: Vec<Row>,
    buttons: Vec<Button>,
    paging: Paging,
    may_change: bool,
}

struct Row {
    id: String,
    name: String,
    cells: Vec<Cell>,
}

impl ListPage {
    fn no(&self, when: &str) -> String {
        format!("No {}s {when}", self.one)
    }
}

/// The routes of the list, and of what is done with several of its rows.
#[must_use]
pub fn routes<T: Bulk>() -> Vec<Route> {
    let list = Route::get(T::LIST, T::SECTION, list::<T>);
    std::iter::once(list).chain(bulk::routes::<T>()).collect()
}

async fn list<T: Bulk>(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &["q", "status"])?;
    let mut filter = Filter { name: listing.text("q").map(str::to_owned), ..Filter::default() };
    match listing.text("status") {
        Some(status) => filter.exact.push(("status", status.into())),
        None => filter.hide_deleted = true,
    }
    let rows = access.scope().list::<T>(&filter, listing.page()?).await?;
    let (rows, paging) = paging::cut(&request, &listing, rows, |row| row.id);
    let named: Vec<_> = rows.iter().map(|row| (row.id.to_string(), row.body.called().to_owned())).collect();
    let cells = T::cells(&access, rows).await?;
    let row = |((id, name), cells)| Row { id, name, cells };
    answer::page(&ListPage {
        shell: navigation::shell(&access, &request).titled(T::TITLE),
        one: T::ONE,
        icon: T::ICON,
        meaning: T::MEANING,
        blank: T::BLANK,
        filters: Form::read(request.query_string().as_bytes()),
        statuses: std::iter::once(Choice::new("", "all but deleted")).chain(T::statuses()).collect(),
        columns: T::heads(),
        rows: named.into_iter().zip(cells).map(row).collect(),
        buttons: bulk::buttons::<T>(),
        paging,
        may_change: access.may(T::SECTION, Level::Full),
    })
}
