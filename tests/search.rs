//! The search over everything: by names, ids and order numbers, for each only what it may see, and
//! never a row of another network.

use crate::support::{
    api::{Api, id_of},
    browser::Browser,
    database::Database,
    on, run,
    server::Server,
    session::Session,
    visitor::{IPHONE, Visitor},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

both_databases!(
    everything_is_found_by_its_name_id_or_order_number,
    only_the_sections_of_the_role_are_searched,
    what_a_text_holds_means_itself,
    what_hangs_on_others_is_found_too,
);

/// The ids of a kind that a search finds, in its order.
async fn found(api: &Api, text: &str, kind: &str) -> Vec<String> {
    let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let answer = api.get(&format!("search?q={text}")).await;
    let groups = answer["groups"].as_array().expect("groups");
    let group = groups.iter().find(|group| group["kind"] == kind);
    let items = group.and_then(|group| group["items"].as_array().cloned()).unwrap_or_default();
    items.iter().map(id_of).collect()
}

async fn everything_is_found_by_its_name_id_or_order_number(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Northwind Traders").await;
    let offer = api.create_offer(&advertiser, json!({ "name": "Ökologischer Tarif" })).await;
    let partner = api.create_partner("Clickhouse Media").await;
    let domain = id_of(&api.post("domains", json!({ "host": "go.northwind.example" })).await);
    let link = api.link(&partner, &offer).await;
    let click = Visitor::new(IPHONE, "DE").follow(&link).await.click_id();
    let call = [("cid", click.as_str()), ("token", &advertiser.token), ("txn_id", "Order-4711-b")];
    let conversion = server.postback(&call).await.success();
    let conversion = conversion["conversion_id"].as_str().expect("a conversion").to_owned();
    server.wait_drained().await;

    assert_eq!(found(api, "ÖKOLOG", "offer").await, [offer.id.as_str()], "a part of the name, ignoring case");
    assert_eq!(found(api, "house med", "partner").await, [partner.as_str()]);
    assert_eq!(found(api, "northwind", "advertiser").await, [advertiser.id.as_str()]);
    assert_eq!(found(api, "northwind", "domain").await, [domain.as_str()]);
    assert_eq!(found(api, "ADMIN@acme", "user").await.len(), 1);
    assert_eq!(found(api, &offer.id, "offer").await, [offer.id.as_str()], "the id");
    let code = link.split('/').nth_back(1).expect("the partner's code");
    assert_eq!(found(api, code, "partner").await, [partner.as_str()], "the code of links");
    for part in [&click[..], &click[..20], &click[..8], &click.to_uppercase()] {
        assert_eq!(found(api, part, "click").await, [click.as_str()], "{part}");
        assert!(found(api, part, "conversion").await.contains(&conversion), "the click's conversion: {part}");
    }
    assert_eq!(found(api, &click[..7], "click").await, [""; 0], "too short to tell a minute");
    for part in ["Order-4711-b", "Order-47"] {
        assert_eq!(found(api, part, "conversion").await, [conversion.as_str()], "{part}");
    }
    assert_eq!(found(api, "4711", "conversion").await, [""; 0], "an order number by its beginning");
    assert_eq!(found(api, &conversion, "conversion").await, [conversion.as_str()]);
    let only = api.get("search?q=northwind&kind=domain").await;
    assert_eq!(only["groups"].as_array().expect("groups").len(), 1);
    assert_eq!(only["groups"][0]["items"][0]["path"], format!("/settings/domains/{domain}"));
}

async fn what_a_text_holds_means_itself(server: Server) {
    let api = &server.api;
    let plain = api.create_partner("All of it").await;
    let marked = api.create_partner("100%_of!it").await;
    for text in ["%", "_", "!", "%_of!"] {
        assert_eq!(found(api, text, "partner").await, [marked.as_str()], "{text}");
    }
    assert_eq!(found(api, "of", "partner").await, [marked.as_str(), plain.as_str()], "newest first");
    for number in 0..11 {
        api.create_partner(&format!("One of many {number}")).await;
    }
    let many = api.get("search?q=one+of+many").await;
    assert_eq!(many["groups"][0]["items"].as_array().expect("items").len(), 10);
    assert_eq!(many["groups"][0]["has_more"], true);
    assert_eq!(api.get("search").await["groups"], json!([]), "nothing is found by nothing");
    let long = api.call(Method::GET, &format!("search?q={}", "x".repeat(201)), Value::Null).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", long.text);
    let unknown = api.call(Method::GET, "search?q=x&kind=thing", Value::Null).await;
    assert_eq!(unknown.json["errors"][0]["field"], "kind", "{}", unknown.text);
}

/// The pages of the hits of a kind.
fn pages(reply: &Value, kind: &str) -> Vec<String> {
    let groups = reply["groups"].as_array().expect("groups");
    let group = groups.iter().find(|group| group["kind"] == kind);
    let items = group.and_then(|group| group["items"].as_array().cloned()).unwrap_or_default();
    items.iter().map(|item| item["path"].as_str().expect("a page").to_owned()).collect()
}

async fn what_hangs_on_others_is_found_too(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Acme").await;
    let offer = api.create_offer(&advertiser, json!({})).await;
    let partner = api.create_partner("Media").await;
    let money = json!({ "type": "cpa", "amount": "1" });
    let revenue = json!({ "type": "rpa", "amount": "2" });
    let event = json!({ "name": "zeta-deposit", "payout": money, "revenue": revenue });
    api.post(&format!("offers/{}/events", offer.id), event).await;
    api.post(&format!("offers/{}/coupons", offer.id), json!({ "code": "zeta-10", "partner_id": partner }))
        .await;
    let role =
        id_of(&api.post("roles", json!({ "name": "Zeta team", "rights": { "offers": "read" } })).await);
    api.post("api-keys", json!({ "name": "Zeta export", "role": "analyst" })).await;
    let session = Session::of(&server, &server.networks[0]).await;
    let view = [("name", "Zeta by country"), ("query", "group_by=country")];
    assert_eq!(session.post("/reports/views", &view).await.status, StatusCode::SEE_OTHER);
    let upload = id_of(&api.upload("new", "click_id\nnone\n").await.json);

    let found = api.get("search?q=ZETA").await;
    assert_eq!(pages(&found, "event"), [format!("/offers/{}/events", offer.id)]);
    assert_eq!(pages(&found, "coupon"), [format!("/offers/{}/coupons", offer.id)]);
    assert_eq!(pages(&found, "role"), [format!("/settings/roles/{role}")]);
    assert_eq!(pages(&found, "api_key"), ["/settings/api-keys"]);
    assert_eq!(pages(&found, "view"), [""; 0], "a person's own view is nothing for a program");
    let files = api.get("search?q=FILE.csv").await;
    assert_eq!(pages(&files, "upload"), [format!("/settings/uploads/{upload}")]);
    let page = session.get("/search?q=zeta").await.text;
    assert!(page.contains("href=\"/reports?group_by=country\"") && page.contains("yours"), "{page}");
    // The list of what is found by name takes the text over.
    for number in 0..12 {
        api.create_partner(&format!("Zeta {number}")).await;
    }
    let page = session.get("/search?q=zeta").await.text;
    assert!(page.contains("/partners?search=zeta"), "{page}");
    let list = session.get("/partners?search=zeta").await.text;
    assert!(list.contains("12 partners"), "{list}");
}

async fn only_the_sections_of_the_role_are_searched(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Shared name").await;
    api.create_offer(&advertiser, json!({ "name": "Shared name" })).await;
    api.create_partner("Shared name").await;
    let made = api.post("api-keys", json!({ "name": "Offers alone", "role": "analyst" })).await;
    let network = "select network_id from users where email = 'admin@acme.example'";
    let insert = format!(
        "insert into roles (network_id, name, rights, created_at) values (({network}), 'offers', '{{\"offers\": \"read\"}}', 0)"
    );
    server.rows.execute(&insert).await;
    let role = "select max(id) from roles";
    server.rows.execute(&format!("update api_keys set role_id = ({role}) where id = {}", id_of(&made))).await;
    let narrow = api.with_key(made["key"].as_str().expect("a key"));
    let groups = narrow.get("search?q=shared").await["groups"].clone();
    let kinds: Vec<_> =
        groups.as_array().expect("groups").iter().map(|group| group["kind"].clone()).collect();
    assert_eq!(kinds, [json!("offer")], "{groups}");
    let asked = narrow.get("search?q=shared&kind=partner").await;
    assert_eq!(asked["groups"], json!([]), "nor when it is asked for by name");
}

async fn nothing_of_another_network_is_found(database: Database) {
    let server = Server::plan(database).networks(&["Acme", "Globex"]).start().await;
    let other = server.api_of(1);
    let advertiser = other.create_advertiser("Secretive").await;
    let offer = other.create_offer(&advertiser, json!({ "name": "Secretive" })).await;
    let partner = other.create_partner("Secretive").await;
    other.post("domains", json!({ "host": "go.secretive.example" })).await;
    let link = other.link(&partner, &offer).await;
    let click = Visitor::new(IPHONE, "DE").follow(&link).await.click_id();
    let call = [("cid", click.as_str()), ("token", &advertiser.token), ("txn_id", "secretive-1")];
    server.postback(&call).await.success();
    server.wait_drained().await;
    let code = link.split('/').next_back().expect("a code");
    let texts = [
        ("secretive", ""),
        (&click, "&kind=click"),
        (&click[..8], "&kind=click"),
        (&click, "&kind=conversion"),
        (&offer.id, "&kind=offer"),
        (&partner, "&kind=partner"),
        (code, "&kind=offer"),
        ("admin@globex.example", ""),
    ];
    for (text, kind) in texts {
        let mine = server.api.get(&format!("search?q={text}{kind}")).await;
        assert_eq!(mine["groups"], json!([]), "{text}: {mine}");
        let theirs = other.get(&format!("search?q={text}{kind}")).await;
        assert_ne!(theirs["groups"], json!([]), "{text} is found by its own network");
    }
}

#[test]
fn nothing_of_another_network_is_found_on_sqlite() {
    run(nothing_of_another_network_is_found(Database::Sqlite));
}

#[test]
fn nothing_of_another_network_is_found_on_postgres() {
    run(nothing_of_another_network_is_found(Database::Postgres));
}

#[test]
fn the_key_that_searches_leads_to_everything_from_any_page() {
    on(Database::Sqlite, async |server: Server| {
        let advertiser = server.api.create_advertiser("Northwind").await;
        let offer = server.api.create_offer(&advertiser, json!({ "name": "Aurora VPN" })).await;
        let mut browser = Browser::open(&server).await;
        browser.sign_in(&server.networks[0]).await;
        browser.visit("/settings").await;
        browser.press("/").await;
        browser.press("aurora\u{e007}").await;
        browser.see("Aurora VPN").await;
        assert_eq!(browser.path().await, "/search?q=aurora", "what was searched stays in the address");
        for width in [360, 820, 1440] {
            browser.width(width).await;
            browser.axe().await;
            browser.fits().await;
        }
        browser.screenshot("search").await;
        browser.click("Aurora VPN").await;
        browser.see("Copy offer").await;
        assert_eq!(browser.path().await, format!("/offers/{}", offer.id));
        browser.scripts(false).await;
        browser.visit("/search?q=nothing+like+it").await;
        browser.see("Nothing found").await;
        browser.close().await;
        let session = Session::of(&server, &server.networks[0]).await;
        assert!(session.get("/search?q=%3Cscript%3E").await.text.contains("&#60;script&#62;"));
    });
}
