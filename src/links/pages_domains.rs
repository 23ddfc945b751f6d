//! The page of tracking domains.

use crate::web::{
    Access, Answer, Failure, Form, download,
    format::count,
    navigation,
    objects::{
        pages::{Paged, View},
        show,
    },
    page::Shell,
    parts::{Column, Tab},
    sheet::{Entry, Kind, Sheet},
    signal::Signal,
    traffic::{self, Traffic},
};
use actix_web::HttpRequest;
use askama::Template;
use domain::{
    identity::{Level, Section},
    shared::Problems,
};
use std::collections::BTreeMap;
use store::{
    links::Domain,
    shared::{Filter, Page, Stored},
};

#[derive(Template)]
#[template(path = "links/domains.html")]
pub struct DomainsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    csv_href: String,
    public_url: String,
    form: Form,
    problems: Problems,
    may_change: bool,
}

struct Row {
    id: i64,
    host: String,
    is_default: bool,
    /// Empty where the person sees no figures.
    figures: Vec<String>,
    /// What is said before it is removed.
    warning: String,
}

fn row(stored: Stored<Domain>, traffic: Option<&BTreeMap<String, Traffic>>) -> Row {
    let Domain { host, is_default } = stored.body;
    let traffic = traffic.map(|all| all.get(&host).copied().unwrap_or_default());
    let took = traffic.map_or_else(String::new, |traffic| format!(" It took {}.", traffic.words()));
    Row {
        id: stored.id,
        is_default,
        figures: traffic.map(|Traffic { today, week }| vec![count(today), count(week)]).unwrap_or_default(),
        warning: format!(
            "Links that are out there with this host lead nowhere from then on, unless it still points here.{took}"
        ),
        host,
    }
}

/// The domains as a file, with the fields of the API.
pub async fn csv(access: Access) -> Answer {
    let rows = access.scope().list::<Domain>(&Filter::default(), Page::ALL).await?;
    let rows = rows.iter().map(|row| show(&access, row)).collect::<Result<Vec<_>, _>>()?;
    download::objects("tracking-domains.csv", &rows)
}

impl DomainsPage {
    /// What holds without a domain.
    fn without(&self) -> String {
        format!(
            "Links are shown with {}. A domain of your own accepts only this network's links.",
            self.public_url
        )
    }
}

impl Paged for Domain {
    const SHEET: Sheet =
        Sheet { entries: &[Entry("host", Kind::Text), Entry("is_default", Kind::Tick)], rows: &[] };
    const LIST: &'static str = "/settings/domains";
    const BLANK: &'static str = Self::LIST;
    const REMOVED: &'static str = "The domain is removed.";

    type Page = DomainsPage;

    async fn page(access: &Access, request: &HttpRequest, view: View<Self>) -> Result<DomainsPage, Failure> {
        let traffic = traffic::by_host(access).await?;
        let head = ["Host", "Use"].map(Column::text);
        let figures = ["Clicks today", "Clicks in 7 days"].map(Column::number);
        let figures = figures.into_iter().filter(|_| traffic.is_some());
        let rows = access.scope().list(&Filter::default(), Page::default()).await?;
        Ok(DomainsPage {
            shell: navigation::shell(access, request).titled("Tracking domains"),
            tabs: navigation::settings_tabs(access, request.path()),
            columns: head.into_iter().chain(figures).chain([Column::text("")]).collect(),
            rows: rows.into_iter().map(|stored| row(stored, traffic.as_ref())).collect(),
            csv_href: format!("{}/csv", Self::LIST),
            public_url: access.state().public_url.clone(),
            form: view.form,
            problems: view.problems,
            may_change: access.may(Section::Settings, Level::Full),
        })
    }

    fn made(stored: &Stored<Self>) -> String {
        format!("{} is added. Point its DNS at this installation.", stored.body.host)
    }
}
