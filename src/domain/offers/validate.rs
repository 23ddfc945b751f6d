//! What may stand in an offer's documents. Every bound is here, and every message names it and the way on.

use super::{
    DeepLinks, Destination, DuplicateFilter, FailRow, FailTraffic, ForwardingRow, LandingPage, Offer,
    OfferEvent, PayoutType, Revenue, RevenueType,
};
use crate::shared::{
    MOST_ROWS, Problems, caps_problems, check_money, check_payout, check_rows, check_weight,
    conditions_problems, destination_problem, is_host_name,
};

/// The codes that a fail-traffic row can be for: what a click may fail on, except where the partner or
/// the network itself is refused. 200 is a bot that the targeting refuses.
pub const FAIL_REASONS: [u16; 25] =
    [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 16, 17, 18, 19, 21, 23, 24, 27, 28, 200, 202, 206, 208];

/// The longest click-to-conversion time in seconds: a year, which is as long as clicks can be kept.
const LONGEST_CONVERSION: u32 = 366 * 86_400;

impl Offer {
    /// What is wrong with the document; empty where it can be saved.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        problems.text("name", &self.name, true, 200);
        check_payout(&mut problems, "payout", self.payout);
        check_revenue(&mut problems, "revenue", self.revenue);
        problems.0.extend(conditions_problems("targeting", &self.targeting).0);
        problems.0.extend(caps_problems("caps", &self.caps).0);
        check_forwarding(&mut problems, &self.forwarding);
        check_fail_traffic(&mut problems, &self.fail_traffic);
        check_filter(&mut problems, self.duplicate_filter);
        self.check_conversion_time(&mut problems);
        check_deep_links(&mut problems, &self.deep_links);
        problems
    }

    fn check_conversion_time(&self, problems: &mut Problems) {
        let (least, most) = (self.min_conversion_seconds, self.max_conversion_seconds);
        problems.check(
            (1..=LONGEST_CONVERSION).contains(&most),
            "max_conversion_seconds",
            format!("must be from 1 to {LONGEST_CONVERSION} (a year)"),
        );
        problems.check(
            least <= most,
            "min_conversion_seconds",
            "must not be more than the longest time from click to conversion, or none could ever be approved",
        );
    }
}

impl LandingPage {
    /// What is wrong with the document; empty where it can be saved.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        problems.text("name", &self.name, false, 200);
        check_url(&mut problems, "url", &self.url);
        check_weight(&mut problems, "weight", self.weight);
        problems
    }
}

impl OfferEvent {
    /// What is wrong with the document; empty where it can be saved.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b'.');
        let fine = (1..=64).contains(&self.name.len()) && self.name.bytes().all(letters);
        problems.check(fine, "name", "must be 1 to 64 of a-z 0-9 _ - .");
        problems.check(
            self.name != "base",
            "name",
            "`base` is the offer's base conversion; choose another name",
        );
        check_payout(&mut problems, "payout", self.payout);
        check_revenue(&mut problems, "revenue", self.revenue);
        let of_click = matches!(self.payout.kind, PayoutType::Cpc | PayoutType::Cpm);
        problems.check(
            !of_click,
            "payout.type",
            "an event has no clicks or impressions; take cpa, cps, cpa_cps or revenue_share",
        );
        let of_click = matches!(self.revenue.kind, RevenueType::Rpc | RevenueType::Rpm);
        problems.check(
            !of_click,
            "revenue.type",
            "an event has no clicks or impressions; take rpa, rps or rpa_rps",
        );
        problems
    }
}

fn check_revenue(problems: &mut Problems, path: &str, revenue: Revenue) {
    check_money(problems, path, revenue.amount, revenue.percent);
}

fn check_url(problems: &mut Problems, path: &str, url: &str) {
    if let Some(message) = destination_problem(url) {
        problems.push(path, message);
    }
}

fn check_forwarding(problems: &mut Problems, rows: &[ForwardingRow]) {
    check_rows(problems, "forwarding", rows.len());
    for (index, row) in rows.iter().take(MOST_ROWS).enumerate() {
        let path = format!("forwarding[{index}]");
        check_destination(problems, format!("{path}.destination"), &row.destination);
        check_rows(problems, &format!("{path}.partners"), row.partners.len());
        problems.0.extend(conditions_problems(&format!("{path}.targeting"), &row.targeting).0);
    }
}

fn check_destination(problems: &mut Problems, place: String, destination: &Destination) {
    match destination {
        Destination::Url(url) => check_url(problems, &place, url),
        Destination::Offer(_) | Destination::SmartLink(_) => {}
        Destination::Campaign(_) => {
            problems.push(place, "campaigns can't be led to yet; choose an offer, a Smart Link or a URL");
        }
    }
}

fn check_fail_traffic(problems: &mut Problems, fail_traffic: &FailTraffic) {
    check_rows(problems, "fail_traffic.rows", fail_traffic.rows.len());
    for (index, row) in fail_traffic.rows.iter().take(MOST_ROWS).enumerate() {
        check_row(problems, &format!("fail_traffic.rows[{index}]"), row);
    }
}

fn check_row(problems: &mut Problems, path: &str, row: &FailRow) {
    check_destination(problems, format!("{path}.destination"), &row.destination);
    check_weight(problems, &format!("{path}.weight"), row.weight);
    problems.0.extend(conditions_problems(&format!("{path}.targeting"), &row.targeting).0);
    for (index, code) in
        row.codes.iter().enumerate().filter(|(_, code)| !FAIL_REASONS.contains(code)).take(MOST_ROWS)
    {
        problems.push(
            format!("{path}.codes[{index}]"),
            format!("{code} is no code that fail traffic can be for"),
        );
    }
    problems.check(
        row.codes.len() <= MOST_ROWS,
        &format!("{path}.codes"),
        format!("has more than {MOST_ROWS} entries"),
    );
}

fn check_filter(problems: &mut Problems, filter: DuplicateFilter) {
    let fine = (1..=720).contains(&filter.hours);
    problems.check(fine, "duplicate_filter.hours", "must be from 1 to 720 (30 days)");
}

fn check_deep_links(problems: &mut Problems, links: &DeepLinks) {
    check_rows(problems, "deep_links.hosts", links.hosts.len());
    let listed = !links.allowed || !links.hosts.is_empty();
    problems.check(listed, "deep_links.hosts", "must list the hosts that deep links may lead to");
    for (index, host) in links.hosts.iter().enumerate().take(MOST_ROWS) {
        let place = format!("deep_links.hosts[{index}]");
        problems.check(
            is_host_name(host.strip_prefix("*.").unwrap_or(host)),
            &place,
            "must be a host such as shop.example or *.shop.example",
        );
    }
}
