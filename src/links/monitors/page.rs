//! The page of a monitor: what is known of its site, and its settings in one form.

use super::words::{frequencies, methods, site};
use crate::web::{
    Access, Failure, Form, format, navigation,
    objects::pages::{Paged, View},
    page::Shell,
    parts::{Choice, Link, Tab},
    sheet::{Entry, Kind, Sheet},
    signal::Signal,
    status::statuses,
    views::MONITOR,
};
use actix_web::HttpRequest;
use askama::Template;
use domain::{
    identity::{Level, Section},
    links::{Monitor, SiteState, SiteStatus},
    shared::{Calendar, MonitorId, Problems, Status},
};
use store::{
    links::site_state,
    shared::{Stored, now_millis},
};

const ENTRIES: [Entry; 10] = [
    Entry("name", Kind::Text),
    Entry("status", Kind::Choice),
    Entry("url", Kind::Text),
    Entry("method", Kind::Choice),
    Entry("every_minutes", Kind::Number),
    Entry("timeout_seconds", Kind::Number),
    Entry("expected", Kind::List),
    Entry("contains", Kind::Text),
    Entry("failures_to_down", Kind::Number),
    Entry("successes_to_up", Kind::Number),
];

#[derive(Template)]
#[template(path = "links/monitor.html")]
pub struct MonitorPage {
    shell: Shell,
    /// None for a new one.
    stored: Option<Stored<Monitor>>,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    /// What is known of the site, in a sentence.
    known: Option<(Signal, String)>,
    form: Form,
    problems: Problems,
    statuses: Vec<Choice>,
    methods: Vec<Choice>,
    frequencies: Vec<Choice>,
    may_change: bool,
}

impl Paged for Monitor {
    const SHEET: Sheet = Sheet { entries: &ENTRIES, rows: &[] };
    const LIST: &'static str = "/monitors";
    const BLANK: &'static str = "/monitors/new";
    const USUAL: &'static [(&'static str, &'static str)] = &[
        ("every_minutes", "1"),
        ("timeout_seconds", "10"),
        ("expected", "200-399"),
        ("failures_to_down", "2"),
        ("successes_to_up", "1"),
    ];

    type Page = MonitorPage;

    async fn page(access: &Access, request: &HttpRequest, view: View<Self>) -> Result<MonitorPage, Failure> {
        let View { stored, form, problems, .. } = view;
        let title = stored.as_ref().map_or("New monitor", |stored| stored.body.name.as_str());
        let known = match &stored {
            Some(stored) => Some(known(access, stored).await?),
            None => None,
        };
        Ok(MonitorPage {
            shell: navigation::shell(access, request).titled(title),
            crumbs: MONITOR.crumbs(),
            tabs: stored
                .as_ref()
                .map(|stored| MONITOR.tabs(access, stored.id, request.path()))
                .unwrap_or_default(),
            known,
            stored,
            form,
            problems,
            statuses: statuses(),
            methods: methods(),
            frequencies: frequencies(),
            may_change: access.may(Section::Links, Level::Full),
        })
    }

    fn made(stored: &Stored<Self>) -> String {
        format!("{} is made, and checked from now on. Offers name it under Redirect.", stored.body.name)
    }
}

async fn known(access: &Access, stored: &Stored<Monitor>) -> Result<(Signal, String), Failure> {
    let state = site_state(access.scope(), MonitorId(stored.id)).await?;
    let calendar = Calendar::new(access.entrant().network.zone);
    Ok(in_words(&stored.body, &state, now_millis(), calendar))
}

/// What is known of a site, and what follows from it.
pub(super) fn in_words(
    monitor: &Monitor,
    state: &SiteState,
    now: i64,
    calendar: Calendar,
) -> (Signal, String) {
    let at = |millis: i64| format::moment_of_millis(millis, calendar);
    match (monitor.status, state.at(now)) {
        (Status::Paused | Status::Deleted, _) => {
            (Signal::Warn, "The monitor is not active: its site is not checked, and counts as up.".to_owned())
        }
        (Status::Active, SiteStatus::Unknown) => (
            Signal::Note,
            "Not enough checks yet, or the last one is too long ago: the site counts as up.".to_owned(),
        ),
        (Status::Active, SiteStatus::Up) => (
            site(state, now).0,
            format!("The site is up since {}; last checked {}.", at(state.since), at(state.checked_at)),
        ),
        (Status::Active, SiteStatus::Down) => (
            site(state, now).0,
            format!(
                "The site is down since {}; last checked {}. Offers that name it refuse clicks with code 206.",
                at(state.since),
                at(state.checked_at)
            ),
        ),
    }
}
