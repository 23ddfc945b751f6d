//! The console's list of a managed object with a name and a status, for all kinds: its filters, its
//! columns and their order, the same as a file, the way to a new one.

use super::{
    SORTS,
    bulk::{self, Bulk, Button},
    filter_of, known,
    pages::Paged,
    show,
};
use crate::web::{
    Access, Answer, Failure, Form, Listing, Route, answer,
    columns::{self, Columns},
    download,
    filters::{Field, or_any},
    format,
    icon::Icon,
    navigation,
    page::Shell,
    paging::{self, Paging},
    parts::{Cell, Choice, Column, Tab},
    sorting,
    traffic::{self, Side, Traffic},
};
use actix_web::HttpRequest;
use askama::Template;
use chrono::DateTime;
use domain::{
    identity::{Level, Section},
    shared::Calendar,
};
use std::{
    collections::BTreeMap,
    future::{Future, ready},
};
use store::shared::{Page, Stored};

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

    /// The pages that it shares an entry of the navigation with.
    fn tabs(_access: &Access, _path: &str) -> Vec<Tab> {
        Vec::new()
    }

    /// Filters beside the name and the state.
    fn fields(_access: &Access) -> impl Future<Output = Result<Vec<Field>, Failure>> {
        ready(Ok(Vec::new()))
    }

    /// The columns of its own, before those that every list has; one of the name of an order is sorted by.
    fn heads() -> Vec<Column>;

    /// The rows, a cell a column.
    fn cells(access: &Access, rows: &[Stored<Self>])
    -> impl Future<Output = Result<Vec<Vec<Cell>>, Failure>>;
}

#[derive(Template)]
#[template(path = "shared/list.html")]
struct ListPage {
    shell: Shell,
    path: &'static str,
    tabs: Vec<Tab>,
    one: &'static str,
    icon: Icon,
    meaning: &'static str,
    blank: &'static str,
    filters: Form,
    fields: Vec<Field>,
    is_filtered: bool,
    clear_href: String,
    csv_href: String,
    statuses: Vec<Choice>,
    columns: Columns,
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

/// The routes of the list, of its file, and of what is done with several of its rows.
#[must_use]
pub fn routes<T: Bulk>() -> Vec<Route> {
    let list = Route::get(T::LIST, T::SECTION, list::<T>);
    let csv = Route::get(format!("{}/csv", T::LIST), T::SECTION, csv::<T>);
    [list, csv].into_iter().chain(bulk::routes::<T>()).collect()
}

async fn list<T: Bulk>(access: Access, request: HttpRequest) -> Answer {
    let known: Vec<&str> = known::<T>().into_iter().chain([columns::FIELD]).collect();
    let listing = Listing::read(request.query_string(), &known)?;
    let filter = filter_of::<T>(&listing)?;
    let rows = access.scope().list::<T>(&filter, listing.page()?).await?;
    let (rows, paging) = paging::cut(&request, &listing, rows, |row| row.id);
    let form = Form::read(request.query_string().as_bytes());
    let heads = T::heads().into_iter().chain(usual_columns(&access, T::TRAFFIC)).collect();
    let heads = sorting::heads(heads, (&SORTS, filter.sort), |changed| form.href(T::LIST, changed));
    let columns = Columns::of(heads, &form);
    let usual = Usual::read(&access, T::TRAFFIC, &columns).await?;
    let cells = T::cells(&access, &rows).await?;
    let row = |(stored, own): (&Stored<T>, Vec<Cell>)| Row {
        id: stored.id.to_string(),
        name: stored.body.called().to_owned(),
        cells: columns.cut(own.into_iter().chain(usual.cells(stored)).collect()),
    };
    let shown: Vec<Row> = rows.iter().zip(cells).map(row).collect();
    let unfiltered: Vec<(&str, &str)> =
        T::FILTERS.iter().map(|(name, _)| (*name, "")).chain([("search", ""), ("cursor", "")]).collect();
    answer::page(&ListPage {
        shell: navigation::shell(&access, &request).titled(T::TITLE),
        path: T::LIST,
        tabs: T::tabs(&access, request.path()),
        one: T::ONE,
        icon: T::ICON,
        meaning: T::MEANING,
        blank: T::BLANK,
        fields: T::fields(&access).await?,
        is_filtered: filter.name.is_some() || !filter.exact.is_empty(),
        clear_href: form.href(T::LIST, &unfiltered),
        csv_href: form.href(&format!("{}/csv", T::LIST), &columns::WHOLE),
        filters: form,
        statuses: or_any("all but deleted", T::statuses()),
        rows: shown,
        columns,
        buttons: bulk::buttons::<T>(),
        paging,
        may_change: access.may(T::SECTION, Level::Full),
    })
}

/// The columns that every list ends with: figures where the person sees some, and when it was made and
/// changed.
fn usual_columns(access: &Access, side: Option<Side>) -> Vec<Column> {
    let hint = "Without the invalid ones";
    let figures = side.filter(|_| access.may(Section::Reports, Level::Read)).map(|_| {
        [("clicks_today", "Clicks today"), ("clicks_week", "Clicks in 7 days")]
            .map(|(name, label)| Column::number(label).named(name).hint(hint).extra())
    });
    let moments = [("created_at", "Made"), ("updated_at", "Changed")];
    let moments = moments.map(|(name, label)| Column::text(label).named(name).extra());
    figures.into_iter().flatten().chain(moments).collect()
}

/// What the cells of these columns are made of.
struct Usual {
    /// None where they are not shown.
    traffic: Option<BTreeMap<i64, Traffic>>,
    has_figures: bool,
    calendar: Calendar,
}

impl Usual {
    /// Reads the figures, where they are shown.
    async fn read(access: &Access, side: Option<Side>, columns: &Columns) -> Result<Self, Failure> {
        let is_shown = columns.shows("clicks_today") || columns.shows("clicks_week");
        Ok(Self {
            traffic: match side.filter(|_| is_shown) {
                Some(side) => traffic::by(access, side).await?,
                None => None,
            },
            has_figures: side.is_some() && access.may(Section::Reports, Level::Read),
            calendar: Calendar::new(access.entrant().network.zone),
        })
    }

    /// The cells of one row.
    fn cells<T>(&self, row: &Stored<T>) -> Vec<Cell> {
        let traffic = self.traffic.as_ref().and_then(|all| all.get(&row.id)).copied().unwrap_or_default();
        let figures = [traffic.today, traffic.week].map(|clicks| Cell::Number(format::count(clicks)));
        let moment = |millis: i64| {
            let at = DateTime::from_timestamp_millis(millis).unwrap_or_default();
            Cell::Moment(format::moment_html(at, self.calendar), None)
        };
        let moments = [row.created_at, row.updated_at].map(moment);
        figures.into_iter().filter(|_| self.has_figures).chain(moments).collect()
    }
}

/// The rows as a file, with the fields and words of the API.
async fn csv<T: Listed>(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &known::<T>())?;
    let page = Page { limit: download::MOST, ..Page::ALL };
    let rows = access.scope().list::<T>(&filter_of::<T>(&listing)?, page).await?;
    let rows = rows.iter().map(|row| show(&access, row)).collect::<Result<Vec<_>, _>>()?;
    download::objects(&format!("{}s.csv", T::ONE), &rows)
}
