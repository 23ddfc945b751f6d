//! The pages of partners: the list, a new one, one with its settings. What a partner may run, and its
//! links, stand beside them in the room of links.

use super::{partners, status_choices, status_filter};
use crate::web::{
    Access, Answer, Failure, Form, Listing, answer, flash, navigation,
    page::Shell,
    paging,
    paging::Paging,
    parts::{Choice, Column, Link, Tab},
    sheet::{Entry, Kind, Sheet},
    signal::Signal,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::{
    accounts::Partner,
    identity::{Level, Section},
    shared::Problems,
};
use store::shared::{Filter, Stored};

const SHEET: Sheet =
    Sheet { entries: &[Entry("name", Kind::Text), Entry("status", Kind::Choice)], rows: &[] };

#[derive(Template)]
#[template(path = "accounts/partners.html")]
struct ListPage {
    shell: Shell,
    filters: Form,
    statuses: Vec<Choice>,
    columns: Vec<Column>,
    rows: Vec<Stored<Partner>>,
    paging: Paging,
    may_change: bool,
}

/// The list.
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let listing = Listing::read(request.query_string(), &["q", "status"])?;
    let mut filter = Filter { name: listing.text("q").map(str::to_owned), ..Filter::default() };
    match listing.text("status") {
        Some(status) => filter.exact.push(("status", status.into())),
        None => filter.hide_deleted = true,
    }
    let rows = access.scope().list::<Partner>(&filter, listing.page()?).await?;
    let (rows, paging) = paging::cut(&request, &listing, rows, |row| row.id);
    answer::page(&ListPage {
        shell: navigation::shell(&access, &request).titled("Partners"),
        filters: Form::read(request.query_string().as_bytes()),
        statuses: status_filter(),
        columns: vec![
            Column::text("Partner"),
            Column::text("State"),
            Column::text("Code").hint("What the partner's links carry"),
        ],
        rows,
        paging,
        may_change: access.may(Section::Partners, Level::Full),
    })
}

#[derive(Template)]
#[template(path = "accounts/partner.html")]
struct PartnerPage {
    shell: Shell,
    /// None for a new one.
    stored: Option<Stored<Partner>>,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    form: Form,
    problems: Problems,
    statuses: Vec<Choice>,
    may_change: bool,
}

fn page(access: &Access, request: &HttpRequest, stored: Option<Stored<Partner>>, form: Form) -> PartnerPage {
    let title = stored.as_ref().map_or("New partner", |stored| stored.body.name.as_str());
    PartnerPage {
        shell: navigation::shell(access, request).titled(title),
        crumbs: vec![Link::new("Partners", "/partners")],
        tabs: stored.as_ref().map(|stored| tabs(stored.id, request.path())).unwrap_or_default(),
        stored,
        form,
        problems: Problems::default(),
        statuses: status_choices(),
        may_change: access.may(Section::Partners, Level::Full),
    }
}

/// The views of one partner; `path` is the one that is open.
#[must_use]
pub fn tabs(id: i64, path: &str) -> Vec<Tab> {
    let tab = |label: &str, href: String| Tab {
        label: label.to_owned(),
        is_current: path == href || (href.ends_with("/offers") && path.starts_with(&href)),
        href,
        count: None,
    };
    vec![
        tab("Settings", format!("/partners/{id}")),
        tab("Offers and links", format!("/partners/{id}/offers")),
        tab("Users", format!("/partners/{id}/users")),
    ]
}

/// The form of a new one.
pub async fn blank(access: Access, request: HttpRequest) -> Answer {
    answer::page(&page(&access, &request, None, Form::default()))
}

/// Makes one.
pub async fn create(access: Access, request: HttpRequest, form: Form) -> Answer {
    let zone = access.entrant().network.zone;
    let made = match SHEET.document::<Partner>(&form, zone) {
        Ok(partner) => partners::create(&access, partner).await,
        Err(failure) => Err(failure),
    };
    match made {
        Ok(stored) => {
            let text = format!("{} is made. Approve it for offers, and copy its links.", stored.body.name);
            let path = format!("/partners/{}/offers", stored.id);
            Ok(flash::with(answer::see_other(&path), Signal::Good, &text))
        }
        Err(failure) => again(page(&access, &request, None, form), failure),
    }
}

/// One with its settings.
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let stored = access.scope().get::<Partner>(*id).await?;
    let document = serde_json::to_value(&stored.body).map_err(|error| Failure::Broken(error.to_string()))?;
    let form = SHEET.show(&document, access.entrant().network.zone);
    answer::page(&page(&access, &request, Some(stored), form))
}

/// Saves the settings.
pub async fn save(access: Access, request: HttpRequest, id: Path<i64>, form: Form) -> Answer {
    let before = access.scope().get::<Partner>(*id).await?;
    let saved = match SHEET.document::<Partner>(&form, access.entrant().network.zone) {
        Ok(changed) => partners::save(&access, *id, form.get("version").parse().ok(), changed).await,
        Err(failure) => Err(failure),
    };
    match saved {
        Ok(_) => Ok(flash::with(answer::see_other(&format!("/partners/{id}")), Signal::Good, "Saved.")),
        Err(failure) => again(page(&access, &request, Some(before), form), failure),
    }
}

fn again(page: PartnerPage, failure: Failure) -> Answer {
    let status = failure.status();
    let problems = SHEET.placed(failure.into_problems()?);
    answer::page_with(status, &PartnerPage { problems, ..page })
}
