//! Groups with their names: what stands in a report's first columns, and in the API's `group`.

use crate::{
    links::{campaigns, smart_links},
    web::Failure,
};
use domain::{
    links::{Campaign, SmartLink},
    reports::Dimension,
    shared::{HourNumber, RowId},
    tracking::Code,
};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use store::{
    offers::{Named, Names},
    reports::{Cut, Line, Value},
    shared::{Filter, Page, Scope, Stored},
};

/// The names of everything that some lines are about.
#[derive(Default)]
pub(super) struct GroupNames {
    objects: Names,
    /// Of rows, rules, pages and options, by their ids, which are unique among all of a network's.
    parts: BTreeMap<String, String>,
}

impl GroupNames {
    /// The name of an object; empty where it is not known.
    fn of(&self, cut: Cut, id: i64) -> &str {
        kind(cut).map_or("", |kind| self.objects.of(kind, id))
    }

    /// What stands behind the digits of a dimension whose values are ids: the name of a rule, or of a part of a Smart
    /// Link or a campaign that is still there.
    fn part(&self, cut: Cut, id: &str) -> Option<&str> {
        if is_part(cut) {
            return self.parts.get(id).map(String::as_str);
        }
        let rule = id.parse().ok().filter(|_| is_rule(cut))?;
        Some(self.objects.of(Named::SmartSwitchRule, rule)).filter(|name| !name.is_empty())
    }
}

/// Whether a dimension's values are ids of parts of Smart Links and campaigns.
fn is_part(cut: Cut) -> bool {
    matches!(cut, Cut::By(Dimension::Row | Dimension::CampaignPage | Dimension::RotatorOption))
}

/// Whether a dimension's values are ids of SmartSwitch rules.
fn is_rule(cut: Cut) -> bool {
    cut == Cut::By(Dimension::SmartSwitchRule)
}

/// The names of everything that the lines are about.
pub(super) async fn names<'a>(
    scope: Scope<'_>,
    cuts: &[Cut],
    lines: impl Iterator<Item = &'a Line>,
) -> Result<GroupNames, Failure> {
    let named = lines.flat_map(|line| {
        cuts.iter().zip(&line.values).filter_map(|(cut, value)| match value {
            Value::Id(id) => Some((kind(*cut)?, *id)),
            Value::Text(text) if is_rule(*cut) => Some((Named::SmartSwitchRule, text.parse().ok()?)),
            Value::Day(_) | Value::Hour(_) | Value::Text(_) => None,
        })
    });
    let objects = Names::read(scope, named).await?;
    let parts = if cuts.iter().any(|cut| is_part(*cut)) { parts(scope).await? } else { BTreeMap::new() };
    Ok(GroupNames { objects, parts })
}

/// What rows, rules, pages and options are called, each behind what it belongs to.
async fn parts(scope: Scope<'_>) -> Result<BTreeMap<String, String>, Failure> {
    let links: Vec<Stored<SmartLink>> = scope.list(&Filter::default(), Page::ALL).await?;
    let flows: Vec<Stored<Campaign>> = scope.list(&Filter::default(), Page::ALL).await?;
    let named = links.iter().flat_map(|link| smart_links::named_by(&link.body));
    let named = named.chain(flows.iter().flat_map(|flow| campaigns::named_by(&flow.body)));
    let names = Names::read(scope, named).await?;
    let mut parts = BTreeMap::new();
    for link in links.iter().map(|link| &link.body) {
        for (place, row) in link.rows.iter().enumerate() {
            let name = format!("{}: {}", link.name, smart_links::row_name(&names, place, row));
            parts.insert(row.id.to_string(), name);
        }
    }
    for flow in flows.iter().map(|flow| &flow.body) {
        let mut add = |id: RowId, name: &str| parts.insert(id.to_string(), format!("{}: {name}", flow.name));
        for (place, rule) in flow.rules.iter().enumerate() {
            add(rule.id, &campaigns::rule_name(place, rule));
        }
        for page in &flow.landing_pages {
            add(page.id, &page.name);
        }
        for option in flow.rotators.iter().flat_map(|rotator| &rotator.options) {
            add(option.id, &campaigns::option_name(flow, &names, option));
        }
    }
    Ok(parts)
}

pub(super) fn kind(cut: Cut) -> Option<Named> {
    match cut {
        Cut::Offer => Some(Named::Offer),
        Cut::Advertiser => Some(Named::Advertiser),
        Cut::Partner => Some(Named::Partner),
        Cut::SmartLink => Some(Named::SmartLink),
        Cut::Campaign => Some(Named::Campaign),
        Cut::LandingPage => Some(Named::LandingPage),
        Cut::Day | Cut::Hour | Cut::By(_) => None,
    }
}

/// A group in JSON: an id and a name for offers and their like, the value by its dimension's name else; of rows,
/// rules, pages and options the name beside it, null where there is none any more, or it may not be seen.
pub(super) fn json(names: &GroupNames, cuts: &[Cut], line: &Line) -> Map<String, Json> {
    let mut group = Map::new();
    for (cut, value) in cuts.iter().zip(&line.values) {
        match value {
            Value::Id(id) => {
                let name = names.of(*cut, *id);
                let id = if *id == 0 { Json::Null } else { id.to_string().into() };
                group.insert(format!("{}_id", cut.name()), id);
                group.insert(cut.name().to_owned(), name.into());
            }
            Value::Day(day) => {
                group.insert(cut.name().to_owned(), day.date().to_string().into());
            }
            Value::Hour(at) => {
                group.insert(cut.name().to_owned(), hour(*at).into());
            }
            Value::Text(text) if *cut == Cut::By(Dimension::Code) => {
                group.insert("code".to_owned(), text.parse::<u16>().map_or(Json::Null, Json::from));
                group.insert("reason".to_owned(), reason(text).map_or(Json::Null, Json::from));
            }
            Value::Text(text) => {
                let value = if text.is_empty() { Json::Null } else { text.as_str().into() };
                group.insert(cut.name().to_owned(), value);
                if is_part(*cut) || is_rule(*cut) {
                    let name = names.part(*cut, text).map_or(Json::Null, Json::from);
                    group.insert(format!("{}_name", cut.name()), name);
                }
            }
        }
    }
    group
}

/// The hour of the network's clock: `2026-11-21T14:00`.
pub(super) fn hour(at: HourNumber) -> String {
    format!("{}T{:02}:00", at.day().date(), at.hour_of_day())
}

fn reason(code: &str) -> Option<&'static str> {
    code.parse().ok().and_then(Code::of_number).map(Code::words)
}

/// A group's cell in words.
pub(super) fn label(names: &GroupNames, cut: Cut, value: &Value) -> String {
    match value {
        Value::Id(0) => "none".to_owned(),
        Value::Id(id) => match names.of(cut, *id) {
            "" => id.to_string(),
            name => name.to_owned(),
        },
        Value::Day(day) => day.date().format("%a %-d %b %Y").to_string(),
        Value::Hour(at) => format!("{} {:02}:00", at.day().date().format("%-d %b"), at.hour_of_day()),
        Value::Text(text) if text.is_empty() => match cut {
            Cut::By(Dimension::Code) => "no code".to_owned(),
            Cut::By(Dimension::Event) => "no event".to_owned(),
            Cut::By(Dimension::Domain) => "none of the network's".to_owned(),
            Cut::By(Dimension::Row) => "no row".to_owned(),
            Cut::By(Dimension::CampaignPage) => "straight to the offer".to_owned(),
            Cut::By(Dimension::RotatorOption) => "no option".to_owned(),
            Cut::By(Dimension::SmartSwitchRule) => "no rule".to_owned(),
            Cut::By(Dimension::Country | Dimension::Device | Dimension::Os | Dimension::Browser) => {
                "unknown".to_owned()
            }
            Cut::By(_)
            | Cut::Offer
            | Cut::Advertiser
            | Cut::Partner
            | Cut::SmartLink
            | Cut::Campaign
            | Cut::LandingPage
            | Cut::Day
            | Cut::Hour => "not given".to_owned(),
        },
        Value::Text(text) if cut == Cut::By(Dimension::Code) => {
            reason(text).map_or_else(|| text.clone(), |reason| format!("{reason} ({text})"))
        }
        Value::Text(text) => names.part(cut, text).unwrap_or(text).to_owned(),
    }
}

/// The filter of an address that asks for this group alone; none where the roll-ups can't be asked so.
pub(super) fn filter(cut: Cut, value: &Value) -> Option<(String, String)> {
    match value {
        Value::Id(0) => None,
        Value::Id(id) => Some((format!("{}_id", cut.name()), id.to_string())),
        Value::Text(text) if !text.is_empty() => Some((cut.name().to_owned(), text.clone())),
        Value::Day(_) | Value::Hour(_) | Value::Text(_) => None,
    }
}

/// A group's cell in a file: dates and hours as machines write them, values as they are stored.
pub(super) fn written(names: &GroupNames, cut: Cut, value: &Value) -> String {
    match value {
        Value::Day(day) => day.date().to_string(),
        Value::Hour(at) => hour(*at),
        Value::Id(_) | Value::Text(_) => label(names, cut, value),
    }
}
