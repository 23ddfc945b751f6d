//! The API as a customer's program meets it: what goes in comes out, what is wrong is named, what is
//! sent twice is done once, and the description says all of it.

use crate::{
    rights::{Ids, filled},
    support::{
        api::{Reply, client, id_of},
        machine::eventually,
        server::Server,
        session::Session,
        switched::{Found, switched},
        visitor::{IPHONE, Visitor},
    },
};
use domain::shared::ApiKeyId;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use switchyard::web::{
    Failure,
    limits::{BURST, Limits},
    routes::{Kind, Route, routes},
};

both_databases!(
    what_is_created_is_found_listed_changed_and_removed,
    a_patch_changes_only_what_it_names,
    every_wrong_field_is_named,
    an_offer_comes_with_its_parts_or_not_at_all,
    fail_traffic_never_goes_round_in_a_circle,
    a_partners_terms_are_set_and_changed,
    lists_go_on_where_they_ended_and_filter_exactly,
    a_tracking_link_is_on_the_default_domain,
    the_same_key_and_request_are_done_once,
    a_request_that_was_cut_off_is_not_done_again,
    saves_at_once_are_each_kept_under_a_plan_version_of_their_own,
    a_save_compiles_its_network_once,
    a_search_ignores_case_in_every_alphabet,
    a_search_takes_every_sign_as_it_stands,
    a_removal_keeps_what_was_saved_at_the_same_time,
    users_and_keys_reach_no_further_than_their_maker,
    the_zone_is_fixed_by_the_first_click,
    the_zone_is_fixed_by_a_click_that_is_not_stored_yet,
    answers_tell_the_limit,
    bodies_that_can_not_be_read_are_refused_in_words,
    names_hold_what_they_show,
    what_is_no_call_is_told_as_a_problem,
    what_pages_say_is_told_to_programs_too,
    answers_look_as_they_are_described,
    every_example_of_a_body_is_taken
);

async fn names_hold_what_they_show(server: Server) {
    for name in ["Nile \u{202E}moc", "\u{2067}Nile", "Nile\u{FFFD}"] {
        let reply = server.api.call(Method::POST, "advertisers", json!({ "name": name })).await;
        assert_eq!((reply.status.as_u16(), field(&reply)), (422, vec!["name"]), "{name}: {}", reply.text);
    }
    for name in ["نيل", "Nile\u{200F} نيل"] {
        let reply = server.api.call(Method::POST, "advertisers", json!({ "name": name })).await;
        assert_eq!(reply.status, 201, "{name}: {}", reply.text);
    }
    let session = Session::of(&server, &server.networks[0]).await;
    let sent = client().post(format!("{}/advertisers/new", server.url)).header("Cookie", &session.cookie);
    let sent = sent.header("Sec-Fetch-Site", "same-origin");
    let sent = sent.header("Content-Type", "application/x-www-form-urlencoded").body("name=Nile%ff%fe");
    let reply = Reply::read(sent).await;
    assert_eq!(reply.status, 422, "{}", reply.text);
    assert!(reply.text.contains("no UTF-8"), "{}", reply.text);
}

async fn what_pages_say_is_told_to_programs_too(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Nile").await;
    let cap = json!({ "period": "daily", "measure": "clicks", "limit": "4" });
    let offer = api.create_offer(&advertiser, json!({ "caps": [cap] })).await;
    let row = json!({ "destination": { "offer": offer.id }, "weight": 1 });
    let fails = json!({ "name": "Before", "fail_traffic": { "rows": [row] } });
    let before = api.create_offer(&advertiser, fails).await;
    let partner = api.create_partner("Media").await;
    let link = api.link(&partner, &offer).await;
    for number in 0..3 {
        Visitor::new(IPHONE, "DE").number(number).follow(&link).await.click_id();
    }
    server.wait_drained().await;

    let caps = api.get(&format!("offers/{}/caps", offer.id)).await;
    let cap = &caps["items"][0];
    assert_eq!((&cap["used"], &cap["limit"], &cap["share"]), (&json!("3.00"), &json!("4.00"), &json!(0.75)));
    assert!(["at", "short"].contains(&cap["outlook"].as_str().expect("an outlook")), "{cap}");
    assert_eq!(cap["outlook"] == "at", cap["reached_at"].is_string(), "{cap}");
    let of_partner = api.get(&format!("offers/{}/caps?partner_id={partner}", offer.id)).await;
    assert_eq!(of_partner["items"], json!([]), "the partner has none of its own");

    let uses = api.get(&format!("offers/{}/uses", offer.id)).await;
    let count = |kind: &str| {
        let all = uses["uses"].as_array().expect("uses");
        all.iter().find(|one| one["kind"] == kind).expect("the kind")["count"].clone()
    };
    assert_eq!((count("fail_traffic"), count("landing_pages")), (json!(1), json!(1)), "{uses}");
    assert_eq!(uses["traffic"], json!({ "clicks_today": 3, "clicks_week": 3 }));
    let uses = api.get(&format!("advertisers/{}/uses", advertiser.id)).await;
    assert_eq!(uses["uses"][0]["count"], 2, "{uses}");

    let asked = json!({ "act": "pause", "ids": [offer.id, before.id], "preview": true });
    let told = api.post("offers/bulk", asked).await;
    assert_eq!(told["changed"], 2, "{told}");
    let item = told["items"].as_array().expect("items").iter().find(|item| item["id"] == offer.id.as_str());
    assert_eq!(item.expect("the offer")["traffic"]["clicks_today"], 3, "{told}");
    assert_eq!(api.get(&format!("offers/{}", offer.id)).await["status"], "active", "nothing is done");

    let home = api.get("home").await;
    assert_eq!((&home["metrics"]["clicks"], &home["usual"]), (&json!(3), &Value::Null), "{home}");
    assert!(home["tasks"].is_array() && home["currency"] == "USD", "{home}");

    let drawn = api.get(&format!("links?partner_id={partner}&offer_id={}&qr=true", offer.id)).await;
    assert!(drawn["qr_svg"].as_str().expect("a drawing").starts_with("<svg"), "{drawn}");
    let plain = api.get(&format!("links?partner_id={partner}&offer_id={}", offer.id)).await;
    assert_eq!(plain["qr_svg"], Value::Null);
}

async fn what_is_no_call_is_told_as_a_problem(server: Server) {
    for path in ["api/nope", "api/v1/nope", "api/"] {
        let reply = Reply::read(client().get(format!("{}/{path}", server.url))).await;
        assert_eq!(reply.status, 404, "{path}: {}", reply.text);
        assert_eq!(reply.headers["content-type"], "application/problem+json", "{path}");
    }
    let page = Reply::read(client().get(format!("{}/api/docs", server.url))).await;
    assert!(page.text.starts_with("<!doctype html>"));
}

fn field(reply: &Reply) -> Vec<&str> {
    let errors = reply.json["errors"].as_array().into_iter().flatten();
    errors.filter_map(|error| error["field"].as_str()).collect()
}

async fn what_is_created_is_found_listed_changed_and_removed(server: Server) {
    let api = &server.api;
    let reply = api.call(Method::POST, "advertisers", json!({ "name": "Nile" })).await;
    assert_eq!(reply.status, 201);
    let id = id_of(&reply.json);
    assert_eq!(reply.headers["location"], format!("/api/v1/advertisers/{id}"));
    assert_eq!(reply.json["verification_token"].as_str().map(str::len), Some(64), "a token is made");
    assert_eq!((reply.json["status"].as_str(), reply.json["version"].as_i64()), (Some("active"), Some(1)));
    assert_eq!(api.get(&format!("advertisers/{id}")).await, reply.json);
    assert_eq!(api.list("advertisers").await, std::slice::from_ref(&reply.json));
    let changed = api.patch(&format!("advertisers/{id}"), json!({ "name": "Nile Ltd" })).await;
    assert_eq!((changed["name"].as_str(), changed["version"].as_i64()), (Some("Nile Ltd"), Some(2)));
    assert_eq!(changed["verification_token"], reply.json["verification_token"]);
    assert_eq!(api.call(Method::DELETE, &format!("advertisers/{id}"), Value::Null).await.status, 204);
    assert!(api.list("advertisers").await.is_empty(), "deleted ones are hidden");
    assert_eq!(api.list("advertisers?status=deleted").await.len(), 1, "and kept");
    let actions: Vec<_> = api.list(&format!("audit?object=advertiser&object_id={id}")).await;
    let actions: Vec<_> = actions.iter().filter_map(|entry| entry["action"].as_str()).collect();
    assert_eq!(actions, ["update", "update", "create"]);
    assert_eq!(
        server.rows.number("select count(*) from config_versions where object = 'advertiser'").await,
        3
    );
}

async fn a_patch_changes_only_what_it_names(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Nile").await;
    let offer = json!({
        "name": "Aurora", "advertiser_id": advertiser.id,
        "payout": { "type": "cpa", "amount": "1.5" }, "end_date": "2030-01-01T00:00:00Z",
        "duplicate_filter": { "hours": 48, "action": "block" },
    });
    let made = api.post("offers", offer).await;
    let path = format!("offers/{}", id_of(&made));
    assert_eq!((made["payout"]["amount"].as_str(), made["currency"].as_str()), (Some("1.50"), Some("USD")));
    let patch = json!({ "payout": { "amount": "2" }, "end_date": null });
    let changed = api.patch(&path, patch).await;
    assert_eq!(changed["payout"], json!({ "type": "cpa", "amount": "2.00", "percent": "0.00" }));
    assert_eq!(changed["end_date"], Value::Null);
    assert_eq!(changed["duplicate_filter"], made["duplicate_filter"]);
    assert_eq!(changed["code"], made["code"]);
    let late = api.call(Method::PATCH, &path, json!({ "name": "X", "version": 1 })).await;
    assert_eq!((late.status.as_u16(), field(&late)), (409, vec!["version"]));
    assert_eq!(api.patch(&path, json!({ "name": "Borealis", "version": 2 })).await["name"], "Borealis");
}

async fn every_wrong_field_is_named(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Nile").await.id;
    let cases = [
        (json!({}), vec!["name"]),
        (json!({ "name": "", "advertiser_id": advertiser }), vec!["name"]),
        (json!({ "name": "A\u{7}", "advertiser_id": advertiser }), vec!["name"]),
        (json!({ "name": "A\nB", "advertiser_id": advertiser }), vec!["name"]),
        (json!({ "name": "A", "advertiser_id": advertiser, "colour": "red" }), vec!["colour"]),
        (json!({ "name": "A", "advertiser_id": "x", "status": "on" }), vec!["advertiser_id", "status"]),
        (
            json!({ "name": "A", "advertiser_id": advertiser, "payout": { "amount": "1e9999" } }),
            vec!["payout.amount"],
        ),
        (
            json!({ "name": "A", "advertiser_id": advertiser, "payout": { "amount": "1.1234567" } }),
            vec!["payout.amount"],
        ),
        (
            json!({ "name": "A", "advertiser_id": advertiser, "fail_traffic": { "rows": [
                { "destination": { "url": "https://a.example" } },
                { "destination": { "offer": "x" } },
            ]}}),
            vec!["fail_traffic.rows[1].destination.offer"],
        ),
        (
            json!({ "name": "A", "advertiser_id": advertiser, "fail_traffic": { "rows": [{ "weight": 2 }] } }),
            vec!["fail_traffic.rows[0].destination"],
        ),
        (json!({ "name": "A", "advertiser_id": advertiser, "payout": { "sum": "1" } }), vec!["payout.sum"]),
        (
            json!({ "name": "A", "advertiser_id": advertiser, "payout": { "amount": "-1" } }),
            vec!["payout.amount"],
        ),
        (
            json!({ "name": "A", "advertiser_id": advertiser, "caps": [
                { "period": "daily", "measure": "clicks", "limit": "10" },
                { "period": "hourly", "measure": "clicks", "limit": "10" },
            ]}),
            vec!["caps[1].period"],
        ),
        (json!({ "name": "A", "advertiser_id": advertiser, "caps": [{}] }), vec!["caps[0].period"]),
        (
            json!({ "name": "A", "advertiser_id": advertiser, "targeting": [{ "field": "colour" }] }),
            vec!["targeting[0].field"],
        ),
        (json!({ "name": "A", "advertiser_id": advertiser, "url": "javascript:alert(1)" }), vec!["url"]),
        (
            json!({ "name": "A", "advertiser_id": advertiser, "landing_pages": [{ "url": "x" }, { "uri": "x" }] }),
            vec!["landing_pages[0].url", "landing_pages[1].uri"],
        ),
    ];
    for (body, fields) in cases {
        let reply = api.call(Method::POST, "offers", body.clone()).await;
        assert_eq!((reply.status.as_u16(), field(&reply)), (422, fields), "{body}: {}", reply.text);
        assert_eq!(reply.headers["content-type"], "application/problem+json");
    }
    assert!(api.list("offers").await.is_empty());
    let foreign = api.call(Method::POST, "offers", json!({ "name": "A", "advertiser_id": "999" })).await;
    assert_eq!((foreign.status.as_u16(), field(&foreign)), (409, vec!["advertiser_id"]));
    let rows =
        json!([{ "destination": { "url": "https://a.example" } }, { "destination": { "offer": "999" } }]);
    let foreign = json!({ "name": "A", "advertiser_id": advertiser, "fail_traffic": { "rows": rows } });
    let foreign = api.call(Method::POST, "offers", foreign).await;
    assert_eq!(field(&foreign), ["fail_traffic.rows[1].destination"], "{}", foreign.text);
    let word = json!({ "name": "A", "advertiser_id": advertiser, "status": "on" });
    let told = api.call(Method::POST, "offers", word).await.json["errors"][0]["message"].clone();
    assert_eq!(told, "`on` is none of these: active, paused, pending, deleted");
    let fine = json!({ "name": "A", "advertiser_id": advertiser, "payout": { "amount": "1.1234567" } });
    let told = api.call(Method::POST, "offers", fine).await.json["errors"][0]["message"].clone();
    assert_eq!(told, "must have at most 6 digits behind the point");
}

async fn an_offer_comes_with_its_parts_or_not_at_all(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Nile").await.id;
    let body = json!({
        "name": "Aurora", "advertiser_id": advertiser, "url": "https://one.example/",
        "landing_pages": [{ "url": "https://two.example/", "weight": 3 }],
        "events": [{ "name": "sale", "payout": { "amount": "4" } }],
    });
    let offer = id_of(&api.post("offers", body).await);
    let pages = api.list(&format!("offers/{offer}/landing-pages")).await;
    let urls: Vec<_> = pages.iter().filter_map(|page| page["url"].as_str()).collect();
    assert_eq!(urls, ["https://two.example/", "https://one.example/"]);
    assert_eq!(pages[0]["offer_id"], json!(offer));
    let events = api.list(&format!("offers/{offer}/events")).await;
    assert_eq!(
        (events[0]["name"].as_str(), events[0]["payout"]["amount"].as_str()),
        (Some("sale"), Some("4.00"))
    );
    let twice = json!({
        "name": "Twice", "advertiser_id": advertiser, "events": [{ "name": "sale" }, { "name": "sale" }],
    });
    let reply = api.call(Method::POST, "offers", twice).await;
    assert_eq!(field(&reply), ["events[1].name"]);
    let again = api.call(Method::POST, &format!("offers/{offer}/events"), json!({ "name": "sale" })).await;
    assert_eq!((again.status.as_u16(), field(&again)), (409, vec!["name"]));
    assert_eq!(api.list("offers").await.len(), 1);
    let event = format!("offers/{offer}/events/{}", id_of(&events[0]));
    let other = id_of(&api.post("offers", json!({ "name": "Other", "advertiser_id": advertiser })).await);
    let astray = format!("offers/{other}/events/{}", id_of(&events[0]));
    assert_eq!(api.call(Method::GET, &astray, Value::Null).await.status, 404, "an event of another offer");
    assert_eq!(api.call(Method::DELETE, &event, Value::Null).await.status, 204);
    assert!(api.list(&format!("offers/{offer}/events")).await.is_empty());
}

async fn fail_traffic_never_goes_round_in_a_circle(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Nile").await.id;
    let to = |offer: &str| json!({ "rows": [{ "destination": { "offer": offer } }] });
    let first = id_of(&api.post("offers", json!({ "name": "First", "advertiser_id": advertiser })).await);
    let second = json!({ "name": "Second", "advertiser_id": advertiser, "fail_traffic": to(&first) });
    let second = id_of(&api.post("offers", second).await);
    for offer in [&second, &first] {
        let patch = json!({ "fail_traffic": to(offer) });
        let reply = api.call(Method::PATCH, &format!("offers/{first}"), patch).await;
        assert_eq!((reply.status.as_u16(), field(&reply)), (422, vec!["fail_traffic.rows[0].destination"]));
    }
}

async fn a_partners_terms_are_set_and_changed(server: Server) {
    let api = &server.api;
    let (_, offer, _) = api.create_link().await;
    let partner = api.create_partner("Pat").await;
    let event = api.create_event(&offer.id, "sale", "1", "2").await;
    let path = format!("partners/{partner}/offers/{}", offer.id);
    assert_eq!(api.call(Method::GET, &path, Value::Null).await.status, 404, "nothing has been said yet");
    let set = api.patch(&path, json!({ "payout": { "amount": "3" } })).await;
    assert_eq!((set["state"].as_str(), set["payout"]["amount"].as_str()), (Some("none"), Some("3.00")));
    let own = json!([{ "event_id": event, "payout": { "amount": "5" } }]);
    let set = api.patch(&path, json!({ "state": "approved", "event_payouts": own })).await;
    assert_eq!((set["state"].as_str(), set["payout"]["amount"].as_str()), (Some("approved"), Some("3.00")));
    let wrong = json!({ "event_payouts": [{ "event_id": "999", "payout": {} }] });
    assert_eq!(field(&api.call(Method::PATCH, &path, wrong).await), ["event_payouts[0].event_id"]);
    let named = api.call(Method::DELETE, &format!("offers/{}/events/{event}", offer.id), Value::Null).await;
    assert_eq!(named.status, 409, "a partner's terms name the event");
    let replaced = api.call(Method::PUT, &path, json!({ "state": "blocked" })).await.success();
    assert_eq!((replaced["state"].as_str(), replaced["payout"].is_null()), (Some("blocked"), true));
    let again = json!({ "offer_id": offer.id, "state": "approved" });
    api.post(&format!("partners/{partner}/offers"), again).await;
    let all = api.list(&format!("partners/{partner}/offers")).await;
    assert_eq!((all.len(), all[0]["state"].as_str()), (1, Some("approved")), "one record a pair");
    assert!(api.list(&format!("partners/{partner}/offers?state=blocked")).await.is_empty());
}

async fn lists_go_on_where_they_ended_and_filter_exactly(server: Server) {
    let api = &server.api;
    for number in 0..7 {
        api.create_partner(&format!("Partner {number}")).await;
    }
    let names = |items: &[Value]| -> Vec<String> {
        items.iter().filter_map(|item| item["name"].as_str().map(str::to_owned)).collect()
    };
    let all = names(&api.list("partners?limit=3").await);
    assert_eq!(all, (0..7).rev().map(|number| format!("Partner {number}")).collect::<Vec<_>>());
    let page = api.get("partners?limit=7").await;
    assert_eq!((page["items"].as_array().map(Vec::len), page["next"].is_null()), (Some(7), true));
    assert_eq!(names(&api.list("partners?name=Partner%203").await), ["Partner 3"]);
    assert!(api.list("partners?name=partner").await.is_empty(), "filters are exact");
    assert_eq!(api.list("partners?search=pARTner").await.len(), 7, "a search is not");
    let wrong =
        [("limit=0", "limit"), ("limit=1001", "limit"), ("cursor=x", "cursor"), ("colour=red", "colour")];
    for (query, name) in wrong {
        let reply = api.call(Method::GET, &format!("partners?{query}"), Value::Null).await;
        assert_eq!((reply.status.as_u16(), field(&reply)), (422, vec![name]), "{query}");
    }
}

async fn a_tracking_link_is_on_the_default_domain(server: Server) {
    let api = &server.api;
    let (_, offer, link) = api.create_link().await;
    let partner = id_of(&api.list("partners").await[0]);
    assert!(link.starts_with(&format!("{}/c/", server.url)), "{link}");
    let first = json!({ "host": "Go.Acme.Example", "is_default": true });
    let first = api.post("domains", first).await;
    assert_eq!(first["host"], "go.acme.example");
    assert!(api.link(&partner, &offer).await.starts_with("http://go.acme.example/c/"));
    let second = api.post("domains", json!({ "host": "click.acme.example", "is_default": true })).await;
    assert!(api.link(&partner, &offer).await.starts_with("http://click.acme.example/c/"));
    let path = format!("links?partner_id={partner}&offer_id={}&domain_id={}", offer.id, id_of(&first));
    assert!(
        api.get(&path).await["url"].as_str().is_some_and(|url| url.starts_with("http://go.acme.example/c/"))
    );
    let defaults: Vec<_> =
        api.list("domains").await.into_iter().filter(|one| one["is_default"] == true).collect();
    assert_eq!(defaults.iter().map(id_of).collect::<Vec<_>>(), [id_of(&second)], "one default at a time");
    for host in ["127.0.0.1", "https://go.example", "go.example:80", "go", "", "a b.example"] {
        let reply = api.call(Method::POST, "domains", json!({ "host": host })).await;
        assert_eq!((reply.status.as_u16(), field(&reply)), (422, vec!["host"]), "{host}");
    }
    let taken = api.call(Method::POST, "domains", json!({ "host": "go.acme.example" })).await;
    assert_eq!((taken.status.as_u16(), field(&taken)), (409, vec!["host"]));
    assert_eq!(field(&api.call(Method::GET, "links", Value::Null).await), ["partner_id", "offer_id"]);
}

async fn the_same_key_and_request_are_done_once(server: Server) {
    let api = &server.api;
    let body = json!({ "name": "Nile" });
    let first = api.post_once("advertisers", "k1", body.clone()).await;
    let again = api.post_once("advertisers", "k1", body.clone()).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
    assert_eq!((&again.json, &again.headers["location"]), (&first.json, &first.headers["location"]));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let other = api.post_once("advertisers", "k1", json!({ "name": "Other" })).await;
    assert_eq!((other.status.as_u16(), field(&other)), (422, vec!["Idempotency-Key"]));
    assert_eq!(
        api.post_once("partners", "k1", body.clone()).await.status,
        422,
        "another address, another request"
    );
    assert_eq!(api.list("advertisers").await.len(), 1);
    let wrong = api.post_once("advertisers", "k2", json!({ "name": "" })).await;
    let mended = api.post_once("advertisers", "k2", json!({ "name": "Mended" })).await;
    assert_eq!((wrong.status.as_u16(), mended.status.as_u16()), (422, 201), "what failed may be mended");
    let calls = (0..8).map(|_| api.post_once("advertisers", "k3", json!({ "name": "Many" })));
    let replies = futures::future::join_all(calls).await;
    assert!(replies.iter().all(|reply| matches!(reply.status.as_u16(), 201 | 429)), "{replies:?}");
    assert_eq!(api.list("advertisers?name=Many").await.len(), 1, "eight at once are done once");
    let key = json!({ "name": "Script", "role": "analyst" });
    let shown = api.post_once("api-keys", "k4", key.clone()).await.json;
    let again = api.post_once("api-keys", "k4", key).await.json;
    assert!(shown["key"].is_string() && again["key"].is_null() && again["id"] == shown["id"]);
    let described = &switchyard::web::openapi::document()["components"]["schemas"]["NewApiKey"];
    assert_eq!(described["properties"]["key"]["type"], json!(["string", "null"]), "as it is described");
    let secret = shown["key"].as_str().unwrap_or("?");
    let kept = server.rows.texts("select body from idempotency_keys").await;
    assert!(kept.iter().all(|body| !body.contains(secret)), "no secret is kept");
}

async fn a_request_that_was_cut_off_is_not_done_again(server: Server) {
    let api = &server.api;
    let body = json!({ "name": "Nile" });
    assert_eq!(api.post_once("advertisers", "k1", body.clone()).await.status, 201);
    // What a process that dies between the commit and the keeping of its answer leaves behind.
    server.rows.execute("update idempotency_keys set status = 0, body = '', at = at - 120000").await;
    let again = api.post_once("advertisers", "k1", body.clone()).await;
    assert_eq!((again.status.as_u16(), field(&again)), (409, vec!["Idempotency-Key"]), "{}", again.text);
    assert!(again.text.contains("with a new key"), "{}", again.text);
    assert_eq!(api.list("advertisers").await.len(), 1);
    assert_eq!(api.post_once("advertisers", "k2", body).await.status, 201);
}

async fn saves_at_once_are_each_kept_under_a_plan_version_of_their_own(server: Server) {
    let api = &server.api;
    let (_, offer, link) = api.create_link().await;
    let partner = id_of(&api.list("partners").await[0]);
    let changes = [
        ("name", json!("Renamed")),
        ("payout", json!({ "type": "cpa", "amount": "7.00", "percent": "0.00" })),
        ("revenue", json!({ "type": "rpa", "amount": "9.00", "percent": "0.00" })),
        ("end_date", json!("2031-01-01T00:00:00Z")),
        ("min_conversion_seconds", json!(3)),
        ("max_conversion_seconds", json!(86_000)),
        ("duplicate_filter", json!({ "hours": 7, "action": "block" })),
        ("caps", json!([{ "period": "daily", "measure": "clicks", "limit": "100000" }])),
        ("targeting", json!([{ "field": "country", "op": "is", "values": ["DE"] }])),
        ("status", json!("active")),
    ];
    let (offer_path, partner_path) = (format!("offers/{}", offer.id), format!("partners/{partner}"));
    let start = api.get(&offer_path).await["version"].as_i64().expect("a version");
    let of_offer = changes.iter().map(|(name, value)| (offer_path.as_str(), json!({ *name: value })));
    let of_partner = (0..10).map(|number| (partner_path.as_str(), json!({ "name": format!("P{number}") })));
    let calls = of_offer.chain(of_partner).map(|(path, body)| api.call(Method::PATCH, path, body));
    let visitor = Visitor::new(IPHONE, "DE");
    let clicks = futures::future::join_all((0..5).map(|_| visitor.follow(&link)));
    let (replies, clicks) = tokio::join!(futures::future::join_all(calls), clicks);
    for reply in &replies {
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
    let after = api.get(&offer_path).await;
    assert_eq!(after["version"], json!(start + 10));
    for (name, value) in changes.iter().filter(|(_, value)| !value.is_object() && !value.is_array()) {
        assert_eq!(&after[*name], value, "{name} is as it was saved, whoever saved beside it");
    }
    assert_eq!((&after["payout"], after["caps"].as_array().map(Vec::len)), (&changes[1].1, Some(1)));
    assert_eq!(after["duplicate_filter"]["hours"], json!(7));
    let rows = "config_versions where object in ('offer', 'partner') and version > 1";
    let count = async |what: &str| server.rows.number(&format!("select {what} from {rows}")).await;
    assert_eq!(count("count(*)").await, 20);
    assert_eq!(count("count(distinct plan_version)").await, 20, "each under a plan version of its own");
    assert_eq!(count("max(plan_version) - min(plan_version)").await, 19, "without a gap");
    let in_force = server.rows.number("select plan_version from networks").await;
    assert_eq!(count("max(plan_version)").await, in_force);
    server.wait_drained().await;
    assert_eq!(clicks.len(), 5);
    let unexplained =
        "select count(*) from clicks where plan_version not in (select plan_version from config_versions)";
    assert_eq!(server.rows.number(unexplained).await, 0);
}

async fn a_save_compiles_its_network_once(server: Server) {
    let api = &server.api;
    let partner = api.create_partner("Pat").await;
    // Notices and polls of earlier saves have come in by then.
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    let compiled = async || server.metric("switchyard_plans_compiled_total").await.expect("it is shown");
    let before = compiled().await;
    api.patch(&format!("partners/{partner}"), json!({ "name": "Patricia" })).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    assert_eq!(compiled().await - before, 1.0);
}

async fn a_search_ignores_case_in_every_alphabet(server: Server) {
    let api = &server.api;
    api.create_partner("ÉCOLE Ωmega").await;
    api.create_partner("Other").await;
    for part in ["%C3%A9cole", "%C3%89Cole", "%CF%89MEGA"] {
        let found = api.list(&format!("partners?search={part}")).await;
        assert_eq!(found.len(), 1, "{part}");
    }
    let id = id_of(&api.list("partners?search=%C3%A9cole").await[0]);
    api.patch(&format!("partners/{id}"), json!({ "name": "ÄNDERUNG" })).await;
    assert_eq!(api.list("partners?search=%C3%A4nderung").await.len(), 1, "a change is found as well");
    assert!(api.list("partners?search=%C3%A9cole").await.is_empty());
}

async fn a_search_takes_every_sign_as_it_stands(server: Server) {
    let api = &server.api;
    for name in ["50% off", "50 off", "snake_case", "snakecase", "why!", "a\\b"] {
        api.create_partner(name).await;
    }
    for (part, found) in
        [("50%25", "50% off"), ("_", "snake_case"), ("!", "why!"), ("%5C", "a\\b"), ("%25%20o", "50% off")]
    {
        let names: Vec<_> = api.list(&format!("partners?search={part}")).await;
        let names: Vec<_> = names.iter().filter_map(|one| one["name"].as_str()).collect();
        assert_eq!(names, [found], "{part}");
    }
}

async fn a_removal_keeps_what_was_saved_at_the_same_time(server: Server) {
    let api = &server.api;
    for round in 0..15 {
        let path = format!("partners/{}", api.create_partner("Before").await);
        let name = format!("After {round}");
        let change = api.call(Method::PATCH, &path, json!({ "name": name }));
        let removal = api.call(Method::DELETE, &path, Value::Null);
        let (changed, removed) = tokio::join!(change, removal);
        assert_eq!((changed.status.as_u16(), removed.status.as_u16()), (200, 204));
        let left = api.get(&path).await;
        assert_eq!((left["name"].as_str(), left["status"].as_str()), (Some(name.as_str()), Some("deleted")));
    }
}

async fn users_and_keys_reach_no_further_than_their_maker(server: Server) {
    let api = &server.api;
    let me = api.list("users").await.remove(0);
    let path = format!("users/{}", id_of(&me));
    for patch in [json!({ "status": "inactive" }), json!({ "role": "analyst" })] {
        let reply = api.call(Method::PATCH, &path, patch).await;
        assert_eq!(reply.status, 409, "the last administrator stays: {}", reply.text);
    }
    let text = api.get(&path).await.to_string();
    assert!(!text.contains("argon2") && !text.contains("password"), "{text}");
    let taken = json!({ "email": me["email"], "name": "A", "password": "a password of many words", "role": "manager" });
    let taken = api.call(Method::POST, "users", taken).await;
    assert_eq!((taken.status.as_u16(), field(&taken)), (409, vec!["email"]));
    let wrong =
        json!({ "email": "x", "name": "", "password": "short", "kind": "partner", "role": "manager" });
    let wrong = api.call(Method::POST, "users", wrong).await;
    assert_eq!(field(&wrong), ["email", "name", "password", "role_id", "partner_id"]);
    let reader = api.post("api-keys", json!({ "name": "Reader", "role": "analyst" })).await;
    let reader = api.with_key(reader["key"].as_str().unwrap_or_default());
    let advertiser = api.create_advertiser("Northwind").await;
    for path in ["advertisers".to_owned(), format!("advertisers/{}", advertiser.id)] {
        let (theirs, ours) = (reader.get(&path).await.to_string(), api.get(&path).await.to_string());
        assert!(!theirs.contains(&advertiser.token) && ours.contains(&advertiser.token), "{theirs}");
    }
    // Someone who may manage users and settings, but has no other right.
    let rights = json!({ "users": "full", "settings": "full" }).to_string();
    let made = api.post("api-keys", json!({ "name": "Clerk", "role": "analyst" })).await;
    let role = format!(
        "insert into roles (network_id, name, rights, created_at) select id, 'clerk', '{rights}', 0 from networks"
    );
    server.rows.execute(&role).await;
    let role = "(select max(id) from roles)";
    server.rows.execute(&format!("update api_keys set role_id = {role} where id = {}", id_of(&made))).await;
    let clerk = api.with_key(made["key"].as_str().unwrap_or_default());
    let key = json!({ "name": "More", "role": "administrator" });
    assert_eq!(clerk.call(Method::POST, "api-keys", key).await.status, 403);
    let user = json!({ "email": "b@acme.example", "name": "B", "password": "a password of many words", "role": "administrator" });
    assert_eq!(clerk.call(Method::POST, "users", user).await.status, 403);
    assert_eq!(clerk.call(Method::PATCH, &path, json!({ "name": "Mallory" })).await.status, 403);
    assert_eq!(
        clerk.call(Method::POST, "api-keys", json!({ "name": "Same", "role": "clerk" })).await.status,
        201
    );
}

async fn the_zone_is_fixed_by_the_first_click(server: Server) {
    let api = &server.api;
    let changed = api.patch("networks/current", json!({ "name": "Acme Ltd", "zone": "Asia/Kolkata" })).await;
    assert_eq!(
        (changed["name"].as_str(), changed["zone"].as_str()),
        (Some("Acme Ltd"), Some("Asia/Kolkata"))
    );
    let (_, _, link) = api.create_link().await;
    Visitor::new(IPHONE, "DE").follow(&link).await;
    server.wait_drained().await;
    let refused = api.call(Method::PATCH, "networks/current", json!({ "zone": "UTC" })).await;
    assert_eq!((refused.status.as_u16(), field(&refused)), (409, vec!["zone"]));
    let unknown =
        api.call(Method::PATCH, "networks/current", json!({ "zone": "Mars/Base", "currency": "EUR" })).await;
    assert_eq!((unknown.status.as_u16(), field(&unknown)), (422, vec!["currency"]));
    let session = Session::of(&server, &server.networks[0]).await;
    assert!(session.get("/").await.text.contains("Acme Ltd"));
}

async fn the_zone_is_fixed_by_a_click_that_is_not_stored_yet(server: Server) {
    let api = &server.api;
    let (_, _, link) = api.create_link().await;
    Visitor::new(IPHONE, "DE").follow(&link).await.click_id();
    let refused = api.call(Method::PATCH, "networks/current", json!({ "zone": "Asia/Kolkata" })).await;
    assert_eq!((refused.status.as_u16(), field(&refused)), (409, vec!["zone"]), "{}", refused.text);
    server.wait_drained().await;
    assert_eq!(api.get("networks/current").await["zone"], "UTC");
}

async fn answers_tell_the_limit(server: Server) {
    let reply = server.api.call(Method::GET, "networks/current", Value::Null).await;
    let header = |name: &str| reply.headers[name].to_str().expect("text").to_owned();
    assert_eq!(header("ratelimit-policy"), format!("\"key\";q={BURST};w=2"));
    assert!(header("ratelimit").starts_with(&format!("\"key\";r={};", BURST - 1)), "{}", header("ratelimit"));
    let refused = server.api.call(Method::GET, "offers/abc", Value::Null).await;
    assert_eq!(refused.status, 404);
    assert!(refused.headers.contains_key("ratelimit"), "failures tell it too");
}

async fn bodies_that_can_not_be_read_are_refused_in_words(server: Server) {
    let key = &server.networks[0].api_key;
    let post = |kind: &str, body: String| {
        let request = client().post(format!("{}/api/v1/advertisers", server.url)).bearer_auth(key);
        Reply::read(request.header("Content-Type", kind.to_owned()).body(body))
    };
    let broken = post("application/json", "{\"name\": \"A\",}".to_owned()).await;
    assert_eq!(broken.status, 400);
    assert!(
        broken.json["detail"].as_str().is_some_and(|told| told.contains("line 1 column")),
        "{}",
        broken.text
    );
    assert_eq!(field(&broken), ["body"]);
    assert_eq!(broken.json["errors"][0]["message"], broken.json["detail"]);
    let list = post("application/json", "[1]".to_owned()).await;
    assert_eq!((list.status.as_u16(), field(&list)), (400, vec!["body"]));
    assert_eq!(post("text/plain", "{\"name\": \"A\"}".to_owned()).await.status, 415);
    let large = format!("{{\"name\": \"{}\"}}", "a".repeat(300 << 10));
    let large = post("application/json", large).await;
    assert_eq!(large.status, 413);
    assert!(large.json["detail"].as_str().is_some_and(|told| told.contains("262144")), "{}", large.text);
    let method = server.api.call(Method::PUT, "advertisers", json!({})).await;
    assert_eq!((method.status.as_u16(), method.json["status"].as_u64()), (405, Some(405)));
    assert_eq!(method.headers["allow"], "GET, POST, HEAD");
    for (path, allowed) in [
        ("/api/v1/advertisers/1", "DELETE, GET, PATCH, HEAD"),
        ("/api/docs", "GET, HEAD"),
        ("/offers", "GET, HEAD"),
        ("/postback", "GET, POST"),
        ("/healthz", "GET"),
        ("/c/x/y", "GET, HEAD"),
    ] {
        let reply = Reply::read(client().put(format!("{}{path}", server.url))).await;
        let mut told: Vec<_> = reply
            .headers
            .get("allow")
            .unwrap_or_else(|| panic!("{path} tells none"))
            .to_str()
            .expect("ASCII")
            .split(", ")
            .collect();
        let mut wanted: Vec<_> = allowed.split(", ").collect();
        told.sort_unstable();
        wanted.sort_unstable();
        assert_eq!((reply.status.as_u16(), told), (405, wanted), "{path}");
    }
    let nowhere = server.api.call(Method::GET, "nowhere", Value::Null).await;
    assert_eq!((nowhere.status.as_u16(), nowhere.json["status"].as_u64()), (404, Some(404)));
}

/// The fields of an answer are those of its schema: nothing more, nothing less.
async fn answers_look_as_they_are_described(server: Server) {
    let api = &server.api;
    let (advertiser, offer, link) = api.create_link().await;
    let visitor = Visitor::new(IPHONE, "DE");
    let click = visitor.follow(&link).await.click_id();
    visitor.follow(&link.replace("/c/", "/i/")).await;
    server.postback(&[("transaction_id", &click), ("verification_token", &advertiser.token)]).await.success();
    server.wait_drained().await;
    let conversion = id_of(&api.list("conversions").await[0]);
    let report = api.report("offer", "").await;
    let event = api.create_event(&offer.id, "sale", "1", "2").await;
    let partner = id_of(&api.list("partners").await[0]);
    api.approve(&partner, &offer).await;
    api.post("domains", json!({ "host": "go.acme.example" })).await;
    let smart_link = api
        .create_smart_link(
            json!([{ "offer_id": offer.id }]),
            json!({ "partner_rules": true, "mechanism": "kpi" }),
        )
        .await;
    let campaign = api.create_campaign(json!({ "defaults": { "offers": [{ "offer_id": offer.id }] } })).await;
    let rules = format!("smart-links/{smart_link}/partner-rules");
    let rules = api.post(&rules, json!({ "partner_id": partner })).await;
    let monitor = api.post("monitors", json!({ "name": "Closed", "url": "http://127.0.0.1:9/" })).await;
    let monitor_path = format!("monitors/{}", id_of(&monitor));
    let checked = async || api.list(&format!("{monitor_path}/checks")).await.pop();
    let check = eventually("a check", std::time::Duration::from_secs(20), checked).await;
    let state = api.get(&format!("{monitor_path}/state")).await;
    let block = api.post("source-blocks", json!({ "name": "Bad", "values": ["x"] })).await;
    let control = json!({ "name": "Spam", "field": "referrer", "values": ["https://spam.example/"] });
    let control = api.post("traffic-controls", control).await;
    let document = json!({
        "name": "sub4", "offer_ids": [offer.id], "thresholds": [{ "data_point": "total_clicks", "value": "1" }],
        "kpis": [{ "metric": "cvr", "value": "1", "operator": "range", "to": "2", "event": "named", "event_name": "sale" }],
        "exclusions": [{ "partner_id": partner, "value": "x" }],
    });
    let saved = api.post("smart-switch/rules", document).await;
    let rule = switched(&server, 0, "Rule", &offer.id).await;
    let source = rule.find(&server, &Found::pending(&offer.id, &partner, "bad")).await;
    let acted = api.post("smart-switch/variables/whitelist", json!({ "ids": [source] })).await;
    let source = api.get(&format!("smart-switch/variables/{source}")).await;
    let switch_run = api.get(&format!("smart-switch/runs/{}", rule.run)).await;
    let evaluated = api.post(&format!("smart-switch/rules/{}/evaluate", rule.rule), Value::Null).await;
    let asked = api.post("smart-switch/evaluations", json!({ "rule_id": rule.rule })).await;
    let look = async || {
        let evaluation = api.get(&format!("smart-switch/evaluations/{}", id_of(&asked))).await;
        (evaluation["state"] == "done").then_some(evaluation)
    };
    let evaluation = eventually("an evaluation", std::time::Duration::from_secs(20), look).await;
    let document = Reply::read(client().get(format!("{}/api/v1/openapi.json", server.url))).await.json;
    let page = &api.list(&format!("offers/{}/landing-pages", offer.id)).await[0];
    let answers = [
        ("Network", api.get("networks/current").await),
        ("User", api.list("users").await.remove(0)),
        ("Role", api.list("roles").await.remove(0)),
        ("ApiKey", api.list("api-keys").await.remove(0)),
        ("AuditEntry", api.list("audit").await.remove(0)),
        ("Advertiser", api.list("advertisers").await.remove(0)),
        ("Partner", api.get(&format!("partners/{partner}")).await),
        ("Offer", api.get(&format!("offers/{}", offer.id)).await),
        ("LandingPage", page.clone()),
        ("Event", api.get(&format!("offers/{}/events/{event}", offer.id)).await),
        ("PartnerOffer", api.list(&format!("partners/{partner}/offers")).await.remove(0)),
        ("SmartLink", api.get(&format!("smart-links/{smart_link}")).await),
        ("Campaign", api.get(&format!("campaigns/{campaign}")).await),
        (
            "CampaignExplanation",
            api.get(&format!("campaigns/{campaign}/explain?partner_id={partner}&country=DE")).await,
        ),
        ("Experiments", api.get(&format!("campaigns/{campaign}/experiments")).await),
        ("PartnerRules", rules),
        ("SmartLinkRun", api.post(&format!("smart-links/{smart_link}/run"), json!({})).await),
        (
            "Explanation",
            api.get(&format!("smart-links/{smart_link}/explain?partner_id={partner}&country=DE")).await,
        ),
        ("Domain", api.list("domains").await.remove(0)),
        ("Monitor", monitor),
        ("SiteState", state),
        ("SourceBlock", block),
        ("TrafficControl", control),
        ("Threshold", saved["thresholds"][0].clone()),
        ("Kpi", saved["kpis"][0].clone()),
        ("Exclusion", saved["exclusions"][0].clone()),
        ("SmartSwitchRule", saved),
        ("ActionableVariable", api.list("smart-switch/variables").await.remove(0)),
        ("SourceFigures", source["figures"].clone()),
        ("ActionableVariableChange", source["history"][0].clone()),
        ("ActionableVariableWithHistory", source),
        ("SmartSwitchRunRecord", switch_run["record"].clone()),
        ("EvaluatedNow", evaluated),
        ("EvaluatedPast", evaluation["past"].clone()),
        ("Evaluation", evaluation),
        ("SmartSwitchRun", switch_run),
        ("ActionableVariableOutcome", acted),
        ("MonitorCheck", check),
        ("DataFiles", api.get("data-files").await),
        ("Click", api.click(&click).await),
        ("ClickExplanation", api.get(&format!("clicks/{click}/explain")).await),
        ("Impression", api.list("impressions").await.remove(0)),
        ("Conversion", api.get(&format!("conversions/{conversion}")).await),
        ("Postback", api.list("postbacks").await.remove(0)),
        ("Metrics", report["totals"].clone()),
        ("Report", report),
        ("Link", api.get(&format!("links?partner_id={partner}&offer_id={}", offer.id)).await),
    ];
    for (schema, answer) in answers {
        let described = keys(&document["components"]["schemas"][schema]["properties"]);
        assert_eq!(keys(&answer), described, "{schema}");
    }
}

/// What the description shows as a body is sent as it stands, but for ids, which are the network's own.
async fn every_example_of_a_body_is_taken(server: Server) {
    let own = Ids::make(&server, 0).await;
    let document = switchyard::web::openapi::document();
    let mut tried = 0;
    for route in routes().iter().filter(|route| route.kind == Kind::Api && route.method != "GET") {
        let method = route.method.as_str().to_ascii_lowercase();
        let operation = &document["paths"][&route.path][&method];
        let mut body = operation["requestBody"]["content"]["application/json"]["example"].clone();
        if body.is_null() {
            assert!(
                route.about.as_ref().is_none_or(|about| about.takes.is_none()),
                "{route:?} has no example"
            );
            continue;
        }
        take_own_ids(&mut body, &own);
        if let (Some(ids), Some((list, _))) = (body.get_mut("ids"), route.path.rsplit_once('/')) {
            let is_of_list = |other: &&Route| other.path.starts_with(&format!("{list}/{{"));
            let of_list =
                routes().into_iter().find(|other| is_of_list(&other)).expect("the list has objects");
            *ids = json!([own.get(of_list.ids().next().expect("an id"))]);
        }
        let path = filled(route, |name| own.get(name).to_owned());
        let method = reqwest::Method::from_bytes(route.method.as_str().as_bytes()).expect("a method");
        let request = client().request(method, format!("{}{path}", server.url));
        let reply = Reply::read(request.bearer_auth(&server.networks[0].api_key).json(&body)).await;
        // What there can be once only is there already, and nothing waits for a decision.
        let there = [["offer_id"], ["partner_id"], ["ids"]];
        let is_taken = reply.status == 409 && there.iter().any(|one| field(&reply) == *one);
        assert!(reply.status.is_success() || is_taken, "{route:?} with {body}: {}", reply.text);
        tried += 1;
    }
    assert!(tried >= 20, "only {tried} bodies");
}

fn take_own_ids(body: &mut Value, own: &Ids) {
    for (name, value) in body.as_object_mut().into_iter().flatten() {
        match value {
            Value::String(text) if name.ends_with("_id") => own.get(name).clone_into(text),
            Value::Array(ids) if name.ends_with("_ids") => {
                ids.iter_mut().for_each(|id| *id = json!(own.get(name.trim_end_matches('s'))));
            }
            Value::Array(several) => several.iter_mut().for_each(|one| take_own_ids(one, own)),
            other => take_own_ids(other, own),
        }
    }
}

#[test]
fn the_description_has_an_example_of_everything() {
    let document = switchyard::web::openapi::document();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            for name in ["requestBody", "parameters", "responses"] {
                assert_ne!(operation.get(name), Some(&Value::Null), "{method} {path}: {name}");
            }
            let bodies = operation["requestBody"]["content"].as_object().into_iter().flatten();
            let answers = operation["responses"].as_object().into_iter().flatten();
            let answers = answers.flat_map(|(status, answer)| {
                assert_ne!(answer.get("content"), Some(&Value::Null), "{method} {path}: {status}");
                answer["content"].as_object().into_iter().flatten()
            });
            for (kind, content) in bodies.chain(answers) {
                assert!(!content["example"].is_null(), "{method} {path}: {kind}");
            }
        }
    }
}

fn keys(object: &Value) -> BTreeSet<String> {
    object.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

#[test]
fn the_description_holds_every_call_of_the_table_and_every_schema_that_it_names() {
    let document = switchyard::web::openapi::document();
    for route in routes().iter().filter(|route| route.kind == Kind::Api) {
        let method = route.method.as_str().to_ascii_lowercase();
        let operation = &document["paths"][&route.path][&method];
        assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{route:?}");
    }
    let schemas = keys(&document["components"]["schemas"]);
    let text = document.to_string();
    let named: BTreeSet<String> = text
        .split("#/components/schemas/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next().map(str::to_owned))
        .collect();
    assert!(named.is_subset(&schemas), "{:?}", named.difference(&schemas));
    let ids: Vec<_> =
        text.split("\"operationId\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "each operation has a name of its own");
}

#[test]
fn a_key_that_asks_too_fast_is_told_when_to_come_back_and_others_are_not_held_up() {
    let limits = Limits::default();
    let mut answered = 0;
    let refused = loop {
        match limits.take(ApiKeyId(1)) {
            Ok(_) => answered += 1,
            Err(failure) => break failure,
        }
        assert!(answered < 10 * BURST, "there is no limit");
    };
    assert!(answered >= BURST, "{answered}");
    let Failure::TooMany(wait) = refused else { panic!("{refused}") };
    assert!(wait.as_secs() < 1);
    assert!(limits.take(ApiKeyId(2)).is_ok());
}
