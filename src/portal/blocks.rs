//! What SmartSwitch does with a partner's own sources, in the words and figures that are the partner's to see. Where a
//! rule rests on what the network earns, neither its condition nor a figure is told.

use crate::{
    smartswitch::rules::words::{Around, Words, rests_on_money, words_for_partner},
    web::{Access, Failure, figures::shown, format},
};
use domain::{
    shared::{
        ActionableVariableId, Calendar, Currency, Measures, Metric, Micros, PartnerId, SmartSwitchRuleId,
        Unit,
    },
    smartswitch::{
        ActionableState, Breach, EventKind, Finding, KpiFound, SmartSwitchRule, SwitchOperator, Threshold,
    },
};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use store::{
    offers::{Named, Names},
    shared::all,
    smartswitch::{ActionableVariable, VariableChange, VariableFilter, changes_of, variable, variables},
};

/// What a partner sees of what SmartSwitch does with its sources.
pub struct Blocks {
    rules: BTreeMap<SmartSwitchRuleId, SmartSwitchRule>,
    names: Names,
    currency: Currency,
    calendar: Calendar,
}

/// A figure of a partner's source against the limit that it breaches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Against {
    pub figure: String,
    pub yours: String,
    pub limit: String,
    pub away: String,
}

/// Whose pages these are.
///
/// # Errors
/// [`Failure::NotFound`] where whoever asks belongs to no partner.
pub fn partner(access: &Access) -> Result<PartnerId, Failure> {
    access.partner().ok_or(Failure::NotFound)
}

impl Blocks {
    /// Reads what stands beside some sources.
    ///
    /// # Errors
    /// What the database said.
    pub async fn of(access: &Access, rules: Rules, found: &[ActionableVariable]) -> Result<Self, Failure> {
        let named = found.iter().map(|one| (Named::Offer, one.source.offer_id.0));
        let network = &access.entrant().network;
        Ok(Self {
            rules: rules.0,
            names: Names::read(access.scope(), named).await?,
            currency: network.currency,
            calendar: Calendar::new(network.zone),
        })
    }

    /// The name of a source's offer.
    #[must_use]
    pub fn offer(&self, source: &ActionableVariable) -> &str {
        self.names.of(Named::Offer, source.source.offer_id.0)
    }

    /// The calendar of the network.
    #[must_use]
    pub fn calendar(&self) -> Calendar {
        self.calendar
    }

    /// The rule's words for the partner.
    #[must_use]
    pub fn words(&self, source: &ActionableVariable) -> Option<Words> {
        let rule = self.rules.get(&source.rule_id)?;
        let around =
            Around { names: vec![self.offer(source)], currency: self.currency, calendar: self.calendar };
        Some(words_for_partner(rule, &around))
    }

    /// The partner's own figures that a finding rests on.
    #[must_use]
    pub fn figures(&self, finding: &Finding) -> Vec<(&'static str, String)> {
        OWN.iter().map(|metric| (metric.words(), shown(*metric, &finding.measures, self.currency))).collect()
    }

    /// Each term of the rule with the partner's figure; nothing where the rule rests on the network's money, or has
    /// other terms by now.
    #[must_use]
    pub fn against(&self, source: &ActionableVariable, finding: &Finding) -> Vec<Against> {
        let Some(rule) = self.rules.get(&source.rule_id).filter(|rule| !rests_on_money(rule)) else {
            return Vec::new();
        };
        let kpis = &finding.judgement.kpis;
        if kpis.len() != rule.kpis.len() + rule.advanced_kpis.len() {
            return Vec::new();
        }
        let threshold = finding.judgement.threshold.and_then(|place| rule.thresholds.get(place));
        let reached = threshold.map(|threshold| self.reached(threshold, &finding.measures));
        let (plain, advanced) = kpis.split_at(rule.kpis.len());
        let of_metrics = rule.kpis.iter().zip(plain).map(|(kpi, found)| {
            let figure = format!("{}{}", kpi.metric.words(), event(kpi.event, &kpi.event_name));
            self.breached(figure, kpi.metric.unit(), &kpi.breach(), found)
        });
        let of_quality = rule.advanced_kpis.iter().zip(advanced).map(|(kpi, found)| {
            let figure = format!("{}{}", kpi.metric.words(), event(kpi.event, &kpi.event_name));
            self.breached(figure, Unit::Ratio, &kpi.breach(), found)
        });
        reached.into_iter().chain(of_metrics).chain(of_quality).collect()
    }

    fn reached(&self, threshold: &Threshold, measures: &Measures) -> Against {
        let metric = threshold.data_point.metric();
        Against {
            figure: metric.words().to_owned(),
            yours: shown(metric, measures, self.currency),
            limit: format!("judged from {}", self.written(metric.unit(), threshold.value.to_decimal())),
            away: String::new(),
        }
    }

    fn breached(&self, figure: String, unit: Unit, breach: &Breach, found: &KpiFound) -> Against {
        let written = |value: Decimal| self.written(unit, value);
        let (limit, upper) = (breach.value.to_decimal(), breach.to.map(Micros::to_decimal));
        let (needed, away) = match breach.operator {
            SwitchOperator::LessThan => {
                (format!("{} or more", written(limit)), found.value.map(|value| limit - value))
            }
            SwitchOperator::GreaterThan => {
                (format!("{} or less", written(limit)), found.value.map(|value| value - limit))
            }
            SwitchOperator::Range => {
                let upper = upper.unwrap_or(limit);
                let to_edge = |value: Decimal| (value - limit).min(upper - value);
                (format!("outside {} to {}", written(limit), written(upper)), found.value.map(to_edge))
            }
        };
        Against {
            figure,
            yours: found.value.map_or_else(|| format::NO_VALUE.to_owned(), written),
            limit: needed,
            away: away.map_or_else(String::new, |away| format!("{} away", self.written(unit, away))),
        }
    }

    /// A value in the unit that rules are written in.
    fn written(&self, unit: Unit, value: Decimal) -> String {
        match unit {
            Unit::Count => value.round_dp(0).normalize().to_string(),
            Unit::Money => Micros::from_decimal(value).map_or_else(
                || format::NO_VALUE.to_owned(),
                |amount| format::exact_money(amount, self.currency),
            ),
            Unit::Ratio => format!("{} %", value.round_dp(3).normalize()),
            Unit::Seconds => format!("{} s", value.round_dp(0).normalize()),
        }
    }
}

/// The figures of its own that a partner sees.
const OWN: [Metric; 6] =
    [Metric::Clicks, Metric::InvalidClicks, Metric::Cv, Metric::Cvr, Metric::Payout, Metric::Epc];

fn event(kind: EventKind, name: &str) -> String {
    match kind {
        EventKind::Base => String::new(),
        EventKind::Any => " of any event".to_owned(),
        EventKind::Named => format!(" of “{name}”"),
    }
}

/// The rules of a network.
pub struct Rules(BTreeMap<SmartSwitchRuleId, SmartSwitchRule>);

impl Rules {
    /// Reads them.
    ///
    /// # Errors
    /// What the database said.
    pub async fn read(access: &Access) -> Result<Self, Failure> {
        let stored = all::<SmartSwitchRule>(access.scope().database().read(), access.network()).await?;
        Ok(Self(stored.into_iter().map(|rule| (SmartSwitchRuleId(rule.id), rule.body)).collect()))
    }

    /// Those that tell partners nothing: what they have only found is not shown either.
    fn silent(&self) -> Vec<SmartSwitchRuleId> {
        self.0.iter().filter(|(_, rule)| !rule.notify_partners).map(|(id, _)| *id).collect()
    }
}

/// The partner's sources in some states, the youngest first.
///
/// # Errors
/// What the database said.
pub async fn sources(
    access: &Access,
    rules: &Rules,
    states: &[ActionableState],
    (before, limit): (Option<i64>, u64),
) -> Result<Vec<ActionableVariable>, Failure> {
    let filter = VariableFilter {
        partner_id: Some(partner(access)?),
        states: states.to_vec(),
        silent: rules.silent(),
        ..VariableFilter::default()
    };
    Ok(variables(access.scope(), &filter, before, limit).await?)
}

/// One source of the partner with its history.
///
/// # Errors
/// [`Failure::NotFound`] where it is none of the partner's, or not shown to it.
pub async fn source(
    access: &Access,
    rules: &Rules,
    id: ActionableVariableId,
) -> Result<(ActionableVariable, Vec<VariableChange>), Failure> {
    let found = variable(access.scope(), id).await?;
    let is_silent = rules.silent().contains(&found.rule_id) && VariableFilter::HUSHED.contains(&found.state);
    if found.source.partner_id != partner(access)? || is_silent {
        return Err(Failure::NotFound);
    }
    let history = changes_of(access.scope(), id).await?;
    Ok((found, history))
}
