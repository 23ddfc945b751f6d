//! Sources that a SmartSwitch rule has found, written behind the server's back as a run would have left them: pages and
//! calls show them in every state without waiting for one.

use super::server::Server;
use chrono::Utc;
use domain::{
    shared::{Calendar, HourNumber, Measures, Micros, NetworkId},
    smartswitch::{Finding, JudgedHours, Judgement, KpiFound, SmartSwitchRule, SwitchRunRecord},
};
use rust_decimal::Decimal;
use serde_json::json;
use store::shared::{Actor, Document, now_millis};

const HOUR: i64 = 3_600_000;

/// A rule of one offer, with a run that is done.
#[derive(Clone, Debug)]
pub struct Switched {
    /// The network's place in the plan, counted from 1 as the database does.
    network: i64,
    pub rule: String,
    pub run: String,
}

/// A source to be found.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    pub offer: &'a str,
    pub partner: &'a str,
    pub value: &'a str,
    pub state: &'static str,
    /// Milliseconds from now.
    pub created: i64,
    /// 0 for none.
    pub due: i64,
    /// 0 for none.
    pub blocked: i64,
}

impl<'a> Found<'a> {
    /// One that waits for an hour more.
    pub fn pending(offer: &'a str, partner: &'a str, value: &'a str) -> Self {
        Self { offer, partner, value, state: "pending", created: -HOUR, due: HOUR, blocked: 0 }
    }
}

/// A rule on sub4 of an offer, in force, and a run of it that has found a source.
pub async fn switched(server: &Server, network: usize, name: &str, offer: &str) -> Switched {
    let network = i64::try_from(network).expect("a small number") + 1;
    let body: SmartSwitchRule = serde_json::from_value(json!({
        "name": name, "offer_ids": [offer], "variable": "sub4", "lookback_hours": 24,
        "thresholds": [{ "data_point": "total_clicks", "value": "5001" }],
        "kpis": [{ "metric": "cvr", "operator": "less_than", "value": "0.05" }],
    }))
    .expect("a rule");
    let store = server.rows.store().await;
    let person = Actor::system("Ann");
    let stored = store.of(NetworkId(network)).create(&person, Document { body, code: String::new() }).await;
    let rule = stored.expect("it is saved").id;
    store.close().await;
    let record = SwitchRunRecord {
        hours: lookback(),
        rule_version: 1,
        judged: 4,
        reached: 3,
        hits: 2,
        found: 1,
        recovered: 0,
        traffic: measures(),
    };
    let record = serde_json::to_string(&record).expect("plain data");
    let at = now_millis() - HOUR;
    let insert = format!(
        "INSERT INTO smart_switch_runs (network_id, rule_id, scheduled_at, asked_by, state, attempts, claimed_until, \
         finished_at, why, record) VALUES ({network}, {rule}, {at}, '', 'done', 1, 0, {}, '', '{record}')",
        at + 700
    );
    server.rows.execute(&insert).await;
    let run = server.rows.number("SELECT max(id) FROM smart_switch_runs").await;
    Switched { network, rule: rule.to_string(), run: run.to_string() }
}

impl Switched {
    /// Adds a source; gives its id.
    pub async fn find(&self, server: &Server, found: &Found<'_>) -> String {
        let Found { offer, partner, value, state, .. } = found;
        let Self { network, rule, run } = self;
        let now = now_millis();
        let at = |offset: i64| if offset == 0 { 0 } else { now + offset };
        let (created, due, blocked) = (at(found.created), at(found.due), at(found.blocked));
        let finding = Finding {
            hours: lookback(),
            measures: measures(),
            judgement: Judgement {
                threshold: Some(0),
                kpis: vec![KpiFound {
                    value: Some(Decimal::new(399_920, 7)),
                    probability: None,
                    is_breached: true,
                }],
            },
        };
        let (from, figures) = (finding.hours.from.0, serde_json::to_string(&finding).expect("plain data"));
        let insert = format!(
            "INSERT INTO actionable_variables (network_id, rule_id, run_id, offer_id, partner_id, variable, value, \
             action, state, created_at, due_at, blocked_at, ends_at, changed_at, judged_from, figures, \
             blocks_version) VALUES ({network}, {rule}, {run}, {offer}, {partner}, 'sub4', '{value}', 'block', \
             '{state}', {created}, {due}, {blocked}, 0, {created}, {from}, '{figures}', 0)"
        );
        server.rows.execute(&insert).await;
        let id = server.rows.number("SELECT max(id) FROM actionable_variables").await;
        let change = format!(
            "INSERT INTO actionable_variable_changes (network_id, variable_id, at, state, by_name, run_id, why, \
             figures) VALUES ({network}, {id}, {created}, 'pending', '', {run}, '', '{figures}')"
        );
        server.rows.execute(&change).await;
        id.to_string()
    }
}

/// The hours of a run that was due an hour ago, of a network on UTC.
fn lookback() -> JudgedHours {
    let hour = Calendar::new(chrono_tz::UTC).hour(Utc::now()).0 - 1;
    JudgedHours { from: HourNumber(hour - 24), to: HourNumber(hour) }
}

/// 2 of 5,001.
fn measures() -> Measures {
    Measures {
        unique: 5_001,
        approved: 2,
        payout: Micros(2_000_000),
        revenue: Micros(4_000_000),
        ..Measures::default()
    }
}
