//! Source blocks and traffic controls through the product: what clicks meet, what is stored of them and told, and who
//! may say so.

use crate::support::{
    api::{Api, id_of},
    database::Database,
    gestures::Offer,
    machine::eventually,
    on,
    server::Server,
    session::Session,
    visitor::{Answer, IPHONE, Visitor, WINDOWS_CHROME},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{
    sync::atomic::{AtomicU16, Ordering},
    time::Duration,
};

both_databases!(
    a_blocked_source_is_refused_with_14_and_goes_on_by_fail_traffic,
    a_traffic_control_refuses_everywhere_with_24,
    what_refused_a_click_is_told_after_it_has_gone,
    reports_and_lists_tell_of_what_was_refused,
    what_does_not_fit_is_told_at_its_field
);

/// Within what time a saved control holds.
const SOON: Duration = Duration::from_secs(2);

/// A partner and an offer whose fail traffic leads to another.
struct World {
    partner: String,
    offer: Offer,
    other: Offer,
    link: String,
}

async fn world(api: &Api) -> World {
    let advertiser = api.create_advertiser("Advertiser").await;
    let other = api.create_offer(&advertiser, json!({ "name": "Other" })).await;
    let fail = json!({ "rows": [{ "destination": { "offer": other.id } }] });
    let offer = api.create_offer(&advertiser, json!({ "name": "Offer", "fail_traffic": fail })).await;
    let partner = api.create_partner("Partner").await;
    let link = api.link(&partner, &offer).await;
    World { partner, offer, other, link }
}

async fn block(api: &Api, more: Value) -> String {
    let mut body = json!({ "name": "Bad placements", "variable": "sub4", "values": ["bad"] });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    id_of(&api.post("source-blocks", body).await)
}

async fn control(api: &Api, more: Value) -> String {
    let mut body = json!({ "name": "Spam" });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    id_of(&api.post("traffic-controls", body).await)
}

/// The codes that a visitor's clicks are stored with, stop by stop.
async fn codes(server: &Server, answer: &Answer) -> Vec<Option<u64>> {
    server.wait_drained().await;
    let mut id = match answer.status.as_u16() {
        302 => answer.click_id(),
        _ => id_of(&server.api.list("clicks?limit=1").await[0]),
    };
    let mut codes = Vec::new();
    loop {
        let click = server.api.click(&id).await;
        codes.insert(0, click["code"].as_u64());
        match click["parent"].as_str() {
            Some(parent) if !parent.is_empty() => id = parent.to_owned(),
            _ => return codes,
        }
    }
}

/// Follows a link until its visits end as they should, each time from another address: nobody comes twice.
async fn meets(server: &Server, visitor: &Visitor, link: &str, expected: &[Option<u64>]) {
    static VISITS: AtomicU16 = AtomicU16::new(10);
    let look = async || {
        let answer = visitor.number(VISITS.fetch_add(1, Ordering::Relaxed)).follow(link).await;
        (codes(server, &answer).await == expected).then_some(())
    };
    eventually(&format!("visits that end as {expected:?}"), SOON * 5, look).await;
}

async fn a_blocked_source_is_refused_with_14_and_goes_on_by_fail_traffic(server: Server) {
    let (api, visitor) = (&server.api, Visitor::new(IPHONE, "DE"));
    let World { partner, offer, other, link } = world(api).await;
    let (bad, good) = (format!("{link}?sub4=BAD"), format!("{link}?sub4=bad1"));
    meets(&server, &visitor, &bad, &[None]).await;
    let id = block(api, json!({ "partner_id": partner, "offer_id": offer.id })).await;
    meets(&server, &visitor, &bad, &[Some(14), None]).await;
    meets(&server, &visitor, &good, &[None]).await;
    // Another partner's source of the same name is let through.
    let else_link = api.link(&api.create_partner("Else").await, &offer).await;
    meets(&server, &visitor, &format!("{else_link}?sub4=bad"), &[None]).await;
    // Everywhere it is refused at the other offer too: 403, and a clean page.
    api.patch(&format!("source-blocks/{id}"), json!({ "offer_id": null })).await;
    meets(&server, &visitor, &bad, &[Some(14), Some(14)]).await;
    let refused = visitor.number(6).follow(&bad).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    // A Smart Link skips the row.
    let rows = json!([{ "offer_id": offer.id }, { "offer_id": other.id }]);
    let smart_link = api.create_smart_link(rows, json!({ "mechanism": "priority" })).await;
    let smart_link = api.smart_link(&partner, &smart_link).await;
    api.patch(&format!("source-blocks/{id}"), json!({ "offer_id": offer.id })).await;
    let comes_to_other = async || {
        let answer = visitor.number(7).follow(&format!("{smart_link}?sub4=bad")).await;
        server.wait_drained().await;
        let click = api.click(&answer.click_id()).await;
        (click["offer_id"] == json!(other.id)).then_some(())
    };
    eventually("a click at the other offer", SOON * 5, comes_to_other).await;
    for state in ["paused", "deleted"] {
        api.patch(&format!("source-blocks/{id}"), json!({ "status": state })).await;
        meets(&server, &visitor, &bad, &[None]).await;
        api.patch(&format!("source-blocks/{id}"), json!({ "status": "active" })).await;
        meets(&server, &visitor, &bad, &[Some(14), None]).await;
    }
}

async fn a_traffic_control_refuses_everywhere_with_24(server: Server) {
    let api = &server.api;
    let World { link, .. } = world(api).await;
    let spam = Visitor { referrer: "https://www.Spam.example/x".to_owned(), ..Visitor::new(IPHONE, "DE") };
    meets(&server, &spam, &link, &[None]).await;
    let contains = json!({ "field": "referrer", "operator": "contains", "values": ["spam.example"] });
    let black = control(api, contains).await;
    meets(&server, &spam, &link, &[Some(24), Some(24)]).await;
    meets(&server, &Visitor::new(IPHONE, "DE"), &link, &[None]).await;
    api.patch(&format!("traffic-controls/{black}"), json!({ "status": "paused" })).await;
    let white = json!({ "name": "Home", "list": "white", "field": "country", "values": ["DE", "AT"] });
    let white = control(api, white).await;
    meets(&server, &Visitor::new(IPHONE, "US"), &link, &[Some(24), Some(24)]).await;
    meets(&server, &spam, &link, &[None]).await;
    api.patch(&format!("traffic-controls/{white}"), json!({ "status": "deleted" })).await;
    meets(&server, &Visitor::new(WINDOWS_CHROME, "US"), &link, &[None]).await;
}

async fn what_refused_a_click_is_told_after_it_has_gone(server: Server) {
    let (api, visitor) = (&server.api, Visitor::new(IPHONE, "DE"));
    let World { link, partner, offer, .. } = world(api).await;
    let bad = format!("{link}?sub4=bad");
    let blocked = block(api, json!({ "partner_id": partner, "offer_id": offer.id })).await;
    meets(&server, &visitor, &bad, &[Some(14), None]).await;
    let white = json!({ "name": "Only US", "list": "white", "field": "country", "values": ["US"] });
    let white = control(api, white).await;
    meets(&server, &visitor, &bad, &[Some(24), Some(24)]).await;
    // As it was then, whatever has become of it since.
    api.patch(&format!("source-blocks/{blocked}"), json!({ "status": "deleted", "name": "Gone" })).await;
    api.patch(&format!("traffic-controls/{white}"), json!({ "status": "deleted" })).await;
    let clicks = api.list("clicks?limit=100").await;
    let with = |code: u64| {
        let is_first = |click: &&Value| click["code"] == json!(code) && click["parent"] == json!(null);
        let found = clicks.iter().find(is_first).unwrap_or_else(|| panic!("a click with {code}: {clicks:?}"));
        id_of(found)
    };
    let told = api.get(&format!("clicks/{}/explain", with(14))).await;
    assert_eq!(told["agrees"], json!(true), "{told}");
    let expected = json!([{ "stop": 0, "kind": "source_block", "id": blocked, "name": "Bad placements" }]);
    assert_eq!(told["refused_by"], expected);
    let told = api.get(&format!("clicks/{}/explain", with(24))).await;
    assert_eq!(told["agrees"], json!(true), "{told}");
    let stop = |stop: usize| json!({ "stop": stop, "kind": "white_list", "field": "country" });
    assert_eq!(told["refused_by"], json!([stop(0), stop(1)]));
    let session = Session::of(&server, &server.networks[0]).await;
    let page = session.get(&format!("/clicks/{}", with(14))).await.text;
    assert!(page.contains("source block Bad placements"), "the page tells what refused it");
    let page = session.get(&format!("/clicks/{}", with(24))).await.text;
    assert!(page.contains("the white lists on country"), "the page tells what refused it");
}

async fn reports_and_lists_tell_of_what_was_refused(server: Server) {
    let (api, visitor) = (&server.api, Visitor::new(IPHONE, "DE"));
    let World { link, partner, offer, .. } = world(api).await;
    block(api, json!({ "partner_id": partner, "offer_id": offer.id, "operator": "starts_with" })).await;
    meets(&server, &visitor, &format!("{link}?sub4=bad-7"), &[Some(14), None]).await;
    let report = api.report("code", "").await;
    let items = report["items"].as_array().expect("items");
    let of_14 = items.iter().find(|item| item["group"]["code"] == json!(14));
    assert!(of_14.is_some_and(|item| item["metrics"]["invalid_clicks"].as_u64() >= Some(1)), "{report}");
    let session = Session::of(&server, &server.networks[0]).await;
    let list = session.get("/source-blocks").await.text;
    for words in ["Bad placements", "Partner", "sub4 starts with bad"] {
        assert!(list.contains(words), "{words}");
    }
    let csv = session.get("/source-blocks/csv").await.text;
    assert!(csv.contains("Bad placements") && csv.contains("sub4,starts_with"), "{csv}");
    control(api, json!({ "field": "ip", "values": ["203.0.113.0/24"] })).await;
    let list = session.get("/traffic-controls").await.text;
    assert!(list.contains("IP address is 203.0.113.0/24") && list.contains("black list"));
    assert_eq!(api.list(&format!("source-blocks?partner_id={partner}&variable=sub4")).await.len(), 1);
    assert!(api.list("source-blocks?variable=sub5").await.is_empty());
    assert!(api.list("traffic-controls?list=white").await.is_empty());
}

async fn what_does_not_fit_is_told_at_its_field(server: Server) {
    let api = &server.api;
    let refused = async |path: &str, body: Value| {
        let reply = api.call(Method::POST, path, body.clone()).await;
        let errors = reply.json["errors"].as_array().cloned().unwrap_or_default();
        let fields = errors.iter().map(|error| error["field"].as_str().unwrap_or_default().to_owned());
        (reply.status.as_u16(), fields.collect::<Vec<_>>())
    };
    let block = |more: Value| {
        let mut body = json!({ "name": "B", "values": ["x"] });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        body
    };
    let control = |more: Value| {
        let mut body = json!({ "name": "C", "field": "ip", "values": ["192.0.2.1"] });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        body
    };
    for (path, body, status, field) in [
        ("source-blocks", block(json!({ "partner_id": "999999" })), 409, "partner_id"),
        ("source-blocks", block(json!({ "offer_id": "999999" })), 409, "offer_id"),
        ("source-blocks", block(json!({ "values": [] })), 422, "values"),
        ("source-blocks", block(json!({ "values": [" "] })), 422, "values[0]"),
        ("source-blocks", block(json!({ "operator": "matches" })), 422, "operator"),
        ("source-blocks", block(json!({ "variable": "sub9" })), 422, "variable"),
        ("traffic-controls", control(json!({ "values": ["192.0.2.1/40"] })), 422, "values[0]"),
        ("traffic-controls", control(json!({ "operator": "contains" })), 422, "operator"),
        ("traffic-controls", control(json!({ "field": "device" })), 422, "field"),
        ("traffic-controls", control(json!({ "field": "shoe_size" })), 422, "field"),
        ("traffic-controls", control(json!({ "list": "grey" })), 422, "list"),
    ] {
        assert_eq!(refused(path, body.clone()).await, (status, vec![field.to_owned()]), "{path} {body}");
    }
    // Neither is a field of targeting.
    let advertiser = api.create_advertiser("A").await;
    let targeting = json!([{ "field": "referrer", "op": "contains", "values": ["x"] }]);
    let body = json!({ "name": "O", "advertiser_id": advertiser.id, "targeting": targeting });
    assert_eq!(refused("offers", body).await, (422, vec!["targeting[0].field".to_owned()]));
}

/// A user agent holds commas and semicolons: a value is a line of the form.
#[test]
fn a_value_may_hold_any_sign() {
    on(Database::Sqlite, values_hold_any_sign);
}

async fn values_hold_any_sign(server: Server) {
    let session = Session::of(&server, &server.networks[0]).await;
    let agents = "Mozilla/5.0 (Linux; Android 10; K) (KHTML, like Gecko)\nFoo, \"quoted\"; LLC";
    let fields = [("name", "Agents"), ("field", "user_agent"), ("operator", "is"), ("values", agents)];
    assert_eq!(session.post("/traffic-controls/new", &fields).await.status, 303);
    let made = &server.api.list("traffic-controls").await[0];
    let expected: Vec<&str> = agents.lines().collect();
    assert_eq!(made["values"], json!(expected));
    let page = session.get(&format!("/traffic-controls/{}", id_of(made))).await.text;
    assert!(
        page.contains("(KHTML, like Gecko)\nFoo, &#34;quoted&#34;; LLC"),
        "it comes back as it was typed"
    );
}

/// Who sees only some partners blocks only theirs, and has no lists over the whole network.
#[test]
fn a_manager_of_some_partners_controls_only_theirs() {
    on(Database::Sqlite, managers_control_only_theirs);
}

async fn managers_control_only_theirs(server: Server) {
    let api = &server.api;
    let rights = json!({ "smart_switch": "full", "partners": "full" });
    api.post("roles", json!({ "name": "Own", "rights": rights, "own_partners": true })).await;
    let user = json!({ "email": "mia@acme.example", "name": "Mia", "password": "a long password, hers", "role": "Own" });
    let mia = id_of(&api.post("users", user).await);
    let own = id_of(&api.post("partners", json!({ "name": "Hers", "manager_id": mia })).await);
    let other = api.create_partner("Not hers").await;
    let session = Session::sign_in(&server, "mia@acme.example", "a long password, hers").await;
    let made = async |partner: &str| {
        let fields = [("name", "B"), ("partner_id", partner), ("variable", "sub1"), ("values", "x")];
        session.post("/source-blocks/new", &fields).await.status.as_u16()
    };
    assert_eq!(made(&own).await, 303);
    assert_eq!(made(&other).await, 409);
    assert_eq!(made("").await, 422);
    let seen = block(api, json!({ "name": "Of the other", "partner_id": other })).await;
    assert_eq!(session.get(&format!("/source-blocks/{seen}")).await.status, 404);
    assert!(!session.get("/source-blocks").await.text.contains("Of the other"));
    assert!(matches!(session.get("/traffic-controls").await.status.as_u16(), 403 | 404));
    let home = session.get("/source-blocks").await.text;
    assert!(!home.contains("href=\"/traffic-controls\""), "it is not in the navigation");
}
