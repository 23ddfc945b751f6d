//! Monitors through the product: what each answer of a site makes of it, what clicks meet while it is down, and
//! that whatever breaks of a monitor lets clicks through.

use crate::support::{
    api::{Api, id_of},
    browser::{Browser, Theme},
    database::Database,
    gestures::Offer,
    machine::eventually,
    run,
    server::Server,
    session::Session,
    site::{Site, Way},
    visitor::{IPHONE, Visitor},
};
use domain::{
    links::{Check, CheckOutcome},
    shared::{MonitorId, NetworkId},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use store::{
    links::{claim_checks, networks_due, prune_checks, settle_checks},
    shared::{Actor, now_millis},
};
use switchyard::tracking::sites::Sites;

const PATIENCE: Duration = Duration::from_secs(20);
const MINUTE: i64 = 60_000;
/// Longest that what a click meets may be behind what is known.
const BEHIND: Duration = Duration::from_secs(5);

/// A server that may ask sites on this machine.
async fn serve(database: Database) -> Server {
    Server::plan(database).option("--allow-outgoing", "127.0.0.0/8").start().await
}

async fn monitor(api: &Api, url: &str, more: Value) -> String {
    // Checked when it is asked for, and hardly by itself.
    let mut body = json!({ "name": "Site", "url": url, "every_minutes": 60, "timeout_seconds": 1 });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    id_of(&api.post("monitors", body).await)
}

async fn checks(api: &Api, id: &str) -> Vec<Value> {
    api.list(&format!("monitors/{id}/checks")).await
}

/// Waits until there are so many checks; the youngest is first.
async fn checked(api: &Api, id: &str, times: usize) -> Vec<Value> {
    let look = async || Some(checks(api, id).await).filter(|found| found.len() >= times);
    eventually("a check", PATIENCE, look).await
}

/// One more check than there are.
async fn check_now(api: &Api, id: &str) -> Value {
    let before = checks(api, id).await.len();
    api.post(&format!("monitors/{id}/check"), json!({})).await;
    checked(api, id, before + 1).await.remove(0)
}

async fn status(api: &Api, id: &str) -> Value {
    api.get(&format!("monitors/{id}/state")).await["status"].clone()
}

/// Follows a link until the visitor comes to an offer, or is refused where that is none.
async fn comes_to(link: &str, offer: Option<&Offer>) {
    let wanted = offer.map(|offer| offer.id.as_str());
    let look = async || {
        let answer = Visitor::new(IPHONE, "DE").follow(link).await;
        let came = (answer.status == 302).then(|| answer.parameter("oid"));
        (came.as_deref() == wanted).then_some(())
    };
    eventually(&format!("a click that comes to {wanted:?}"), BEHIND, look).await;
}

/// An offer that a monitor watches, with a landing page that names the offer.
async fn offer(api: &Api, more: Value) -> Offer {
    let advertiser = api.create_advertiser("Advertiser").await;
    let offer = api.create_offer(&advertiser, more).await;
    let url = json!({ "url": "https://shop.example/?cid={clickid}&oid={offer_id}" });
    api.patch(&format!("offers/{}/landing-pages/{}", offer.id, offer.landing_page), url).await;
    offer
}

/// A watched offer, its monitor that is down, and the link of a partner.
async fn down(server: &Server, site: &Site) -> (Offer, String, String) {
    let api = &server.api;
    let url = site.answers("/", Way::Status(500, ""));
    let id = monitor(api, &url, json!({ "failures_to_down": 1 })).await;
    let offer = offer(api, json!({ "monitor_id": id })).await;
    let link = api.link(&api.create_partner("Partner").await, &offer).await;
    checked(api, &id, 1).await;
    comes_to(&link, None).await;
    (offer, id, link)
}

async fn a_site_that_is_down_refuses_clicks_until_it_is_up_again(database: Database) {
    let (server, site) = (serve(database).await, Site::start());
    let api = &server.api;
    let url = site.answers("/health", Way::Status(200, "fine"));
    let id = monitor(api, &url, json!({})).await;
    let safe = offer(api, json!({ "name": "Safe" })).await;
    let fail = json!({ "rows": [{ "destination": { "offer": safe.id }, "codes": [206] }] });
    let watched = offer(api, json!({ "name": "Watched", "monitor_id": id, "fail_traffic": fail })).await;
    let partner = api.create_partner("Partner").await;
    let link = api.link(&partner, &watched).await;
    let rows = json!([{ "offer_id": watched.id }, { "offer_id": safe.id }]);
    let smart = api.create_smart_link(rows, json!({})).await;
    let smart_url = api.smart_link(&partner, &smart).await;
    checked(api, &id, 1).await;
    assert_eq!(status(api, &id).await, "up");
    comes_to(&link, Some(&watched)).await;

    site.answers("/health", Way::Status(500, ""));
    let failed = check_now(api, &id).await;
    assert_eq!((&failed["outcome"], &failed["http_status"]), (&json!("failed"), &json!(500)));
    assert_eq!(
        (status(api, &id).await, failed["why"].as_str()),
        (json!("up"), Some("status 500, not 200-399"))
    );
    check_now(api, &id).await;
    assert_eq!(status(api, &id).await, "down");
    comes_to(&link, Some(&safe)).await;
    comes_to(&smart_url, Some(&safe)).await;
    let explain = format!("smart-links/{smart}/explain?partner_id={partner}&country=DE");
    let told = api.get(&explain).await;
    assert_eq!(told["rows"][0]["code"], 206, "{told}");
    server.wait_drained().await;
    let refused = api.list("clicks?code=206").await;
    assert!(!refused.is_empty() && refused.iter().all(|click| click["offer_id"] == json!(watched.id)));
    let told = api.get(&format!("clicks/{}/explain", id_of(&refused[0]))).await;
    assert_eq!((&told["agrees"], &told["facts"]["sites_down"]), (&json!(true), &json!([id])), "{told}");
    assert_eq!(told["places"][0]["fail_traffic"][0]["drawn"], true, "{told}");

    site.answers("/health", Way::Status(204, ""));
    check_now(api, &id).await;
    assert_eq!(status(api, &id).await, "up");
    comes_to(&link, Some(&watched)).await;
    comes_to(&smart_url, Some(&watched)).await;
    let facts = "SELECT kind FROM outbox WHERE kind LIKE 'site_%' ORDER BY id";
    assert_eq!(server.rows.texts(facts).await, ["site_down", "site_up"], "each turn is told once");
    let state = api.get(&format!("monitors/{id}/state")).await;
    assert_eq!(
        (&state["uptime_day"], &state["last_check"]["http_status"]),
        (&json!(0.5), &json!(204)),
        "{state}"
    );
}

async fn another_address_has_a_state_of_its_own(database: Database) {
    let (server, site) = (serve(database).await, Site::start());
    let (offer, id, link) = down(&server, &site).await;
    let url = site.answers("/moved-to", Way::Status(200, ""));
    server.api.patch(&format!("monitors/{id}"), json!({ "url": url, "successes_to_up": 5 })).await;
    assert_ne!(status(&server.api, &id).await, "down");
    comes_to(&link, Some(&offer)).await;
    let facts = "SELECT kind FROM outbox WHERE kind LIKE 'site_%' ORDER BY id";
    assert_eq!(server.rows.texts(facts).await, ["site_down"], "the old one did not come up");
}

async fn each_answer_of_a_site_is_judged_and_told(database: Database) {
    let (server, site, inside) = (serve(database).await, Site::start(), Site::start());
    let api = &server.api;
    let to = inside.answers("/private", Way::Status(200, ""));
    let closed = "http://10.255.255.1/".to_owned();
    let nobody = format!("http://127.0.0.1:{}/", crate::support::machine::free_port());
    let text = |text: &str| json!({ "contains": text });
    let cases = [
        (site.answers("/200", Way::Status(200, "")), json!({}), "up", Some(200), ""),
        (site.answers("/head", Way::Status(200, "")), json!({ "method": "head" }), "up", Some(200), ""),
        (site.answers("/500", Way::Status(500, "")), json!({}), "failed", Some(500), "status 500"),
        (site.answers("/503", Way::Status(503, "")), json!({ "expected": ["500-599"] }), "up", Some(503), ""),
        (site.answers("/moved", Way::Redirect(to)), json!({}), "up", Some(302), ""),
        (site.answers("/close", Way::Close), json!({}), "failed", None, "without an HTTP answer"),
        (site.answers("/hang", Way::Hang), json!({}), "failed", None, "no answer within 1 s"),
        (site.answers("/text", Way::Status(200, "all is well")), text("is well"), "up", Some(200), ""),
        (
            site.answers("/other", Way::Status(200, "all is bad")),
            text("is well"),
            "failed",
            Some(200),
            "256 KiB",
        ),
        (site.answers("/large", Way::Large), text("word"), "failed", Some(200), "256 KiB"),
        (site.answers("/more", Way::Large), json!({}), "up", Some(200), ""),
        (site.answers("/stall", Way::Stall), text("the begin"), "failed", None, "no answer within 1 s"),
        (nobody, json!({}), "failed", None, "refused"),
        (closed, json!({}), "not_made", None, "--allow-outgoing"),
    ];
    let mut made = Vec::new();
    for (url, more, outcome, http_status, why) in cases {
        made.push((monitor(api, &url, more).await, url, outcome, http_status, why));
    }
    for (id, url, outcome, http_status, why) in made {
        let check = checked(api, &id, 1).await.remove(0);
        assert_eq!(check["outcome"], outcome, "{url}: {check}");
        assert_eq!(check["http_status"].as_u64(), http_status, "{url}: {check}");
        let told = check["why"].as_str().unwrap_or_default();
        assert!(told.contains(why) && told.is_empty() == why.is_empty(), "{url}: {check}");
        assert!(check["latency_ms"].as_i64() >= Some(0));
    }
    assert_eq!(inside.asked("/private"), 0, "no redirect is followed");
}

async fn sites_that_hang_keep_no_other_check_waiting(database: Database) {
    let plan = Server::plan(database).networks(&["Acme", "Globex"]);
    let (server, site) = (plan.option("--allow-outgoing", "127.0.0.0/8").start().await, Site::start());
    let slow = site.answers("/slow", Way::Hang);
    let hangs = json!({ "timeout_seconds": 30 });
    for _ in 0..50 {
        monitor(&server.api, &slow, hangs.clone()).await;
    }
    let url = site.answers("/quick", Way::Status(200, ""));
    let began = Instant::now();
    let own = monitor(&server.api, &url, json!({})).await;
    let foreign = monitor(&server.api_of(1), &url, json!({})).await;
    checked(&server.api, &own, 1).await;
    checked(&server.api_of(1), &foreign, 1).await;
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    // More of them than one network may have under way at once: others' are made all the same.
    for _ in 0..30 {
        monitor(&server.api, &slow, hangs.clone()).await;
    }
    let began = Instant::now();
    let foreign = monitor(&server.api_of(1), &url, json!({})).await;
    checked(&server.api_of(1), &foreign, 1).await;
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    let under_way = "SELECT COUNT(*) FROM monitors WHERE claimed_until <> 0";
    let under_way = server.rows.number(under_way).await;
    assert!(under_way <= 64, "{under_way} are under way");
}

async fn a_due_check_is_made_once_and_what_was_missed_is_one_check(database: Database) {
    let mut server = serve(database).await;
    let api = &server.api;
    let ids = [monitor(api, "http://127.0.0.1:9/", json!({ "every_minutes": 1 })).await, {
        let paused = json!({ "status": "paused" });
        monitor(api, "http://127.0.0.1:9/", paused).await
    }];
    let id = MonitorId(ids[0].parse().expect("an id"));
    checked(api, &ids[0], 1).await;
    server.stop().await;
    let store = server.rows.store().await;
    let network = NetworkId(server.rows.number("SELECT MIN(id) FROM networks").await);
    server.rows.execute("UPDATE monitors SET claimed_until = 0").await;
    let later = |minutes: i64| now_millis() + minutes * MINUTE;
    let now = later(5 * 24 * 60);
    assert_eq!(networks_due(&store, now).await.expect("it is looked"), [network]);
    let claims = (0..8).map(|_| claim_checks(&store, network, now, 32));
    let claims = futures::future::join_all(claims).await;
    let mut claimed: Vec<_> = claims.into_iter().flat_map(|claim| claim.expect("it is claimed")).collect();
    assert_eq!(claimed.iter().map(|each| each.id).collect::<Vec<_>>(), [id], "one claim, of the active one");
    assert!(networks_due(&store, now).await.expect("it is looked").is_empty());
    let again = claim_checks(&store, network, now + 2 * MINUTE, 32).await.expect("it is claimed");
    assert_eq!(again.len(), 1, "a process that died leaves its check to another");

    let check =
        |at: i64| Check { at, outcome: CheckOutcome::Up, status: Some(200), latency: 1, why: String::new() };
    let rows = || server.rows.number("SELECT COUNT(*) FROM monitor_checks");
    let before = rows().await;
    let late = claimed.remove(0);
    settle_checks(&store, vec![(late, check(now))], now).await.expect("it is settled");
    assert_eq!(rows().await, before, "who lost the claim leaves nothing behind");
    let done = vec![(again[0].clone(), check(now))];
    settle_checks(&store, done.clone(), now + 2 * MINUTE).await.expect("it is settled");
    settle_checks(&store, done, now + 2 * MINUTE).await.expect("it is settled");
    assert_eq!(rows().await, before + 1, "settled twice it is there once");
    assert!(
        networks_due(&store, now + 2 * MINUTE).await.expect("it is looked").is_empty(),
        "nothing is caught up"
    );
    assert_eq!(networks_due(&store, now + 3 * MINUTE).await.expect("it is looked"), [network]);

    let claimed = claim_checks(&store, network, now + 3 * MINUTE, 32).await.expect("it is claimed");
    let scope = store.of(network);
    let actor = Actor::system("test");
    let stored = scope.get::<domain::links::Monitor>(id.0).await.expect("it is there");
    scope.update(&actor, id.0, None, stored.body).await.expect("it is saved");
    let outdated = vec![(claimed[0].clone(), check(now + 3 * MINUTE))];
    settle_checks(&store, outdated, now + 3 * MINUTE).await.expect("it is settled");
    assert_eq!(rows().await, before + 1, "a check of what it was before a save counts no more");
    assert_eq!(
        networks_due(&store, now).await.expect("it is looked"),
        [network],
        "a save is checked at once"
    );
}

async fn a_monitor_that_nobody_runs_any_more_stops_no_click(database: Database) {
    let (server, site) = (serve(database).await, Site::start());
    let (offer, id, link) = down(&server, &site).await;
    // The state ends by itself, at the time of whoever asks, whatever the database holds.
    let sites = Sites::new(server.rows.store().await);
    let (monitor, now) = (MonitorId(id.parse().expect("an id")), now_millis());
    assert!(!sites.is_down(monitor, now), "nothing is known yet");
    sites.refresh(now).await.expect("it is looked");
    assert!(sites.is_down(monitor, now) && !sites.is_down(MonitorId(0), now));
    assert!(!sites.is_down(monitor, now + 11_000), "nothing was heard from the database since");
    let hours = |hours: i64| now + hours * 60 * MINUTE;
    sites.refresh(hours(2)).await.expect("it is looked");
    assert!(sites.is_down(monitor, hours(2)), "three intervals of an hour are not over");
    sites.refresh(hours(4)).await.expect("it is looked");
    assert!(!sites.is_down(monitor, hours(4)));
    // In the product: the last check was too long ago.
    server.rows.execute(&format!("UPDATE monitors SET valid_until = {}", now - 1)).await;
    comes_to(&link, Some(&offer)).await;
    assert_eq!(status(&server.api, &id).await, "unknown");
}

async fn a_monitor_that_is_paused_or_gone_stops_no_click(database: Database) {
    let (server, site) = (serve(database).await, Site::start());
    let (offer, id, link) = down(&server, &site).await;
    let api = &server.api;
    let path = format!("monitors/{id}");
    api.patch(&path, json!({ "status": "paused" })).await;
    let answer = Visitor::new(IPHONE, "DE").follow(&link).await;
    assert_eq!((answer.status.as_u16(), answer.parameter("oid")), (302, offer.id.clone()), "at once");
    api.patch(&path, json!({ "status": "active" })).await;
    comes_to(&link, None).await;
    let removed = api.call(Method::DELETE, &path, Value::Null).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    comes_to(&link, Some(&offer)).await;
    api.patch(&path, json!({ "status": "active" })).await;
    comes_to(&link, None).await;
    api.patch(&format!("offers/{}", offer.id), json!({ "monitor_id": null })).await;
    comes_to(&link, Some(&offer)).await;
}

async fn a_database_that_tells_nothing_of_sites_stops_no_click(database: Database) {
    let (server, site) = (serve(database).await, Site::start());
    let (offer, _, link) = down(&server, &site).await;
    server.rows.execute("ALTER TABLE monitors RENAME TO unreadable").await;
    let came = async || {
        let answer = Visitor::new(IPHONE, "DE").follow(&link).await;
        (answer.status == 302 && answer.parameter("oid") == offer.id).then_some(())
    };
    eventually("a click that goes through", PATIENCE, came).await;
    server.rows.execute("ALTER TABLE unreadable RENAME TO monitors").await;
    comes_to(&link, None).await;
}

async fn what_can_not_be_saved_is_named_at_its_field(database: Database) {
    let server = serve(database).await;
    let api = &server.api;
    for (more, field) in [
        (json!({ "url": "shop.example" }), "url"),
        (json!({ "url": "https://{sub1}.example/" }), "url"),
        (json!({ "every_minutes": 3 }), "every_minutes"),
        (json!({ "timeout_seconds": 31 }), "timeout_seconds"),
        (json!({ "timeout_seconds": 300 }), "timeout_seconds"),
        (json!({ "expected": ["20x"] }), "expected[0]"),
        (json!({ "method": "head", "contains": "x" }), "contains"),
    ] {
        let mut body = json!({ "name": "Site", "url": "https://shop.example/" });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let reply = api.call(Method::POST, "monitors", body).await;
        assert_eq!(
            (reply.status.as_u16(), &reply.json["errors"][0]["field"]),
            (422, &json!(field)),
            "{}",
            reply.text
        );
    }
    let offer = offer(api, json!({})).await;
    let reply = api.call(Method::PATCH, &format!("offers/{}", offer.id), json!({ "monitor_id": "99" })).await;
    assert_eq!((reply.status.as_u16(), &reply.json["errors"][0]["field"]), (409, &json!("monitor_id")));
    let paused = monitor(api, "https://shop.example/", json!({ "status": "paused" })).await;
    let reply = api.call(Method::POST, &format!("monitors/{paused}/check"), json!({})).await;
    assert_eq!((reply.status.as_u16(), &reply.json["errors"][0]["field"]), (422, &json!("status")));
}

async fn old_checks_go_slice_by_slice_and_young_ones_stay(database: Database) {
    let mut server = serve(database).await;
    let id = monitor(&server.api, "http://127.0.0.1:9/", json!({ "status": "paused" })).await;
    server.stop().await;
    let now = now_millis();
    let network = server.rows.number("SELECT MIN(id) FROM networks").await;
    let row = |number: i64| format!("({network}, {id}, {}, 'up', 200, 5, '')", now - number * MINUTE);
    let rows: Vec<String> = (0..1_300).map(row).collect();
    let insert =
        "INSERT INTO monitor_checks (network_id, monitor_id, at, outcome, status, latency, why) VALUES";
    server.rows.execute(&format!("{insert} {}", rows.join(", "))).await;
    let store = server.rows.store().await;
    let mut slices = 0;
    while prune_checks(&store, now - 99 * MINUTE).await.expect("it is pruned") {
        slices += 1;
        assert!(slices < 10, "it ends");
    }
    assert_eq!(server.rows.number("SELECT COUNT(*) FROM monitor_checks").await, 100);
    assert!(slices > 1, "nothing is removed in one go");
}

async fn the_pages_of_a_monitor_work_without_scripts(database: Database) {
    let (server, site) = (serve(database).await, Site::start());
    let session = Session::of(&server, &server.networks[0]).await;
    let blank = session.get("/monitors").await.text;
    assert!(blank.contains("A monitor asks a web site") && blank.contains("/monitors/new"), "{blank}");
    let url = site.answers("/", Way::Status(500, ""));
    let typed = [("name", "Shop"), ("url", url.as_str()), ("every_minutes", "60"), ("expected", "200, 30")];
    let refused = session.post("/monitors/new", &typed).await;
    assert!(refused.status == 422 && refused.text.contains(&url), "{}", refused.text);
    let typed = [typed[0], typed[1], typed[2], ("expected", "200-299, 304"), ("failures_to_down", "1")];
    let made = session.post("/monitors/new", &typed).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let page = made.location().to_owned();
    let id = page.rsplit('/').next().expect("an id").to_owned();
    checked(&server.api, &id, 1).await;
    let offer = offer(&server.api, json!({ "name": "Watched", "monitor_id": id })).await;
    let listed = session.get("/monitors").await.text;
    assert!(listed.contains("down") && listed.contains("Shop"), "{listed}");
    let log = session.get(&format!("{page}/checks")).await.text;
    for words in
        ["The site is down since", "status 500, not 200-299, 304", "0 % of 1 check", "When checks failed"]
    {
        assert!(log.contains(words), "{words}: {log}");
    }
    assert_eq!(session.get(&format!("{page}/checks?range=1y")).await.status, 422);
    let uses = session.get(&format!("{page}/uses")).await.text;
    assert!(uses.contains("Watched"), "{uses}");
    let settings = session.get(&format!("/offers/{}", offer.id)).await.text;
    assert!(settings.contains("Only while the site is up of") && settings.contains(">Shop<"), "{settings}");
    let asked = session.post(&format!("{page}/check"), &[]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let log = checked(&server.api, &id, 2).await;
    let older = session.get(&format!("{page}/checks?limit=1")).await.text;
    let first = log[0]["why"].as_str().expect("it failed");
    assert_eq!(older.matches(first).count(), 1, "a page of one: {older}");
    assert!(older.contains("Older"), "{older}");
    let copied = session.post(&format!("{page}/copy"), &[]).await;
    assert_eq!(copied.status, StatusCode::SEE_OTHER);
    let copy = server.api.list("monitors").await.remove(0);
    assert_eq!((&copy["status"], &copy["url"]), (&json!("paused"), &json!(url)));
    let found = session.get("/search?q=shop").await.text;
    assert!(found.contains(&format!("{page}\"")), "{found}");
}

#[test]
fn two_nodes_make_each_check_once() {
    run(async {
        let (first, site) = (serve(Database::Postgres).await, Site::start());
        let second = first.second_node().await;
        let mut made = Vec::new();
        for number in 0..20 {
            let path = format!("/{number}");
            let url = site.answers(&path, Way::Status(200, ""));
            made.push((monitor(&first.api, &url, json!({})).await, path));
        }
        for (id, _) in &made {
            checked(&second.api, id, 1).await;
        }
        for (id, _) in &made {
            let api = if id.ends_with('3') { &first.api } else { &second.api };
            api.post(&format!("monitors/{id}/check"), json!({})).await;
        }
        for (id, path) in &made {
            let found = checked(&first.api, id, 2).await;
            assert_eq!(site.asked(path), found.len(), "no check was made twice");
        }
        // Both nodes know at once what one of them has found.
        let (offer, id, _) = down(&first, &site).await;
        let partner = id_of(&first.api.list("partners").await[0]);
        let link = second.api.link(&partner, &offer).await;
        comes_to(&link.replace(&first.url, &second.url), None).await;
        site.answers("/", Way::Status(200, ""));
        check_now(&second.api, &id).await;
        comes_to(&link.replace(&second.url, &first.url), Some(&offer)).await;
    });
}

#[test]
fn clicks_wait_for_no_table_of_monitors() {
    run(async {
        let (server, site) = (serve(Database::Postgres).await, Site::start());
        let (offer, _, link) = down(&server, &site).await;
        let held = server.rows.hold("monitors").await;
        let began = Instant::now();
        for _ in 0..20 {
            Visitor::new(IPHONE, "DE").follow(&link).await;
        }
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        let came = async || (Visitor::new(IPHONE, "DE").follow(&link).await.status == 302).then_some(());
        eventually("a click that goes through", PATIENCE, came).await;
        held.release().await;
        comes_to(&link, None).await;
        assert!(!offer.id.is_empty());
    });
}

#[test]
fn the_checks_of_a_monitor_can_be_read_by_everybody_at_every_width() {
    run(async {
        let (server, site) = (serve(Database::Sqlite).await, Site::start());
        let (_, id, _) = down(&server, &site).await;
        site.answers("/", Way::Status(200, ""));
        check_now(&server.api, &id).await;
        let network = server.rows.number("SELECT MIN(id) FROM networks").await;
        let row = |number: i64| {
            let (at, outcome) =
                (now_millis() - number * 7 * MINUTE, if number % 60 == 9 { "failed" } else { "up" });
            format!("({network}, {id}, {at}, '{outcome}', 200, {}, '')", 40 + number * 37 % 90)
        };
        let rows: Vec<String> = (1..1_000).map(row).collect();
        let insert =
            "INSERT INTO monitor_checks (network_id, monitor_id, at, outcome, status, latency, why) VALUES";
        server.rows.execute(&format!("{insert} {}", rows.join(", "))).await;
        let mut browser = Browser::open(&server).await;
        browser.sign_in(&server.networks[0]).await;
        let mut complaints = Vec::new();
        for page in ["", "/checks", "/checks?range=7d", "/checks?range=30d"] {
            browser.visit(&format!("/monitors/{id}{page}")).await;
            for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
                browser.theme(theme).await;
                for width in [360, 820, 1440] {
                    browser.width(width).await;
                    let wrong = browser.complaints().await;
                    complaints
                        .extend(wrong.into_iter().map(|wrong| format!("{page} {name} {width}: {wrong}")));
                    let file = page.trim_start_matches('/').replace("?range=", "-");
                    browser.screenshot(&format!("monitor-{file}-{name}-{width}")).await;
                }
            }
        }
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
        browser.close().await;
    });
}

macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        $(mod $name {
            use crate::support::database::Database;

            #[test]
            fn on_sqlite() {
                super::run(super::$name(Database::Sqlite));
            }

            #[test]
            fn on_postgres() {
                super::run(super::$name(Database::Postgres));
            }
        })+
    };
}

on_both!(
    a_site_that_is_down_refuses_clicks_until_it_is_up_again,
    another_address_has_a_state_of_its_own,
    each_answer_of_a_site_is_judged_and_told,
    sites_that_hang_keep_no_other_check_waiting,
    a_due_check_is_made_once_and_what_was_missed_is_one_check,
    a_monitor_that_nobody_runs_any_more_stops_no_click,
    a_monitor_that_is_paused_or_gone_stops_no_click,
    a_database_that_tells_nothing_of_sites_stops_no_click,
    what_can_not_be_saved_is_named_at_its_field,
    old_checks_go_slice_by_slice_and_young_ones_stay,
    the_pages_of_a_monitor_work_without_scripts,
);
