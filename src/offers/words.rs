//! The words of offers on pages: states, payout types, conditions, and what there is to choose.

use crate::web::{
    conditions, format,
    parts::Choice,
    sheet::{Entry, Kind, Rows},
    signal::Signal,
};
use domain::{
    offers::{OfferStatus, Payout, PayoutType, Revenue, RevenueType, Visibility},
    shared::{Currency, Percent},
};

/// What a state means to whoever looks.
#[must_use]
pub fn status_signal(status: &OfferStatus) -> Signal {
    match status {
        OfferStatus::Active => Signal::Good,
        OfferStatus::Paused | OfferStatus::Pending => Signal::Warn,
        OfferStatus::Deleted => Signal::Off,
    }
}

/// Who may run it, in words.
pub(super) fn visibility_name(visibility: &Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::RequireApproval => "on approval",
        Visibility::Private => "private",
    }
}

/// A payout as people say it: `$ 1.50 a conversion`.
#[must_use]
pub fn payout_text(payout: Payout, currency: Currency) -> String {
    let amount = format::exact_money(payout.amount, currency);
    match payout.kind {
        PayoutType::Cpa => format!("{amount} a conversion"),
        PayoutType::Cps => format!("{} of the sale", percent(payout.percent)),
        PayoutType::CpaCps => format!("{amount} + {} of the sale", percent(payout.percent)),
        PayoutType::Cpc => format!("{amount} a click"),
        PayoutType::Cpm => format!("{amount} a thousand impressions"),
        PayoutType::RevenueShare => format!("{} of the revenue", percent(payout.percent)),
    }
}

/// A revenue as people say it.
pub(super) fn revenue_text(revenue: Revenue, currency: Currency) -> String {
    let amount = format::exact_money(revenue.amount, currency);
    match revenue.kind {
        RevenueType::Rpa => format!("{amount} a conversion"),
        RevenueType::Rps => format!("{} of the sale", percent(revenue.percent)),
        RevenueType::RpaRps => format!("{amount} + {} of the sale", percent(revenue.percent)),
        RevenueType::Rpc => format!("{amount} a click"),
        RevenueType::Rpm => format!("{amount} a thousand impressions"),
    }
}

fn percent(share: Percent) -> String {
    format!("{share} %")
}

/// What a partner earns, in a form.
pub const PAYOUT: [Entry; 3] = [
    Entry("payout.type", Kind::Choice),
    Entry("payout.amount", Kind::Amount),
    Entry("payout.percent", Kind::Amount),
];

/// What an advertiser pays, in a form.
pub(super) const REVENUE: [Entry; 3] = [
    Entry("revenue.type", Kind::Choice),
    Entry("revenue.amount", Kind::Amount),
    Entry("revenue.percent", Kind::Amount),
];

/// The rows of caps in a form.
pub const CAPS: Rows = Rows {
    name: "caps",
    keys: &["measure"],
    entries: &[Entry("measure", Kind::Choice), Entry("period", Kind::Choice), Entry("limit", Kind::Limit)],
    parts: &[],
};

fn choices<const N: usize>(pairs: [(&str, &str); N]) -> Vec<Choice> {
    pairs.map(|(value, label)| Choice::new(value, label)).to_vec()
}

/// What a partner can earn by.
#[must_use]
pub fn payout_types() -> Vec<Choice> {
    choices([
        ("cpa", "CPA: an amount a conversion"),
        ("cps", "CPS: percent of the sale"),
        ("cpa_cps", "CPA + CPS: an amount and percent of the sale"),
        ("cpc", "CPC: an amount a click"),
        ("cpm", "CPM: an amount a thousand impressions"),
        ("revenue_share", "Share of the revenue: percent"),
    ])
}

/// What an advertiser can pay by.
pub(super) fn revenue_types() -> Vec<Choice> {
    choices([
        ("rpa", "RPA: an amount a conversion"),
        ("rps", "RPS: percent of the sale"),
        ("rpa_rps", "RPA + RPS: an amount and percent of the sale"),
        ("rpc", "RPC: an amount a click"),
        ("rpm", "RPM: an amount a thousand impressions"),
    ])
}

/// The choices of the offer's form that never change.
pub(super) struct Choices {
    pub statuses: Vec<Choice>,
    pub visibilities: Vec<Choice>,
    pub payout_types: Vec<Choice>,
    pub revenue_types: Vec<Choice>,
    pub fields: Vec<Choice>,
    pub operators: Vec<Choice>,
    pub periods: Vec<Choice>,
    pub measures: Vec<Choice>,
    pub over_cap: Vec<Choice>,
    pub mechanisms: Vec<Choice>,
    pub sessions: Vec<Choice>,
    pub duplicates: Vec<Choice>,
    pub redirects: Vec<Choice>,
    pub referrers: Vec<Choice>,
}

impl Choices {
    pub(super) fn all() -> Self {
        Self {
            statuses: statuses(),
            visibilities: choices([
                ("public", "Public: every partner may run it"),
                ("require_approval", "On approval: partners see it and apply"),
                ("private", "Private: only approved partners know of it"),
            ]),
            payout_types: payout_types(),
            revenue_types: revenue_types(),
            fields: [Choice::new("", "No condition")].into_iter().chain(conditions::fields()).collect(),
            operators: conditions::operators(),
            periods: periods(),
            measures: measures(),
            over_cap: choices([
                ("reject", "Reject them (code 4)"),
                ("hold", "Hold them as pending"),
                ("pay", "Pay them all the same"),
            ]),
            mechanisms: choices([
                ("priority", "By priority: the first row that fits"),
                ("weight", "By weight: the rows that fit share the clicks"),
            ]),
            sessions: choices([
                ("ip_user_agent", "IP address and user agent"),
                ("ip", "IP address"),
                ("cookie", "Cookie"),
            ]),
            duplicates: choices([
                ("off", "Off: it passes"),
                ("block", "Block it"),
                ("fail_traffic", "Send it to fail traffic"),
            ]),
            redirects: choices([
                ("302", "302"),
                ("meta_refresh", "Meta refresh: the destination sees our page as referrer"),
                ("double_meta_refresh", "Double meta refresh: the destination sees no referrer"),
            ]),
            referrers: choices([
                ("no-referrer-when-downgrade", "no-referrer-when-downgrade"),
                ("no-referrer", "no-referrer"),
                ("origin", "origin"),
                ("unsafe-url", "unsafe-url"),
            ]),
        }
    }
}

/// The states of an offer.
pub(super) fn statuses() -> Vec<Choice> {
    OfferStatus::ALL.map(|status| Choice::new(status.name(), status.name())).to_vec()
}

/// The periods of a cap.
#[must_use]
pub fn periods() -> Vec<Choice> {
    choices([("daily", "a day"), ("weekly", "a week"), ("monthly", "a month"), ("global", "in all")])
}

/// What a cap limits; empty is no cap.
#[must_use]
pub fn measures() -> Vec<Choice> {
    choices([
        ("", "No cap"),
        ("clicks", "clicks"),
        ("conversions", "conversions"),
        ("payout", "payout"),
        ("revenue", "revenue"),
    ])
}
