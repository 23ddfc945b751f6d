//! The page of one tracking domain: its settings, and what is shown and accepted with it.

use crate::web::{
    Access, Answer, Failure, Form, answer, flash, format,
    history::Viewed,
    navigation,
    objects::acts,
    page::Shell,
    parts::{Link, Tab},
    signal::Signal,
    traffic,
    views::{DOMAIN, Subject},
};
use actix_web::{HttpRequest, web::Path};
use askama::Template;
use domain::{
    accounts::Partner,
    identity::{Level, Section},
    offers::Offer,
    shared::Problems,
};
use store::{links::Domain, shared::Stored};

#[derive(Template)]
#[template(path = "links/domain.html")]
struct DomainPage {
    shell: Shell,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    stored: Stored<Domain>,
    state: Option<(Signal, &'static str)>,
    form: Form,
    problems: Problems,
    /// What is shown with it, in words.
    uses: String,
    /// How much traffic it took, where the person sees figures.
    traffic: Option<String>,
    may_change: bool,
}

impl Viewed for Domain {
    const SUBJECT: Subject = DOMAIN;
    const WORDS: &'static [(&'static str, &'static str)] =
        &[("host", "Host"), ("is_default", "Links are shown with it")];

    fn called(&self) -> &str {
        &self.host
    }

    fn state(&self) -> Option<(Signal, &'static str)> {
        Some(if self.is_default { (Signal::Good, "shown in links") } else { (Signal::Note, "accepted") })
    }
}

async fn page(
    access: &Access,
    request: &HttpRequest,
    stored: Stored<Domain>,
    (form, problems): (Form, Problems),
) -> Result<DomainPage, Failure> {
    let (partners, offers) =
        (access.scope().count::<Partner>(true).await?, access.scope().count::<Offer>(true).await?);
    let pairs = format!("{} for {}", format::counted(partners, "partner"), format::counted(offers, "offer"));
    let uses = match stored.body.is_default {
        true => format!("The links of {pairs} are shown with it."),
        false => {
            format!("Links are shown with another host; those of {pairs} are accepted with this one too.")
        }
    };
    let traffic = traffic::by_host(access).await?;
    let traffic = traffic.map(|all| all.get(&stored.body.host).copied().unwrap_or_default().words());
    Ok(DomainPage {
        shell: navigation::shell(access, request).titled(stored.body.host.clone()),
        crumbs: DOMAIN.crumbs(),
        tabs: DOMAIN.tabs(access, stored.id, request.path()),
        state: stored.body.state(),
        stored,
        form,
        problems,
        uses,
        traffic,
        may_change: access.may(Section::Settings, Level::Full),
    })
}

/// The domain.
pub async fn show(access: Access, request: HttpRequest, id: Path<i64>) -> Answer {
    let stored = access.scope().get::<Domain>(*id).await?;
    let host = ("host", stored.body.host.as_str());
    let form = match stored.body.is_default {
        true => Form::holding(&[host, ("is_default", "true")]),
        false => Form::holding(&[host]),
    };
    answer::page(&page(&access, &request, stored, (form, Problems::default())).await?)
}

/// Saves its settings.
pub async fn save(access: Access, request: HttpRequest, id: Path<i64>, form: Form) -> Answer {
    let before = access.scope().get::<Domain>(*id).await?;
    let typed = Domain { host: form.get("host").to_owned(), is_default: form.is_ticked("is_default") };
    match acts::save(&access, &before, form.version(), typed).await {
        Ok(saved) => Ok(flash::see_other(&DOMAIN.page(saved.id), Signal::Good, "Saved.")),
        Err(failure) => {
            let again = async |problems| page(&access, &request, before, (form, problems)).await;
            answer::again(failure, again).await
        }
    }
}
