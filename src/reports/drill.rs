//! Where a cell leads: the same report of that group alone, and from invalid clicks to their codes, or to the log
//! where one SmartSwitch rule has refused them.

use super::{address::Address, groups};
use crate::web::log::Logged;
use chrono::{DateTime, SecondsFormat};
use domain::{
    reports::{Dimension, Metric},
    shared::Calendar,
};
use store::{
    reports::{Cut, Question, Range, Value, slices},
    tracking::Click,
};

/// Where the cells of one report lead.
pub(super) struct Drill<'a> {
    pub address: &'a Address,
    pub question: &'a Question,
    pub calendar: Calendar,
    /// Whether whoever looks may open the log of clicks.
    pub sees_clicks: bool,
}

/// What of a report's address is no filter of its clicks.
const SHOWN: [&str; 9] =
    ["group_by", "range", "time", "compare", "metrics", "chart", "limit", "sort", "desc"];

impl Drill<'_> {
    /// From a group: the report narrowed to it, cut by what is left, or by what tells more of such a group.
    pub fn group(&self, cut: Cut, value: &Value) -> Option<String> {
        let left: Vec<&str> =
            self.question.cuts.iter().filter(|other| **other != cut).map(|cut| cut.name()).collect();
        let next = match (left.as_slice(), cut) {
            ([], Cut::Day) => "offer".to_owned(),
            ([], Cut::Offer) => "partner".to_owned(),
            (
                [],
                Cut::Advertiser
                | Cut::Partner
                | Cut::SmartLink
                | Cut::Campaign
                | Cut::LandingPage
                | Cut::Hour
                | Cut::By(_),
            ) => "offer".to_owned(),
            (names, _) => names.join(","),
        };
        Some(self.narrowed(self.address.clone(), cut, value)?.with(&[("group_by", &next)]).href("/reports"))
    }

    /// From a figure; only invalid clicks have something behind them: those that a rule refused, else why they are.
    pub fn figure(&self, metric: Metric, values: &[Value]) -> Option<String> {
        if metric != Metric::InvalidClicks {
            return None;
        }
        let mut address = self.address.clone();
        for (cut, value) in self.question.cuts.iter().zip(values) {
            address = self.narrowed(address, *cut, value)?;
        }
        if let Some(log) = self.log(&address) {
            return Some(log);
        }
        let changed = [("group_by", "code"), ("sort", ""), ("desc", ""), ("chart", "invalid_clicks")];
        Some(address.with(&changed).href("/reports"))
    }

    /// The log of the clicks that one rule has refused; none where the report is not of one, or the log can't be
    /// narrowed as it is.
    fn log(&self, address: &Address) -> Option<String> {
        let rule = Dimension::SmartSwitchRule.name();
        if !self.sees_clicks || address.get(rule).is_empty() {
            return None;
        }
        let all = slices(self.calendar, self.question.range, true);
        let (from, to) = (moment(all.first()?.from)?, moment(all.last()?.to)?);
        let spanned = if address.get("from").is_empty() || address.get("to").is_empty() {
            address.with(&[("from", &from), ("to", &to)])
        } else {
            address.clone()
        };
        let mut log = Address::default();
        for (name, value) in spanned.fields().iter().filter(|(name, _)| !SHOWN.contains(&name.as_str())) {
            let name = if name == rule { "smart_switch_rule_id" } else { name };
            if !Click::FILTERS.contains(&name) || !log.get(name).is_empty() {
                return None;
            }
            log = log.with(&[(name, value)]);
        }
        Some(log.href("/clicks"))
    }

    /// The address narrowed to a group; none where no address can say it.
    fn narrowed(&self, address: Address, cut: Cut, value: &Value) -> Option<Address> {
        match value {
            Value::Day(day) => {
                let (from, to) =
                    (day.date().to_string(), (day.date() + chrono::Duration::days(1)).to_string());
                Some(address.with(&[("range", ""), ("from", &from), ("to", &to)]))
            }
            Value::Hour(hour) => {
                let range = Range { from: *hour, to: domain::shared::HourNumber(hour.0 + 1) };
                let all = slices(self.calendar, range, true);
                let (from, to) = (moment(all.first()?.from)?, moment(all.last()?.to)?);
                Some(address.with(&[("range", ""), ("from", &from), ("to", &to)]))
            }
            Value::Id(_) | Value::Text(_) => {
                let (name, value) = groups::filter(cut, value)?;
                Some(address.with(&[(&name, &value)]))
            }
        }
    }
}

fn moment(millis: i64) -> Option<String> {
    Some(DateTime::from_timestamp_millis(millis)?.to_rfc3339_opts(SecondsFormat::Secs, true))
}
