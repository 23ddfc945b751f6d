//! One run from its claim to its end. The sources that it finds are kept some at a time, each with its facts, and a
//! source is a rule's but once: whoever does a part again, having been cut off, finds it done.

use super::judging::{Evaluated, Found, judge_all, judge_some};
use crate::{
    Error, identity,
    shared::{ClaimedRun, Database, Stored, number_of_rows},
    smartswitch::{Changed, New, change, finish_run, insert, notified_variables, raise_blocks},
};
use chrono::{DateTime, Utc};
use domain::{
    shared::{Calendar, SmartSwitchRuleId, SmartSwitchRunId},
    smartswitch::{ActionableState, JudgedHours, SmartSwitchRule, Source, SwitchRunRecord},
};

/// How many sources are kept in one transaction.
const AT_ONCE: usize = 50;

/// A run under way.
struct Running<'a> {
    database: &'a Database,
    run: &'a ClaimedRun,
    rule: &'a Stored<SmartSwitchRule>,
    calendar: Calendar,
    hours: JudgedHours,
    /// Milliseconds since 1970 UTC.
    now: i64,
}

/// Does a run as of `now`, in milliseconds since 1970 UTC; none where the rule is not in force any more, or somebody
/// else has done it.
///
/// # Errors
/// What the database said.
pub async fn run_rule(
    database: &Database,
    run: &ClaimedRun,
    now: i64,
) -> Result<Option<SwitchRunRecord>, Error> {
    let rule: Stored<SmartSwitchRule> = database.of(run.network).get(run.owner).await?;
    if !rule.body.is_in_force(moment(now)) {
        run.give_up(database, "the rule is not in force any more").await?;
        return Ok(None);
    }
    let calendar = identity::calendar(database, run.network).await?;
    let hours = hours(&rule.body, calendar, run);
    let running = Running { database, run, rule: &rule, calendar, hours, now };
    let evaluated = judge_all(database, (run.network, calendar), &rule.body, hours).await?;
    if !running.keep(&evaluated.hits).await? {
        return Ok(None);
    }
    let recovered = running.recover().await?;
    running.finish(&evaluated, recovered).await
}

fn moment(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// What the run looks at, whenever it is done: one that the clock made due, the full hours before; one that somebody
/// asked for, the hour that was running too.
fn hours(rule: &SmartSwitchRule, calendar: Calendar, run: &ClaimedRun) -> JudgedHours {
    let at = moment(run.scheduled_at);
    let hour = calendar.hour(at);
    if calendar.start_of_hour(hour) == at { rule.hours_before(hour) } else { rule.hours_until(calendar, at) }
}

impl Running<'_> {
    fn run_id(&self) -> SmartSwitchRunId {
        SmartSwitchRunId(self.run.id)
    }

    /// Keeps the sources that are not the rule's yet; false where somebody else does the run by now.
    async fn keep(&self, hits: &[Found]) -> Result<bool, Error> {
        for some in hits.chunks(AT_ONCE) {
            if !self.keep_some(some).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn keep_some(&self, some: &[Found]) -> Result<bool, Error> {
        let (database, network) = (self.database, self.run.network);
        let state = self.rule.body.after_hit();
        let transaction = database.write().await?;
        if !self.run.renew(&transaction).await? {
            return Ok(false);
        }
        let meets = state.met().is_some();
        let blocks_version = if meets { raise_blocks(&transaction, network).await? } else { 0 };
        for Found { source, finding } in some {
            let new = New {
                network,
                rule_id: SmartSwitchRuleId(self.rule.id),
                rule: &self.rule.body,
                run_id: self.run_id(),
                source,
                state,
                at: self.now,
                finding,
                blocks_version,
            };
            insert(&transaction, &new).await?;
        }
        transaction.commit().await?;
        if meets {
            database.changes().announce_blocks(network).await;
        }
        Ok(true)
    }

    /// Looks again at the sources that were only told of: those that are calm by now have recovered.
    async fn recover(&self) -> Result<i64, Error> {
        let network = self.run.network;
        let mut told = notified_variables(self.database, SmartSwitchRuleId(self.rule.id)).await?;
        told.retain(|variable| {
            variable.run_id != self.run_id() && variable.variable == self.rule.body.variable
        });
        let mut recovered = 0;
        for some in told.chunks(AT_ONCE) {
            let sources: Vec<Source> = some.iter().map(|variable| variable.source.clone()).collect();
            let of = (network, self.calendar);
            let findings = judge_some(self.database, of, &self.rule.body, self.hours, &sources).await?;
            let transaction = self.database.write().await?;
            for (variable, finding) in some.iter().zip(&findings) {
                if !self.rule.body.is_calm(&finding.judgement) {
                    continue;
                }
                let changed = Changed {
                    variable,
                    rule: &self.rule.body,
                    state: ActionableState::Recovered,
                    at: self.now,
                    by: "",
                    run_id: Some(self.run_id()),
                    why: "",
                    finding: Some(finding),
                    blocks_version: 0,
                };
                recovered += i64::from(change(&transaction, &changed).await?);
            }
            transaction.commit().await?;
        }
        Ok(recovered)
    }

    async fn finish(&self, evaluated: &Evaluated, recovered: i64) -> Result<Option<SwitchRunRecord>, Error> {
        let transaction = self.database.write().await?;
        let of_run = "SELECT id FROM actionable_variables WHERE network_id = $1 AND run_id = $2";
        let values = vec![self.run.network.0.into(), self.run.id.into()];
        let found = number_of_rows(&transaction, of_run, values).await?;
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let record = SwitchRunRecord {
            hours: self.hours,
            rule_version: self.rule.version,
            judged: evaluated.judged,
            reached: evaluated.reached,
            hits: count(evaluated.hits.len()),
            found: count(found),
            recovered,
            traffic: evaluated.traffic,
        };
        if !finish_run(&transaction, self.run, &record, self.now).await? {
            return Ok(None);
        }
        transaction.commit().await?;
        Ok(Some(record))
    }
}
