//! The words of Smart Links on pages: mechanisms, and what a row is called.

use crate::web::parts::Choice;
use domain::links::{Mechanism, SmartLink, SmartLinkRow, kpi::KpiMetric};
use store::offers::{Named, Names};

/// How a row is chosen, in a list.
pub(super) fn mechanism_name(mechanism: Mechanism) -> &'static str {
    match mechanism {
        Mechanism::Priority => "by priority",
        Mechanism::Weight => "by weight",
        Mechanism::Kpi => "by KPI",
    }
}

/// How a row is chosen, in a form.
pub(super) fn mechanisms() -> Vec<Choice> {
    Mechanism::ALL
        .map(|mechanism| {
            let words = match mechanism {
                Mechanism::Priority => "By priority",
                Mechanism::Weight => "By weight",
                Mechanism::Kpi => "By KPI",
            };
            Choice::new(mechanism.name(), words)
        })
        .to_vec()
}

/// The metrics of a KPI, in a form.
pub(super) fn metrics() -> Vec<Choice> {
    KpiMetric::ALL
        .map(|metric| {
            let words = match metric {
                KpiMetric::Cv => "CV: conversions",
                KpiMetric::Cvr => "CVR: conversions a click",
                KpiMetric::Evr => "EVR: events a conversion",
                KpiMetric::Payout => "Payout",
                KpiMetric::Profit => "Profit",
                KpiMetric::Revenue => "Revenue",
                KpiMetric::Rpc => "RPC: revenue a click",
                KpiMetric::Cpc => "CPC: payout a click",
                KpiMetric::Epc => "EPC: what a partner earns a click",
            };
            Choice::new(metric.name(), words)
        })
        .to_vec()
}

/// The objects that the rows of a link name.
pub fn named_by(link: &SmartLink) -> impl Iterator<Item = (Named, i64)> {
    let offers = link.rows.iter().map(|row| (Named::Offer, row.offer_id.0));
    let pages = link.rows.iter().filter_map(|row| Some((Named::LandingPage, row.landing_page_id?.0)));
    let catch_all = link.catch_all_id.map(|offer| (Named::Offer, offer.0));
    offers.chain(pages).chain(catch_all)
}

/// What a row is called: its place, its offer, and its landing page where it names one.
#[must_use]
pub fn row_name(names: &Names, place: usize, row: &SmartLinkRow) -> String {
    let offer = names.of(Named::Offer, row.offer_id.0);
    let Some(page) = row.landing_page_id else { return format!("{}. {offer}", place + 1) };
    match names.of(Named::LandingPage, page.0) {
        "" => format!("{}. {offer}, page {page}", place + 1),
        name => format!("{}. {offer}, {name}", place + 1),
    }
}
