//! "Why did this click go here?": clicks of every kind of link, decided again from what is stored of them
//! after everything that they were decided by has changed.

use crate::support::{
    api::{Api, id_of},
    gestures::{Advertiser, Offer},
    machine::eventually,
    server::Server,
    session::Session,
    visitor::{ANDROID_PHONE, GOOGLEBOT, IPHONE, Visitor, WINDOWS_CHROME},
};
use domain::shared::NetworkId;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    sync::atomic::{AtomicU16, Ordering},
    time::Duration,
};
use store::{shared::now_millis, tracking::refresh_rotators};

/// How long what runs in the background may take.
const PATIENCE: Duration = Duration::from_secs(20);

both_databases!(
    every_click_is_decided_again_as_it_was_after_everything_has_changed,
    a_click_that_comes_out_otherwise_is_told_as_such
);

fn only(field: &str, value: &str) -> Value {
    json!([{ "field": field, "values": [value] }])
}

/// Offers that refuse for each reason, forward, and lead on.
struct World {
    advertiser: Advertiser,
    offers: Vec<Offer>,
    links: Vec<String>,
    smart_link: String,
    campaign: String,
}

async fn world(api: &Api) -> World {
    let advertiser = api.create_advertiser("Advertiser").await;
    let offer = async |more: Value| api.create_offer(&advertiser, more).await;
    let open = offer(json!({ "name": "Open", "payout": { "type": "cpc", "amount": "0.1" } })).await;
    let capped = offer(json!({
        "name": "Capped", "caps": [{ "period": "daily", "measure": "clicks", "limit": "3" }],
        "fail_traffic": { "mechanism": "weight", "rows": [
            { "destination": { "offer": open.id }, "weight": 1, "codes": [2] },
            { "destination": { "url": "https://else.example/{sub1}" }, "weight": 1 },
        ] },
    }))
    .await;
    let narrow = offer(json!({
        "name": "Narrow", "targeting": only("country", "US"), "deep_links": { "allowed": true, "hosts": ["shop.example"] },
        "fail_traffic": { "rows": [
            { "destination": { "offer": capped.id }, "targeting": only("os", "ios") },
            { "destination": { "offer": open.id }, "paid": false },
        ] },
    }))
    .await;
    let filtering = json!({ "action": "block", "session": "ip", "hours": 24 });
    let strict = offer(json!({
        "name": "Strict", "targeting": only("country", "US"), "duplicate_filter": filtering,
        "converted_filter": { "action": "block" },
    }))
    .await;
    let forwarding = offer(json!({
        "name": "Forwarding",
        "forwarding": [{ "destination": { "offer": narrow.id }, "targeting": only("sub1", "on") }],
    }))
    .await;
    api.create_landing_page(&open.id, "https://shop.example/second?cid={clickid}", 3).await;
    let offers = vec![open, capped, narrow, strict, forwarding];
    let rows = json!([
        { "offer_id": offers[1].id, "weight": 5 }, { "offer_id": offers[2].id, "weight": 3 },
        { "offer_id": offers[0].id, "weight": 2, "targeting": only("os", "ios") },
    ]);
    let more = json!({ "mechanism": "weight", "catch_all_id": offers[3].id, "partner_rules": true });
    let smart_link = api.create_smart_link(rows, more).await;
    let cap = json!({ "field": "offer_cap", "values": ["open"], "of": { "offer": offers[1].id } });
    let few = json!({
        "field": "offer_cap", "op": "at_most", "values": ["1"], "of": { "offer": offers[3].id, "period": "day" },
    });
    let campaign = api
        .create_campaign(json!({
            "landing_pages": [{ "id": "11", "name": "Quiz", "url": "https://quiz.example/?cid={clickid}" }],
            "rotators": [{
                "id": "21", "name": "Best", "min_impressions": 4,
                "options": [
                    { "id": "31", "offer_id": offers[0].id, "landing_page_id": "11" },
                    { "id": "32", "offer_id": offers[3].id },
                ],
            }],
            "rules": [
                { "conditions": [only("os", "ios")[0], cap], "to": { "offers": [{ "offer_id": offers[1].id }] } },
                { "conditions": only("os", "android"), "to": { "rotator_id": "21" } },
                {
                    "conditions": [only("os", "windows")[0], few],
                    "to": { "offers": [{ "offer_id": offers[3].id }] },
                },
            ],
            "defaults": {
                "landing_pages": [{ "landing_page_id": "11" }],
                "offers": [{ "offer_id": offers[0].id }, { "offer_id": offers[3].id }],
            },
        }))
        .await;
    let partner = api.create_partner("Partner").await;
    let narrowed = api.get(&format!("smart-links/{smart_link}")).await["rows"][2]["id"].clone();
    let rows = json!([{ "row_id": narrowed, "left_out": true }]);
    let rules = json!({ "partner_id": partner, "rows": rows });
    api.post(&format!("smart-links/{smart_link}/partner-rules"), rules).await;
    api.patch("networks/current", json!({ "fallback_url": "https://first.example/" })).await;
    let mut links = Vec::new();
    for offer in &offers {
        links.push(api.link(&partner, offer).await);
    }
    links.push(api.smart_link(&partner, &smart_link).await);
    links.push(api.campaign(&partner, &campaign).await);
    World { advertiser, offers, links, smart_link, campaign }
}

/// Visitors of many kinds on every link; some come twice.
async fn visit(server: &Server, world: &World) {
    for link in &world.links {
        for number in 0..10_u16 {
            let agent = [IPHONE, ANDROID_PHONE, WINDOWS_CHROME, GOOGLEBOT][usize::from(number % 4)];
            let country = if number < 5 { "DE" } else { "US" };
            let visitor = Visitor::new(agent, country).number(number / 2);
            let asked = ["sub1=on", "sub9=x&more=y", "lp=1", "url=https%3A%2F%2Fshop.example%2Fdeep"];
            visitor.follow(&format!("{link}?{}", asked[usize::from(number % 3 + number / 8)])).await;
        }
    }
    let strict = &world.links[3];
    let visitor = Visitor::new(WINDOWS_CHROME, "US").number(77);
    let click = visitor.follow(strict).await.click_id();
    let call = [("transaction_id", click.as_str()), ("verification_token", world.advertiser.token.as_str())];
    server.postback(&call).await.success();
    server.wait_drained().await;
    visitor.follow(strict).await;
    let unknown = world.links[0].rsplit_once('/').expect("a path").0;
    assert_eq!(Visitor::new(IPHONE, "DE").follow(&format!("{unknown}/nothing")).await.status, 404);
}

/// Another name, target, price or state for everything.
async fn change(api: &Api, world: &World) {
    for offer in &world.offers {
        let closed = json!({
            "name": "Otherwise", "targeting": only("country", "JP"), "payout": { "type": "cpc", "amount": "9" },
            "fail_traffic": { "rows": [] }, "forwarding": [], "caps": [],
        });
        api.patch(&format!("offers/{}", offer.id), closed).await;
        let page = format!("offers/{}/landing-pages/{}", offer.id, offer.landing_page);
        api.patch(&page, json!({ "weight": 7, "url": "https://moved.example/" })).await;
    }
    let rows = json!([{ "offer_id": world.offers[4].id }]);
    let link = json!({ "rows": rows, "mechanism": "priority", "catch_all_id": null });
    api.patch(&format!("smart-links/{}", world.smart_link), link).await;
    api.patch(&format!("campaigns/{}", world.campaign), json!({ "status": "paused", "rules": [] })).await;
    let partner = id_of(&api.list("partners").await[0]);
    api.patch(&format!("partners/{partner}"), json!({ "status": "paused" })).await;
    api.patch("networks/current", json!({ "fallback_url": null })).await;
    let path = format!("smart-links/{}/partner-rules", world.smart_link);
    let rules = id_of(&api.list(&path).await[0]);
    api.call(Method::DELETE, &format!("{path}/{rules}"), Value::Null).await;
}

async fn every_click_is_decided_again_as_it_was_after_everything_has_changed(server: Server) {
    let api = &server.api;
    let world = world(api).await;
    visit(&server, &world).await;
    server.wait_drained().await;
    let store = server.rows.store().await;
    let network = NetworkId(server.rows.number("SELECT MIN(id) FROM networks").await);
    refresh_rotators(&store, network, now_millis() + 60_000).await.expect("a refresh");
    let number = AtomicU16::new(100);
    eventually("clicks are decided by what rotators have learnt", PATIENCE, async || {
        let number = number.fetch_add(1, Ordering::Relaxed);
        Visitor::new(ANDROID_PHONE, "US").number(number).follow(&world.links[6]).await;
        server.wait_drained().await;
        let newest = id_of(&api.list("clicks?limit=1").await[0]);
        let told = api.get(&format!("clicks/{newest}/explain")).await;
        told["facts"].get("rotations").is_some().then_some(())
    })
    .await;
    change(api, &world).await;
    let clicks = api.list("clicks").await;
    let codes: std::collections::BTreeSet<i64> =
        clicks.iter().filter_map(|click| click["code"].as_i64()).collect();
    assert!([2, 9, 20, 21, 29, 200].iter().all(|code| codes.contains(code)), "{codes:?}");
    let mut kinds = std::collections::BTreeSet::new();
    for click in &clicks {
        let told = api.get(&format!("clicks/{}/explain", id_of(click))).await;
        assert_eq!((&told["agrees"], &told["differences"]), (&json!(true), &json!([])), "{click} {told}");
        kinds.extend(told["facts"].as_object().expect("facts").keys().cloned());
        let place = told["click_ids"].as_array().expect("ids").iter().position(|id| *id == click["id"]);
        let hop = &told["hops"][place.expect("the click is a stop of its visit")];
        assert_eq!((&hop["code"], &hop["offer_id"]), (&click["code"], &click["offer_id"]), "{click} {told}");
    }
    for kind in
        ["capped", "seen", "converted", "conversions", "views", "rotations", "landing_page_id", "deep_link"]
    {
        assert!(kinds.contains(kind), "no click was decided by `{kind}`: {kinds:?}");
    }
    let session = Session::of(&server, &server.networks[0]).await;
    let first = |is_meant: &dyn Fn(&Value) -> bool| {
        id_of(clicks.iter().find(|click| is_meant(click)).expect("there is such a click"))
    };
    let page = async |click: String| session.get(&format!("/clicks/{click}")).await.text;
    let link = json!(world.smart_link);
    let through = first(&|click| click["smart_link_id"] == link && click["decision"]["row_id"].is_null());
    let through = page(through).await;
    for shown in ["the same came out", "What each row says", "country not targeted", "Catch-all"] {
        assert!(through.contains(shown), "{shown}: {through}");
    }
    let rotated = page(first(&|click| !click["decision"]["rotator_option_id"].is_null())).await;
    for shown in
        ["What each rule says", "does not hold", "Where the winning rule leads", "Views so far by Best"]
    {
        assert!(rotated.contains(shown), "{shown}: {rotated}");
    }
    let is_capped = |click: &Value| click["code"] == 2 && click["smart_link_id"].is_null();
    let capped = page(first(&|click| is_capped(click) && click["destination"].is_null())).await;
    for shown in ["No room under a cap of", "Where the fail traffic of", "takes the click"] {
        assert!(capped.contains(shown), "{shown}: {capped}");
    }
    assert!(capped.contains("The click went on to the next stop"), "{capped}");
    let forwarded = page(first(&|click| click["code"] == 29)).await;
    assert!(forwarded.contains("forwards"), "{forwarded}");
}

async fn a_click_that_comes_out_otherwise_is_told_as_such(server: Server) {
    let api = &server.api;
    let (_, offer, link) = api.create_link().await;
    let click = Visitor::new(IPHONE, "DE").follow(&link).await.click_id();
    server.wait_drained().await;
    server.rows.execute("UPDATE clicks SET code = 9, verdict = 2, facts = '[1'").await;
    let told = api.get(&format!("clicks/{click}/explain")).await;
    assert_eq!(told["agrees"], json!(false));
    let found = &told["differences"][0];
    let expected = json!({ "stop": 0, "what": "the verdict", "stored": "invalid", "again": "valid" });
    assert_eq!(found, &expected, "{told}");
    assert_eq!(told["places"][0]["offer_id"], json!(offer.id));
    let session = Session::of(&server, &server.networks[0]).await;
    let page = session.get(&format!("/clicks/{click}")).await.text;
    assert!(page.contains("something else came out") && page.contains("9 (country not targeted)"), "{page}");
    server.rows.execute(&format!("UPDATE clicks SET parent = '{click}'")).await;
    let alone = session.get(&format!("/clicks/{click}")).await;
    assert!(alone.status.is_success() && alone.text.contains("is not in the log"), "{}", alone.text);
}
