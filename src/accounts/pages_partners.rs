//! The pages of partners: the list, a new one, one with its settings. What a partner may run, and its
//! links, stand beside them in the room of links.

use super::{status_cell, status_choices};
use crate::web::{
    Access, Failure, Form,
    icon::Icon,
    navigation,
    objects::{
        list::Listed,
        pages::{Paged, View},
    },
    page::Shell,
    parts::{Cell, Choice, Column, Link, Tab},
    sheet::{Entry, Kind, Sheet},
    views::PARTNER,
};
use actix_web::HttpRequest;
use askama::Template;
use domain::{
    accounts::Partner,
    identity::{Level, Section, UserKind},
    shared::{Problems, UserId},
};
use store::{
    identity::{User, UserFilter, UserStatus, users},
    shared::{Page, Stored},
};

impl Listed for Partner {
    const TITLE: &'static str = "Partners";
    const ONE: &'static str = "partner";
    const ICON: Icon = Icon::Partners;
    const MEANING: &'static str = "A partner sends visitors by its own tracking links.";

    fn statuses() -> Vec<Choice> {
        status_choices()
    }

    fn heads() -> Vec<Column> {
        vec![
            Column::text("Partner"),
            Column::text("State"),
            Column::text("Manager").hint("Who looks after the partner"),
            Column::text("Code").hint("What the partner's links carry"),
        ]
    }

    async fn cells(access: &Access, rows: Vec<Stored<Self>>) -> Result<Vec<Vec<Cell>>, Failure> {
        let managers = managers(access).await?;
        let name_of = |id: Option<UserId>| {
            managers.iter().find(|user| Some(user.id) == id).map(|user| user.name.clone()).unwrap_or_default()
        };
        let cells = |Stored { id, code, body, .. }: Stored<Self>| {
            vec![
                Cell::way(body.name, format!("/partners/{id}")),
                status_cell(body.status),
                Cell::Words(name_of(body.manager_id)),
                Cell::Code(code),
            ]
        };
        Ok(rows.into_iter().map(cells).collect())
    }
}

/// The people of the network who can look after partners, newest first.
async fn managers(access: &Access) -> Result<Vec<User>, Failure> {
    let filter = UserFilter { kind: Some(UserKind::Employee), ..UserFilter::default() };
    Ok(users(access.scope(), &filter, Page::default()).await?)
}

/// Who can look after this partner: nobody, whoever does now, and those who are active.
async fn manager_choices(access: &Access, now: &str) -> Result<Vec<Choice>, Failure> {
    let may = |user: &User| user.status != UserStatus::Inactive || user.id.to_string() == now;
    let mut people: Vec<User> = managers(access).await?.into_iter().filter(may).collect();
    people.sort_by(|one, other| one.name.cmp(&other.name));
    let named = people.into_iter().map(|user| Choice::new(user.id.to_string(), user.name));
    Ok(std::iter::once(Choice::new("", "nobody")).chain(named).collect())
}

#[derive(Template)]
#[template(path = "accounts/partner.html")]
pub struct PartnerPage {
    shell: Shell,
    /// None for a new one.
    stored: Option<Stored<Partner>>,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    form: Form,
    problems: Problems,
    statuses: Vec<Choice>,
    /// Empty for those whose own every partner is.
    managers: Vec<Choice>,
    may_change: bool,
}

impl Paged for Partner {
    const SHEET: Sheet = Sheet {
        entries: &[
            Entry("name", Kind::Text),
            Entry("status", Kind::Choice),
            Entry("manager_id", Kind::Choice),
        ],
        rows: &[],
    };
    const LIST: &'static str = "/partners";
    const BLANK: &'static str = "/partners/new";

    type Page = PartnerPage;

    async fn page(access: &Access, request: &HttpRequest, view: View<Self>) -> Result<PartnerPage, Failure> {
        let View { stored, form, problems, .. } = view;
        let managers = match access.own() {
            Some(_) => Vec::new(),
            None => manager_choices(access, form.get("manager_id")).await?,
        };
        let title = stored.as_ref().map_or("New partner", |stored| stored.body.name.as_str());
        Ok(PartnerPage {
            shell: navigation::shell(access, request).titled(title),
            crumbs: vec![Link::new("Partners", "/partners")],
            tabs: stored
                .as_ref()
                .map(|stored| PARTNER.tabs(access, stored.id, request.path()))
                .unwrap_or_default(),
            stored,
            form,
            problems,
            statuses: status_choices(),
            managers,
            may_change: access.may(Section::Partners, Level::Full),
        })
    }

    fn made(stored: &Stored<Self>) -> String {
        format!("{} is made. Approve it for offers, and copy its links.", stored.body.name)
    }

    fn next(stored: &Stored<Self>) -> String {
        format!("/partners/{}/offers", stored.id)
    }
}
