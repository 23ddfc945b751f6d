//! Traffic controls in the API and in lists, and what is done with several.

use super::words::{field, in_a_line, list, lists};
use crate::web::{
    Access, Failure,
    filters::{Entry, Field, or_any},
    history::Viewed,
    icon::Icon,
    navigation,
    objects::{
        Compared, Object,
        bulk::{Act, Bulk},
        copies::{Copied, name_of_copy},
        list::Listed,
    },
    parts::{Cell, Choice, Column, Tab},
    signal::Signal,
    status::{STATUSES, status_cell, status_signal, statuses},
    traffic::Side,
    views::{Subject, TRAFFIC_CONTROL},
};
use domain::{
    identity::Section,
    shared::{Problems, Status},
    smartswitch::{ListKind, TrafficControl},
};
use store::shared::Stored;

const LISTS: [&str; 2] = [ListKind::Black.name(), ListKind::White.name()];

impl Object for TrafficControl {
    type Input = Self;
    const SECTION: Section = Section::SmartSwitch;
    const SCHEMA: &'static str = "TrafficControl";
    const COLLECTION: &'static str = "/api/v1/traffic-controls";
    const ID: &'static str = "traffic_control_id";
    const STATUS: bool = true;
    const FILTERS: &'static [(&'static str, Compared)] = &[
        ("name", Compared::Text),
        ("status", Compared::Word(&STATUSES)),
        ("list", Compared::Word(&LISTS)),
        ("field", Compared::Text),
    ];

    fn input(&self) -> Self {
        self.clone()
    }

    fn of_input(input: Self, _: i64) -> Self {
        let values = input.values.iter().map(|value| value.trim().to_owned()).collect();
        Self { values, ..input }
    }

    fn problems(&self) -> Problems {
        Self::problems(self)
    }

    fn removed(self) -> Option<Self> {
        Some(Self { status: Status::Deleted, ..self })
    }
}

impl Viewed for TrafficControl {
    const SUBJECT: Subject = TRAFFIC_CONTROL;
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("name", "Name"),
        ("status", "State"),
        ("list", "List"),
        ("field", "Field"),
        ("operator", "Compared by"),
        ("values[]", "Value"),
        ("note", "Note"),
    ];

    fn called(&self) -> &str {
        &self.name
    }

    fn state(&self) -> Option<(Signal, &'static str)> {
        Some((status_signal(self.status), self.status.name()))
    }
}

impl Copied for TrafficControl {
    const WITH: &'static str = "its values";
    const BEFORE: &'static str = "Give it its values";

    fn copied(self) -> Self {
        Self { name: name_of_copy(&self.name), status: Status::Paused, ..self }
    }

    fn name(&self) -> &str {
        &self.name
    }
}

impl Bulk for TrafficControl {
    const TRAFFIC: Option<Side> = None;
    const ACTS: &'static [Act<Self>] = &[
        Act {
            name: "activate",
            label: "Activate",
            is_danger: true,
            what: "Black lists refuse whom they name, white lists all others, at every offer with code 24 from the next click on.",
            done: |control| Self { status: Status::Active, ..control },
        },
        Act {
            name: "pause",
            label: "Pause",
            is_danger: false,
            what: "They refuse nobody any more.",
            done: |control| Self { status: Status::Paused, ..control },
        },
        Act {
            name: "delete",
            label: "Delete",
            is_danger: true,
            what: "They leave the lists and refuse nobody any more. Activating one brings it back.",
            done: |control| Self { status: Status::Deleted, ..control },
        },
    ];
}

impl Listed for TrafficControl {
    const TITLE: &'static str = "Traffic controls";
    const ONE: &'static str = "traffic control";
    const ICON: Icon = Icon::TrafficControls;
    const MEANING: &'static str = "A traffic control is a list over the whole network: a black list refuses whom it names with code 24, a white list everybody else.";

    fn statuses() -> Vec<Choice> {
        statuses()
    }

    fn tabs(access: &Access, path: &str) -> Vec<Tab> {
        navigation::smart_switch_tabs(access, path)
    }

    async fn fields(_: &Access) -> Result<Vec<Field>, Failure> {
        Ok(vec![Field::new("List", "list", Entry::Menu(or_any("any list", lists())))])
    }

    fn heads() -> Vec<Column> {
        vec![
            Column::text("Traffic control").named("name"),
            Column::text("State").named("status").hint("Only active ones refuse"),
            Column::text("List").named("list"),
            Column::text("Who is on it").named("listed"),
            Column::number("Values").named("values"),
            Column::text("Note").named("note").extra(),
        ]
    }

    async fn cells(_: &Access, rows: &[Stored<Self>]) -> Result<Vec<Vec<Cell>>, Failure> {
        let cells = |row: &Stored<Self>| {
            let Stored { id, body, .. } = row;
            vec![
                Cell::way(body.name.as_str(), TRAFFIC_CONTROL.page(*id)),
                status_cell(body.status),
                Cell::Words(list(body.list).to_owned()),
                Cell::Words(in_a_line(&field(body.field), body.operator, &body.values)),
                Cell::Number(body.values.len().to_string()),
                Cell::Words(body.note.clone()),
            ]
        };
        Ok(rows.iter().map(cells).collect())
    }
}
