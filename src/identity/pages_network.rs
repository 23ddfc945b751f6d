//! The settings of the network: its name, its fallback and, until traffic is counted, its time zone.

use super::network::{self, Changes};
use crate::web::{
    Access, Answer, Form, answer, flash, navigation,
    page::Shell,
    parts::{Choice, Tab},
    signal::Signal,
};
use actix_web::HttpRequest;
use askama::Template;
use chrono_tz::TZ_VARIANTS;
use domain::{
    identity::{Level, Section},
    shared::Problems,
};
use store::identity::Network;

#[derive(Template)]
#[template(path = "identity/network.html")]
struct NetworkPage {
    shell: Shell,
    tabs: Vec<Tab>,
    network: Network,
    form: Form,
    problems: Problems,
    zones: Vec<Choice>,
    may_change: bool,
}

fn page(access: &Access, request: &HttpRequest, form: Form, problems: Problems) -> NetworkPage {
    NetworkPage {
        shell: navigation::shell(access, request).titled("Settings"),
        tabs: navigation::settings_tabs(access, request.path()),
        network: access.entrant().network.clone(),
        form,
        problems,
        zones: TZ_VARIANTS.iter().map(|zone| Choice::new(zone.name(), zone.name())).collect(),
        may_change: access.may(Section::Settings, Level::Full),
    }
}

/// The settings.
pub async fn show(access: Access, request: HttpRequest) -> Answer {
    let network = &access.entrant().network;
    let form = Form::holding(&[
        ("name", &network.name),
        ("zone", network.zone.name()),
        ("fallback_url", network.fallback_url.as_deref().unwrap_or("")),
    ]);
    answer::page(&page(&access, &request, form, Problems::default()))
}

/// Saves them.
pub async fn save(access: Access, request: HttpRequest, form: Form) -> Answer {
    let changes = Changes {
        name: Some(form.get("name")),
        zone: Some(form.get("zone")),
        fallback_url: Some(form.get("fallback_url")),
    };
    match network::change(&access, changes).await {
        Ok(()) => Ok(flash::see_other("/settings", Signal::Good, "Saved.")),
        Err(failure) => {
            let again = async |problems| Ok(page(&access, &request, form, problems));
            answer::again(failure, again).await
        }
    }
}
