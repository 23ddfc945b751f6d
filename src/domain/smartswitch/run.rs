//! One check of the traffic against a rule: when it is due, which hours it looks at, and what it says of a source.

use super::{ConversionFact, EventKind, Figures, Judgement, RunEvery, SmartSwitchRule};
use crate::shared::{Calendar, HourNumber, Measures, Micros, OfferId, PartnerId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A source: a partner's value of the rule's variable at one offer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Source {
    pub offer_id: OfferId,
    pub partner_id: PartnerId,
    /// Empty for what came without the variable.
    pub value: String,
}

/// The hours of the network's own clock that are judged.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct JudgedHours {
    pub from: HourNumber,
    /// The first hour that is not among them.
    pub to: HourNumber,
}

/// What a rule says of one source, and by which figures.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Finding {
    pub hours: JudgedHours,
    pub measures: Measures,
    pub judgement: Judgement,
}

/// What a run found, as it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SwitchRunRecord {
    pub hours: JudgedHours,
    /// The save of the rule that was in force.
    pub rule_version: i64,
    /// Sources that brought anything.
    pub judged: i64,
    /// Of these, sources that reached a threshold.
    pub reached: i64,
    /// Of these, sources that breach the KPIs and are not left alone.
    pub hits: i64,
    /// Of these, sources that were not the rule's already.
    pub found: i64,
    /// Sources that were told of and breach no longer.
    pub recovered: i64,
    /// What the hits brought.
    pub traffic: Measures,
}

impl JudgedHours {
    /// From an hour to the one that is running, which is among them.
    #[must_use]
    pub fn since(from: HourNumber, calendar: Calendar, now: DateTime<Utc>) -> Self {
        Self { from, to: HourNumber(calendar.hour(now).0 + 1) }
    }

    /// How many there are.
    #[must_use]
    pub fn count(self) -> i64 {
        self.to.0 - self.from.0
    }
}

impl SmartSwitchRule {
    /// The last hour at whose beginning a run was due: the network's clock shows a multiple of the frequency.
    #[must_use]
    pub fn due_hour(every: RunEvery, calendar: Calendar, now: DateTime<Utc>) -> HourNumber {
        let hour = calendar.hour(now).0;
        HourNumber(hour - hour.rem_euclid(i64::from(every.hours())))
    }

    /// What a run looks at that was due when an hour began: the full hours of the lookback before it.
    #[must_use]
    pub fn hours_before(&self, due: HourNumber) -> JudgedHours {
        JudgedHours { from: HourNumber(due.0 - i64::from(self.lookback_hours.hours())), to: due }
    }

    /// What a run looks at that somebody asks for at a moment: the hours of the lookback, and the one that is
    /// running.
    #[must_use]
    pub fn hours_until(&self, calendar: Calendar, now: DateTime<Utc>) -> JudgedHours {
        JudgedHours::since(self.hours_before(calendar.hour(now)).from, calendar, now)
    }

    /// Whether anything that the rule asks of figures has another value in one than in the other.
    #[must_use]
    pub fn tells_apart(&self, one: &Measures, other: &Measures) -> bool {
        let facts: Vec<ConversionFact> =
            self.kpis.iter().map(|kpi| sample(kpi.event, &kpi.event_name)).collect();
        let of = |measures: &Measures| Figures { measures: *measures, conversions: &facts };
        let (a, b) = (of(one), of(other));
        let of_thresholds = self
            .thresholds
            .iter()
            .any(|threshold| threshold.data_point.of(one) != threshold.data_point.of(other));
        of_thresholds
            || self.kpis.iter().any(|kpi| {
                let value = |figures: &Figures<'_>| figures.value(kpi.metric, kpi.event, &kpi.event_name);
                let shares = |figures: &Figures<'_>| figures.shares(kpi.metric, kpi.event, &kpi.event_name);
                value(&a) != value(&b) || shares(&a) != shares(&b)
            })
    }
}

/// One conversion of an event, so that what is counted against events is there to be counted.
fn sample(kind: EventKind, name: &str) -> ConversionFact {
    let event: Option<Arc<str>> = match kind {
        EventKind::Base => None,
        EventKind::Any => Some("event".into()),
        EventKind::Named => Some(name.into()),
    };
    let (payout, revenue, amount) = (Micros(1_000_000), Micros(2_000_000), Micros(3_000_000));
    ConversionFact { event, payout, revenue, amount, delta_seconds: Some(60), ..ConversionFact::default() }
}

#[cfg(test)]
mod tests {
    use super::{JudgedHours, SmartSwitchRule};
    use crate::shared::{Calendar, HourNumber, Measures, Micros};
    use chrono::{DateTime, Utc};
    use chrono_tz::Tz;
    use serde_json::json;

    fn rule(changes: &serde_json::Value) -> SmartSwitchRule {
        let mut document = json!({
            "name": "r", "offer_ids": ["1"], "run_every_hours": 6, "lookback_hours": 24,
            "thresholds": [{"data_point": "total_clicks", "value": "1"}],
            "kpis": [{"metric": "cvr", "value": "1"}],
        });
        for (name, value) in changes.as_object().expect("an object") {
            document[name] = value.clone();
        }
        serde_json::from_value(document).expect("a rule")
    }

    #[test]
    fn runs_are_due_at_the_networks_own_hours_and_look_at_full_ones() {
        let kolkata = Calendar::new(Tz::Asia__Kolkata);
        let now: DateTime<Utc> = "2026-03-01T13:10:00Z".parse().expect("a moment");
        let rule = rule(&json!({}));
        let due = SmartSwitchRule::due_hour(rule.run_every_hours, kolkata, now);
        assert_eq!(due.hour_of_day(), 18, "18:40 there");
        let hours = rule.hours_before(due);
        assert_eq!((hours.from.0, hours.to, hours.count()), (due.0 - 24, due, 24));
        let asked = rule.hours_until(kolkata, now);
        assert_eq!(asked, JudgedHours { from: HourNumber(due.0 - 24), to: HourNumber(due.0 + 1) });
    }

    #[test]
    fn a_rule_asks_for_the_sums_of_its_terms_and_of_no_others() {
        let base = Measures {
            unique: 1_000,
            duplicate: 100,
            invalid: 70,
            impressions: 5_000,
            approved: 50,
            pending: 7,
            rejected: 3,
            events: 11,
            payout: Micros(9_000_000),
            revenue: Micros(12_000_000),
            ..Measures::default()
        };
        let asks = |rule: &SmartSwitchRule| {
            let changed = [
                Measures { unique: 2_000, ..base },
                Measures { approved: 60, ..base },
                Measures { events: 12, ..base },
                Measures { payout: Micros(1), ..base },
                Measures { impressions: 1, ..base },
            ];
            changed.map(|changed| rule.tells_apart(&base, &changed))
        };
        assert_eq!(asks(&rule(&json!({}))), [true, true, false, false, false]);
        let named =
            json!({"kpis": [{"metric": "evr", "event": "named", "event_name": "sale", "value": "1"}]});
        assert_eq!(asks(&rule(&named)), [true, true, false, false, false]);
        let paid = json!({
            "thresholds": [{"data_point": "impressions", "value": "1"}],
            "kpis": [{"metric": "cpa", "value": "1"}],
        });
        assert_eq!(asks(&rule(&paid)), [false, true, false, true, true]);
    }
}
