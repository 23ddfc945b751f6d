//! What the menus of a rule's form hold, in the words of seed 003.

use super::{
    form::{CUSTOM, is_share},
    words::span,
};
use crate::{
    smartswitch::words::variables,
    web::{format, parts::Choice, status::statuses},
};
use domain::{
    shared::{Metric, Unit},
    smartswitch::{
        ActionDelay, AdvancedMetric, Bound, DataPoint, EntityType, EventKind, Lookback, RunEvery,
        SwitchAction, SwitchOperator,
    },
};

/// A figure to choose, with what its values are written in.
pub struct Figure {
    pub value: &'static str,
    pub label: &'static str,
    pub unit: &'static str,
    /// Whether it is a share, of which one can be sure.
    pub is_share: bool,
}

/// Every menu whose entries are the same for all networks.
pub struct Choices {
    pub statuses: Vec<Choice>,
    pub entity_types: Vec<Choice>,
    pub variables: Vec<Choice>,
    pub actions: Vec<Choice>,
    pub frequencies: Vec<Choice>,
    pub lookbacks: Vec<Choice>,
    pub delays: Vec<Choice>,
    pub data_points: Vec<Figure>,
    pub bounds: Vec<Choice>,
    pub events: Vec<Choice>,
    pub metrics: Vec<Figure>,
    pub advanced_metrics: Vec<Figure>,
    pub operators: Vec<Choice>,
}

impl Choices {
    /// All of them.
    pub fn all() -> Self {
        Self {
            statuses: statuses(),
            entity_types: entity_types(),
            variables: variables(),
            actions: actions(),
            frequencies: frequencies(),
            lookbacks: lookbacks(),
            delays: delays(),
            data_points: data_points(),
            bounds: bounds(),
            events: events(),
            metrics: metrics(),
            advanced_metrics: advanced_metrics(),
            operators: operators(),
        }
    }
}

fn entity_types() -> Vec<Choice> {
    EntityType::ALL
        .map(|kind| {
            let (label, hint) = match kind {
                EntityType::Offers => ("Offer", "The offers that you choose."),
                EntityType::Advertisers => {
                    ("Advertiser", "All offers of the advertisers that you choose, each judged by itself.")
                }
            };
            Choice::new(kind.name(), label).hint(hint)
        })
        .to_vec()
}

fn actions() -> Vec<Choice> {
    SwitchAction::ALL
        .map(|action| {
            let (label, hint) = match action {
                SwitchAction::Block => ("Block", "Its clicks get a blank page, with code 28."),
                SwitchAction::FailTraffic => ("Fail Traffic", "Its clicks follow the offer's fail traffic."),
                SwitchAction::Notify => ("Notification", "Nothing happens to its clicks; the notice is all."),
            };
            Choice::new(action.name(), label).hint(hint)
        })
        .to_vec()
}

fn frequencies() -> Vec<Choice> {
    let choice = |hours: u8| {
        Choice::new(hours.to_string(), format!("Every {}", format::counted(u32::from(hours), "hour")))
    };
    RunEvery::ALL.iter().map(|every| choice(every.hours())).collect()
}

fn lookbacks() -> Vec<Choice> {
    let words = |hours: u8| match hours {
        1 => "1 hour".to_owned(),
        hours => span(u32::from(hours) * 60),
    };
    Lookback::ALL
        .iter()
        .map(|lookback| Choice::new(lookback.hours().to_string(), words(lookback.hours())))
        .collect()
}

fn delays() -> Vec<Choice> {
    let words = |minutes: u32| match minutes {
        0 => "None".to_owned(),
        minutes => format::counted(minutes / 60, "hour"),
    };
    let offered = ActionDelay::OFFERED.map(|minutes| Choice::new(minutes.to_string(), words(minutes)));
    offered.into_iter().chain([Choice::new(CUSTOM, "Custom")]).collect()
}

fn bounds() -> Vec<Choice> {
    Bound::ALL
        .map(|bound| {
            let words = match bound {
                Bound::Minimum => "Minimum",
                Bound::Maximum => "Maximum",
            };
            Choice::new(bound.name(), words)
        })
        .to_vec()
}

fn events() -> Vec<Choice> {
    EventKind::ALL
        .map(|kind| {
            let words = match kind {
                EventKind::Base => "Base",
                EventKind::Any => "Event",
                EventKind::Named => "A named event",
            };
            Choice::new(kind.name(), words)
        })
        .to_vec()
}

fn operators() -> Vec<Choice> {
    SwitchOperator::ALL
        .map(|operator| {
            let words = match operator {
                SwitchOperator::GreaterThan => "Greater than",
                SwitchOperator::LessThan => "Less than",
                SwitchOperator::Range => "Range",
            };
            Choice::new(operator.name(), words)
        })
        .to_vec()
}

const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "count",
        Unit::Money => "money",
        Unit::Ratio => "ratio",
        Unit::Seconds => "seconds",
    }
}

fn data_points() -> Vec<Figure> {
    DataPoint::ALL
        .map(|point| Figure {
            value: point.name(),
            label: match point {
                DataPoint::TotalClicks => "Total Clicks",
                DataPoint::Revenue => "Revenue",
                DataPoint::Payout => "Payout",
                DataPoint::Impressions => "Impressions",
                DataPoint::Events => "Events",
                DataPoint::Conversions => "Conversions (approved)",
                DataPoint::AllConversions => "All Conversions",
            },
            unit: unit(point.metric().unit()),
            is_share: false,
        })
        .into_iter()
        .collect()
}

fn metrics() -> Vec<Figure> {
    let figure = |metric: &Metric| Figure {
        value: metric.name(),
        label: metric.words(),
        unit: unit(metric.unit()),
        is_share: is_share(*metric),
    };
    Metric::ALL.iter().map(figure).collect()
}

fn advanced_metrics() -> Vec<Figure> {
    let figure = |metric: AdvancedMetric| Figure {
        value: metric.name(),
        label: metric.words(),
        unit: "ratio",
        is_share: true,
    };
    AdvancedMetric::ALL.map(figure).into_iter().collect()
}
