//! What the views of advertisers and partners call them, and what lists do with several at once.

use crate::web::{
    history::Viewed,
    objects::bulk::{Act, Bulk},
    signal::Signal,
    status::status_signal,
    traffic::Side,
    views::{ADVERTISER, PARTNER, Subject},
};
use domain::{
    accounts::{Advertiser, Partner},
    shared::Status,
};

impl Viewed for Partner {
    const SUBJECT: Subject = PARTNER;
    const WORDS: &'static [(&'static str, &'static str)] = &[("name", "Name"), ("status", "State")];

    fn called(&self) -> &str {
        &self.name
    }

    fn state(&self) -> Option<(Signal, &'static str)> {
        Some((status_signal(self.status), self.status.name()))
    }
}

impl Viewed for Advertiser {
    const SUBJECT: Subject = ADVERTISER;
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("name", "Name"),
        ("status", "State"),
        ("verification_token", "Verification token"),
        ("require_token", "Postbacks must carry the token"),
        ("ip_list", "Addresses that may post"),
    ];

    fn called(&self) -> &str {
        &self.name
    }

    fn state(&self) -> Option<(Signal, &'static str)> {
        Some((status_signal(self.status), self.status.name()))
    }
}

impl Bulk for Partner {
    const TRAFFIC: Option<Side> = Some(Side::Partner);
    const ACTS: &'static [Act<Self>] = &[
        Act {
            name: "activate",
            label: "Activate",
            is_danger: false,
            what: "Their links work from then on, for the offers that they may run.",
            done: |partner| Self { status: Status::Active, ..partner },
        },
        Act {
            name: "pause",
            label: "Pause",
            is_danger: true,
            what: "Their clicks are refused with code 203 from then on: the visitor sees a clean page.",
            done: |partner| Self { status: Status::Paused, ..partner },
        },
        Act {
            name: "delete",
            label: "Delete",
            is_danger: true,
            what: "They leave the lists, and their clicks are refused with code 203 from then on. Their figures stay; activating one brings it back.",
            done: |partner| Self { status: Status::Deleted, ..partner },
        },
    ];
}

impl Bulk for Advertiser {
    const TRAFFIC: Option<Side> = None;
    const ACTS: &'static [Act<Self>] = &[
        Act {
            name: "activate",
            label: "Activate",
            is_danger: false,
            what: "It is a mark for people: the offers of an advertiser run on in every state.",
            done: |advertiser| Self { status: Status::Active, ..advertiser },
        },
        Act {
            name: "pause",
            label: "Pause",
            is_danger: false,
            what: "No traffic stops: the offers of an advertiser run on in every state. Pause the offers to stop them.",
            done: |advertiser| Self { status: Status::Paused, ..advertiser },
        },
        Act {
            name: "delete",
            label: "Delete",
            is_danger: true,
            what: "They leave the lists. No traffic stops: their offers run on and their postbacks are taken. Pause the offers to stop them.",
            done: |advertiser| Self { status: Status::Deleted, ..advertiser },
        },
    ];
}
