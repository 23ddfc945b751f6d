//! SmartSwitch from the run to the block, with a moved clock: the source document's own example, what saves a source
//! and what does not, and that a run, a notice and a block are there once, however often and wherever they are begun.

use crate::support::{
    gestures::{Advertiser, Offer},
    past::{Past, PastClick, Seen},
    server::Server,
};
use chrono::{DateTime, Utc};
use domain::{
    shared::{NetworkId, SmartSwitchRuleId},
    smartswitch::{ActionableAct, ActionableState, SmartSwitchRule, SwitchRunRecord},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, future::Future, pin::pin, task::Poll};
use store::{
    shared::{Actor, Document, now_millis},
    smartswitch::{
        ActionableVariable, SMART_SWITCH_RUNS, VariableFilter, act, changes_of, schedule_runs, variables,
    },
    tracking::{end_blocks, run_rule, settle_due},
};

both_databases!(
    the_sources_own_example_ends_in_a_blocked_source_and_nothing_else,
    a_run_is_due_once_and_caught_up_once,
    whoever_is_killed_at_any_step_leaves_the_same_behind,
    many_workers_find_tell_and_block_once,
    a_rule_that_is_not_in_force_any_more_cancels_what_is_pending,
    people_block_lift_and_whitelist,
    a_block_has_an_end_where_the_rule_says_so
);

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const NETWORK: NetworkId = NetworkId(1);

fn person() -> Actor {
    Actor::system("Ann")
}

/// A network with an offer of a partner, whose sources clicked two hours ago.
struct World {
    server: Server,
    store: store::Database,
    advertiser: Advertiser,
    offer: Offer,
    /// The clicks of each source, the oldest first.
    clicks: BTreeMap<&'static str, Vec<String>>,
}

impl World {
    /// Sources as the values of sub4, with so many clicks and conversions each.
    async fn new(mut server: Server, sources: &[(&'static str, usize, usize)]) -> Self {
        let api = &server.api;
        let advertiser = api.create_advertiser("Acme").await;
        let offer = api.create_offer(&advertiser, json!({})).await;
        let partner = api.create_partner("Partner").await;
        server.stop().await;
        let past = Past::open(&server, NETWORK.0).await;
        let number = |id: &str| id.parse().expect("a number");
        let mut clicks: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let at = now_millis() - 2 * HOUR;
        for (source, count, conversions) in sources {
            let click = PastClick {
                at,
                partner: number(&partner),
                offer: number(&offer.id),
                landing_page: number(&offer.landing_page),
                verdict: 0,
                code: 0,
                seen: Seen { subs: vec!["", "", "", source], ..Seen::default() },
                payout: 0,
                revenue: 0,
            };
            for place in 0..*count {
                let id = past.click(&click).await;
                if place < *conversions {
                    past.postback(at + MINUTE, &bought(&id, &advertiser)).await;
                }
                clicks.entry(source).or_default().push(id);
            }
        }
        past.close().await;
        // Whoever works is the test, by its own clock.
        server.option("--roles", "web,tracking");
        server.restart().await;
        server.wait_drained().await;
        let store = server.rows.store().await;
        Self { server, store, advertiser, offer, clicks }
    }

    /// A rule as the source document has it, with changes.
    async fn rule(&self, changes: Value) -> SmartSwitchRuleId {
        let mut document = json!({
            "name": "Sub4 under 0.05 %", "offer_ids": [self.offer.id], "variable": "sub4", "action": "block",
            "run_every_hours": 1, "lookback_hours": 24, "action_delay_minutes": 60,
            "thresholds": [{"data_point": "total_clicks", "value": "5001"}],
            "kpis": [{"metric": "cvr", "operator": "less_than", "value": "0.05"}],
        });
        for (name, value) in changes.as_object().expect("an object") {
            document[name] = value.clone();
        }
        let body: SmartSwitchRule = serde_json::from_value(document).expect("a rule");
        assert!(body.problems().0.is_empty(), "{:?}", body.problems());
        let stored = self.store.of(NETWORK).create(&person(), Document { body, code: String::new() }).await;
        SmartSwitchRuleId(stored.expect("it is saved").id)
    }

    async fn change(&self, rule: SmartSwitchRuleId, change: impl FnOnce(&mut SmartSwitchRule)) {
        let person = person();
        let changed = self.store.of(NETWORK).rewrite(&person, rule.0, None, |mut body: SmartSwitchRule| {
            change(&mut body);
            body
        });
        changed.await.expect("it is saved");
    }

    /// The run of the full hour that begins next, done at `now`; what it found.
    async fn run_at(&self, now: i64) -> SwitchRunRecord {
        schedule_runs(&self.store, now, &mut BTreeMap::new()).await.expect("it is looked");
        let due = SMART_SWITCH_RUNS.due(&self.store, now, 10).await.expect("it is asked");
        assert_eq!(due.len(), 1, "one run is due");
        let claimed = SMART_SWITCH_RUNS.claim(&self.store, due[0].0).await.expect("it is claimed");
        let record = run_rule(&self.store, &claimed.expect("it is nobody's"), now).await;
        record.expect("it runs").expect("it is done")
    }

    async fn found(&self) -> Vec<ActionableVariable> {
        let found = variables(self.store.of(NETWORK), &VariableFilter::default(), None, 100).await;
        found.expect("they are read")
    }

    /// Where each source stands.
    async fn states(&self) -> BTreeMap<String, ActionableState> {
        self.found().await.into_iter().map(|found| (found.source.value, found.state)).collect()
    }

    /// The facts that were told, by their kind and source.
    async fn told(&self) -> Vec<(String, String)> {
        let bodies =
            self.server.rows.texts("SELECT body FROM outbox WHERE kind LIKE 'source_%' ORDER BY id").await;
        let fact = |body: &String| -> (String, String) {
            let body: Value = serde_json::from_str(body).expect("JSON");
            let text = |value: &Value| value.as_str().expect("a text").to_owned();
            (text(&body["kind"]), text(&body["source"]["value"]))
        };
        bodies.iter().map(fact).collect()
    }

    async fn buy(&self, source: &str, place: usize) {
        let click = self.clicks[source][place].as_str();
        let call = [("transaction_id", click), ("verification_token", self.advertiser.token.as_str())];
        self.server.postback(&call).await.success();
    }

    async fn forget(&self) {
        for table in ["actionable_variable_changes", "actionable_variables", "smart_switch_runs", "outbox"] {
            self.server.rows.execute(&format!("DELETE FROM {table}")).await;
        }
    }
}

fn bought(click: &str, advertiser: &Advertiser) -> String {
    format!("transaction_id={click}&verification_token={}", advertiser.token)
}

/// Shortly behind the next full hour.
fn next_hour() -> i64 {
    (now_millis() / HOUR + 1) * HOUR + 20_000
}

fn moment(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).expect("a moment")
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(kind, source)| ((*kind).to_owned(), (*source).to_owned())).collect()
}

async fn the_sources_own_example_ends_in_a_blocked_source_and_nothing_else(server: Server) {
    use ActionableState::{Blocked, Pending, Recovered};
    // 2 of 5,001 are 0.04 %, 3 are 0.06 %.
    let sources = [("bad", 5_001, 2), ("few", 5_000, 0), ("sells", 5_001, 3), ("repaired", 5_001, 0)];
    let world = World::new(server, &sources).await;
    let rule = world.rule(json!({})).await;
    let evaluated = world.server.api.post(&format!("smart-switch/rules/{rule}/evaluate"), Value::Null).await;
    let now = next_hour();
    let record = world.run_at(now).await;
    let hit = |source: &Value| source["value"].as_str().expect("a value").to_owned();
    let mut hits: Vec<String> = evaluated["sources"].as_array().expect("sources").iter().map(hit).collect();
    hits.sort();
    assert_eq!(hits, ["bad", "repaired"], "an evaluation hits what the next run does: {evaluated}");
    assert_eq!(
        (&evaluated["judged"], &evaluated["hits"], &evaluated["metrics"]["clicks"]),
        (&json!(record.judged), &json!(record.hits), &json!(record.traffic.clicks()))
    );
    assert_eq!((record.judged, record.reached, record.hits, record.found), (4, 3, 2, 2), "{record:?}");
    assert_eq!(record.traffic.clicks(), 10_002);
    let states = |list: &[(&str, ActionableState)]| -> BTreeMap<String, ActionableState> {
        list.iter().map(|(source, state)| ((*source).to_owned(), *state)).collect()
    };
    assert_eq!(world.states().await, states(&[("bad", Pending), ("repaired", Pending)]));
    let noticed = pairs(&[("source_to_be_blocked", "bad"), ("source_to_be_blocked", "repaired")]);
    assert_eq!(world.told().await, noticed);
    let bad = world.found().await.into_iter().find(|found| found.source.value == "bad").expect("found");
    assert_eq!((bad.rule_id, bad.due_at), (rule, now + HOUR));
    let figures = bad.figures.expect("the figures that it was found by");
    assert_eq!((figures.measures.clicks(), figures.measures.approved), (5_001, 2));
    assert_eq!(
        figures.judgement.kpis[0].value.map(|value| value.round_dp(3).to_string()),
        Some("0.040".into())
    );

    // "repaired" sells within the hour; "bad" brings nothing more, which does not help it.
    for place in 0..3 {
        world.buy("repaired", place).await;
    }
    world.server.wait_drained().await;
    assert_eq!(settle_due(&world.store, now + HOUR - MINUTE).await.expect("it is looked"), 0, "not yet");
    assert_eq!(settle_due(&world.store, now + HOUR).await.expect("it is looked"), 2);
    assert_eq!(world.states().await, states(&[("bad", Blocked), ("repaired", Recovered)]));
    let all = [noticed, pairs(&[("source_blocked", "bad"), ("source_recovered", "repaired")])].concat();
    let mut told = world.told().await;
    told[2..].sort();
    assert_eq!(told, all);
    let history = changes_of(world.store.of(NETWORK), bad.id).await.expect("it is read");
    assert_eq!(history.iter().map(|line| line.state).collect::<Vec<_>>(), [Pending, Blocked]);

    // The next run finds nothing new: "repaired" sells, and "bad" is the rule's already.
    let again = world.run_at(now + HOUR).await;
    assert_eq!((again.hits, again.found), (1, 0), "{again:?}");
}

async fn a_run_is_due_once_and_caught_up_once(server: Server) {
    let world = World::new(server, &[]).await;
    let rule = world.rule(json!({"run_every_hours": 6})).await;
    let count = async |state: &str| {
        world
            .server
            .rows
            .number(&format!("SELECT COUNT(*) FROM smart_switch_runs WHERE state = '{state}'"))
            .await
    };
    let (mut one, mut other) = (BTreeMap::new(), BTreeMap::new());
    schedule_runs(&world.store, now_millis(), &mut one).await.expect("it is looked");
    assert_eq!(count("due").await, 0, "the rule was not there at the last due time");
    for _ in 0..3 {
        let now = now_millis() + 7 * HOUR;
        let both = tokio::join!(
            schedule_runs(&world.store, now, &mut one),
            schedule_runs(&world.store, now, &mut other)
        );
        both.0.and(both.1).expect("it is looked");
    }
    assert_eq!(count("due").await, 1);
    schedule_runs(&world.store, now_millis() + 127 * HOUR, &mut BTreeMap::new()).await.expect("it is looked");
    assert_eq!(count("due").await, 2, "what was missed is caught up once");
    let due = SMART_SWITCH_RUNS.due(&world.store, now_millis(), 10).await.expect("it is asked");
    let claims = (0..8).map(|_| SMART_SWITCH_RUNS.claim(&world.store, due[0].0));
    let claims: Vec<_> = futures::future::join_all(claims)
        .await
        .into_iter()
        .filter_map(|claim| claim.expect("asked"))
        .collect();
    assert_eq!(claims.len(), 1, "one worker has it");
    assert!(run_rule(&world.store, &claims[0], now_millis()).await.expect("it runs").is_some());
    assert!(run_rule(&world.store, &claims[0], now_millis()).await.expect("it runs").is_none(), "done once");

    // One that ends is not caught up, and one that is paused has no runs.
    let late = now_millis() + 300 * HOUR;
    world.change(rule, |rule| rule.end_date = Some(moment(late - 100 * HOUR))).await;
    schedule_runs(&world.store, late, &mut BTreeMap::new()).await.expect("it is looked");
    assert_eq!(count("due").await + count("done").await, 2);
}

/// Polls so many times at most, and then drops it: as if the process had been killed there. The result, where it came
/// that far.
async fn cut_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

async fn whoever_is_killed_at_any_step_leaves_the_same_behind(server: Server) {
    let world = World::new(server, &[("bad", 30, 0), ("worse", 40, 0), ("good", 30, 20)]).await;
    world
        .rule(json!({
            "thresholds": [{"data_point": "total_clicks", "value": "10"}],
            "kpis": [{"metric": "cvr", "value": "10"}],
        }))
        .await;
    let expected = pairs(&[
        ("source_blocked", "bad"),
        ("source_blocked", "worse"),
        ("source_to_be_blocked", "bad"),
        ("source_to_be_blocked", "worse"),
    ]);
    let now = next_hour();
    let mut polls = 0;
    loop {
        polls += 1;
        world.forget().await;
        schedule_runs(&world.store, now, &mut BTreeMap::new()).await.expect("it is looked");
        let due = SMART_SWITCH_RUNS.due(&world.store, now, 10).await.expect("it is asked");
        let first = async {
            let claimed = SMART_SWITCH_RUNS.claim(&world.store, due[0].0).await.expect("it is asked");
            run_rule(&world.store, &claimed.expect("nobody's"), now).await.expect("it runs")
        };
        let ran = cut_after(polls, first).await.is_some();
        if !ran {
            // The lease of the one that died ends.
            world.server.rows.execute("UPDATE smart_switch_runs SET claimed_until = 0").await;
            if let Some(claimed) = SMART_SWITCH_RUNS.claim(&world.store, due[0].0).await.expect("it is asked")
            {
                run_rule(&world.store, &claimed, now).await.expect("it runs");
            }
        }
        let settled = cut_after(polls, settle_due(&world.store, now + HOUR)).await.is_some();
        settle_due(&world.store, now + HOUR).await.expect("it is looked");
        let mut told = world.told().await;
        told.sort();
        assert_eq!(told, expected, "cut after {polls} polls");
        let states: Vec<_> = world.states().await.into_iter().collect();
        let blocked = |source: &str| (source.to_owned(), ActionableState::Blocked);
        assert_eq!(states, [blocked("bad"), blocked("worse")], "cut after {polls} polls");
        let lines = "SELECT COUNT(*) FROM actionable_variable_changes";
        assert_eq!(world.server.rows.number(lines).await, 4, "cut after {polls} polls");
        if ran && settled {
            break;
        }
    }
    assert!(polls > 2, "it was cut in the middle: {polls}");
}

async fn many_workers_find_tell_and_block_once(server: Server) {
    let world = World::new(server, &[("bad", 30, 0), ("worse", 40, 0)]).await;
    world
        .rule(json!({
            "thresholds": [{"data_point": "total_clicks", "value": "10"}], "kpis": [{"metric": "cvr", "value": "10"}],
        }))
        .await;
    let now = next_hour();
    let stores = [world.server.rows.store().await, world.server.rows.store().await, world.store.clone()];
    for _ in 0..3 {
        let worker = async |store: &store::Database| {
            schedule_runs(store, now, &mut BTreeMap::new()).await.expect("it is looked");
            for (run, _) in SMART_SWITCH_RUNS.due(store, now, 10).await.expect("it is asked") {
                if let Some(claimed) = SMART_SWITCH_RUNS.claim(store, run).await.expect("it is asked") {
                    run_rule(store, &claimed, now).await.expect("it runs");
                }
            }
            settle_due(store, now + HOUR).await.expect("it is looked");
        };
        futures::future::join_all(stores.iter().map(worker)).await;
    }
    let runs = world.server.rows.number("SELECT COUNT(*) FROM smart_switch_runs").await;
    assert_eq!((runs, world.found().await.len(), world.told().await.len()), (1, 2, 4));
    assert!(world.states().await.values().all(|state| *state == ActionableState::Blocked));
    assert_eq!(world.server.rows.number("SELECT COUNT(*) FROM actionable_variable_changes").await, 4);
}

async fn a_rule_that_is_not_in_force_any_more_cancels_what_is_pending(server: Server) {
    let world = World::new(server, &[("bad", 30, 0)]).await;
    let rule = world
        .rule(json!({
            "thresholds": [{"data_point": "total_clicks", "value": "10"}], "kpis": [{"metric": "cvr", "value": "10"}],
        }))
        .await;
    let now = next_hour();
    world.run_at(now).await;
    world.change(rule, |rule| rule.end_date = Some(moment(now + 30 * MINUTE))).await;
    settle_due(&world.store, now + 29 * MINUTE).await.expect("it is looked");
    assert_eq!(world.states().await["bad"], ActionableState::Pending);
    settle_due(&world.store, now + 31 * MINUTE).await.expect("it is looked");
    assert_eq!(world.states().await["bad"], ActionableState::Deleted);
    assert_eq!(world.told().await.last(), Some(&("source_lifted".to_owned(), "bad".to_owned())));

    // In force again it finds the source again; a standing block stays when the rule ends.
    world.change(rule, |rule| rule.end_date = None).await;
    let now = now + 24 * HOUR;
    world.change(rule, |rule| rule.lookback_hours = serde_json::from_value(json!(48)).expect("hours")).await;
    world.run_at(now).await;
    settle_due(&world.store, now + HOUR).await.expect("it is looked");
    assert_eq!(world.found().await[0].state, ActionableState::Blocked);
    world.change(rule, |rule| rule.status = domain::shared::Status::Paused).await;
    settle_due(&world.store, now + 2 * HOUR).await.expect("it is looked");
    assert_eq!(world.found().await[0].state, ActionableState::Blocked);
}

async fn people_block_lift_and_whitelist(server: Server) {
    let world = World::new(server, &[("bad", 30, 0), ("worse", 40, 0)]).await;
    world
        .rule(json!({
            "thresholds": [{"data_point": "total_clicks", "value": "10"}], "kpis": [{"metric": "cvr", "value": "10"}],
        }))
        .await;
    let now = next_hour();
    world.run_at(now).await;
    let scope = world.store.of(NETWORK);
    let ids: Vec<_> = world.found().await.iter().map(|found| found.id).collect();
    let acted = act(scope, &person(), &ids, ActionableAct::Block).await.expect("it is done");
    assert_eq!((acted.changed.len(), acted.skipped.len()), (2, 0));
    assert!(world.states().await.values().all(|state| *state == ActionableState::Blocked));
    let again = act(scope, &person(), &ids, ActionableAct::Block).await.expect("it is done");
    assert_eq!((again.changed.len(), again.skipped.len()), (0, 2), "they are blocked already");

    let of = |source: &str, found: &[ActionableVariable]| {
        found.iter().find(|found| found.source.value == source).expect("found").id
    };
    let found = world.found().await;
    act(scope, &person(), &[of("bad", &found)], ActionableAct::Delete).await.expect("it is done");
    act(scope, &person(), &[of("worse", &found)], ActionableAct::Whitelist).await.expect("it is done");
    let record = world.run_at(now + HOUR).await;
    assert_eq!(
        (record.hits, record.found),
        (2, 1),
        "what is deleted is found again, what is whitelisted never"
    );
    let found = world.found().await;
    assert_eq!((found.len(), found[0].source.value.as_str()), (3, "bad"));
    // The one that was deleted can't be whitelisted beside the one that is pending.
    let deleted = found.iter().find(|found| found.state == ActionableState::Deleted).expect("the first").id;
    let acted = act(scope, &person(), &[deleted], ActionableAct::Whitelist).await.expect("it is done");
    assert_eq!((acted.changed.len(), acted.skipped.len()), (0, 1));
    let history = changes_of(scope, of("worse", &found)).await.expect("it is read");
    assert_eq!(history.iter().map(|line| line.by.as_str()).collect::<Vec<_>>(), ["", "Ann", "Ann"]);
    let audited = "SELECT COUNT(*) FROM audit WHERE object = 'actionable_variable'";
    assert_eq!(world.server.rows.number(audited).await, 4);
}

async fn a_block_has_an_end_where_the_rule_says_so(server: Server) {
    let world = World::new(server, &[("bad", 30, 0)]).await;
    world
        .rule(json!({
            "thresholds": [{"data_point": "total_clicks", "value": "10"}], "kpis": [{"metric": "cvr", "value": "10"}],
            "action": "fail_traffic", "action_delay_minutes": 0, "block_hours": 3,
        }))
        .await;
    let now = next_hour();
    world.run_at(now).await;
    assert_eq!(world.states().await["bad"], ActionableState::Failing, "without a delay at once");
    assert_eq!(world.told().await, pairs(&[("source_blocked", "bad")]));
    assert_eq!(end_blocks(&world.store, now + 3 * HOUR - MINUTE).await.expect("it is looked"), 0);
    assert_eq!(end_blocks(&world.store, now + 3 * HOUR).await.expect("it is looked"), 1);
    assert_eq!(world.states().await["bad"], ActionableState::Expired);
    assert_eq!(world.told().await.last(), Some(&("source_lifted".to_owned(), "bad".to_owned())));
    let of_blocks = "SELECT blocks_version FROM networks WHERE id = 1";
    assert_eq!(world.server.rows.number(of_blocks).await, 2);
}
