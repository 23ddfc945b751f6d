//! The page of roles: what each sees and may change.

use crate::web::{
    Access, Answer, answer, navigation,
    page::Shell,
    parts::{Column, Tab},
    signal::Signal,
};
use actix_web::HttpRequest;
use askama::Template;
use domain::identity::{Level, Section};
use store::identity::{Role, roles};

/// A section: its name, what it holds, and the level that each role has there.
type SectionRow = (&'static str, &'static str, Vec<(Signal, &'static str)>);

#[derive(Template)]
#[template(path = "identity/roles.html")]
struct RolesPage {
    shell: Shell,
    tabs: Vec<Tab>,
    columns: Vec<Column>,
    sections: Vec<SectionRow>,
    roles: Vec<Role>,
}

/// The roles, a column each.
pub async fn list(access: Access, request: HttpRequest) -> Answer {
    let roles = roles(&access.state().database, access.network()).await?;
    let columns = std::iter::once(Column::text("Section"));
    let columns = columns.chain(roles.iter().map(|role| Column::text(role.name.clone())));
    let row = |section: Section| {
        let levels = roles.iter().map(|role| shown(role.rights.level(section))).collect();
        let (name, holds) = words(section);
        (name, holds, levels)
    };
    answer::page(&RolesPage {
        shell: navigation::shell(&access, &request).titled("Roles"),
        tabs: navigation::settings_tabs(&access, request.path()),
        columns: columns.collect(),
        sections: Section::ALL.into_iter().map(row).collect(),
        roles,
    })
}

fn shown(level: Level) -> (Signal, &'static str) {
    match level {
        Level::Full => (Signal::Good, "full"),
        Level::Read => (Signal::Note, "read only"),
        Level::None => (Signal::Off, "none"),
    }
}

/// A section's name, and what is in it.
fn words(section: Section) -> (&'static str, &'static str) {
    match section {
        Section::Reports => ("Reports", "home and reports"),
        Section::Clicks => ("Clicks", "the logs of clicks and impressions"),
        Section::Conversions => ("Conversions", "conversions and refused postbacks"),
        Section::Offers => ("Offers", "offers, landing pages, events, targeting, caps"),
        Section::Links => ("Links", "tracking links"),
        Section::SmartSwitch => ("SmartSwitch", "rules and what they do"),
        Section::Partners => ("Partners", "partners and what they may run"),
        Section::Advertisers => ("Advertisers", "advertisers, their tokens and addresses"),
        Section::Notifications => ("Notifications", "templates and deliveries"),
        Section::Settings => ("Settings", "the network, tracking domains, API keys"),
        Section::Users => ("Users", "users and roles"),
        Section::Audit => ("Audit", "who changed what"),
    }
}
