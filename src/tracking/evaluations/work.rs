//! The work of an evaluation: what the rule would hit now, and then day by day what it would have done.

use super::outcome::{Now, Outcome, Past};
use crate::web::{
    Access, Failure,
    background::{Ended, Under},
};
use chrono::{DateTime, Utc};
use domain::{
    shared::{RunId, SmartSwitchRuleId},
    smartswitch::SmartSwitchRule,
};
use serde::{Deserialize, Serialize};
use store::{
    Error,
    shared::{Background, BackgroundTable, Watch},
    tracking::{REPLAYED_DAYS, evaluate, replay_rule},
};

/// The evaluations.
pub const EVALUATIONS: BackgroundTable =
    BackgroundTable { table: "smart_switch_evaluations", ones: "evaluations", field: "rule" };

/// What is evaluated, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// The rule, where it is a saved one.
    pub rule_id: Option<SmartSwitchRuleId>,
    /// As it was then.
    pub rule: SmartSwitchRule,
}

impl Asked {
    /// What an evaluation was asked for.
    ///
    /// # Errors
    /// It does not read.
    pub fn of(evaluation: &Background) -> Result<Self, Failure> {
        serde_json::from_str(&evaluation.query).map_err(|error| Failure::Broken(error.to_string()))
    }
}

/// What came out of an evaluation that is done.
///
/// # Errors
/// It does not read.
pub fn outcome_of(evaluation: &Background) -> Result<Outcome, Failure> {
    serde_json::from_str(&evaluation.result).map_err(|error| Failure::Broken(error.to_string()))
}

/// Begins an evaluation; its page is told by the id.
///
/// # Errors
/// What is wrong with the rule; too many run already.
pub async fn begin(access: &Access, asked: Asked) -> Result<RunId, Failure> {
    asked.rule.problems().into_result(())?;
    let query = serde_json::to_string(&asked).map_err(|error| Failure::Broken(error.to_string()))?;
    let work = move |mut under: Under| async move { worked(&mut under, &asked.rule, Utc::now()).await };
    access.state().evaluating.begin(access, (EVALUATIONS, &query), work).await
}

async fn worked(under: &mut Under, rule: &SmartSwitchRule, now: DateTime<Utc>) -> Ended {
    match outcome(under, rule, now).await {
        Ok(Some(outcome)) => Ended::Done(outcome),
        Ok(None) => Ended::ByHand,
        Err(Error::Conflict { message, .. }) => Ended::Failed(format!("the rule {message}")),
        Err(error) => {
            tracing::error!(%error, "an evaluation failed");
            Ended::Failed("the database refused; the log says why".to_owned())
        }
    }
}

/// What came out, as it is kept; none where somebody has ended it.
async fn outcome(
    under: &mut Under,
    rule: &SmartSwitchRule,
    now: DateTime<Utc>,
) -> Result<Option<String>, Error> {
    let (database, network) = (under.scope().database().clone(), under.scope().network());
    let whole = usize::try_from(REPLAYED_DAYS + 1).unwrap_or(usize::MAX);
    let hit = Now::of(evaluate(&database, network, rule, now).await?);
    if !under.step(1, whole).await? {
        return Ok(None);
    }
    let Some(replayed) = replay_rule(&database, network, rule, now, under).await? else { return Ok(None) };
    let outcome = Outcome { now: hit, past: Past::of(&replayed) };
    Ok(Some(serde_json::to_string(&outcome)?))
}
