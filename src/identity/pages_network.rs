//! The settings of the network: its name and, until traffic is counted, its time zone.

use super::check::check_name;
use crate::web::{
    Access, Answer, Failure, Form, answer, flash, navigation,
    page::Shell,
    parts::{Choice, Tab},
    signal::Signal,
};
use actix_web::HttpRequest;
use askama::Template;
use chrono_tz::{TZ_VARIANTS, Tz};
use domain::{
    identity::{Level, Section},
    shared::Problems,
};
use store::identity::{Network, rename_network, set_zone};

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
    let fields = [("name", network.name.as_str()), ("zone", network.zone.name())];
    let form = Form::of(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
    answer::page(&page(&access, &request, form, Problems::default()))
}

/// Saves them.
pub async fn save(access: Access, request: HttpRequest, form: Form) -> Answer {
    match change(&access, &form).await {
        Ok(()) => Ok(flash::with(answer::see_other("/settings"), Signal::Good, "Saved.")),
        Err(failure) => {
            let status = failure.status();
            answer::page_with(status, &page(&access, &request, form, failure.into_problems()?))
        }
    }
}

async fn change(access: &Access, form: &Form) -> Result<(), Failure> {
    let mut problems = Problems::default();
    let zone = form.get("zone").parse::<Tz>().ok();
    problems.check(zone.is_some(), "zone", "must be a time zone such as Europe/Berlin");
    check_name(&mut problems, "name", form.get("name"));
    problems.into_result(())?;
    let (database, network, actor) = (&access.state().database, access.network(), access.actor());
    let before = &access.entrant().network;
    if let Some(zone) = zone.filter(|zone| *zone != before.zone) {
        set_zone(database, network, &actor, zone).await?;
    }
    if form.get("name") != before.name {
        rename_network(database, network, &actor, form.get("name")).await?;
    }
    Ok(())
}
