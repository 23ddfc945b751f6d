//! The pages of partners: the list, a new one, one with its settings. What a partner may run, and its
//! links, stand beside them in the room of links.

use crate::identity::choices;
use crate::web::{
    Access, Failure, Form,
    filters::{self, Field},
    icon::Icon,
    navigation,
    objects::{
        list::Listed,
        pages::{Paged, View},
    },
    page::Shell,
    parts::{Cell, Choice, Column, Link, Tab},
    sheet::{Entry, Kind, Sheet},
    status::{status_cell, statuses},
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
        statuses()
    }

    /// Who sees only their own partners has one manager to choose from.
    async fn fields(access: &Access) -> Result<Vec<Field>, Failure> {
        if access.own().is_some() {
            return Ok(Vec::new());
        }
        let menu = filters::or_any("any", choices(managers(access).await?));
        Ok(vec![Field::new("Manager", "manager_id", filters::Entry::Menu(menu))])
    }

    fn heads() -> Vec<Column> {
        vec![
            Column::text("Partner").named("name"),
            Column::text("State").named("status"),
            Column::text("Manager").named("manager").hint("Who looks after the partner"),
            Column::text("Code").named("code").hint("What the partner's links carry"),
        ]
    }

    async fn cells(access: &Access, rows: &[Stored<Self>]) -> Result<Vec<Vec<Cell>>, Failure> {
        let managers = managers(access).await?;
        let name_of = |id: Option<UserId>| {
            managers.iter().find(|user| Some(user.id) == id).map(|user| user.name.clone()).unwrap_or_default()
        };
        let cells = |row: &Stored<Self>| {
            let Stored { id, code, body, .. } = row;
            vec![
                Cell::way(body.name.as_str(), format!("/partners/{id}")),
                status_cell(body.status),
                Cell::Words(name_of(body.manager_id)),
                Cell::Code(code.clone()),
            ]
        };
        Ok(rows.iter().map(cells).collect())
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
    let people = managers(access).await?.into_iter().filter(may).collect();
    Ok(filters::or_any("nobody", choices(people)))
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
            statuses: statuses(),
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
