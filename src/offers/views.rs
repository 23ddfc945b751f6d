//! What the views of an offer call it, and what lists do with several at once.

use super::words::status_signal;
use crate::web::{
    history::Viewed,
    objects::bulk::{Act, Bulk},
    signal::Signal,
    traffic::Side,
    views::{OFFER, Subject},
};
use domain::offers::{Offer, OfferStatus};

impl Viewed for Offer {
    const SUBJECT: Subject = OFFER;
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("name", "Name"),
        ("status", "State"),
        ("visibility", "Visibility"),
        ("advertiser_id", "Advertiser"),
        ("end_date", "Ends"),
        ("payout.type", "Payout by"),
        ("payout.amount", "Payout, amount"),
        ("payout.percent", "Payout, percent"),
        ("revenue.type", "Revenue by"),
        ("revenue.amount", "Revenue, amount"),
        ("revenue.percent", "Revenue, percent"),
        ("targeting[].field", "Targeting, what"),
        ("targeting[].op", "Targeting, how"),
        ("targeting[].values", "Targeting, values"),
        ("targeting[].of.zone", "Targeting, time zone"),
        ("caps[].measure", "Cap, what"),
        ("caps[].limit", "Cap, limit"),
        ("caps[].period", "Cap, each"),
        ("over_cap", "Conversions above a cap"),
        ("forwarding[].destination.offer", "Forwarding, to the offer"),
        ("forwarding[].destination.smart_link", "Forwarding, to the Smart Link"),
        ("forwarding[].destination.url", "Forwarding, to the address"),
        ("forwarding[].partners", "Forwarding, only of the partners"),
        ("forwarding[].paid", "Forwarding, the partner is paid there"),
        ("fail_traffic.rows[].destination.smart_link", "Fail traffic, to the Smart Link"),
        ("fail_traffic.mechanism", "Fail traffic, rows are taken by"),
        ("fail_traffic.rows[].destination.offer", "Fail traffic, to the offer"),
        ("fail_traffic.rows[].destination.url", "Fail traffic, to the address"),
        ("fail_traffic.rows[].weight", "Fail traffic, weight"),
        ("fail_traffic.rows[].codes", "Fail traffic, only for the codes"),
        ("fail_traffic.rows[].paid", "Fail traffic, the partner is paid there"),
        ("duplicate_filter.action", "A second click of a visitor"),
        ("duplicate_filter.session", "A visitor is known by"),
        ("duplicate_filter.hours", "A visitor is remembered for, hours"),
        ("converted_filter.action", "A visitor who has already converted"),
        ("block_bots", "Bots get a clean page"),
        ("min_conversion_seconds", "From click to conversion at least, seconds"),
        ("max_conversion_seconds", "From click to conversion at most, seconds"),
        ("redirect", "Redirect by"),
        ("monitor_id", "Only while the site is up of"),
        ("referrer_policy", "Referrer policy"),
        ("forward_query", "Unknown parameters go on"),
        ("deep_links.allowed", "Links may choose the page"),
        ("deep_links.hosts", "Hosts of deep links"),
        ("allow_payout_override", "A postback's payout replaces this one"),
        ("allow_revenue_override", "A postback's revenue replaces this one"),
    ];

    fn called(&self) -> &str {
        &self.name
    }

    fn state(&self) -> Option<(Signal, &'static str)> {
        Some((status_signal(&self.status), self.status.name()))
    }
}

impl Bulk for Offer {
    const TRAFFIC: Option<Side> = Some(Side::Offer);
    const ACTS: &'static [Act<Self>] = &[
        Act {
            name: "activate",
            label: "Activate",
            is_danger: false,
            what: "Their links lead to their landing pages from then on, for whoever may run them.",
            done: |offer| Self { status: OfferStatus::Active, ..offer },
        },
        Act {
            name: "pause",
            label: "Pause",
            is_danger: true,
            what: "Their clicks are refused with code 202 from then on: they go to the offers' fail traffic, and where there is none the visitor sees a clean page. Conversions of earlier clicks are rejected with code 18.",
            done: |offer| Self { status: OfferStatus::Paused, ..offer },
        },
        Act {
            name: "delete",
            label: "Delete",
            is_danger: true,
            what: "They leave the lists, and their clicks are refused with code 202 from then on. Their figures stay; activating one brings it back.",
            done: |offer| Self { status: OfferStatus::Deleted, ..offer },
        },
    ];
}
