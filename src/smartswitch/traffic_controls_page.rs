//! The page of a traffic control: which way the list works, and who is on it, in one form.

use super::words::{fields, lists, operators};
use crate::web::{
    Access, Failure, Form, navigation,
    objects::pages::{Paged, View},
    page::Shell,
    parts::{Choice, Link, Tab},
    sheet::{Entry, Kind, Sheet},
    status::statuses,
    views::TRAFFIC_CONTROL,
};
use actix_web::HttpRequest;
use askama::Template;
use domain::{
    identity::{Level, Section},
    shared::{Problems, Status},
    smartswitch::{ListKind, TrafficControl},
};
use store::shared::Stored;

const ENTRIES: [Entry; 7] = [
    Entry("name", Kind::Text),
    Entry("status", Kind::Choice),
    Entry("list", Kind::Choice),
    Entry("field", Kind::Choice),
    Entry("operator", Kind::Choice),
    Entry("values", Kind::Lines),
    Entry("note", Kind::Text),
];

#[derive(Template)]
#[template(path = "smartswitch/traffic_control.html")]
pub struct TrafficControlPage {
    shell: Shell,
    /// None for a new one.
    stored: Option<Stored<TrafficControl>>,
    crumbs: Vec<Link>,
    tabs: Vec<Tab>,
    form: Form,
    problems: Problems,
    statuses: Vec<Choice>,
    lists: Vec<Choice>,
    fields: Vec<Choice>,
    operators: Vec<Choice>,
    may_change: bool,
}

impl Paged for TrafficControl {
    const SHEET: Sheet = Sheet { entries: &ENTRIES, rows: &[] };
    const LIST: &'static str = "/traffic-controls";
    const BLANK: &'static str = "/traffic-controls/new";
    const USUAL: &'static [(&'static str, &'static str)] = &[("field", "referrer"), ("operator", "contains")];

    type Page = TrafficControlPage;

    async fn page(
        access: &Access,
        request: &HttpRequest,
        view: View<Self>,
    ) -> Result<TrafficControlPage, Failure> {
        let View { stored, form, problems, .. } = view;
        let title = stored.as_ref().map_or("New traffic control", |stored| stored.body.name.as_str());
        Ok(TrafficControlPage {
            shell: navigation::shell(access, request).titled(title),
            crumbs: TRAFFIC_CONTROL.crumbs(),
            tabs: stored
                .as_ref()
                .map(|stored| TRAFFIC_CONTROL.tabs(access, stored.id, request.path()))
                .unwrap_or_default(),
            stored,
            form,
            problems,
            statuses: statuses(),
            lists: lists(),
            fields: fields(),
            operators: operators(),
            may_change: access.may(Section::SmartSwitch, Level::Full),
        })
    }

    fn made(stored: &Stored<Self>) -> String {
        let Stored { body, .. } = stored;
        match (body.status, body.list) {
            (Status::Active, ListKind::Black) => {
                format!("{} is made. From the next click on it refuses whom it names.", body.name)
            }
            (Status::Active, ListKind::White) => {
                format!("{} is made. From the next click on whoever is not on it is refused.", body.name)
            }
            (Status::Paused | Status::Deleted, _) => {
                format!("{} is made. It refuses nobody until it is active.", body.name)
            }
        }
    }
}
