//! What the views of a monitor call it, and what lists do with several at once.

use crate::web::{
    history::Viewed,
    objects::bulk::{Act, Bulk},
    signal::Signal,
    status::status_signal,
    traffic::Side,
    views::{MONITOR, Subject},
};
use domain::{links::Monitor, shared::Status};

impl Viewed for Monitor {
    const SUBJECT: Subject = MONITOR;
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("name", "Name"),
        ("status", "State"),
        ("url", "Address"),
        ("method", "Asked by"),
        ("every_minutes", "Minutes between checks"),
        ("timeout_seconds", "Timeout, seconds"),
        ("expected", "Expected statuses"),
        ("contains", "The body holds"),
        ("failures_to_down", "Failures that make it down"),
        ("successes_to_up", "Good checks that make it up"),
    ];

    fn called(&self) -> &str {
        &self.name
    }

    fn state(&self) -> Option<(Signal, &'static str)> {
        Some((status_signal(self.status), self.status.name()))
    }
}

impl Bulk for Monitor {
    const TRAFFIC: Option<Side> = None;
    const ACTS: &'static [Act<Self>] = &[
        Act {
            name: "activate",
            label: "Activate",
            is_danger: false,
            what: "Their sites are checked from then on. Offers that name one take no click while its site is down.",
            done: |monitor| Self { status: Status::Active, ..monitor },
        },
        Act {
            name: "pause",
            label: "Pause",
            is_danger: true,
            what: "Their sites are not checked any more and count as up: offers that name one take clicks whatever becomes of the site.",
            done: |monitor| Self { status: Status::Paused, ..monitor },
        },
        Act {
            name: "delete",
            label: "Delete",
            is_danger: true,
            what: "They leave the lists, and their sites are not checked any more and count as up: offers that name one take clicks whatever becomes of the site. Activating one brings it back.",
            done: |monitor| Self { status: Status::Deleted, ..monitor },
        },
    ];
}
