//! Smart Links on a KPI through the product: runs that move the weights, and those that must not; that each due
//! run happens once; what pages and programs are told.

use crate::support::{
    api::{Api, id_of},
    database::Database,
    gestures::{Advertiser, Offer},
    machine::eventually,
    run,
    server::Server,
    session::Session,
    visitor::{IPHONE, Visitor},
};
use domain::shared::RunId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{collections::BTreeMap, ops::Range, time::Duration};
use store::{links::schedule_runs, tracking::claim_run};

both_databases!(
    a_run_moves_clicks_to_what_earns_and_its_record_explains_it,
    a_new_row_begins_anew_and_the_page_asks_before,
    runs_are_due_once_and_what_was_missed_is_caught_up_once,
    only_links_on_a_kpi_run
);

/// A link of two offers that pay alike.
struct Link {
    advertiser: Advertiser,
    offers: [Offer; 2],
    id: String,
    url: String,
}

async fn link(api: &Api, kpi: Value) -> Link {
    let advertiser = api.create_advertiser("Advertiser").await;
    let offers = [
        api.create_offer(&advertiser, json!({ "name": "Poor" })).await,
        api.create_offer(&advertiser, json!({ "name": "Rich" })).await,
    ];
    for offer in &offers {
        let url = json!({ "url": "https://shop.example/?cid={clickid}&oid={offer_id}" });
        api.patch(&format!("offers/{}/landing-pages/{}", offer.id, offer.landing_page), url).await;
    }
    let rows = json!([{ "offer_id": offers[0].id }, { "offer_id": offers[1].id }]);
    let id = api.create_smart_link(rows, json!({ "mechanism": "kpi", "kpi": kpi })).await;
    let partner = api.create_partner("Partner").await;
    let url = api.smart_link(&partner, &id).await;
    Link { advertiser, offers, id, url }
}

/// Visitors of these numbers, each once; every one that comes to the second offer buys. Gives how many did.
async fn visits(server: &Server, link: &Link, numbers: Range<u16>) -> usize {
    let mut bought = 0;
    for number in numbers {
        let click = Visitor::new(IPHONE, "DE").number(number).follow(&link.url).await;
        if click.parameter("oid") == link.offers[1].id {
            let id = click.click_id();
            let call = [("transaction_id", id.as_str()), ("verification_token", &link.advertiser.token)];
            server.postback(&call).await.success();
            bought += 1;
        }
    }
    server.wait_drained().await;
    bought
}

/// The run that was asked for, when it has ended.
async fn ended(api: &Api, link: &str, run: &str) -> Value {
    let path = format!("smart-links/{link}/runs/{run}");
    let look = async || {
        let run = api.get(&path).await;
        ["done", "failed"].contains(&run["state"].as_str().expect("a state")).then_some(run)
    };
    eventually("a run ends", Duration::from_secs(20), look).await
}

async fn run_now(api: &Api, link: &str) -> Value {
    let asked = api.post(&format!("smart-links/{link}/run"), json!({})).await;
    ended(api, link, &id_of(&asked)).await
}

async fn a_run_moves_clicks_to_what_earns_and_its_record_explains_it(server: Server) {
    let api = &server.api;
    let link = link(api, json!({ "metric": "profit", "threshold": 60 })).await;
    let before = visits(&server, &link, 0..50).await;
    assert!((8..42).contains(&before), "equal shares until something is learnt: {before} of 50");
    let skipped = run_now(api, &link.id).await;
    assert_eq!((&skipped["outcome"], &skipped["plan_version"]), (&json!("skipped_threshold"), &Value::Null));
    assert_eq!((&skipped["record"]["clicks"], &skipped["record"]["fitness"]), (&json!(50), &Value::Null));

    let before = before + visits(&server, &link, 50..200).await;
    let run = run_now(api, &link.id).await;
    assert_eq!((&run["outcome"], &run["state"]), (&json!("applied"), &json!("done")), "{run}");
    assert_eq!(run["asked_by"], skipped["asked_by"]);
    let record = &run["record"];
    let rows = record["rows"].as_array().expect("rows");
    let number = |row: usize, name: &str| rows[row][name].as_f64().unwrap_or_else(|| panic!("{name}: {run}"));
    assert_eq!((number(0, "clicks") + number(1, "clicks"), number(1, "conversions")), (200.0, before as f64));
    assert_eq!((number(0, "weight_before"), number(0, "conversions")), (0.5, 0.0));
    assert_eq!(rows[1]["revenue"], json!(format!("{}.00", before * 2)));
    assert!(number(1, "weight") > 0.9 && number(0, "weight") > 0.0, "{run}");
    assert!((number(0, "weight") + number(1, "weight") - 1.0).abs() < 1e-6, "{run}");
    assert!(record["fitness"].as_f64() > record["fitness_before"].as_f64(), "{run}");
    assert_eq!(record["segments"][0]["row_ids"].as_array().map(Vec::len), Some(2), "{run}");
    let expected = |row: usize| rows[row]["expected"]["mean"].as_f64().unwrap_or_else(|| panic!("{run}"));
    assert!(expected(1) > expected(0) * 2.0, "{run}");
    assert_eq!(record["segments"][0]["expected"].as_array().map(Vec::len), Some(2), "{run}");

    let explain = format!("smart-links/{}/explain?partner_id=1&country=DE", link.id);
    let told = eventually("the weights are in the plan", Duration::from_secs(5), async || {
        let told = api.get(&explain).await;
        (told["plan_version"].as_i64() >= run["plan_version"].as_i64()).then_some(told)
    })
    .await;
    let chance = told["rows"][1]["probability"].as_f64().expect("a probability");
    assert!((chance - number(1, "weight")).abs() < 1e-4, "{told}");
    assert!(visits(&server, &link, 200..260).await > 45);

    let session = Session::of(&server, &server.networks[0]).await;
    let listed = session.get(&format!("/smart-links/{}/runs", link.id)).await.text;
    for words in ["weights moved", "skipped: threshold", "as much profit as possible", "2. Rich"] {
        assert!(listed.contains(words), "{words}: {listed}");
    }
    let shown = session.get(&format!("/smart-links/{}/runs/{}", link.id, id_of(&run))).await.text;
    for words in [
        "2. Rich from 50",
        "What it went by",
        "Expected of all together, a click:",
        "DE, mobile, ios",
        record["seed"].as_str().expect("a seed"),
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let asked = session.post(&format!("/smart-links/{}/run", link.id), &[]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text);
}

async fn a_new_row_begins_anew_and_the_page_asks_before(server: Server) {
    let api = &server.api;
    let link = link(api, json!({ "threshold": 10 })).await;
    visits(&server, &link, 0..80).await;
    assert_eq!(run_now(api, &link.id).await["outcome"], "applied");
    let path = format!("smart-links/{}", link.id);
    let rows = api.get(&path).await["rows"].clone();
    let id = |place: usize| rows[place]["id"].as_str().expect("an id").to_owned();
    let (first, second) = (id(0), id(1));
    let third = api.create_offer(&link.advertiser, json!({ "name": "Third" })).await;
    let session = Session::of(&server, &server.networks[0]).await;
    let page = format!("/smart-links/{}", link.id);
    let typed = |more: &[(&'static str, String)]| {
        let mut typed = vec![
            ("name", "Smart Link".to_owned()),
            ("mechanism", "kpi".to_owned()),
            ("kpi.metric", "cv".to_owned()),
            ("kpi.threshold", "10".to_owned()),
            ("kpi.memory", "true".to_owned()),
            ("rows[0].id", second.clone()),
            ("rows[0].offer_id", link.offers[1].id.clone()),
            ("rows[1].id", first.clone()),
            ("rows[1].offer_id", link.offers[0].id.clone()),
        ];
        typed.extend_from_slice(more);
        typed
    };
    let send = async |typed: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        session.post(&page, &fields).await
    };
    let moved = send(typed(&[])).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "another order loses nothing: {}", moved.text);
    let added = [("rows[2].offer_id", third.id.clone())];
    let asked = send(typed(&added)).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(
        asked.text.contains("the optimiser starts anew") && asked.text.contains("80 clicks"),
        "{}",
        asked.text
    );
    assert_eq!(api.get(&path).await["rows"].as_array().map(Vec::len), Some(2), "nothing is saved yet");
    let agreed = send(typed(&[added[0].clone(), ("agreed", "yes".to_owned())])).await;
    assert_eq!(agreed.status, StatusCode::SEE_OTHER, "{}", agreed.text);
    assert_eq!(api.get(&path).await["rows"].as_array().map(Vec::len), Some(3));
    let told = api.get(&format!("{path}/explain?partner_id=1&country=DE")).await;
    for row in told["rows"].as_array().expect("rows") {
        let chance = row["probability"].as_f64().expect("a probability");
        assert!((chance - 1.0 / 3.0).abs() < 1e-3, "equal shares again: {told}");
    }
    let run = run_now(api, &link.id).await;
    assert_eq!(
        (&run["outcome"], &run["record"]["clicks"]),
        (&json!("skipped_threshold"), &json!(0)),
        "{run}"
    );
}

async fn runs_are_due_once_and_what_was_missed_is_caught_up_once(mut server: Server) {
    let api = &server.api;
    let link = link(api, json!({ "every_hours": 6, "threshold": 1_000 })).await;
    server.stop().await;
    let store = server.rows.store().await;
    let count = async |state: &str| {
        let sql = format!("SELECT COUNT(*) FROM smart_link_runs WHERE state = '{state}'");
        server.rows.number(&sql).await
    };
    let hours = |hours: i64| store::shared::now_millis() + hours * 3_600_000;
    // Two processes look at once, again and again, and after five days in which nobody did.
    let (mut one, mut other) = (BTreeMap::new(), BTreeMap::new());
    schedule_runs(&store, hours(0), &mut one).await.expect("it is looked");
    assert_eq!(count("due").await, 0, "the link was not there at the last due time");
    for _ in 0..3 {
        let both = tokio::join!(
            schedule_runs(&store, hours(6), &mut one),
            schedule_runs(&store, hours(6), &mut other)
        );
        both.0.and(both.1).expect("it is looked");
    }
    assert_eq!(count("due").await, 1);
    schedule_runs(&store, hours(126), &mut BTreeMap::new()).await.expect("it is looked");
    assert_eq!(count("due").await, 2, "what was missed is caught up once");

    let id = RunId(server.rows.number("SELECT MIN(id) FROM smart_link_runs").await);
    let claims = futures::future::join_all((0..8).map(|_| claim_run(&store, id))).await;
    let claims: Vec<_> = claims.into_iter().filter_map(|claim| claim.expect("it is asked")).collect();
    assert_eq!(claims.len(), 1, "one worker has it");
    let late = claims[0].clone();
    assert!(late.work(&store, hours(0)).await.expect("it works").is_some());
    assert!(late.work(&store, hours(0)).await.expect("it works").is_none(), "done twice it is there once");
    assert_eq!((count("due").await, count("done").await), (1, 1));
    server.restart().await;
    let path = format!("smart-links/{}/runs", link.id);
    let look = async || {
        let runs = server.api.list(&path).await;
        runs.iter().all(|run| run["state"] == "done").then_some(runs)
    };
    let runs = eventually("the run that waited is done", Duration::from_secs(20), look).await;
    assert_eq!(runs.len(), 2, "{runs:?}");
    assert!(runs.iter().all(|run| run["asked_by"].is_null()), "{runs:?}");
}

#[test]
fn two_nodes_do_each_run_once() {
    run(async {
        let first = Server::start(Database::Postgres).await;
        let second = first.second_node().await;
        let link = link(&first.api, json!({ "threshold": 20 })).await;
        visits(&first, &link, 0..60).await;
        let path = format!("smart-links/{}/run", link.id);
        for _ in 0..5 {
            let (one, other) =
                tokio::join!(first.api.post(&path, json!({})), second.api.post(&path, json!({})));
            ended(&first.api, &link.id, &id_of(&one)).await;
            ended(&first.api, &link.id, &id_of(&other)).await;
        }
        let once = "SELECT COUNT(*) FROM smart_link_runs WHERE state <> 'done' OR attempts <> 1";
        assert_eq!(first.rows.number(once).await, 0, "no run was begun twice");
        let plans =
            "SELECT COUNT(*) - COUNT(DISTINCT plan_version) FROM smart_link_runs WHERE outcome = 'applied'";
        assert_eq!(first.rows.number(plans).await, 0);
    });
}

async fn only_links_on_a_kpi_run(server: Server) {
    let api = &server.api;
    let link = link(api, json!({})).await;
    let path = format!("smart-links/{}", link.id);
    let paused = json!({ "mechanism": "kpi", "status": "paused" });
    for (refused, field) in [(json!({ "mechanism": "weight" }), "mechanism"), (paused, "status")] {
        api.patch(&path, refused).await;
        let reply = api.call(Method::POST, &format!("{path}/run"), json!({})).await;
        assert_eq!((reply.status.as_u16(), &reply.json["errors"][0]["field"]), (422, &json!(field)));
    }
    for (kpi, field) in [
        (json!({ "every_hours": 5 }), "kpi.every_hours"),
        (json!({ "goal": "0" }), "kpi.goal"),
        (json!({ "metric": "ctr" }), "kpi.metric"),
    ] {
        let reply = api.call(Method::PATCH, &path, json!({ "kpi": kpi })).await;
        assert_eq!(
            (reply.status.as_u16(), &reply.json["errors"][0]["field"]),
            (422, &json!(field)),
            "{}",
            reply.text
        );
    }
    let row = api.get(&path).await["rows"][0]["id"].clone();
    let taken = json!({ "name": "Other", "rows": [{ "id": row, "offer_id": link.offers[0].id }] });
    let reply = api.call(Method::POST, "smart-links", taken).await;
    assert_eq!((reply.status.as_u16(), &reply.json["errors"][0]["field"]), (422, &json!("rows[0].id")));
    let session = Session::of(&server, &server.networks[0]).await;
    let page = session.get(&format!("/{path}/runs")).await;
    assert!(page.status == 200 && page.text.contains("No runs yet"), "{}", page.text);
}
