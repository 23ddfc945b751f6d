//! The pages of advertisers: the list, a new one, one with its token and postback URL.

use super::api::fresh_token;
use crate::web::{
    Access, Answer, Failure, Form, flash, format,
    icon::Icon,
    navigation,
    objects::{
        acts,
        list::Listed,
        pages::{Paged, View},
    },
    page::Shell,
    parts::{Cell, Choice, Column, Link, Tab},
    sheet::{Entry, Kind, Sheet},
    signal::Signal,
    status::{status_cell, statuses},
    views::ADVERTISER,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::{
    accounts::Advertiser,
    identity::{Level, Section},
    shared::Problems,
};
use store::shared::Stored;

impl Listed for Advertiser {
    const TITLE: &'static str = "Advertisers";
    const ONE: &'static str = "advertiser";
    const ICON: Icon = Icon::Advertisers;
    const MEANING: &'static str =
        "An advertiser pays for conversions and calls your postback. Offers belong to one.";

    fn statuses() -> Vec<Choice> {
        statuses()
    }

    fn heads() -> Vec<Column> {
        vec![
            Column::text("Advertiser").named("name"),
            Column::text("State").named("status"),
            Column::text("Token required").named("token"),
            Column::number("Allowed addresses")
                .named("addresses")
                .hint("Entries of the IP list; any address may post where there are none"),
        ]
    }

    async fn cells(_: &Access, rows: &[Stored<Self>]) -> Result<Vec<Vec<Cell>>, Failure> {
        let cells = |row: &Stored<Self>| {
            let Stored { id, body, .. } = row;
            let addresses = match body.ip_list.len() {
                0 => "any".to_owned(),
                some => format::count(some),
            };
            vec![
                Cell::way(body.name.as_str(), format!("/advertisers/{id}")),
                status_cell(body.status),
                Cell::Words(if body.require_token { "yes" } else { "no" }.to_owned()),
                Cell::Number(addresses),
            ]
        };
        Ok(rows.iter().map(cells).collect())
    }
}

#[derive(Template)]
#[template(path = "accounts/advertiser.html")]
pub struct AdvertiserPage {
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

impl Paged for Advertiser {
    const SHEET: Sheet = Sheet {
        entries: &[
            Entry("name", Kind::Text),
            Entry("status", Kind::Choice),
            Entry("require_token", Kind::Tick),
            Entry("ip_list", Kind::List),
        ],
        rows: &[],
    };
    const LIST: &'static str = "/advertisers";
    const BLANK: &'static str = "/advertisers/new";
    const USUAL: &'static [(&'static str, &'static str)] = &[("require_token", "true")];

    type Page = AdvertiserPage;

    async fn page(
        access: &Access,
        request: &HttpRequest,
        view: View<Self>,
    ) -> Result<AdvertiserPage, Failure> {
        let View { stored, form, problems, .. } = view;
        let title = stored.as_ref().map_or("New advertiser", |stored| stored.body.name.as_str());
        let origin = &access.state().public_url;
        Ok(AdvertiserPage {
            shell: navigation::shell(access, request).titled(title),
            crumbs: vec![Link::new("Advertisers", "/advertisers")],
            tabs: stored
                .as_ref()
                .map(|stored| ADVERTISER.tabs(access, stored.id, request.path()))
                .unwrap_or_default(),
            postback_url: stored
                .as_ref()
                .map_or_else(String::new, |stored| postback_url(origin, &stored.body)),
            stored,
            form,
            problems,
            statuses: statuses(),
            may_change: access.may(Section::Advertisers, Level::Full),
        })
    }

    /// The token has a button of its own.
    fn keep(&self, typed: Self) -> Self {
        Self { verification_token: self.verification_token.clone(), ..typed }
    }

    fn made(stored: &Stored<Self>) -> String {
        format!("{} is made. Give it the postback URL below.", stored.body.name)
    }
}

/// What the advertiser's system calls; what stands in braces is for that system to fill in.
fn postback_url(origin: &str, advertiser: &Advertiser) -> String {
    let token = match advertiser.verification_token.as_str() {
        "" => String::new(),
        token => format!("&verification_token={token}"),
    };
    format!("{origin}/postback?clickid={{clickid}}{token}&amount={{amount}}&txn_id={{order_id}}")
}

/// Replaces the token; the old one is refused from then on.
pub async fn new_token(access: Access, id: Path<i64>) -> Answer {
    let before = access.scope().get::<Advertiser>(*id).await?;
    let renewed = Advertiser { verification_token: fresh_token(), ..before.body.clone() };
    acts::save(&access, &before, Some(before.version), renewed).await?;
    let text = "The token is new. Postbacks with the old one are refused from now on.";
    Ok(flash::see_other(&format!("/advertisers/{id}"), Signal::Warn, text))
}
