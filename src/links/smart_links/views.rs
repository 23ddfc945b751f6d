//! What the views of a Smart Link call it, and what lists do with several at once.

use crate::web::{
    history::Viewed,
    objects::bulk::{Act, Bulk},
    signal::Signal,
    status::status_signal,
    traffic::Side,
    views::{SMART_LINK, Subject},
};
use domain::{links::SmartLink, shared::Status};

impl Viewed for SmartLink {
    const SUBJECT: Subject = SMART_LINK;
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("name", "Name"),
        ("status", "State"),
        ("domain_id", "Tracking domain"),
        ("visible_to_partners", "Shown to partners"),
        ("labels", "Labels"),
        ("mechanism", "A row is chosen"),
        ("catch_all_id", "Catch-all offer"),
        ("partner_rules", "Partners may narrow it"),
        ("rows[].id", "Row, id"),
        ("rows[].offer_id", "Row, offer"),
        ("rows[].landing_page_id", "Row, landing page"),
        ("rows[].weight", "Row, weight"),
        ("rows[].targeting[].field", "Row, targeting, what"),
        ("rows[].targeting[].op", "Row, targeting, how"),
        ("rows[].targeting[].values", "Row, targeting, values"),
    ];

    fn called(&self) -> &str {
        &self.name
    }

    fn state(&self) -> Option<(Signal, &'static str)> {
        Some((status_signal(self.status), self.status.name()))
    }
}

impl Bulk for SmartLink {
    const TRAFFIC: Option<Side> = Some(Side::SmartLink);
    const ACTS: &'static [Act<Self>] = &[
        Act {
            name: "activate",
            label: "Activate",
            is_danger: false,
            what: "Their links lead to their rows' offers from then on.",
            done: |link| Self { status: Status::Active, ..link },
        },
        Act {
            name: "pause",
            label: "Pause",
            is_danger: true,
            what: "Their clicks are refused with code 202 from then on: the visitor sees a clean page.",
            done: |link| Self { status: Status::Paused, ..link },
        },
        Act {
            name: "delete",
            label: "Delete",
            is_danger: true,
            what: "They leave the lists, and their clicks are refused with code 202 from then on. Their figures stay; activating one brings it back.",
            done: |link| Self { status: Status::Deleted, ..link },
        },
    ];
}
