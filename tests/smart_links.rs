//! Smart Links through the product: what a click leaves behind, what a save refuses, the pages.

use crate::support::{
    api::{Api, id_of},
    gestures::{Advertiser, Offer},
    server::Server,
    session::Session,
    visitor::{ANDROID_PHONE, IPHONE, Visitor, WINDOWS_CHROME},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

both_databases!(
    each_visitor_goes_to_the_offer_that_fits_and_its_conversion_stands_under_both,
    rows_share_the_clicks_by_weight_and_a_cap_moves_them_on,
    by_priority_a_cap_that_runs_out_in_the_middle_takes_not_one_too_many,
    the_catch_all_takes_unapproved_partners_and_nothing_fits_goes_to_the_fallback,
    a_filtered_duplicate_ends_and_subs_go_on,
    a_partner_narrows_the_link_for_its_own_traffic_alone,
    fail_traffic_leads_into_a_smart_link_and_a_circle_is_refused,
    a_made_up_visitor_is_told_what_keeps_each_row,
    what_cannot_be_saved_is_named_at_its_field,
    the_pages_of_a_smart_link_work_without_scripts
);

fn only(field: &str, value: &str) -> Value {
    json!([{ "field": field, "values": [value] }])
}

async fn two_offers(api: &Api) -> (Advertiser, Offer, Offer) {
    let advertiser = api.create_advertiser("Advertiser").await;
    let first = api.create_offer(&advertiser, json!({ "name": "First" })).await;
    let second = api.create_offer(&advertiser, json!({ "name": "Second" })).await;
    (advertiser, first, second)
}

async fn each_visitor_goes_to_the_offer_that_fits_and_its_conversion_stands_under_both(server: Server) {
    let api = &server.api;
    let (advertiser, ios, android) = two_offers(api).await;
    let rows = json!([
        { "offer_id": ios.id, "targeting": only("os", "ios") },
        { "offer_id": android.id, "landing_page_id": android.landing_page, "targeting": only("os", "android") },
    ]);
    let link = api.create_smart_link(rows, json!({ "labels": ["systems"] })).await;
    let partner = api.create_partner("Partner").await;
    let url = api.smart_link(&partner, &link).await;
    let made = api.get(&format!("smart-links/{link}")).await;
    let row = |place: usize| made["rows"][place]["id"].as_str().expect("a row has an id").to_owned();
    for (agent, offer, place) in [(IPHONE, &ios, 0), (ANDROID_PHONE, &android, 1)] {
        let visitor = Visitor::new(agent, "DE");
        let click = visitor.follow(&url).await.click_id();
        let call = [("transaction_id", click.as_str()), ("verification_token", advertiser.token.as_str())];
        server.postback(&call).await.success();
        server.wait_drained().await;
        let shown = api.click(&click).await;
        assert_eq!((&shown["offer_id"], &shown["smart_link_id"]), (&json!(offer.id), &json!(link)));
        assert_eq!(shown["decision"]["branch"], place);
        let conversion = api.list(&format!("conversions?smart_link_id={link}")).await.remove(0);
        assert_eq!(conversion["offer_id"], json!(offer.id));
        let by_row =
            api.report("row", &format!("&smart_link_id={link}&row={}&range=today", row(place))).await;
        let metrics = &by_row["items"][0]["metrics"];
        assert_eq!((&metrics["clicks"], &metrics["cv"]), (&json!(1), &json!(1)), "{by_row}");
    }
    let desktop = Visitor::new(WINDOWS_CHROME, "DE").follow(&url).await;
    assert_eq!(desktop.status, 403, "no row takes it");
    let seen = Visitor::new(IPHONE, "DE").follow(&url.replace("/c/", "/i/")).await;
    assert_eq!(seen.status, 200);
    server.wait_drained().await;
    let codes = api.list(&format!("clicks?smart_link_id={link}&code=20")).await;
    assert_eq!((codes.len(), &codes[0]["offer_id"]), (1, &Value::Null));
    let report = api.report("smart_link,offer", "&range=today").await;
    let lines: Vec<_> =
        report["items"].as_array().expect("items").iter().map(|item| &item["group"]).collect();
    assert!(lines.iter().all(|group| group["smart_link"] == "Smart Link"), "{report}");
    let whole = api.report("smart_link", "&range=today").await;
    let metrics = &whole["items"][0]["metrics"];
    assert_eq!((&metrics["gross_clicks"], &metrics["impressions"]), (&json!(3), &json!(1)), "{whole}");
}

async fn rows_share_the_clicks_by_weight_and_a_cap_moves_them_on(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Advertiser").await;
    let cap = json!({ "caps": [{ "period": "daily", "measure": "clicks", "limit": "5" }] });
    let capped = api.create_offer(&advertiser, cap).await;
    let open = api.create_offer(&advertiser, json!({})).await;
    let never = api.create_offer(&advertiser, json!({})).await;
    let rows = json!([
        { "offer_id": capped.id, "weight": 1000 }, { "offer_id": open.id, "weight": 1 },
        { "offer_id": never.id, "weight": 0 },
    ]);
    let weighted = api.create_smart_link(rows.clone(), json!({ "mechanism": "weight" })).await;
    let partner = api.create_partner("Partner").await;
    let url = api.smart_link(&partner, &weighted).await;
    let visits = (0..40).map(|_| async {
        let visitor = Visitor::new(IPHONE, "DE");
        assert_eq!(visitor.follow(&url).await.status, 302);
    });
    futures::future::join_all(visits).await;
    server.wait_drained().await;
    let taken = |offer: &Offer| {
        let sql = format!("SELECT COUNT(*) FROM clicks WHERE verdict < 2 AND offer_id = {}", offer.id);
        let rows = &server.rows;
        async move { rows.number(&sql).await }
    };
    assert_eq!(
        (taken(&capped).await, taken(&open).await, taken(&never).await),
        (5, 35, 0),
        "not one too many"
    );
    api.patch(&format!("smart-links/{weighted}"), json!({ "mechanism": "priority" })).await;
    assert_eq!(Visitor::new(IPHONE, "DE").follow(&url).await.status, 302);
    server.wait_drained().await;
    assert_eq!((taken(&capped).await, taken(&open).await), (5, 36), "the first row's cap is used up");
}

async fn by_priority_a_cap_that_runs_out_in_the_middle_takes_not_one_too_many(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Advertiser").await;
    let cap = |limit: &str| json!({ "caps": [{ "period": "daily", "measure": "clicks", "limit": limit }] });
    let first = api.create_offer(&advertiser, cap("7")).await;
    let second = api.create_offer(&advertiser, cap("11")).await;
    let third = api.create_offer(&advertiser, json!({})).await;
    let rows = json!([{ "offer_id": first.id }, { "offer_id": second.id }, { "offer_id": third.id }]);
    let link = api.create_smart_link(rows, json!({ "mechanism": "priority" })).await;
    let url = api.smart_link(&api.create_partner("Partner").await, &link).await;
    let visits = (0..60).map(|_| async {
        assert_eq!(Visitor::new(IPHONE, "DE").follow(&url).await.status, 302);
    });
    futures::future::join_all(visits).await;
    server.wait_drained().await;
    for (offer, taken) in [(first, 7), (second, 11), (third, 42)] {
        let sql = format!("SELECT COUNT(*) FROM clicks WHERE verdict < 2 AND offer_id = {}", offer.id);
        assert_eq!(server.rows.number(&sql).await, taken, "offer {}", offer.id);
    }
}

async fn the_catch_all_takes_unapproved_partners_and_nothing_fits_goes_to_the_fallback(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Advertiser").await;
    let us = json!({ "targeting": only("country", "US") });
    let closed = api.create_offer(&advertiser, us).await;
    let fail = api.create_offer(&advertiser, json!({ "name": "Fail", "visibility": "private" })).await;
    let private = json!({
        "name": "Catch-all", "visibility": "private", "targeting": only("country", "DE"),
        "fail_traffic": { "rows": [{ "destination": { "offer": fail.id }, "targeting": only("country", "FR") }] },
    });
    let catch_all = api.create_offer(&advertiser, private).await;
    let rows = json!([{ "offer_id": closed.id }]);
    let link = api.create_smart_link(rows, json!({ "catch_all_id": catch_all.id })).await;
    let partner = api.create_partner("Partner").await;
    let url = api.smart_link(&partner, &link).await;
    assert_eq!(Visitor::new(IPHONE, "DE").follow(&url).await.status, 302);
    assert_eq!(Visitor::new(IPHONE, "FR").follow(&url).await.status, 302);
    assert_eq!(Visitor::new(IPHONE, "GB").follow(&url).await.status, 403);
    let refused =
        api.call(Method::PATCH, "networks/current", json!({ "fallback_url": "javascript:x" })).await;
    assert_eq!((refused.status.as_u16(), &refused.json["errors"][0]["field"]), (422, &json!("fallback_url")));
    api.patch("networks/current", json!({ "fallback_url": "https://fallback.example/?c={country}" })).await;
    let sent = Visitor::new(IPHONE, "GB").follow(&url).await;
    assert_eq!((sent.status.as_u16(), sent.location()), (302, "https://fallback.example/?c=GB"));
    api.patch("networks/current", json!({ "fallback_url": null })).await;
    assert_eq!(Visitor::new(IPHONE, "GB").follow(&url).await.status, 403);
    server.wait_drained().await;
    let story = "SELECT CAST(offer_id AS TEXT) || ':' || CAST(code AS TEXT) FROM clicks ORDER BY id";
    let (first, last) = (catch_all.id, fail.id);
    assert_eq!(
        server.rows.texts(story).await,
        [
            format!("{first}:0"),
            format!("{first}:9"),
            format!("{last}:0"),
            "0:20".into(),
            "0:20".into(),
            "0:20".into()
        ]
    );
}

async fn a_filtered_duplicate_ends_and_subs_go_on(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Advertiser").await;
    let filter = json!({ "duplicate_filter": { "action": "fail_traffic", "session": "ip" } });
    let filtered = api.create_offer(&advertiser, filter).await;
    let other = api.create_offer(&advertiser, json!({})).await;
    let rows = json!([{ "offer_id": filtered.id }, { "offer_id": other.id }]);
    let link = api.create_smart_link(rows, json!({})).await;
    let partner = api.create_partner("Partner").await;
    let url = api.smart_link(&partner, &link).await;
    let visitor = Visitor::new(IPHONE, "DE");
    let first = visitor.follow(&format!("{url}?sub1=a&sub15=b%20c&sub30=d")).await;
    assert_eq!(
        (first.status.as_u16(), first.parameter("s1"), first.parameter("sub15")),
        (302, "a".into(), "b c".into())
    );
    assert_eq!(first.parameter("sub30"), "d");
    assert_eq!(visitor.follow(&url).await.status, 403, "only the first click is valid");
    server.wait_drained().await;
    let ended = api.list(&format!("clicks?smart_link_id={link}&code=21")).await;
    assert_eq!((ended.len(), &ended[0]["offer_id"]), (1, &json!(filtered.id)));
}

async fn a_partner_narrows_the_link_for_its_own_traffic_alone(server: Server) {
    let api = &server.api;
    let (_, first, second) = two_offers(api).await;
    let rows = json!([{ "offer_id": first.id }, { "offer_id": second.id }]);
    let link = api.create_smart_link(rows, json!({ "partner_rules": true })).await;
    let row = api.get(&format!("smart-links/{link}")).await["rows"][0]["id"].clone();
    let (one, two) = (api.create_partner("One").await, api.create_partner("Two").await);
    let rules = json!({ "partner_id": one, "rows": [{ "row_id": row, "left_out": true }] });
    let path = format!("smart-links/{link}/partner-rules");
    let made = id_of(&api.post(&path, rules.clone()).await);
    let offer_of = async |partner: &str| {
        let url = api.smart_link(partner, &link).await;
        let click = Visitor::new(IPHONE, "DE").follow(&url).await.click_id();
        server.wait_drained().await;
        api.click(&click).await["offer_id"].as_str().expect("an offer").to_owned()
    };
    assert_eq!((offer_of(&one).await, offer_of(&two).await), (second.id.clone(), first.id.clone()));
    let again = api.call(Method::POST, &path, rules).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "one set of rules a partner: {}", again.text);
    let unknown = json!({ "rows": [{ "row_id": "1" }] });
    let unknown = api.call(Method::PATCH, &format!("{path}/{made}"), unknown).await;
    assert_eq!(
        (unknown.status.as_u16(), &unknown.json["errors"][0]["field"]),
        (422, &json!("rows[0].row_id"))
    );
    api.patch(&format!("smart-links/{link}"), json!({ "partner_rules": false })).await;
    assert_eq!(offer_of(&one).await, first.id, "the network allows no rules any more");
}

async fn fail_traffic_leads_into_a_smart_link_and_a_circle_is_refused(server: Server) {
    let api = &server.api;
    let (advertiser, first, second) = two_offers(api).await;
    let link = api.create_smart_link(json!([{ "offer_id": second.id }]), json!({})).await;
    let fail = json!({
        "targeting": only("country", "US"), "fail_traffic": { "rows": [{ "destination": { "smart_link": link } }] },
    });
    api.patch(&format!("offers/{}", first.id), fail).await;
    let partner = api.create_partner("Partner").await;
    let url = api.link(&partner, &first).await;
    let click = Visitor::new(IPHONE, "DE").follow(&url).await.click_id();
    server.wait_drained().await;
    let shown = api.click(&click).await;
    assert_eq!((&shown["offer_id"], &shown["smart_link_id"]), (&json!(second.id), &json!(link)));
    assert!(shown["parent"].is_string(), "{shown}");
    let circle = json!({ "catch_all_id": first.id });
    let circle = api.call(Method::PATCH, &format!("smart-links/{link}"), circle).await;
    assert_eq!((circle.status.as_u16(), &circle.json["errors"][0]["field"]), (422, &json!("catch_all_id")));
    let other = api.create_offer(&advertiser, json!({})).await;
    api.patch(&format!("smart-links/{link}"), json!({ "catch_all_id": other.id })).await;
    let back = json!({ "fail_traffic": { "rows": [{ "destination": { "smart_link": link } }] } });
    let back = api.call(Method::PATCH, &format!("offers/{}", other.id), back).await;
    assert_eq!(back.json["errors"][0]["field"], "fail_traffic.rows[0].destination", "{}", back.text);
}

async fn a_made_up_visitor_is_told_what_keeps_each_row(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Advertiser").await;
    let cap = json!({ "name": "Capped", "caps": [{ "period": "daily", "measure": "clicks", "limit": "1" }] });
    let capped = api.create_offer(&advertiser, cap).await;
    let germans = json!({ "name": "Germans", "targeting": only("country", "DE") });
    let germans = api.create_offer(&advertiser, germans).await;
    let anyone = api.create_offer(&advertiser, json!({ "name": "Anyone" })).await;
    let rows = json!([
        { "offer_id": capped.id }, { "offer_id": germans.id, "targeting": only("os", "ios") },
        { "offer_id": anyone.id },
    ]);
    let link = api.create_smart_link(rows, json!({ "catch_all_id": germans.id })).await;
    let partner = api.create_partner("Partner").await;
    let url = api.smart_link(&partner, &link).await;
    assert_eq!(Visitor::new(IPHONE, "DE").follow(&url).await.status, 302);
    let asked = |more: &str| format!("smart-links/{link}/explain?partner_id={partner}&os=iOS{more}");
    let told = api.get(&asked("&country=fr&seed=7")).await;
    let said: Vec<_> =
        told["rows"].as_array().expect("rows").iter().map(|row| row["reason"].clone()).collect();
    let words = [
        "the offer: offer cap reached (code 2)",
        "the offer: country not targeted (code 9)",
        "takes the click",
    ];
    assert_eq!(said, words, "{told}");
    assert_eq!(
        (&told["catch_all"]["code"], &told["catch_all"]["takes"]),
        (&json!(9), &json!(false)),
        "{told}"
    );
    assert_eq!((&told["hops"][0]["branch"], &told["seed"]), (&json!(2), &json!("7")));
    assert_eq!((&told["rows"][2]["probability"], &told["status"]), (&json!(1.0), &json!(302)));
    let real = Visitor::new(IPHONE, "FR").follow(&url).await.click_id();
    let german = Visitor::new(IPHONE, "DE").follow(&url).await.click_id();
    server.wait_drained().await;
    let stored = api.click(&real).await;
    assert_eq!(
        (&stored["offer_id"], &stored["decision"]["branch"]),
        (&told["hops"][0]["offer_id"], &json!(2))
    );
    let told = api.get(&asked("&country=de")).await;
    assert_eq!(api.click(&german).await["decision"]["branch"], told["hops"][0]["branch"], "{told}");
    let later = api.get(&asked("&country=de&at=2027-01-01")).await;
    assert_eq!(later["hops"][0]["branch"], 0, "another day has a cap of its own: {later}");
    for (more, field) in
        [("&country=xyz", "country"), ("&device=phone", "device"), ("&at=soon", "at"), ("&seed=x", "seed")]
    {
        let refused = api.call(Method::GET, &asked(more), Value::Null).await;
        assert_eq!(refused.json["errors"][0]["field"], field, "{}", refused.text);
    }
    let session = Session::of(&server, &server.networks[0]).await;
    let page =
        session.get(&format!("/smart-links/{link}/test?partner_id={partner}&country=FR&os=ios")).await.text;
    assert!(page.contains("Row 3 takes the click: Anyone.") && page.contains("offer cap reached"), "{page}");
    let unasked = session.get(&format!("/smart-links/{link}/test?country=FR")).await;
    assert_eq!(unasked.status, StatusCode::OK);
    assert!(unasked.text.contains("choose whose visitor it is"), "{}", unasked.text);
}

async fn what_cannot_be_saved_is_named_at_its_field(server: Server) {
    let api = &server.api;
    let (_, first, second) = two_offers(api).await;
    let cases = [
        (json!({ "rows": [{ "offer_id": "999" }] }), "rows[0].offer_id"),
        (
            json!({ "rows": [{ "offer_id": first.id, "landing_page_id": second.landing_page }] }),
            "rows[0].landing_page_id",
        ),
        (json!({ "rows": [{ "offer_id": first.id, "weight": -1 }] }), "rows[0].weight"),
        (
            json!({ "rows": [{ "offer_id": first.id, "targeting": only("oss", "x") }] }),
            "rows[0].targeting[0].field",
        ),
        (json!({ "catch_all_id": "999" }), "catch_all_id"),
        (json!({ "domain_id": "999" }), "domain_id"),
        (json!({ "mechanism": "luck" }), "mechanism"),
        (json!({ "labels": ["a", "A"] }), "labels[1]"),
        (json!({ "name": "" }), "name"),
    ];
    for (more, field) in cases {
        let mut body = json!({ "name": "Link" });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let refused = api.call(Method::POST, "smart-links", body).await;
        assert!(refused.status.is_client_error(), "{more}: {}", refused.text);
        assert_eq!(refused.json["errors"][0]["field"], field, "{more}: {}", refused.text);
    }
    let both = format!("links?partner_id=1&offer_id={}&smart_link_id=1", first.id);
    assert_eq!(api.call(Method::GET, &both, Value::Null).await.json["errors"][0]["field"], "offer_id");
}

async fn the_pages_of_a_smart_link_work_without_scripts(server: Server) {
    let api = &server.api;
    let session = Session::of(&server, &server.networks[0]).await;
    let (_, first, second) = two_offers(api).await;
    let example = session.get("/smart-links/new?example=systems").await.text;
    assert_eq!(example.matches("os is ios").count(), 3, "three creatives of a system");
    let typed = [
        ("name", "All systems"),
        ("status", "active"),
        ("mechanism", "weight"),
        ("labels", "vpn, summer"),
        ("rows[0].offer_id", first.id.as_str()),
        ("rows[0].landing_page_id", first.landing_page.as_str()),
        ("rows[0].weight", "70"),
        ("rows[0].targeting", "os is ios"),
        ("rows[1].offer_id", second.id.as_str()),
        ("rows[1].weight", "30"),
        ("partner_rules", "true"),
    ];
    let moved: Vec<_> = typed.iter().copied().chain([("move", "rows[0] down")]).collect();
    let moved = session.post("/smart-links/new", &moved).await;
    assert_eq!(moved.status, StatusCode::OK, "moved, not saved");
    assert!(moved.text.contains("name=\"rows[1].weight\"") && moved.text.contains("value=\"70\""));
    assert!(moved.text.find("value=\"30\"") < moved.text.find("value=\"70\""), "the second row is first now");
    assert!(api.list("smart-links").await.is_empty());
    let made = session.post("/smart-links/new", &typed).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let link = id_of(&api.list("smart-links").await[0]);
    assert_eq!(made.location(), format!("/smart-links/{link}"));
    let row =
        api.get(&format!("smart-links/{link}")).await["rows"][1]["id"].as_str().expect("an id").to_owned();
    let partner = api.create_partner("Clickhouse").await;
    let rules = [("partner_id", partner.as_str()), ("rows[1].row_id", &row), ("rows[1].left_out", "true")];
    let saved = session.post(&format!("/smart-links/{link}/partners"), &rules).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let listed = session.get(&format!("/smart-links/{link}/partners")).await.text;
    assert!(listed.contains("Clickhouse") && listed.contains("1 left out"), "{listed}");
    let url = api.smart_link(&partner, &link).await;
    Visitor::new(IPHONE, "DE").follow(&url).await;
    server.wait_drained().await;
    let figures = session.get(&format!("/smart-links/{link}/figures")).await.text;
    for told in ["1. First, Page", "How the rows shared the clicks by day", "First, Page", "DE", "mobile"] {
        assert!(figures.contains(told), "{told}: {figures}");
    }
    let found = session.get("/search?q=summer").await.text;
    assert!(found.contains("All systems"), "a label finds it");
    let uses = session.get(&format!("/offers/{}/uses", first.id)).await.text;
    assert!(uses.contains("All systems"));
    let builder = session.get(&format!("/links?partner_id={partner}&smart_link_id={link}&sub1=a")).await.text;
    assert!(builder.contains(&format!("{url}?sub1=a")), "{builder}");
    let both =
        session.get(&format!("/links?partner_id={partner}&smart_link_id={link}&offer_id={}", first.id)).await;
    assert!(both.text.contains("leave the others empty"), "{}", both.text);
    let drawn = session.get(&format!("/links/{partner}/smart-links/{link}/qr.svg")).await;
    assert!(drawn.text.contains("<svg"), "{}", drawn.text);
    api.patch(&format!("offers/{}", second.id), json!({ "status": "deleted" })).await;
    let flawed = session.get(&format!("/smart-links/{link}")).await.text;
    assert!(flawed.contains("leads to a deleted offer"), "{flawed}");
    assert!(flawed.contains("Second (deleted)"), "a save keeps the row whose offer went: {flawed}");
    assert!(flawed.find(">Save</button>") < flawed.find("name=\"move\""), "Enter saves");
    let out = [
        ("name", "X"),
        ("rows[0].offer_id", &first.id),
        ("rows[1].targeting", "os is ios"),
        ("move", "rows[1] out"),
    ];
    let out = session.post(&format!("/smart-links/{link}"), &out).await.text;
    assert!(!out.contains("os is ios") && out.contains("name=\"rows[0].offer_id\""), "{out}");
    let copied = session.post(&format!("/smart-links/{link}/copy"), &[]).await;
    assert_eq!(copied.status, StatusCode::SEE_OTHER);
    let copy = api.list("smart-links").await.remove(0);
    assert_eq!((&copy["name"], &copy["status"]), (&json!("Copy of All systems"), &json!("paused")));
    assert_ne!(copy["rows"][1]["id"], json!(row), "a copy learns for itself");
}
