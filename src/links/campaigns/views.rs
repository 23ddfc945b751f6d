//! What a campaign is called on the pages of all kinds, its history's words, and what is done with many.

use crate::web::{
    history::Viewed,
    objects::bulk::{Act, Bulk},
    signal::Signal,
    status::status_signal,
    traffic::Side,
    views::{CAMPAIGN, Subject},
};
use domain::{links::Campaign, shared::Status};

impl Viewed for Campaign {
    const SUBJECT: Subject = CAMPAIGN;
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("name", "Name"),
        ("status", "State"),
        ("domain_id", "Tracking domain"),
        ("visible_to_partners", "Shown to partners"),
        ("labels", "Labels"),
        ("landing_pages[].id", "Landing page, id"),
        ("landing_pages[].name", "Landing page, name"),
        ("landing_pages[].url", "Landing page, URL"),
        ("rotators[].id", "Rotator, id"),
        ("rotators[].name", "Rotator, name"),
        ("rotators[].goal", "Rotator, goal"),
        ("rotators[].min_impressions", "Rotator, views before it learns"),
        ("rotators[].exploration", "Rotator, exploration"),
        ("rotators[].window_hours", "Rotator, window"),
        ("rotators[].options[].id", "Rotator's option, id"),
        ("rotators[].options[].offer_id", "Rotator's option, offer"),
        ("rotators[].options[].landing_page_id", "Rotator's option, landing page"),
        ("rules[].id", "Rule, id"),
        ("rules[].name", "Rule, name"),
        ("rules[].conditions[].field", "Rule, condition, what"),
        ("rules[].conditions[].op", "Rule, condition, how"),
        ("rules[].conditions[].values", "Rule, condition, values"),
        ("rules[].conditions[].of.zone", "Rule, condition, time zone"),
        ("rules[].conditions[].of.offer", "Rule, condition, offer"),
        ("rules[].conditions[].of.period", "Rule, condition, period"),
        ("rules[].conditions[].of.monitor", "Rule, condition, monitor"),
        ("rules[].to.rotator_id", "Rule, rotator"),
        ("rules[].to.landing_pages[].landing_page_id", "Rule, landing page"),
        ("rules[].to.landing_pages[].weight", "Rule, landing page's weight"),
        ("rules[].to.offers[].offer_id", "Rule, offer"),
        ("rules[].to.offers[].weight", "Rule, offer's weight"),
        ("defaults.rotator_id", "Defaults, rotator"),
        ("defaults.landing_pages[].landing_page_id", "Defaults, landing page"),
        ("defaults.landing_pages[].weight", "Defaults, landing page's weight"),
        ("defaults.offers[].offer_id", "Defaults, offer"),
        ("defaults.offers[].weight", "Defaults, offer's weight"),
    ];

    fn called(&self) -> &str {
        &self.name
    }

    fn state(&self) -> Option<(Signal, &'static str)> {
        Some((status_signal(self.status), self.status.name()))
    }
}

impl Bulk for Campaign {
    const TRAFFIC: Option<Side> = Some(Side::Campaign);
    const ACTS: &'static [Act<Self>] = &[
        Act {
            name: "activate",
            label: "Activate",
            is_danger: false,
            what: "Their links follow their flows from then on.",
            done: |campaign| Self { status: Status::Active, ..campaign },
        },
        Act {
            name: "pause",
            label: "Pause",
            is_danger: true,
            what: "Their clicks are refused with code 202 from then on: the visitor sees a clean page.",
            done: |campaign| Self { status: Status::Paused, ..campaign },
        },
        Act {
            name: "delete",
            label: "Delete",
            is_danger: true,
            what: "They leave the lists, and their clicks are refused with code 202 from then on. Their figures stay; activating one brings it back.",
            done: |campaign| Self { status: Status::Deleted, ..campaign },
        },
    ];
}
