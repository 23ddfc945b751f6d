//! The page of tracking domains.

use crate::web::{
    Access, Failure, Form, navigation,
    objects::pages::{Paged, View},
    page::Shell,
    parts::{Column, Tab},
    sheet::{Entry, Kind, Sheet},
    signal::Signal,
};
use actix_web::HttpRequest;
use askama::Template;
use domain::{
    identity::{Level, Section},
    shared::Problems,
};
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
    rows: Vec<Stored<Domain>>,
    public_url: String,
    form: Form,
    problems: Problems,
    may_change: bool,
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
        Ok(DomainsPage {
            shell: navigation::shell(access, request).titled("Tracking domains"),
            tabs: navigation::settings_tabs(access, request.path()),
            columns: ["Host", "Use", ""].map(Column::text).to_vec(),
            rows: access.scope().list(&Filter::default(), Page::default()).await?,
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
