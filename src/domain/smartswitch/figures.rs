//! The figures of one source: what its roll-ups sum to, and its conversions one by one where a rule asks what
//! sums can't tell.

use super::terms::{AdvancedMetric, EventKind};
use crate::shared::{Measures, Metric, Micros, Unit};
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What a visitor was connected by when the click was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Connection {
    #[default]
    Unknown,
    Mobile,
    Wifi,
    Other,
}

impl Connection {
    /// Of the word that is stored with a click; empty where nothing is known.
    #[must_use]
    pub fn of_word(word: &str) -> Self {
        match word {
            "" => Self::Unknown,
            "mobile" => Self::Mobile,
            "wifi" => Self::Wifi,
            _ => Self::Other,
        }
    }
}

/// What was decided of a conversion.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Approval {
    #[default]
    Approved,
    Pending,
    Rejected,
}

/// A conversion or event of a source, as KPIs count it. Address and connection are those of the click: the
/// postback's are the advertiser's server's.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ConversionFact {
    /// The event's name; none of a base conversion.
    pub event: Option<Arc<str>>,
    pub approval: Approval,
    pub is_fraud: bool,
    /// After an impression without a click.
    pub is_view_through: bool,
    pub payout: Micros,
    pub revenue: Micros,
    /// The basket.
    pub amount: Micros,
    /// Seconds since the click; none where there was none.
    pub delta_seconds: Option<i64>,
    pub connection: Connection,
    /// A keyed hash of the address; none where it is not known.
    pub address: Option<u64>,
    /// Whether source_id and sub1 to sub5 are empty, in the order of [`super::Variable::ALL`].
    pub empty: [bool; 6],
    /// Whether the click brought a device id; none where that was not kept.
    pub has_device_id: Option<bool>,
}

/// The figures of one source in the time that is judged.
#[derive(Clone, Debug, Default)]
pub struct Figures<'a> {
    /// As reports have them.
    pub measures: Measures,
    /// All conversions and events, where the rule asks for them ([`super::SmartSwitchRule::reads_conversions`]).
    pub conversions: &'a [ConversionFact],
}

impl Figures<'_> {
    /// The value of a metric in the unit that people write, shares in percent; none where it is a ratio over zero.
    #[must_use]
    pub fn value(&self, metric: Metric, kind: EventKind, name: &str) -> Option<Decimal> {
        let value = metric.value(&self.measures_of(metric, kind, name))?;
        Some(if metric.unit() == Unit::Ratio { value * Decimal::ONE_HUNDRED } else { value })
    }

    /// Of a share of counts, what is counted and out of how much.
    #[must_use]
    pub fn shares(&self, metric: Metric, kind: EventKind, name: &str) -> Option<(i64, i64)> {
        metric.shares(&self.measures_of(metric, kind, name))
    }

    /// The sums with the conversions of an event in place of the base conversions. EVR is events over base
    /// conversions whatever the events.
    fn measures_of(&self, metric: Metric, kind: EventKind, name: &str) -> Measures {
        if kind == EventKind::Base {
            return self.measures;
        }
        let of_events = self.of_event(kind, name).fold(self.traffic(), |sums, fact| sums + fact.measures());
        if metric == Metric::Evr {
            return Measures { events: of_events.approved, ..self.measures };
        }
        Measures { events: of_events.approved, ..of_events }
    }

    /// Clicks and impressions without anything that came of them.
    fn traffic(&self) -> Measures {
        let Measures { impressions, unique, duplicate, invalid, .. } = self.measures;
        Measures { impressions, unique, duplicate, invalid, ..Measures::default() }
    }

    fn of_event(&self, kind: EventKind, name: &str) -> impl Iterator<Item = &ConversionFact> {
        self.conversions.iter().filter(move |fact| match kind {
            EventKind::Base => fact.event.is_none(),
            EventKind::Any => fact.event.is_some(),
            EventKind::Named => fact.event.as_deref() == Some(name),
        })
    }

    /// Of an advanced metric, how many conversions it counts and out of how many: approved ones of the event that
    /// came of a click.
    #[must_use]
    pub fn quality(&self, metric: AdvancedMetric, kind: EventKind, name: &str) -> (i64, i64) {
        let counted = self
            .of_event(kind, name)
            .filter(|fact| fact.approval == Approval::Approved && !fact.is_view_through);
        match metric {
            AdvancedMetric::MobileTraffic => share_of(counted, |fact| is_by(fact, Connection::Mobile)),
            AdvancedMetric::WifiTraffic => share_of(counted, |fact| is_by(fact, Connection::Wifi)),
            AdvancedMetric::DuplicateIps => duplicates(counted),
            AdvancedMetric::EmptySourceId => share_of(counted, |fact| Some(fact.empty[0])),
            AdvancedMetric::EmptySub1 => share_of(counted, |fact| Some(fact.empty[1])),
            AdvancedMetric::EmptySub2 => share_of(counted, |fact| Some(fact.empty[2])),
            AdvancedMetric::EmptySub3 => share_of(counted, |fact| Some(fact.empty[3])),
            AdvancedMetric::EmptySub4 => share_of(counted, |fact| Some(fact.empty[4])),
            AdvancedMetric::EmptySub5 => share_of(counted, |fact| Some(fact.empty[5])),
            AdvancedMetric::WithoutDeviceIds => {
                share_of(counted, |fact| fact.has_device_id.map(|has_one| !has_one))
            }
        }
    }
}

/// How many have it, of those of which that is known.
fn share_of<'a>(
    facts: impl Iterator<Item = &'a ConversionFact>,
    has: impl Fn(&ConversionFact) -> Option<bool>,
) -> (i64, i64) {
    facts.filter_map(has).fold((0, 0), |(part, whole), has| (part + i64::from(has), whole + 1))
}

fn is_by(fact: &ConversionFact, connection: Connection) -> Option<bool> {
    (fact.connection != Connection::Unknown).then_some(fact.connection == connection)
}

/// How many share their address with another one, of those whose address is known.
fn duplicates<'a>(facts: impl Iterator<Item = &'a ConversionFact>) -> (i64, i64) {
    let mut counts: FxHashMap<u64, i64> = FxHashMap::default();
    for address in facts.filter_map(|fact| fact.address) {
        *counts.entry(address).or_default() += 1;
    }
    (counts.values().filter(|count| **count > 1).sum(), counts.values().sum())
}

impl ConversionFact {
    /// What an event adds to the sums in place of a base conversion (DOMAIN.md, section 3). One after an impression
    /// counts like any other: only base conversions are told apart by that.
    fn measures(&self) -> Measures {
        let fraud = i64::from(self.is_fraud);
        match self.approval {
            Approval::Approved => Measures {
                approved: 1,
                fraud,
                payout: self.payout,
                revenue: self.revenue,
                sale_amount: self.amount,
                delta_seconds: self.delta_seconds.unwrap_or(0),
                untimed: i64::from(self.delta_seconds.is_none()),
                ..Measures::default()
            },
            Approval::Pending => Measures {
                pending: 1,
                fraud,
                pending_payout: self.payout,
                pending_revenue: self.revenue,
                ..Measures::default()
            },
            Approval::Rejected => Measures { rejected: 1, fraud, ..Measures::default() },
        }
    }
}
