//! The pages of advertisers: the list, a new one, one with its token and postback URL.

use super::{advertisers, status_choices, status_filter};
use crate::web::{
    Access, Answer, Failure, Form, Listing, answer, flash, navigation,
    page::Shell,
    paging,
    paging::Paging,
    parts::{Choice, Column, Link, Tab},
    sheet::{Entry, Kind, Sheet},
    signal::Signal,
};
use actix_web::{HttpRequest, http::StatusCode, web::Path};
use askama::Template;
use domain::{
    accounts::Advertiser,
    identity::{Level, Section},
    shared::Problems,
};
use store::shared::{Filter, Stored};

const SHEET: Sheet = Sheet {
    entries: &[
        Entry("name", Kind::Text),
        Entry("status", Kind::Choice),
        Entry("require_token", Kind::Tick),
        Entry("ip_list", Kind::List),
    ],
    rows: &[],
};

#[derive(Template)]
#[template(path = "accounts/advertisers.html")]
struct ListPage {
    shell: Shell,
    filters: Form,
    statuses: Vec<Choice>,
    columns: Vec<Column>,
    rows: Vec<Stored<Advertiser>>,
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
    let rows = access.scope().list::<Advertiser>(&filter, listing.page()?).await?;
    let (rows, paging) = paging::cut(&request, &listing, rows, |row| row.id);
    answer::page(&ListPage {
        shell: navigation::shell(&access, &request).titled("Advertisers"),
        filters: Form::read(request.query_string().as_bytes()),
        statuses: status_filter(),
        columns: vec![
            Column::text("Advertiser"),
            Column::text("State"),
            Column::text("Token required"),
            Column::number("Allowed addresses")
                .hint("Entries of the IP list; any address may post where there are none"),
        ],
        rows,
        paging,
        may_change: access.may(Section::Advertisers, Level::Full),
    })
}

#[derive(Template)]
#[template(path = "accounts/advertiser.html")]
struct AdvertiserPage {
    shell: Shell,
    /// None for a new one.
    stored: Option<Stored<Advertiser>>,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    form: Form,
    problems: Problems,
    statuses: Vec<Choice>,
    may_change: bool,
    postback_url: String,
}

fn page(
    access: &Access,
    request: &HttpRequest,
    stored: Option<Stored<Advertiser>>,
    form: Form,
) -> AdvertiserPage {
    let title = stored.as_ref().map_or("New advertiser", |stored| stored.body.name.as_str());
    let origin = &access.state().public_url;
    let postback_url = stored.as_ref().map_or_else(String::new, |stored| postback_url(origin, &stored.body));
    AdvertiserPage {
        shell: navigation::shell(access, request).titled(title),
        crumbs: vec![Link::new("Advertisers", "/advertisers")],
        tabs: stored.as_ref().map(|stored| tabs(stored.id, request.path())).unwrap_or_default(),
        stored,
        form,
        problems: Problems::default(),
        statuses: status_choices(),
        may_change: access.may(Section::Advertisers, Level::Full),
        postback_url,
    }
}

/// The views of one advertiser.
pub(super) fn tabs(id: i64, path: &str) -> Vec<Tab> {
    let tab = |label: &str, href: String| Tab {
        label: label.to_owned(),
        is_current: path == href,
        href,
        count: None,
    };
    vec![
        tab("Settings and postback", format!("/advertisers/{id}")),
        tab("Users", format!("/advertisers/{id}/users")),
    ]
}

/// What the advertiser's system calls; what stands in braces is for that system to fill in.
fn postback_url(origin: &str, advertiser: &Advertiser) -> String {
    let token = match advertiser.verification_token.as_str() {
        "" => String::new(),
        token => format!("&verification_token={token}"),
    };
    format!("{origin}/postback?clickid={{clickid}}{token}&amount={{amount}}&txn_id={{order_id}}")
}

/// The form of a new one.
pub async fn blank(access: Access, request: HttpRequest) -> Answer {
    let form = Form::of(vec![("require_token".to_owned(), "true".to_owned())]);
    answer::page(&page(&access, &request, None, form))
}

/// Makes one.
pub async fn create(access: Access, request: HttpRequest, form: Form) -> Answer {
    let zone = access.entrant().network.zone;
    let made = match SHEET.document::<Advertiser>(&form, zone) {
        Ok(advertiser) => advertisers::create(&access, advertiser).await,
        Err(failure) => Err(failure),
    };
    match made {
        Ok(stored) => {
            let text = format!("{} is made. Give it the postback URL below.", stored.body.name);
            Ok(flash::with(answer::see_other(&format!("/advertisers/{}", stored.id)), Signal::Good, &text))
        }
        Err(failure) => again(page(&access, &request, None, form), failure),
    }
}

/// One with its settings.
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let stored = access.scope().get::<Advertiser>(*id).await?;
    let document = serde_json::to_value(&stored.body).map_err(|error| Failure::Broken(error.to_string()))?;
    let form = SHEET.show(&document, access.entrant().network.zone);
    answer::page(&page(&access, &request, Some(stored), form))
}

/// Saves the settings.
pub async fn save(access: Access, request: HttpRequest, id: Path<i64>, form: Form) -> Answer {
    let before = access.scope().get::<Advertiser>(*id).await?;
    let zone = access.entrant().network.zone;
    let token = before.body.verification_token.clone();
    let saved = match SHEET.document::<Advertiser>(&form, zone) {
        Ok(changed) => {
            let changed = Advertiser { verification_token: token, ..changed };
            advertisers::save(&access, *id, form.get("version").parse().ok(), changed).await
        }
        Err(failure) => Err(failure),
    };
    match saved {
        Ok(_) => Ok(flash::with(answer::see_other(&format!("/advertisers/{id}")), Signal::Good, "Saved.")),
        Err(failure) => again(page(&access, &request, Some(before), form), failure),
    }
}

fn again(page: AdvertiserPage, failure: Failure) -> Answer {
    let status: StatusCode = failure.status();
    let problems = SHEET.placed(failure.into_problems()?);
    answer::page_with(status, &AdvertiserPage { problems, ..page })
}

/// Replaces the token.
pub async fn new_token(access: Access, id: Path<i64>) -> Answer {
    advertisers::renew_token(&access, *id).await?;
    let text = "The token is new. Postbacks with the old one are refused from now on.";
    Ok(flash::with(answer::see_other(&format!("/advertisers/{id}")), Signal::Warn, text))
}
