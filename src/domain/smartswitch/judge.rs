//! Judging a source by a rule: thresholds joined by OR, KPIs joined by AND (seed 003). No value never breaks a KPI
//! and never fires it.

use super::{
    Figures, SmartSwitchRule,
    sure::{SURE, breach_probability},
    terms::{AdvancedKpi, Breach, EventKind, Kpi},
};
use crate::shared::share;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What one KPI says of a source.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct KpiFound {
    /// The value in the unit that the KPI is written in, shares in percent; none where it is a ratio over zero.
    pub value: Option<Decimal>,
    /// How probable the breach is, where the KPI asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    pub is_breached: bool,
}

/// What a rule says of a source.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Judgement {
    /// The place of the first threshold that is reached; none where none is, and nothing else counts.
    pub threshold: Option<usize>,
    /// What each KPI says, then each advanced one.
    pub kpis: Vec<KpiFound>,
}

impl Judgement {
    /// Whether the KPIs hold together: the source is unacceptable whatever the thresholds.
    #[must_use]
    pub fn is_breached(&self) -> bool {
        !self.kpis.is_empty() && self.kpis.iter().all(|kpi| kpi.is_breached)
    }

    /// Whether the rule acts on the source.
    #[must_use]
    pub fn is_hit(&self) -> bool {
        self.threshold.is_some() && self.is_breached()
    }
}

impl SmartSwitchRule {
    /// Whether it asks what only the conversions themselves tell.
    #[must_use]
    pub fn reads_conversions(&self) -> bool {
        !self.advanced_kpis.is_empty() || self.kpis.iter().any(|kpi| kpi.event != EventKind::Base)
    }

    /// What the rule says of a source with these figures.
    #[must_use]
    pub fn judge(&self, figures: &Figures<'_>) -> Judgement {
        let threshold = self.thresholds.iter().position(|threshold| threshold.is_reached(&figures.measures));
        let kpis = self.kpis.iter().map(|kpi| found(kpi, figures));
        let advanced = self.advanced_kpis.iter().map(|kpi| advanced_found(kpi, figures));
        Judgement { threshold, kpis: kpis.chain(advanced).collect() }
    }

    /// As [`Self::judge`], only whether it acts: most sources are asked no further than a threshold.
    #[must_use]
    pub fn hits(&self, figures: &Figures<'_>) -> bool {
        self.thresholds.iter().any(|threshold| threshold.is_reached(&figures.measures))
            && self.judge(figures).is_hit()
    }
}

fn found(kpi: &Kpi, figures: &Figures<'_>) -> KpiFound {
    let value = figures.value(kpi.metric, kpi.event, &kpi.event_name);
    let shares = kpi.only_when_sure.then(|| figures.shares(kpi.metric, kpi.event, &kpi.event_name));
    told(&kpi.breach(), value, shares.map(Option::unwrap_or_default))
}

fn advanced_found(kpi: &AdvancedKpi, figures: &Figures<'_>) -> KpiFound {
    let (part, whole) = figures.quality(kpi.metric, kpi.event, &kpi.event_name);
    let value = share(part, whole).map(|share| share * Decimal::ONE_HUNDRED);
    told(&kpi.breach(), value, kpi.only_when_sure.then_some((part, whole)))
}

/// `counts`: where the breach has to be sure, what is counted and out of how much.
fn told(breach: &Breach, value: Option<Decimal>, counts: Option<(i64, i64)>) -> KpiFound {
    let probability = counts.and_then(|(part, whole)| breach_probability(breach, part, whole));
    let is_sure = counts.is_none() || probability.is_some_and(|probability| probability >= SURE);
    KpiFound { value, probability, is_breached: is_sure && value.is_some_and(|value| breach.holds(value)) }
}
