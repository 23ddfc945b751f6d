//! Judging all sources of a rule at once: what a run acts on, and what it would.

use super::{
    conversions::{Facts, conversions},
    sums::{Question, aside, sums_of},
};
use crate::{
    Error, identity,
    shared::{Database, rows},
};
use chrono::{DateTime, Utc};
use domain::{
    shared::{Calendar, Measures, NetworkId, OfferId},
    smartswitch::{ConversionFact, EntityType, Figures, Finding, JudgedHours, SmartSwitchRule, Source},
};
use rustc_hash::{FxHashMap, FxHashSet};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use std::hash::RandomState;

/// A source that a rule hits.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Found {
    pub source: Source,
    pub finding: Finding,
}

/// What a rule says of all sources.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Evaluated {
    pub hours: JudgedHours,
    /// Sources that brought anything.
    pub judged: i64,
    /// Of these, sources that reached a threshold.
    pub reached: i64,
    /// Sources that the rule hits, those with the most clicks first.
    pub hits: Vec<Found>,
    /// What these brought.
    pub traffic: Measures,
}

/// What a rule would hit now, whether it is saved or not.
///
/// # Errors
/// [`Error::Missing`] where there is no such network.
pub async fn evaluate(
    database: &Database,
    network: NetworkId,
    rule: &SmartSwitchRule,
    now: DateTime<Utc>,
) -> Result<Evaluated, Error> {
    let calendar = identity::calendar(database, network).await?;
    judge_all(database, (network, calendar), rule, rule.hours_until(calendar, now)).await
}

/// The offers that a rule judges: its own, or those of its advertisers.
///
/// # Errors
/// What the database said.
pub(super) async fn offers_of(
    database: &Database,
    network: NetworkId,
    rule: &SmartSwitchRule,
) -> Result<Vec<OfferId>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: i64,
    }
    if rule.entity_type == EntityType::Offers {
        return Ok(rule.offer_ids.clone());
    }
    let advertisers: Vec<String> = rule.advertiser_ids.iter().map(|id| id.0.to_string()).collect();
    if advertisers.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id FROM offers WHERE network_id = $1 AND advertiser_id IN ({}) ORDER BY id",
        advertisers.join(", ")
    );
    let found: Vec<Row> = rows(database.read(), &sql, vec![network.0.into()]).await?;
    Ok(found.into_iter().map(|row| OfferId(row.id)).collect())
}

/// What a rule says of all sources in some hours.
pub(super) async fn judge_all(
    database: &Database,
    (network, calendar): (NetworkId, Calendar),
    rule: &SmartSwitchRule,
    hours: JudgedHours,
) -> Result<Evaluated, Error> {
    let offers = offers_of(database, network, rule).await?;
    let question = Question { database, network, rule, offers: &offers, hours };
    let reached = question.reached().await?;
    let (judged, count) = (reached.judged, i64::try_from(reached.sources.len()).unwrap_or(i64::MAX));
    let facts = facts(&question, calendar, reached.sources.iter().map(|(source, _)| source)).await?;
    // By the sums that the rule asks for, and then, as time has passed, by all sums of what it hits.
    let own = rule.clone();
    let (hit, facts) = aside(move || (hit(&own, reached.sources, &facts), facts)).await?;
    let sums = sums_of(database, network, (rule.variable, hours), hit.iter()).await?;
    let own = rule.clone();
    let hits = aside(move || found(&own, hours, sums, &facts)).await?;
    let traffic = hits.iter().map(|found| found.finding.measures).sum();
    Ok(Evaluated { hours, judged, reached: count, hits, traffic })
}

/// The conversions of sources, where the rule asks for them.
async fn facts(
    question: &Question<'_>,
    calendar: Calendar,
    sources: impl Iterator<Item = &Source>,
) -> Result<Facts, Error> {
    let Question { database, network, rule, offers, hours } = *question;
    if !rule.reads_conversions() {
        return Ok(Facts::default());
    }
    let wanted: FxHashSet<&Source> = sources.collect();
    let is_wanted = |source: &Source| wanted.contains(source);
    // Addresses are compared within this judgement alone: a key of its own each time.
    let hasher = RandomState::new();
    conversions(database, (network, calendar), (rule.variable, hours), (offers, &hasher), is_wanted).await
}

fn hit(rule: &SmartSwitchRule, sources: Vec<(Source, Measures)>, facts: &Facts) -> Vec<Source> {
    let is_hit = |source: &Source, measures: Measures| {
        let conversions = conversions_of(facts, source);
        !rule.excludes(source.partner_id, &source.value) && rule.hits(&Figures { measures, conversions })
    };
    let hits = sources.into_iter().filter(|(source, measures)| is_hit(source, *measures));
    hits.map(|(source, _)| source).collect()
}

fn found(
    rule: &SmartSwitchRule,
    hours: JudgedHours,
    sums: FxHashMap<Source, Measures>,
    facts: &Facts,
) -> Vec<Found> {
    let judge = |(source, measures): (Source, Measures)| {
        let conversions = conversions_of(facts, &source);
        let judgement = rule.judge(&Figures { measures, conversions });
        let finding = Finding { hours, measures, judgement };
        finding.judgement.is_hit().then_some(Found { source, finding })
    };
    let mut found: Vec<Found> = sums.into_iter().filter_map(judge).collect();
    found.sort_by(|one, other| {
        let clicks = |found: &Found| found.finding.measures.clicks();
        clicks(other).cmp(&clicks(one)).then_with(|| one.source.cmp(&other.source))
    });
    found
}

fn conversions_of<'f>(facts: &'f Facts, source: &Source) -> &'f [ConversionFact] {
    facts.get(source).map_or(&[], Vec::as_slice)
}

/// What a rule says of some sources over some hours each: those too that brought nothing.
pub(super) async fn judge_some(
    database: &Database,
    (network, calendar): (NetworkId, Calendar),
    rule: &SmartSwitchRule,
    hours: JudgedHours,
    sources: &[Source],
) -> Result<Vec<Finding>, Error> {
    let mut offers: Vec<OfferId> = sources.iter().map(|source| source.offer_id).collect();
    offers.sort_unstable();
    offers.dedup();
    let question = Question { database, network, rule, offers: &offers, hours };
    let facts = facts(&question, calendar, sources.iter()).await?;
    let sums = sums_of(database, network, (rule.variable, hours), sources.iter()).await?;
    let finding = |source: &Source| {
        let measures = sums.get(source).copied().unwrap_or_default();
        let conversions = conversions_of(&facts, source);
        let judgement = rule.judge(&Figures { measures, conversions });
        Finding { hours, measures, judgement }
    };
    Ok(sources.iter().map(finding).collect())
}
