//! The document of a SmartSwitch rule (DOMAIN.md, section 8; seed 003): which traffic is unacceptable, and what
//! becomes of the sources that bring it.

use super::{
    AdvancedKpi, Kpi, Threshold,
    settings::{ActionDelay, BlockHours, EntityType, Lookback, RunEvery, SwitchAction, Variable},
};
use crate::shared::{AdvertiserId, OfferId, PartnerId, Problems, Status};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The most rules that a network may have beside its deleted ones.
pub const MOST_RULES: usize = 30;
/// The most offers or advertisers that a rule names.
const MOST_ENTITIES: usize = 1_000;
/// The most thresholds, KPIs and advanced KPIs, of each.
const MOST_TERMS: usize = 20;
/// The most exclusions of a rule.
const MOST_EXCLUSIONS: usize = 1_000;
/// The most characters of a variable's value.
pub const LONGEST_VALUE: usize = 500;

/// A partner's source that a rule leaves alone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// Whose source; every partner's where it is none.
    #[serde(default)]
    pub partner_id: Option<PartnerId>,
    /// The variable's value, exactly; every value of the partner where it is none.
    #[serde(default)]
    pub value: Option<String>,
}

/// A rule of unacceptable traffic.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmartSwitchRule {
    pub name: String,
    #[serde(default)]
    pub status: Status,
    /// Before this it does nothing.
    #[serde(default)]
    pub start_date: Option<DateTime<Utc>>,
    /// From this on it does nothing, and what is pending is cancelled.
    #[serde(default)]
    pub end_date: Option<DateTime<Utc>>,
    /// Whether employees are told.
    #[serde(default = "yes")]
    pub notify_employees: bool,
    /// Whether the partners whose traffic is affected are told.
    #[serde(default = "yes")]
    pub notify_partners: bool,
    #[serde(default)]
    pub entity_type: EntityType,
    /// The offers of a rule on offers.
    #[serde(default)]
    pub offer_ids: Vec<OfferId>,
    /// The advertisers of a rule on advertisers: each of their offers is judged by itself.
    #[serde(default)]
    pub advertiser_ids: Vec<AdvertiserId>,

    #[serde(default)]
    pub variable: Variable,
    #[serde(default)]
    pub action: SwitchAction,
    #[serde(default)]
    pub run_every_hours: RunEvery,
    #[serde(default)]
    pub lookback_hours: Lookback,
    /// The time between the notice and the action.
    #[serde(default)]
    pub action_delay_minutes: ActionDelay,

    /// One of them has to be reached before the KPIs are looked at.
    pub thresholds: Vec<Threshold>,
    /// All of them have to hold, with the advanced ones.
    #[serde(default)]
    pub kpis: Vec<Kpi>,
    #[serde(default)]
    pub advanced_kpis: Vec<AdvancedKpi>,

    #[serde(default)]
    pub exclusions: Vec<Exclusion>,
    /// For how many hours a block lasts; until it is lifted where it is none.
    #[serde(default)]
    pub block_hours: Option<BlockHours>,
    /// Whether traffic without the variable is judged, as a source of its own.
    #[serde(default)]
    pub judge_empty: bool,
    /// Whether a source that breaches no longer when its delay ends is left alone.
    #[serde(default = "yes")]
    pub recover: bool,
}

fn yes() -> bool {
    true
}

impl SmartSwitchRule {
    /// What is wrong with the document; empty where it can be saved.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        problems.text("name", &self.name, true, 200);
        let in_order =
            self.start_date.zip(self.end_date).is_none_or(|(start_date, end_date)| start_date < end_date);
        problems.check(in_order, "end_date", "must be after the start date");
        self.check_entities(&mut problems);
        self.check_terms(&mut problems);
        self.check_exclusions(&mut problems);
        problems
    }

    fn check_entities(&self, problems: &mut Problems) {
        let (offers, advertisers) = (self.offer_ids.len(), self.advertiser_ids.len());
        let ((field, count), (other, others), kind) = match self.entity_type {
            EntityType::Offers => (("offer_ids", offers), ("advertiser_ids", advertisers), "offer"),
            EntityType::Advertisers => (("advertiser_ids", advertisers), ("offer_ids", offers), "advertiser"),
        };
        problems.check(count > 0, field, format!("must name an {kind}: choose at least one"));
        problems.check(
            count <= MOST_ENTITIES,
            field,
            format!("has {count} of them; at most {MOST_ENTITIES} are allowed"),
        );
        let message = format!("must be empty, as the entity type is {}s", kind);
        problems.check(others == 0, other, message);
    }

    fn check_terms(&self, problems: &mut Problems) {
        let reached = "must hold at least one: from when on a source is judged, such as 5,001 clicks";
        problems.check(!self.thresholds.is_empty(), "thresholds", reached);
        let has_kpi = !self.kpis.is_empty() || !self.advanced_kpis.is_empty();
        problems.check(has_kpi, "kpis", "must hold at least one, or an advanced one: what is unacceptable");
        for (field, count) in [
            ("thresholds", self.thresholds.len()),
            ("kpis", self.kpis.len()),
            ("advanced_kpis", self.advanced_kpis.len()),
        ] {
            let message = format!("has {count} of them; at most {MOST_TERMS} are allowed");
            problems.check(count <= MOST_TERMS, field, message);
        }
        for (at, threshold) in self.thresholds.iter().take(MOST_TERMS).enumerate() {
            threshold.check(problems, &format!("thresholds[{at}]"));
        }
        for (at, kpi) in self.kpis.iter().take(MOST_TERMS).enumerate() {
            kpi.check(problems, &format!("kpis[{at}]"));
        }
        for (at, kpi) in self.advanced_kpis.iter().take(MOST_TERMS).enumerate() {
            kpi.check(problems, &format!("advanced_kpis[{at}]"));
        }
    }

    fn check_exclusions(&self, problems: &mut Problems) {
        let count = self.exclusions.len();
        let message = format!("has {count} of them; at most {MOST_EXCLUSIONS} are allowed");
        problems.check(count <= MOST_EXCLUSIONS, "exclusions", message);
        for (at, exclusion) in self.exclusions.iter().take(MOST_EXCLUSIONS).enumerate() {
            let path = format!("exclusions[{at}]");
            let is_something = exclusion.partner_id.is_some() || exclusion.value.is_some();
            problems.check(is_something, &path, "must name a partner or a value");
            if let Some(value) = &exclusion.value {
                problems.text(&format!("{path}.value"), value, false, LONGEST_VALUE);
            }
        }
    }

    /// Whether it runs at a moment: it is active, has begun and has not ended.
    #[must_use]
    pub fn is_in_force(&self, now: DateTime<Utc>) -> bool {
        let has_begun = self.start_date.is_none_or(|start_date| start_date <= now);
        let has_ended = self.end_date.is_some_and(|end_date| end_date <= now);
        self.status == Status::Active && has_begun && !has_ended
    }

    /// Whether it leaves a source alone.
    #[must_use]
    pub fn excludes(&self, partner: PartnerId, value: &str) -> bool {
        let is_empty = value.is_empty() && !self.judge_empty;
        let is_named = |exclusion: &Exclusion| {
            exclusion.partner_id.is_none_or(|named| named == partner)
                && exclusion.value.as_ref().is_none_or(|named| named == value)
        };
        is_empty || self.exclusions.iter().any(is_named)
    }
}
