//! Saved views: a report's address under a name, one's own or shared in the network.

use super::{address::Address, page};
use crate::web::{
    Access, Answer, Failure, Form, answer, flash, format,
    markup::Markup,
    navigation,
    page::Shell,
    parts::{Column, Link},
    signal::Signal,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use chrono::{DateTime, Utc};
use domain::{
    identity::{Level, Section},
    shared::{Calendar, Problems, UserId, ViewId},
};
use store::{
    identity::Who,
    reports::{self, NewView, SavedView},
};

/// The longest name, in characters.
const LONGEST_NAME: usize = 80;
/// The longest address that is kept, in characters.
const LONGEST_QUERY: usize = 4_000;

/// The views beside a report.
pub(super) struct Menu {
    pub mine: Vec<Link>,
    pub shared: Vec<Link>,
    /// The one whose address this is; its name stands in the form.
    pub name: String,
    pub is_shared: bool,
}

#[derive(Template)]
#[template(path = "reports/views.html")]
struct ViewsPage {
    shell: Shell,
    crumbs: Vec<Link>,
    columns: Vec<Column>,
    rows: Vec<Row>,
}

struct Row {
    view: SavedView,
    href: String,
    saved: Markup,
    is_mine: bool,
    may_remove: bool,
}

/// Views are people's; a key has none.
fn person(access: &Access) -> Result<UserId, Failure> {
    match &access.entrant().who {
        Who::User { id, .. } => Ok(*id),
        Who::Key(_) => Err(Failure::Refused("saved views belong to people")),
    }
}

/// What the builder offers.
///
/// # Errors
/// What the database said.
pub(super) async fn menu(access: &Access, address: &Address) -> Result<Menu, Failure> {
    let user = person(access)?;
    let all = reports::views(access.scope(), user).await?;
    let query = address.query();
    let current = all.iter().find(|view| view.query == query && view.user_id == user.0);
    let (name, is_shared) =
        current.map_or((String::new(), false), |view| (view.name.clone(), view.is_shared == 1));
    let link = |view: &SavedView| Link::new(view.name.clone(), href(view));
    let (mine, shared): (Vec<_>, Vec<_>) = all.iter().partition(|view| view.user_id == user.0);
    let theirs = |view: &&SavedView| Link::new(format!("{} · {}", view.name, view.owner), href(view));
    Ok(Menu {
        mine: mine.into_iter().map(link).collect(),
        shared: shared.iter().map(theirs).collect(),
        name,
        is_shared,
    })
}

fn href(view: &SavedView) -> String {
    if view.query.is_empty() { "/reports".to_owned() } else { format!("/reports?{}", view.query) }
}

/// `GET /reports/views`
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let user = person(&access)?;
    let (calendar, now) = (Calendar::new(access.entrant().network.zone), Utc::now());
    let may_all = access.may(Section::Reports, Level::Full);
    let row = |view: SavedView| Row {
        href: href(&view),
        saved: format::ago_html(
            DateTime::from_timestamp_millis(view.updated_at).unwrap_or_default(),
            now,
            calendar,
        ),
        is_mine: view.user_id == user.0,
        may_remove: may_all || view.user_id == user.0,
        view,
    };
    answer::page(&ViewsPage {
        shell: navigation::shell(&access, &request).titled("Saved views"),
        crumbs: vec![Link::new("Reports", "/reports")],
        columns: ["View", "Whose", "Seen by", "Saved", "Change"].map(Column::text).to_vec(),
        rows: reports::views(access.scope(), user).await?.into_iter().map(row).collect(),
    })
}

/// `POST /reports/views`: keeps an address; a name that one has already is replaced.
pub async fn save(access: Access, form: Form) -> Answer {
    let user = person(&access)?;
    let (address, _) = Address::read(&Form::read(form.get("query").as_bytes()));
    let mut problems = Problems::default();
    problems.text("name", form.get("name"), true, LONGEST_NAME);
    let query = address.query();
    problems.check(query.len() <= LONGEST_QUERY, "query", "is too long to be kept; drop some filters");
    problems.into_result(())?;
    // What is no report is not kept.
    page::asked(&access, &address)?;
    let new = NewView { name: form.get("name").to_owned(), query, is_shared: form.is_ticked("shared") };
    let (view, is_replaced) = reports::save_view(access.scope(), &access.actor(), user, new).await?;
    let place = if is_replaced { " in place of the report that had this name" } else { "" };
    let seen = if view.is_shared == 1 { "Everyone who sees reports finds it." } else { "Only you see it." };
    Ok(flash::see_other(&href(&view), Signal::Good, &format!("{} is saved{place}. {seen}", view.name)))
}

/// `POST /reports/views/{view_id}/share`: shows it to the others, or no longer.
pub async fn share(access: Access, id: Path<i64>, form: Form) -> Answer {
    let (user, is_shared) = (person(&access)?, form.get("shared") == "true");
    let view = reports::share_view(access.scope(), &access.actor(), (user, ViewId(*id)), is_shared).await?;
    let text = match is_shared {
        true => format!("Everyone who sees reports finds {} now.", view.name),
        false => format!("Only you see {} now.", view.name),
    };
    Ok(flash::see_other("/reports/views", Signal::Good, &text))
}

/// `POST /reports/views/{view_id}/remove`
pub async fn remove(access: Access, id: Path<i64>) -> Answer {
    let user = person(&access)?;
    let may_all = access.may(Section::Reports, Level::Full);
    let view = reports::remove_view(access.scope(), &access.actor(), (user, ViewId(*id)), may_all).await?;
    Ok(flash::see_other("/reports/views", Signal::Good, &format!("{} is removed.", view.name)))
}
