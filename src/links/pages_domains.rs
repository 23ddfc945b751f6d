//! The page of tracking domains.

use super::hosts;
use crate::web::{
    Access, Answer, Failure, Form, answer, flash, navigation,
    page::Shell,
    parts::{Column, Tab},
    signal::Signal,
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::{
    identity::{Level, Section},
    shared::Problems,
};
use store::{links::Domain, shared::Stored};

#[derive(Template)]
#[template(path = "links/domains.html")]
struct DomainsPage {
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

async fn page(access: &Access, request: &HttpRequest, form: Form) -> Result<DomainsPage, Failure> {
    Ok(DomainsPage {
        shell: navigation::shell(access, request).titled("Tracking domains"),
        tabs: navigation::settings_tabs(access, request.path()),
        columns: ["Host", "Use", ""].map(Column::text).to_vec(),
        rows: hosts::all(access).await?,
        public_url: access.state().public_url.clone(),
        form,
        problems: Problems::default(),
        may_change: access.may(Section::Settings, Level::Full),
    })
}

/// The list, with the form of one more.
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    answer::page(&page(&access, &request, Form::default()).await?)
}

/// Adds one.
pub async fn create(access: Access, request: HttpRequest, form: Form) -> Answer {
    match hosts::create(&access, form.get("host"), form.is_ticked("is_default")).await {
        Ok(stored) => {
            let text = format!("{} is added. Point its DNS at this installation.", stored.body.host);
            Ok(flash::with(answer::see_other("/settings/domains"), Signal::Good, &text))
        }
        Err(failure) => {
            let status = failure.status();
            let problems = failure.into_problems()?;
            let page = page(&access, &request, form).await?;
            answer::page_with(status, &DomainsPage { problems, ..page })
        }
    }
}

/// Removes one.
pub async fn remove(access: Access, id: Path<i64>) -> Answer {
    hosts::remove(&access, *id).await?;
    let text = "The domain is removed.";
    Ok(flash::with(answer::see_other("/settings/domains"), Signal::Good, text))
}
