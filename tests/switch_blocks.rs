//! What clicks of sources meet that SmartSwitch keeps out, through the product: a blank page or the fail traffic with
//! code 28, soon after the source was blocked, on every node, and again as soon as a node is back.

use crate::support::{
    api::{Api, id_of},
    database::Database,
    gestures::Offer,
    machine::eventually,
    run,
    server::Server,
    session::Session,
    visitor::{Answer, IPHONE, Visitor},
};
use serde_json::{Value, json};
use std::{
    sync::atomic::{AtomicU16, Ordering},
    time::Duration,
};

both_databases!(
    a_blocked_source_sees_nothing_until_it_is_let_through,
    a_failing_source_goes_the_way_of_the_fail_traffic,
    a_smart_link_skips_what_fails_and_ends_at_what_is_blocked,
    reports_lead_from_a_rule_to_the_clicks_that_it_refused,
    what_was_met_is_told_after_it_has_gone,
    a_killed_node_keeps_sources_out_from_its_first_answer
);

/// Within what time a change holds on every node.
const SOON: Duration = Duration::from_secs(2);

/// A partner, an offer whose fail traffic leads to another, and a rule.
struct World<'s> {
    server: &'s Server,
    partner: String,
    offer: Offer,
    other: Offer,
    link: String,
    rule: i64,
}

impl<'s> World<'s> {
    async fn new(server: &'s Server) -> Self {
        let api = &server.api;
        let advertiser = api.create_advertiser("Advertiser").await;
        let other = api.create_offer(&advertiser, json!({ "name": "Other" })).await;
        let fail = json!({ "rows": [{ "destination": { "offer": other.id }, "codes": [28] }] });
        let offer = api.create_offer(&advertiser, json!({ "name": "Offer", "fail_traffic": fail })).await;
        let partner = api.create_partner("Partner").await;
        let link = api.link(&partner, &offer).await;
        let rule = rule(server, "Low quality").await;
        Self { server, partner, offer, other, link, rule }
    }

    /// A run of the rule finds a value of sub4 at the first offer; its clicks meet what the state says.
    async fn found(&self, offer: &Offer, value: &str, state: &str) -> i64 {
        let rows = &self.server.rows;
        let run = rows.number("select max(id) from smart_switch_runs").await;
        let version = next_version(self.server).await;
        rows.execute(&format!(
            "insert into actionable_variables (network_id, rule_id, run_id, offer_id, partner_id, variable, value, \
             action, state, created_at, due_at, blocked_at, ends_at, changed_at, judged_from, figures, blocks_version) \
             values (1, {}, {run}, {}, {}, 'sub4', '{value}', 'block', '{state}', 0, 0, 0, 0, 0, 0, '{{}}', {version})",
            self.rule, offer.id, self.partner
        ))
        .await;
        raise(self.server).await;
        rows.number("select max(id) from actionable_variables").await
    }

    async fn becomes(&self, variable: i64, state: &str) {
        let version = next_version(self.server).await;
        let sql = format!(
            "update actionable_variables set state = '{state}', blocks_version = {version} where id = {variable}"
        );
        self.server.rows.execute(&sql).await;
        raise(self.server).await;
    }

    fn with_sub4(&self, value: &str) -> String {
        format!("{}?sub4={value}", self.link)
    }
}

/// A rule that sleeps, so that nothing runs but what the test says, with a run of it.
async fn rule(server: &Server, name: &str) -> i64 {
    let body = json!({ "name": name, "status": "paused", "variable": "sub4", "action": "block" });
    let sql = format!(
        "insert into smart_switch_rules (network_id, name, search_name, status, variable, action, version, body, \
         created_at, updated_at) values (1, '{name}', '{}', 'paused', 'sub4', 'block', 1, '{body}', 0, 0)",
        name.to_lowercase()
    );
    server.rows.execute(&sql).await;
    let rule = server.rows.number("select max(id) from smart_switch_rules").await;
    let sql = format!(
        "insert into smart_switch_runs (network_id, rule_id, scheduled_at, asked_by, state, attempts, claimed_until, \
         finished_at, why, record) values (1, {rule}, 1, '', 'done', 1, 0, 1, '', '')"
    );
    server.rows.execute(&sql).await;
    rule
}

/// The version that the next change has.
async fn next_version(server: &Server) -> i64 {
    server.rows.number("select blocks_version from networks where id = 1").await + 1
}

/// Raises the network's version behind its row: no node looks for a change before, so that it is as if both came in
/// one transaction.
async fn raise(server: &Server) {
    server.rows.execute("update networks set blocks_version = blocks_version + 1 where id = 1").await;
}

/// Follows a link as somebody who has not come before.
async fn follow(link: &str) -> Answer {
    static VISITS: AtomicU16 = AtomicU16::new(10);
    Visitor::new(IPHONE, "DE").number(VISITS.fetch_add(1, Ordering::Relaxed)).follow(link).await
}

fn is_blank(answer: &Answer) -> bool {
    answer.status == 200 && answer.text.is_empty()
}

/// Follows a link until somebody sees a blank page.
async fn blanks(link: &str) {
    let look = async || is_blank(&follow(link).await).then_some(());
    eventually(&format!("a blank page at {link}"), SOON, look).await;
}

/// Follows a link until somebody is sent on to an offer; gives the click's id.
async fn comes_to(api: &Api, server: &Server, link: &str, offer: &Offer) -> String {
    let look = async || {
        let answer = follow(link).await;
        if answer.status != 302 {
            return None;
        }
        server.wait_drained().await;
        let id = answer.click_id();
        (api.click(&id).await["offer_id"] == json!(offer.id)).then_some(id)
    };
    eventually("a click that comes to the offer", SOON * 5, look).await
}

async fn last_click(server: &Server) -> Value {
    server.wait_drained().await;
    server.api.list("clicks?limit=1").await.remove(0)
}

async fn a_blocked_source_sees_nothing_until_it_is_let_through(server: Server) {
    let world = World::new(&server).await;
    let (bad, link) = (world.with_sub4("Bad"), world.link.clone());
    comes_to(&server.api, &server, &bad, &world.offer).await;
    let variable = world.found(&world.offer, "Bad", "blocked").await;
    blanks(&bad).await;
    let click = last_click(&server).await;
    assert_eq!((&click["code"], &click["verdict"]), (&json!(28), &json!("invalid")), "{click}");
    assert_eq!(click["smart_switch_rule_id"], json!(world.rule.to_string()));
    assert_eq!(click["destination"], Value::Null);
    // Exactly so, of nobody else.
    for value in ["bad", "Bad1", ""] {
        assert_eq!(follow(&world.with_sub4(value)).await.status, 302, "{value}");
    }
    let else_link = server.api.link(&server.api.create_partner("Else").await, &world.offer).await;
    assert_eq!(follow(&format!("{else_link}?sub4=Bad")).await.status, 302);
    let impression = follow(&bad.replace("/c/", "/i/")).await;
    assert_eq!(impression.status, 200);
    assert!(!impression.text.is_empty(), "impressions are shown to all");
    // A save compiles the plan anew; what is kept out stays so.
    server.api.patch(&format!("offers/{}", world.offer.id), json!({ "name": "Renamed" })).await;
    assert!(is_blank(&follow(&bad).await));
    for (state, lets_through) in [("whitelisted", true), ("blocked", false), ("expired", true)] {
        world.becomes(variable, state).await;
        if lets_through {
            comes_to(&server.api, &server, &bad, &world.offer).await;
        } else {
            blanks(&bad).await;
        }
    }
    assert_eq!(follow(&link).await.status, 302);
}

async fn a_failing_source_goes_the_way_of_the_fail_traffic(server: Server) {
    let world = World::new(&server).await;
    let bad = world.with_sub4("bad");
    world.found(&world.offer, "bad", "failing").await;
    let id = comes_to(&server.api, &server, &bad, &world.other).await;
    let click = server.api.click(&id).await;
    assert_eq!((&click["code"], &click["smart_switch_rule_id"]), (&Value::Null, &Value::Null));
    let first = server.api.click(click["parent"].as_str().expect("a parent")).await;
    assert_eq!((&first["code"], &first["offer_id"]), (&json!(28), &json!(world.offer.id)));
    assert_eq!(first["smart_switch_rule_id"], json!(world.rule.to_string()));
    // Without a way on it ends like a block.
    world.found(&world.other, "bad", "failing").await;
    blanks(&bad).await;
    // Block comes before fail traffic, whichever rule found the source first.
    let older = world.rule;
    let world = World { rule: rule(&server, "Stricter").await, ..world };
    world.found(&world.offer, "bad", "blocked").await;
    let look = async || {
        follow(&bad).await;
        let click = last_click(&server).await;
        (click["smart_switch_rule_id"] == json!(world.rule.to_string())).then_some(())
    };
    eventually("a click that the younger rule blocks", SOON * 5, look).await;
    assert!(older < world.rule);
}

async fn a_smart_link_skips_what_fails_and_ends_at_what_is_blocked(server: Server) {
    let world = World::new(&server).await;
    let rows = json!([{ "offer_id": world.offer.id }, { "offer_id": world.other.id }]);
    let link = server.api.create_smart_link(rows, json!({ "mechanism": "priority" })).await;
    let link = format!("{}?sub4=bad", server.api.smart_link(&world.partner, &link).await);
    comes_to(&server.api, &server, &link, &world.offer).await;
    let variable = world.found(&world.offer, "bad", "failing").await;
    comes_to(&server.api, &server, &link, &world.other).await;
    world.becomes(variable, "blocked").await;
    blanks(&link).await;
    let click = last_click(&server).await;
    assert_eq!((&click["code"], &click["offer_id"]), (&json!(28), &json!(world.offer.id)));
    assert!(!click["smart_link_id"].is_null() && !click["decision"]["row_id"].is_null(), "{click}");
}

async fn reports_lead_from_a_rule_to_the_clicks_that_it_refused(server: Server) {
    let world = World::new(&server).await;
    let (api, rule) = (&server.api, world.rule.to_string());
    world.found(&world.offer, "bad", "blocked").await;
    blanks(&world.with_sub4("bad")).await;
    assert!(is_blank(&follow(&world.with_sub4("bad")).await));
    assert_eq!(follow(&world.with_sub4("good")).await.status, 302);
    server.wait_drained().await;
    let refused = api.list(&format!("clicks?smart_switch_rule_id={rule}")).await;
    assert!(refused.len() >= 2 && refused.iter().all(|click| click["sub4"] == "bad"), "{refused:?}");
    let report = api.report("smart_switch_rule", "&range=today").await;
    let items = report["items"].as_array().expect("items");
    let of_rule = items.iter().find(|item| item["group"]["smart_switch_rule"] == json!(rule));
    let of_rule = of_rule.unwrap_or_else(|| panic!("no group of the rule: {report}"));
    assert_eq!(of_rule["group"]["smart_switch_rule_name"], "Low quality");
    assert_eq!(of_rule["metrics"]["invalid_clicks"], json!(refused.len()));
    assert_eq!(of_rule["metrics"]["clicks"], json!(0));
    // Crossed with another dimension, and filtered by the rule.
    let crossed = api.report("country,code", &format!("&range=today&smart_switch_rule={rule}")).await;
    assert_eq!(crossed["totals"]["invalid_clicks"], json!(refused.len()), "{crossed}");
    let session = Session::of(&server, &server.networks[0]).await;
    let page = session.get("/reports?group_by=smart_switch_rule,offer&range=today").await.text;
    assert!(page.contains("Low quality"), "the rule is named");
    let way = page.split("href=\"").find(|way| way.starts_with("/clicks?")).expect("a way to the log");
    let way = way.split('"').next().unwrap_or_default().replace("&#38;", "&").replace("&amp;", "&");
    assert!(way.contains(&format!("smart_switch_rule_id={rule}")) && way.contains("offer_id="), "{way}");
    let log = session.get(&way).await;
    assert_eq!(log.status, 200, "{way}");
    assert!(log.text.contains("SmartSwitch rule: Low quality"), "the filter is named");
    assert_eq!(log.text.matches("blocked by SmartSwitch (code 28)").count(), refused.len());
}

async fn what_was_met_is_told_after_it_has_gone(server: Server) {
    let world = World::new(&server).await;
    let (api, rule) = (&server.api, world.rule.to_string());
    let variable = world.found(&world.offer, "bad", "blocked").await;
    blanks(&world.with_sub4("bad")).await;
    let click = id_of(&last_click(&server).await);
    world.becomes(variable, "deleted").await;
    comes_to(api, &server, &world.with_sub4("bad"), &world.offer).await;
    let told = api.get(&format!("clicks/{click}/explain")).await;
    assert_eq!(told["agrees"], json!(true), "{told}");
    let named = json!({ "stop": 0, "kind": "smart_switch", "action": "block", "variable": "sub4", "value": "bad",
        "id": rule, "name": "Low quality" });
    assert_eq!(told["refused_by"], json!([named]));
    let met = json!([{ "offer_id": world.offer.id, "action": "block", "rule_id": rule, "variable": "sub4" }]);
    assert_eq!((&told["facts"]["met"], &told["places"][0]["code"]), (&met, &json!(28)));
    let session = Session::of(&server, &server.networks[0]).await;
    let page = session.get(&format!("/clicks/{click}")).await.text;
    for words in ["SmartSwitch rule Low quality, which blocks sub4 bad", "The visitor saw a blank page."] {
        assert!(page.contains(words), "{words}");
    }
    // Who sees some partners only is told of its own source, and of no rule.
    let rights = json!({ "smart_switch": "full", "clicks": "full" });
    api.post("roles", json!({ "name": "Own", "rights": rights, "own_partners": true })).await;
    let user = json!({ "email": "mia@acme.example", "name": "Mia", "password": "a long password, hers", "role": "Own" });
    let mia = id_of(&api.post("users", user).await);
    api.patch(&format!("partners/{}", world.partner), json!({ "manager_id": mia })).await;
    let session = Session::sign_in(&server, "mia@acme.example", "a long password, hers").await;
    let page = session.get(&format!("/clicks/{click}")).await.text;
    assert!(page.contains("SmartSwitch, which blocks sub4 bad"), "what and why is told");
    assert!(!page.contains("Low quality"), "no rule is named");
    let csv = session.get("/clicks/csv").await.text;
    assert!(csv.contains(&click) && !csv.contains("rule_id\":"), "{csv}");
}

async fn a_killed_node_keeps_sources_out_from_its_first_answer(mut server: Server) {
    let (bad, others) = {
        let world = World::new(&server).await;
        world.found(&world.offer, "bad", "blocked").await;
        blanks(&world.with_sub4("bad")).await;
        (world.with_sub4("bad"), world.with_sub4("good"))
    };
    server.kill_9();
    server.restart().await;
    assert!(is_blank(&follow(&bad).await), "the first answer");
    assert_eq!(follow(&others).await.status, 302);
}

#[test]
fn every_node_hears_of_a_block() {
    run(async {
        let first = Server::start(Database::Postgres).await;
        let world = World::new(&first).await;
        let second = first.second_node().await;
        let (here, there) = (world.with_sub4("bad"), world.with_sub4("bad").replace(&first.url, &second.url));
        assert_eq!(follow(&there).await.status, 302);
        let variable = world.found(&world.offer, "bad", "blocked").await;
        first.rows.execute("select pg_notify('switchyard_blocks', '1')").await;
        blanks(&there).await;
        blanks(&here).await;
        world.becomes(variable, "whitelisted").await;
        comes_to(&second.api, &second, &there, &world.offer).await;
    });
}
