//! The pages around an object: figures, history, what uses it, copies, several at once, how full its
//! caps are; and the link builder with its QR code.

use crate::support::{
    api::id_of,
    browser::Browser,
    database::Database,
    machine::eventually,
    on, run,
    server::Server,
    session::Session,
    visitor::{IPHONE, Visitor},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

both_databases!(
    a_copy_is_paused_and_has_the_same_landing_pages_and_events,
    several_at_once_are_changed_whole_or_not_at_all,
    the_history_tells_each_field_before_and_after,
    figures_are_those_of_the_object_alone,
    what_uses_an_offer_is_told,
    a_link_carries_what_the_offer_takes_and_nothing_else,
    partners_of_an_offer_are_found_by_their_names,
);

async fn a_copy_is_paused_and_has_the_same_landing_pages_and_events(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Northwind").await;
    let more = json!({
        "name": "Aurora", "caps": [{ "period": "daily", "measure": "clicks", "limit": "10" }],
        "targeting": [{ "field": "country", "op": "is", "values": ["DE"] }],
    });
    let offer = api.create_offer(&advertiser, more).await;
    api.create_landing_page(&offer.id, "https://second.example/", 3).await;
    api.create_event(&offer.id, "sale", "1", "2").await;
    let copy = api.post(&format!("offers/{}/copy", offer.id), Value::Null).await;
    let (new, old) = (id_of(&copy), api.get(&format!("offers/{}", offer.id)).await);
    assert_eq!((&copy["name"], &copy["status"]), (&json!("Copy of Aurora"), &json!("paused")));
    assert_ne!(copy["code"], old["code"]);
    for field in ["caps", "targeting", "payout", "revenue", "advertiser_id", "visibility"] {
        assert_eq!(copy[field], old[field], "{field}");
    }
    for (list, fields) in [("landing-pages", ["url", "weight"]), ("events", ["name", "payout"])] {
        let parts = |rows: Vec<Value>| {
            rows.iter().map(|row| fields.map(|field| row[field].clone())).collect::<Vec<_>>()
        };
        let of_new = parts(api.list(&format!("offers/{new}/{list}")).await);
        assert_eq!(of_new, parts(api.list(&format!("offers/{}/{list}", offer.id)).await), "{list}");
    }
    let session = Session::of(&server, &server.networks[0]).await;
    let reply = session.post(&format!("/offers/{}/copy", offer.id), &[]).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    assert_eq!(api.list("offers").await.len(), 3);
}

async fn several_at_once_are_changed_whole_or_not_at_all(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Northwind").await;
    let one = api.create_offer(&advertiser, json!({ "name": "One" })).await;
    let two = api.create_offer(&advertiser, json!({ "name": "Two" })).await;
    let partner = api.create_partner("Partner").await;
    for number in 1..=3 {
        Visitor::new(IPHONE, "DE").number(number).follow(&api.link(&partner, &one).await).await.click_id();
    }
    server.wait_drained().await;
    let session = Session::of(&server, &server.networks[0]).await;
    let path = format!("/offers/bulk?act=pause&id={}&id={}", one.id, two.id);
    let asked = session.get(&path).await;
    assert!(
        asked.text.contains("They took 3 clicks today and 3 clicks in the last 7 days."),
        "{}",
        asked.text
    );
    assert!(asked.text.contains("code 202"), "what it does is said");
    let states = async || {
        let states: Vec<Value> =
            api.list("offers").await.iter().map(|offer| offer["status"].clone()).collect();
        states
    };
    assert_eq!(states().await, ["active", "active"], "asking changes nothing");
    let each = [format!("{}:1", one.id), format!("{}:1", two.id)];
    let stale = [("act", "pause"), ("each", each[0].as_str()), ("each", &format!("{}:7", two.id))];
    assert_eq!(session.post("/offers/bulk", &stale).await.status, 303);
    assert_eq!(states().await, ["active", "active"], "one that somebody else has saved stops all");
    let gone = [("act", "pause"), ("each", each[0].as_str()), ("each", "999999:1")];
    assert_eq!(session.post("/offers/bulk", &gone).await.status, 404);
    assert_eq!(states().await, ["active", "active"], "one that is not there stops all");
    let fine = [("act", "pause"), ("each", each[0].as_str()), ("each", each[1].as_str())];
    assert_eq!(session.post("/offers/bulk", &fine).await.status, 303);
    assert_eq!(states().await, ["paused", "paused"]);
    let told = api.list("audit?object=offer&action=update").await;
    assert_eq!(told.len(), 2, "each is in the audit log");
    let body = json!({ "act": "activate", "ids": [one.id, two.id, one.id] });
    assert_eq!(api.post("offers/bulk", body.clone()).await["changed"], 2);
    assert_eq!(api.post("offers/bulk", body).await["changed"], 0, "they are so already");
    assert_eq!(states().await, ["active", "active"]);
    let wrong = api.call(Method::POST, "offers/bulk", json!({ "act": "sell", "ids": [one.id] })).await;
    assert_eq!(wrong.json["errors"][0]["field"], "act", "{}", wrong.text);
    let foreign =
        api.call(Method::POST, "offers/bulk", json!({ "act": "pause", "ids": [one.id, "999999"] })).await;
    assert_eq!(foreign.status, 404);
    assert_eq!(states().await, ["active", "active"]);
    assert_eq!(api.post("partners/bulk", json!({ "act": "pause", "ids": [partner] })).await["changed"], 1);
    assert_eq!(
        api.post("advertisers/bulk", json!({ "act": "pause", "ids": [advertiser.id] })).await["changed"],
        1
    );
}

async fn the_history_tells_each_field_before_and_after(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Northwind").await;
    let other = api.create_advertiser("Contoso").await;
    let offer = api.create_offer(&advertiser, json!({})).await;
    let change = json!({
        "status": "paused", "payout": { "type": "cpa", "amount": "1.25" }, "advertiser_id": other.id,
        "caps": [{ "period": "daily", "measure": "clicks", "limit": "10" }],
    });
    api.patch(&format!("offers/{}", offer.id), change).await;
    let session = Session::of(&server, &server.networks[0]).await;
    let page = session.get(&format!("/offers/{}/history", offer.id)).await;
    assert_eq!(page.status, 200, "{}", page.text);
    for told in [
        "<dt>State</dt><dd><del>active</del> <ins>paused</ins></dd>",
        "<dt>Payout, amount</dt><dd><del>1.00</del> <ins>1.25</ins></dd>",
        "<dt>Advertiser</dt><dd><del>Northwind</del> <ins>Contoso</ins></dd>",
        "<dt>Cap, limit (1)</dt><dd><ins>10</ins></dd>",
    ] {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    assert!(!page.text.contains("<dt>Visibility</dt><dd><del>"), "what stayed is not told as a change");
    api.patch(&format!("advertisers/{}", other.id), json!({ "name": "Contoso Ltd" })).await;
    let page = session.get(&format!("/advertisers/{}/history", other.id)).await;
    assert!(page.text.contains("<del>Contoso</del> <ins>Contoso Ltd</ins>"), "{}", page.text);
    assert!(!page.text.contains(&other.token), "a secret is told only as one");
    let domain = id_of(&api.post("domains", json!({ "host": "go.acme.example" })).await);
    let saved = [("host", "go.acme.example"), ("is_default", "true"), ("version", "1")];
    assert_eq!(session.post(&format!("/settings/domains/{domain}"), &saved).await.status, 303);
    let page = session.get(&format!("/settings/domains/{domain}/history")).await;
    assert!(
        page.text.contains("<dt>Links are shown with it</dt><dd><del>no</del> <ins>yes</ins></dd>"),
        "{}",
        page.text
    );
}

/// The figures in the row of a table that begins with these words.
fn row(page: &str, head: &str) -> Vec<String> {
    let start =
        page.find(&format!("<th scope=\"row\">{head}</th>")).unwrap_or_else(|| panic!("{head}: {page}"));
    let row = &page[start..start + page[start..].find("</tr>").expect("a row ends")];
    row.split("<td class=\"num\">")
        .skip(1)
        .map(|cell| cell.split('<').next().unwrap_or_default().to_owned())
        .collect()
}

async fn figures_are_those_of_the_object_alone(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Northwind").await;
    let offers = [
        api.create_offer(&advertiser, json!({ "name": "First" })).await,
        api.create_offer(&advertiser, json!({ "name": "Second" })).await,
    ];
    let other = api.create_advertiser("Contoso").await;
    let third = api.create_offer(&other, json!({ "name": "Third" })).await;
    let partner = api.create_partner("Partner").await;
    let mut number = 0;
    let mut last = String::new();
    for (offer, clicks) in [(&offers[0], 2), (&offers[1], 3), (&third, 4)] {
        let link = api.link(&partner, offer).await;
        for _ in 0..clicks {
            number += 1;
            last = Visitor::new(IPHONE, "DE").number(number).follow(&link).await.click_id();
        }
    }
    server.postback(&[("cid", last.as_str()), ("token", &other.token)]).await.success();
    server.wait_drained().await;
    let session = Session::of(&server, &server.networks[0]).await;
    let expected = [
        (format!("/offers/{}", offers[0].id), "2", "0"),
        (format!("/offers/{}", third.id), "4", "1"),
        (format!("/advertisers/{}", advertiser.id), "5", "0"),
        (format!("/advertisers/{}", other.id), "4", "1"),
        (format!("/partners/{partner}"), "9", "1"),
    ];
    for (path, clicks, conversions) in expected {
        let page = session.get(&format!("{path}/figures")).await;
        assert_eq!(page.status, 200, "{}", page.text);
        for head in ["Today", "Last 7 days", "Last 30 days"] {
            let figures = row(&page.text, head);
            assert_eq!((figures[0].as_str(), figures[3].as_str()), (clicks, conversions), "{path}: {head}");
        }
        assert_eq!(row(&page.text, "Yesterday")[0], "0", "{path}");
    }
}

async fn what_uses_an_offer_is_told(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Northwind").await;
    let offer = api.create_offer(&advertiser, json!({ "name": "Target" })).await;
    let rows = json!({ "rows": [{ "destination": { "offer": offer.id } }] });
    let leading = api.create_offer(&advertiser, json!({ "name": "Leads here", "fail_traffic": rows })).await;
    api.create_offer(&advertiser, json!({ "name": "Stands alone" })).await;
    let partner = api.create_partner("Clickhouse").await;
    let terms =
        json!({ "offer_id": offer.id, "state": "approved", "payout": { "type": "cpa", "amount": "1.75" } });
    api.post(&format!("partners/{partner}/offers"), terms).await;
    let session = Session::of(&server, &server.networks[0]).await;
    let page = session.get(&format!("/offers/{}/uses", offer.id)).await.text;
    assert!(page.contains(&format!("/offers/{}\">Leads here", leading.id)), "{page}");
    assert!(!page.contains("Stands alone"));
    assert!(page.contains("Clickhouse") && page.contains("1.75 a conversion"), "{page}");
    let page = session.get(&format!("/advertisers/{}/uses", advertiser.id)).await.text;
    assert!(["Target", "Leads here", "Stands alone"].iter().all(|name| page.contains(name)), "{page}");
    let page = session.get(&format!("/partners/{partner}/uses")).await.text;
    assert!(page.contains("Target") && !page.contains("Leads here"), "{page}");
}

async fn a_link_carries_what_the_offer_takes_and_nothing_else(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Northwind").await;
    let links = json!({ "deep_links": { "allowed": true, "hosts": ["shop.example"] } });
    let offer = api.create_offer(&advertiser, links).await;
    let partner = api.create_partner("Partner").await;
    let session = Session::of(&server, &server.networks[0]).await;
    let pair = format!("partner_id={partner}&offer_id={}", offer.id);
    let good = format!(
        "&lp={}&source_id=s+1&sub1=a%26b&sub30=z&url=https%3A%2F%2Fshop.example%2Fp",
        offer.landing_page
    );
    let link = api.get(&format!("links?{pair}{good}")).await["url"].as_str().expect("a link").to_owned();
    let query = format!(
        "?lp={}&source_id=s+1&sub1=a%26b&sub30=z&url=https%3A%2F%2Fshop.example%2Fp",
        offer.landing_page
    );
    assert!(link.ends_with(&query), "{link}");
    let page = session.get(&format!("/links?{pair}{good}")).await.text;
    assert!(page.contains("sub30=z") && page.contains("qr.svg"), "{page}");
    let answer = Visitor::new(IPHONE, "DE").follow(&link).await;
    assert_eq!(answer.status, 302, "the link works as it is shown");
    for (wrong, field) in [("&url=https%3A%2F%2Fevil.example%2F", "url"), ("&lp=999999", "lp")] {
        let reply = api.call(Method::GET, &format!("links?{pair}{wrong}"), Value::Null).await;
        assert_eq!(
            (reply.status.as_u16(), &reply.json["errors"][0]["field"]),
            (422, &json!(field)),
            "{}",
            reply.text
        );
        let page = session.get(&format!("/links?{pair}{wrong}")).await.text;
        assert!(page.contains("No link") && page.contains("aria-invalid"), "{page}");
    }
    let drawn = session.get(&format!("/links/{partner}/{}/qr.svg?sub1=x", offer.id)).await;
    assert_eq!(drawn.headers["content-type"], "image/svg+xml");
    assert!(drawn.text.starts_with("<svg ") && drawn.text.contains("<path "), "{}", drawn.text);
    let other = session.get(&format!("/links/{partner}/{}/qr.svg?sub1=y", offer.id)).await;
    assert_ne!(drawn.text, other.text, "another link is another code");
}

async fn partners_of_an_offer_are_found_by_their_names(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Northwind").await;
    let offer = api.create_offer(&advertiser, json!({ "name": "Aurora VPN" })).await;
    let partner = api.create_partner("Clickhouse").await;
    api.create_partner("Bluebird").await;
    let session = Session::of(&server, &server.networks[0]).await;
    for (path, all) in [
        (format!("/offers/{}/partners", offer.id), "Clickhouse"),
        (format!("/partners/{partner}/offers"), "Aurora"),
    ] {
        let page = session.get(&path).await.text;
        assert!(page.contains(all) && page.contains("name=\"search\" value=\"\""), "{page}");
        let page = session.get(&format!("{path}?search={}", all.to_lowercase())).await.text;
        let typed = format!("name=\"search\" value=\"{}\"", all.to_lowercase());
        assert!(page.contains(all) && !page.contains("Bluebird") && page.contains(&typed), "{page}");
        let page = session.get(&format!("{path}?search=nobody")).await.text;
        assert!(page.contains("name holds this"), "{page}");
    }
}

async fn a_domain_has_figures_and_takes_only_its_networks_links(database: Database) {
    let server = Server::plan(database).networks(&["Acme", "Globex"]).start().await;
    let mut links = Vec::new();
    for (network, name) in ["Acme", "Globex"].into_iter().enumerate() {
        let api = server.api_of(network);
        let advertiser = api.create_advertiser(name).await;
        let offer = api.create_offer(&advertiser, json!({ "name": format!("{name} VPN") })).await;
        let partner = api.create_partner(name).await;
        links.push((advertiser, api.link(&partner, &offer).await));
    }
    let api = &server.api;
    let domain = id_of(&api.post("domains", json!({ "host": "go.acme.example" })).await);
    let on_it = Visitor { host: "go.acme.example:80".to_owned(), ..Visitor::new(IPHONE, "DE") };
    let [(advertiser, own), (_, foreign)] = links.as_slice() else { unreachable!("two networks") };
    let click = eventually("the domain is known", Duration::from_secs(10), async || {
        let answer = on_it.follow(own).await;
        server.wait_drained().await;
        let click = api.get(&format!("clicks/{}", answer.click_id())).await;
        (click["domain"] == "go.acme.example").then(|| answer.click_id())
    });
    let click = click.await;
    assert_eq!(on_it.follow(foreign).await.status, 404, "another network's link on this one's domain");
    Visitor::new(IPHONE, "DE").number(2).follow(own).await.click_id();
    let call = [("transaction_id", click.as_str()), ("verification_token", advertiser.token.as_str())];
    server.postback(&call).await.success();
    server.wait_drained().await;
    assert_eq!(api.list("clicks?domain=GO.acme.example&code=205").await.len(), 1, "the foreign link");
    let report = api.get("reports?group_by=domain&domain=go.acme.example").await;
    let group = &report["items"][0];
    assert_eq!((&group["group"]["domain"], &group["metrics"]["cv"]), (&json!("go.acme.example"), &json!(1)));
    let without = api.get("reports?group_by=domain").await;
    let other =
        without["items"].as_array().expect("groups").iter().find(|group| group["group"]["domain"].is_null());
    assert!(other.is_some(), "those on no domain: {without}");
    let session = Session::of(&server, &server.networks[0]).await;
    let page = session.get(&format!("/settings/domains/{domain}/figures")).await.text;
    assert!(page.contains("Acme VPN") && page.contains("CV, 30 days"), "{page}");
    let page = session.get(&format!("/settings/domains/{domain}")).await.text;
    assert!(page.contains("It took 1 click today"), "{page}");
    let page = session.get("/settings/domains").await.text;
    assert!(page.contains("Clicks in 7 days") && page.contains("It took 1 click today"), "{page}");
    let file = session.get("/settings/domains/csv").await.text;
    assert!(file.contains("go.acme.example"), "{file}");
}

#[test]
fn a_domain_has_figures_and_takes_only_its_networks_links_on_sqlite() {
    run(a_domain_has_figures_and_takes_only_its_networks_links(Database::Sqlite));
}

#[test]
fn a_domain_has_figures_and_takes_only_its_networks_links_on_postgres() {
    run(a_domain_has_figures_and_takes_only_its_networks_links(Database::Postgres));
}

#[test]
fn the_views_of_an_object_stand_in_a_browser_with_and_without_scripts() {
    on(Database::Sqlite, async |server: Server| {
        let api = &server.api;
        let advertiser = api.create_advertiser("Northwind").await;
        let cap = json!({ "name": "Aurora VPN", "caps": [{ "period": "daily", "measure": "clicks", "limit": "4" }] });
        let offer = api.create_offer(&advertiser, cap).await;
        let partner = api.create_partner("Clickhouse").await;
        let domain = id_of(&api.post("domains", json!({ "host": "go.acme.example" })).await);
        let link = api.link(&partner, &offer).await;
        for number in 1..=2 {
            Visitor::new(IPHONE, "DE").number(number).follow(&link).await.click_id();
        }
        server.wait_drained().await;
        let mut browser = Browser::open(&server).await;
        browser.sign_in(&server.networks[0]).await;
        browser.visit(&format!("/offers/{}", offer.id)).await;
        browser.see("2 of 4").await;
        browser.see("At today's pace").await;
        let paths = [
            format!("/offers/{}", offer.id),
            format!("/offers/{}/figures", offer.id),
            format!("/offers/{}/uses", offer.id),
            format!("/offers/{}/history", offer.id),
            format!("/partners/{partner}/figures"),
            format!("/partners/{partner}/uses"),
            format!("/partners/{partner}/history"),
            format!("/advertisers/{}/figures", advertiser.id),
            format!("/advertisers/{}/uses", advertiser.id),
            format!("/advertisers/{}/history", advertiser.id),
            format!("/settings/domains/{domain}"),
            format!("/settings/domains/{domain}/figures"),
            format!("/settings/domains/{domain}/history"),
            format!("/offers/bulk?act=pause&id={}", offer.id),
            format!("/links?partner_id={partner}&offer_id={}&sub1=x", offer.id),
        ];
        for width in [360, 820, 1440] {
            browser.width(width).await;
            for path in &paths {
                browser.visit(path).await;
                browser.axe().await;
                browser.fits().await;
            }
        }
        for (path, name) in paths.iter().zip(["offer", "figures", "uses", "history"]) {
            browser.visit(path).await;
            browser.screenshot(&format!("object-{name}")).await;
        }
        browser.visit("/links").await;
        browser.choose("partner_id", "Clickhouse").await;
        browser.choose("offer_id", "Aurora VPN").await;
        browser.fill("sub2", "banner").await;
        browser.click("Build link").await;
        browser.see("sub2=banner").await;
        let drawn = "const image = document.querySelector('.qr img'); return image.complete && image.naturalWidth > 0";
        assert_eq!(browser.script(drawn).await, json!(true), "the QR code is drawn");
        browser.screenshot("links").await;
        browser.scripts(false).await;
        browser.visit("/offers").await;
        browser.tick("id", &offer.id).await;
        browser.click("Pause").await;
        browser.see("They took 2 clicks today").await;
        browser.click("Pause 1 offer").await;
        browser.see("paused").await;
        assert_eq!(api.get(&format!("offers/{}", offer.id)).await["status"], "paused");
        browser.close().await;
    });
}
