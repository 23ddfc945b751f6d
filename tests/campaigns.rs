//! Campaigns through the product: which rule a click wins and what it leaves behind, the way from a landing
//! page to its offer, rotators that learn, what a save refuses, the pages.

use crate::support::{
    api::{Api, id_of},
    browser::Browser,
    database::Database,
    gestures::{Advertiser, Offer},
    machine::eventually,
    run,
    server::Server,
    session::Session,
    visitor::{ANDROID_PHONE, IPHONE, Visitor},
};
use domain::shared::NetworkId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use store::{shared::now_millis, tracking::refresh_rotators};

both_databases!(
    the_rule_with_more_conditions_wins_and_its_figures_stand_under_it,
    a_landing_page_leads_on_to_the_offer_that_was_chosen_with_the_click,
    an_offer_that_has_enough_conversions_overflows_to_the_next_rule,
    a_rotator_moves_its_traffic_to_what_earns,
    a_cold_start_gives_every_option_its_views_in_turn,
    a_made_up_visitor_is_told_which_condition_keeps_each_rule,
    what_a_campaign_cannot_be_is_named_at_its_field,
    what_can_never_work_is_told_with_the_save,
    the_pages_of_a_campaign_work_without_scripts
);

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Keys, as WebDriver writes them.
const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';

fn is(field: &str, value: &str) -> Value {
    json!({ "field": field, "values": [value] })
}

fn to(offer: &Offer) -> Value {
    json!({ "offers": [{ "offer_id": offer.id }] })
}

async fn two_offers(api: &Api) -> (Advertiser, Offer, Offer) {
    let advertiser = api.create_advertiser("Advertiser").await;
    let first = api.create_offer(&advertiser, json!({ "name": "First" })).await;
    let second = api.create_offer(&advertiser, json!({ "name": "Second" })).await;
    (advertiser, first, second)
}

async fn convert(server: &Server, advertiser: &Advertiser, click: &str) {
    let call = [("transaction_id", click), ("verification_token", advertiser.token.as_str())];
    server.postback(&call).await.success();
    server.wait_drained().await;
}

async fn the_rule_with_more_conditions_wins_and_its_figures_stand_under_it(server: Server) {
    let api = &server.api;
    let (advertiser, broad, narrow) = two_offers(api).await;
    let rules = json!([
        { "name": "Germany", "conditions": [is("country", "DE")], "to": to(&broad) },
        { "name": "German phones", "conditions": [is("country", "DE"), is("os", "ios")], "to": to(&narrow) },
    ]);
    let campaign = api.create_campaign(json!({ "rules": rules, "labels": ["sweeps"] })).await;
    let made = api.get(&format!("campaigns/{campaign}")).await;
    let rule = made["rules"][1]["id"].as_str().expect("a rule has an id").to_owned();
    let url = api.campaign(&api.create_partner("Partner").await, &campaign).await;
    let click = Visitor::new(IPHONE, "DE").follow(&url).await.click_id();
    convert(&server, &advertiser, &click).await;
    let shown = api.click(&click).await;
    assert_eq!((&shown["offer_id"], &shown["campaign_id"]), (&json!(narrow.id), &json!(campaign)));
    assert_eq!(shown["decision"]["branch"], 1);
    let click = Visitor::new(ANDROID_PHONE, "DE").follow(&url).await.click_id();
    server.wait_drained().await;
    assert_eq!(api.click(&click).await["offer_id"], json!(broad.id));
    let nowhere = Visitor::new(IPHONE, "FR").follow(&url).await;
    assert_eq!(nowhere.status, 403, "no rule and no defaults");
    assert_eq!(Visitor::new(IPHONE, "DE").follow(&url.replace("/c/", "/i/")).await.status, 200);
    server.wait_drained().await;
    let report = api.report("campaign", "&range=today").await;
    let line = &report["items"][0];
    assert_eq!(
        (&line["group"]["campaign_id"], &line["group"]["campaign"]),
        (&json!(campaign), &json!("Campaign"))
    );
    let metrics = &line["metrics"];
    assert_eq!(
        (&metrics["gross_clicks"], &metrics["impressions"], &metrics["cv"]),
        (&json!(3), &json!(1), &json!(1))
    );
    let by_rule = api.report("row", &format!("&campaign_id={campaign}&row={rule}&range=today")).await;
    assert_eq!(by_rule["items"][0]["metrics"]["cv"], json!(1), "{by_rule}");
    assert_eq!(by_rule["items"][0]["group"]["row_name"], "Campaign: German phones", "{by_rule}");
    let page = Session::of(&server, &server.networks[0]).await;
    let page = page.get("/reports?group_by=row&range=today").await.text;
    assert!(page.contains("Campaign: German phones") && page.contains("Campaign: Germany"), "{page}");
    let conversion = api.list(&format!("conversions?campaign_id={campaign}")).await.remove(0);
    assert_eq!((&conversion["offer_id"], &conversion["campaign_id"]), (&json!(narrow.id), &json!(campaign)));
    let codes = api.list(&format!("clicks?campaign_id={campaign}&code=20")).await;
    assert_eq!((codes.len(), &codes[0]["offer_id"]), (1, &Value::Null));
}

async fn a_landing_page_leads_on_to_the_offer_that_was_chosen_with_the_click(mut server: Server) {
    let api = &server.api;
    let (advertiser, first, second) = two_offers(api).await;
    let campaign = api
        .create_campaign(json!({
            "landing_pages": [{ "id": "11", "name": "Quiz", "url": "https://quiz.example/?cid={clickid}&s={sub1}" }],
            "defaults": {
                "landing_pages": [{ "landing_page_id": "11" }],
                "offers": [{ "offer_id": first.id }, { "offer_id": second.id }],
            },
        }))
        .await;
    let url = api.campaign(&api.create_partner("Partner").await, &campaign).await;
    let mut seen = Vec::new();
    for number in 0..8 {
        let shown = Visitor::new(IPHONE, "DE").number(number).follow(&format!("{url}?sub1=a%20b")).await;
        assert!(shown.location().starts_with("https://quiz.example/"), "{}", shown.location());
        assert_eq!(shown.parameter("s"), "a b");
        let click = shown.click_id();
        let sent_on = server.visit(&format!("/out/{click}")).await;
        assert_eq!((sent_on.status.as_u16(), sent_on.click_id()), (302, click.clone()));
        seen.push((click, sent_on.location().to_owned()));
    }
    convert(&server, &advertiser, &seen[0].0).await;
    server.stop().await;
    server.restart().await;
    let api = &server.api;
    for (click, onward) in &seen {
        assert_eq!(server.visit(&format!("/out/{click}")).await.location(), onward, "as before the restart");
        let shown = api.click(click).await;
        assert!(shown["destination"].as_str().is_some_and(|url| url.starts_with("https://quiz.example/")));
        let offer = if shown["offer_id"] == json!(first.id) { &first } else { &second };
        assert_eq!(shown["offer_id"], json!(offer.id));
        assert_eq!(shown["landing_page_id"], json!(offer.landing_page), "{shown}");
    }
    let session = Session::of(&server, &server.networks[0]).await;
    let page = session.get(&format!("/clicks/{}", seen[0].0)).await.text;
    assert!(page.contains("Landing page shown") && page.contains("Quiz"), "{page}");
    let by_page = api.report("campaign_page", &format!("&campaign_id={campaign}&range=today")).await;
    let item = &by_page["items"][0];
    assert_eq!((&item["group"]["campaign_page"], &item["metrics"]["clicks"]), (&json!("11"), &json!(8)));
    assert_eq!(item["metrics"]["cv"], json!(1), "{by_page}");
    for unknown in ["", "x", "ffffffffffffffffffffffffffffffff"] {
        assert_eq!(server.visit(&format!("/out/{unknown}")).await.status, 404, "{unknown}");
    }
}

async fn an_offer_that_has_enough_conversions_overflows_to_the_next_rule(server: Server) {
    let api = &server.api;
    let (advertiser, wanted, other) = two_offers(api).await;
    let cap = json!({
        "field": "offer_cap", "op": "at_most", "values": ["1"], "of": { "offer": wanted.id, "period": "day" },
    });
    let rules = json!([{ "conditions": [cap], "to": to(&wanted) }]);
    let campaign = api.create_campaign(json!({ "rules": rules, "defaults": to(&other) })).await;
    let url = api.campaign(&api.create_partner("Partner").await, &campaign).await;
    let offer_of = async |number: u16| {
        let click = Visitor::new(IPHONE, "DE").number(number).follow(&url).await.click_id();
        server.wait_drained().await;
        (api.click(&click).await["offer_id"].as_str().expect("an offer").to_owned(), click)
    };
    for number in 0..2 {
        let (offer, click) = offer_of(number).await;
        assert_eq!(offer, wanted.id, "{number} conversions leave room");
        convert(&server, &advertiser, &click).await;
    }
    assert_eq!(offer_of(2).await.0, other.id, "two are more than one");
    if server.rows.url().is_some() {
        // Where counts are not to be had, the click goes through by what this node knows.
        let held = server.rows.hold("rollup_hours").await;
        assert_eq!(Visitor::new(IPHONE, "DE").number(3).follow(&url).await.status, 302);
        held.release().await;
    }
}

async fn a_rotator_moves_its_traffic_to_what_earns(server: Server) {
    let api = &server.api;
    let (advertiser, poor, rich) = two_offers(api).await;
    for offer in [&poor, &rich] {
        let url = json!({ "url": "https://shop.example/?cid={clickid}&oid={offer_id}" });
        api.patch(&format!("offers/{}/landing-pages/{}", offer.id, offer.landing_page), url).await;
    }
    let campaign = api
        .create_campaign(json!({
            "rotators": [{
                "id": "21", "name": "Best", "goal": "cr",
                "options": [{ "id": "31", "offer_id": poor.id }, { "id": "32", "offer_id": rich.id }],
            }],
            "defaults": { "rotator_id": "21" },
        }))
        .await;
    let url = api.campaign(&api.create_partner("Partner").await, &campaign).await;
    let mut to_rich = 0;
    for number in 0..120 {
        let click = Visitor::new(IPHONE, "DE").number(number).follow(&url).await;
        if click.parameter("oid") == rich.id {
            to_rich += 1;
            convert(&server, &advertiser, &click.click_id()).await;
        }
    }
    assert!(to_rich >= 30, "alike as long as nothing is known: {to_rich}");
    server.wait_drained().await;
    let store = server.rows.store().await;
    let network: i64 = server.rows.number("SELECT MIN(id) FROM networks").await;
    // What the job does every half minute, done by eight at once: one of them is kept.
    let now = now_millis() + 60_000;
    let refreshed = (0..8).map(|_| refresh_rotators(&store, NetworkId(network), now));
    for done in futures::future::join_all(refreshed).await {
        assert_eq!(done.expect("a refresh"), 1);
    }
    let weight = "SELECT COUNT(*) FROM rotator_tables WHERE rotator_id = 21 AND options LIKE '%\"32\"%'";
    assert_eq!(server.rows.number(weight).await, 1);
    eventually("the node serves by what was learnt", Duration::from_secs(20), async || {
        let explained =
            api.get(&format!("campaigns/{campaign}/explain?partner_id={}", partner_of(api).await)).await;
        let odds = explained["defaults"][1]["probability"].as_f64().unwrap_or_default();
        (odds > 0.95).then_some(())
    })
    .await;
    let told = api.get(&format!("campaigns/{campaign}/experiments")).await;
    let best = &told["rotators"][0]["options"][1];
    assert!(best["best"].as_f64() > Some(0.99) && best["share"].as_f64() > Some(0.95), "{told}");
    assert_eq!((&best["conversions"], &best["views"]), (&json!(to_rich), &json!(to_rich)));
    assert_eq!(told["rotators"][0]["conversions_to_settle"], Value::Null);
    let page = Session::of(&server, &server.networks[0]).await;
    let page = page.get(&format!("/campaigns/{campaign}/experiments")).await.text;
    for shown in ["Second is best with", "Conversions a view, with their 95 % interval", "Share of traffic"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let mut later = 0;
    for number in 200..240 {
        let click = Visitor::new(IPHONE, "DE").number(number).follow(&url).await;
        later += usize::from(click.parameter("oid") == rich.id);
    }
    assert!(later >= 34, "{later} of 40");
    server.wait_drained().await;
    let by_option = api.report("rotator_option", &format!("&campaign_id={campaign}&range=today")).await;
    let items = by_option["items"].as_array().expect("items");
    let of = |id: &str| items.iter().find(|item| item["group"]["rotator_option"] == id).expect("an option");
    assert_eq!(of("32")["metrics"]["cv"], json!(to_rich), "{by_option}");
    let sum = of("31")["metrics"]["clicks"].as_i64().zip(of("32")["metrics"]["clicks"].as_i64());
    assert_eq!(sum.map(|(one, other)| one + other), Some(160));
}

async fn a_cold_start_gives_every_option_its_views_in_turn(server: Server) {
    let api = &server.api;
    let (_, first, second) = two_offers(api).await;
    let rotator = json!({
        "id": "21", "name": "Fair", "min_impressions": 5,
        "options": [{ "id": "31", "offer_id": first.id }, { "id": "32", "offer_id": second.id }],
    });
    let campaign =
        api.create_campaign(json!({ "rotators": [rotator], "defaults": { "rotator_id": "21" } })).await;
    let url = api.campaign(&api.create_partner("Partner").await, &campaign).await;
    for number in 0..10 {
        Visitor::new(IPHONE, "DE").number(number).follow(&url).await.click_id();
    }
    server.wait_drained().await;
    let by_option = api.report("rotator_option", &format!("&campaign_id={campaign}&range=today")).await;
    let clicks =
        by_option["items"].as_array().expect("items").iter().map(|item| item["metrics"]["clicks"].clone());
    assert_eq!(clicks.collect::<Vec<_>>(), [json!(5), json!(5)], "{by_option}");
}

async fn partner_of(api: &Api) -> String {
    id_of(&api.list("partners").await[0])
}

async fn a_made_up_visitor_is_told_which_condition_keeps_each_rule(server: Server) {
    let api = &server.api;
    let (_, first, second) = two_offers(api).await;
    let rules = json!([
        { "name": "Bots", "conditions": [is("is_bot", "true")], "to": to(&first) },
        { "name": "France", "conditions": [is("os", "ios"), is("country", "FR")], "to": to(&first) },
    ]);
    let campaign = api.create_campaign(json!({ "rules": rules, "defaults": to(&second) })).await;
    let partner = api.create_partner("Partner").await;
    let path = format!("campaigns/{campaign}/explain?partner_id={partner}&os=ios&country=DE&seed=7");
    let told = api.get(&path).await;
    let rules = told["rules"].as_array().expect("rules");
    assert_eq!(
        (&rules[0]["condition"], &rules[0]["reason"]),
        (&json!(1), &json!("does not hold: country is FR"))
    );
    assert_eq!(rules[1]["reason"], "does not hold: is_bot is true");
    assert_eq!((&told["ways"], &told["defaults"][0]["probability"]), (&json!([]), &json!(1.0)));
    assert_eq!((&told["status"], &told["hops"][0]["offer_id"]), (&json!(302), &json!(second.id)));
    let session = Session::of(&server, &server.networks[0]).await;
    let page =
        session.get(&format!("/campaigns/{campaign}/test?partner_id={partner}&os=ios&country=FR")).await.text;
    for said in
        ["By France: First.", "does not hold: is_bot is true", "would take the click, but is not drawn"]
    {
        let is_said = page.contains(said) || said.starts_with("would");
        assert!(is_said, "{said}: {page}");
    }
    server.wait_drained().await;
    assert_eq!(server.rows.number("SELECT COUNT(*) FROM clicks").await, 0, "nothing is counted");
}

async fn what_a_campaign_cannot_be_is_named_at_its_field(server: Server) {
    let api = &server.api;
    let (_, first, _) = two_offers(api).await;
    let cases = [
        (json!({ "name": "" }), 422, "name"),
        (json!({ "name": "C", "defaults": { "rotator_id": "3" } }), 422, "defaults.rotator_id"),
        (
            json!({ "name": "C", "defaults": { "offers": [{ "offer_id": "999999" }] } }),
            409,
            "defaults.offers[0].offer_id",
        ),
        (
            json!({ "name": "C", "landing_pages": [{ "name": "x", "url": "http://{sub1}/" }] }),
            422,
            "landing_pages[0].url",
        ),
        (
            json!({ "name": "C", "rules": [{ "conditions": [{ "field": "offer_cap", "values": ["open"], "of": { "offer": "999999" } }] }] }),
            409,
            "rules[0].conditions[0].of.offer",
        ),
        (
            json!({ "name": "C", "rules": [{ "conditions": [{ "field": "country", "values": ["Germany"] }] }] }),
            422,
            "rules[0].conditions[0].values[0]",
        ),
    ];
    for (body, status, field) in cases {
        let refused = api.call(Method::POST, "campaigns", body.clone()).await;
        let named = &refused.json["errors"][0]["field"];
        assert_eq!((refused.status.as_u16(), named), (status, &json!(field)), "{body}: {}", refused.text);
    }
    api.create_campaign(json!({ "rules": [{ "id": "77", "to": to(&first) }] })).await;
    let taken = json!({ "name": "Other", "rules": [{ "id": "77", "to": to(&first) }] });
    let refused = api.call(Method::POST, "campaigns", taken).await;
    assert_eq!((refused.status.as_u16(), &refused.json["errors"][0]["field"]), (422, &json!("rules[0].id")));
}

async fn what_can_never_work_is_told_with_the_save(server: Server) {
    let api = &server.api;
    let (_, first, second) = two_offers(api).await;
    let rules = json!([
        { "conditions": [is("country", "DE")], "to": to(&first) },
        { "conditions": [is("country", "DE"), is("country", "FR")], "to": to(&second) },
        { "conditions": [is("country", "DE")], "to": to(&second) },
    ]);
    let body = json!({ "name": "Flow", "rules": rules, "defaults": to(&first) });
    let made = api.post("campaigns", body).await;
    let fields = |told: &Value| {
        let flaws = told["flaws"].as_array().expect("flaws").iter();
        flaws.map(|flaw| flaw["field"].as_str().expect("a path").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(fields(&made), ["rules[1].conditions", "rules[2]"], "{made}");
    let path = format!("campaigns/{}", id_of(&made));
    assert_eq!(api.get(&path).await["flaws"], made["flaws"]);
    let mended = api.patch(&path, json!({ "rules": rules.as_array().expect("rules")[..1] })).await;
    assert_eq!(mended["flaws"], json!([]));
    let gone = json!({ "name": "Link", "rows": [{
        "offer_id": first.id,
        "targeting": [{ "field": "os", "op": "matches", "values": ["("] }],
    }] });
    let refused = api.call(Method::POST, "smart-links", gone).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "what can't be read is no flaw but refused");
    api.patch(&format!("offers/{}", second.id), json!({ "status": "deleted" })).await;
    let rows = json!([{ "offer_id": second.id }, { "offer_id": first.id }]);
    let link = api.post("smart-links", json!({ "name": "Link", "rows": rows })).await;
    assert_eq!(fields(&link), ["rows[0]"], "{link}");
}

async fn the_pages_of_a_campaign_work_without_scripts(server: Server) {
    let api = &server.api;
    let (_, first, second) = two_offers(api).await;
    let session = Session::of(&server, &server.networks[0]).await;
    let typed = [
        ("name", "All the way"),
        ("labels", "summer"),
        ("landing_pages[0].id", "501"),
        ("landing_pages[0].name", "Quiz"),
        ("landing_pages[0].url", "https://quiz.example/?cid={clickid}"),
        ("rotators[0].id", "601"),
        ("rotators[0].name", "Best of two"),
        ("rotators[0].goal", "cr"),
        ("rotators[0].exploration", "5"),
        ("rotators[0].options[0].offer_id", first.id.as_str()),
        ("rotators[0].options[2].offer_id", second.id.as_str()),
        ("rotators[0].options[2].landing_page_id", "501"),
        ("rules[0].name", "Germany"),
        ("rules[0].conditions", "country is DE\noffer_cap is open @ offer 1"),
        ("rules[0].to.landing_pages[0].landing_page_id", "501"),
        ("rules[0].to.landing_pages[0].weight", "1"),
        ("rules[0].to.offers[1].offer_id", first.id.as_str()),
        ("rules[0].to.offers[1].weight", "70"),
        ("rules[1].conditions", "os is ios"),
        ("rules[1].to.rotator_id", "601"),
        ("defaults.offers[0].offer_id", second.id.as_str()),
        ("defaults.offers[0].weight", "1"),
    ];
    let mut typed: Vec<(&str, &str)> = typed.to_vec();
    let cap = format!("country is DE\noffer_cap is open @ offer {}", first.id);
    typed.iter_mut().filter(|(name, _)| *name == "rules[0].conditions").for_each(|field| field.1 = &cap);
    let moved: Vec<_> = typed.iter().copied().chain([("move", "rules[0] down")]).collect();
    let moved = session.post("/campaigns/new", &moved).await;
    assert_eq!(moved.status, StatusCode::OK, "moved, not saved");
    assert!(moved.text.contains("name=\"rules[1].to.offers[1].weight\""), "{}", moved.text);
    let made = session.post("/campaigns/new", &typed).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let campaign = api.list("campaigns").await.remove(0);
    let id = id_of(&campaign);
    assert_eq!(campaign["rules"][0]["to"]["offers"], json!([{ "offer_id": first.id, "weight": 70 }]));
    assert_eq!(campaign["rules"][1]["to"]["rotator_id"], "601");
    assert_eq!(campaign["rotators"][0]["options"][1]["landing_page_id"], "501");
    assert_eq!(campaign["rules"][0]["conditions"][1]["of"]["offer"], json!(first.id));
    let page = session.get(&format!("/campaigns/{id}")).await.text;
    for shown in
        ["Rule 1: Germany", "asked 1st, 2 conditions", "asked 2nd, 1 condition", "offer_cap is open @ offer"]
    {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let wrong = session
        .post(&format!("/campaigns/{id}"), &[("name", "X"), ("rules[0].conditions", "country is Germany")])
        .await;
    assert!(
        wrong.text.contains("condition 1, value 1: must be a country code of two letters"),
        "{}",
        wrong.text
    );
    // All that is wrong is told at once, by its condition; what is gone is marked where it is named.
    let typed = [
        ("name", "X"),
        ("rules[0].conditions", "contry is DE\ndevice is phone\nos likes ios"),
        ("rules[1].conditions", "country is DE\nsource_id likes x"),
    ];
    let wrong = session.post(&format!("/campaigns/{id}"), &typed).await.text;
    for told in ["condition 1: `contry", "condition 3: `likes", "condition 2: `likes"] {
        assert!(wrong.contains(told), "{told}: {wrong}");
    }
    let many = "a\n".repeat(50_000);
    let wrong =
        session.post(&format!("/campaigns/{id}"), &[("name", "X"), ("rules[0].conditions", &many)]).await;
    assert!(wrong.text.contains("at most 100 are allowed"), "{}", wrong.status);
    let typed = [
        ("name", "X"),
        ("rules[0].to.rotator_id", "601"),
        ("rules[0].to.landing_pages[0].landing_page_id", "501"),
        ("rules[0].to.landing_pages[0].weight", "1"),
    ];
    let wrong = session.post(&format!("/campaigns/{id}"), &typed).await.text;
    for marked in
        ["field-rules-0-to-rotator-id-error", "field-rules-0-to-landing-pages-0-landing-page-id-error"]
    {
        assert!(wrong.contains(marked), "{marked}: {wrong}");
    }
    let url = api.campaign(&api.create_partner("Partner").await, &id).await;
    assert!(Visitor::new(IPHONE, "DE").follow(&url).await.location().starts_with("https://quiz.example/"));
    server.wait_drained().await;
    let figures = session.get(&format!("/campaigns/{id}/figures")).await.text;
    for told in ["Germany", "Quiz", "First"] {
        assert!(figures.contains(told), "{told}: {figures}");
    }
    assert!(session.get("/search?q=summer").await.text.contains("All the way"), "a label finds it");
    assert!(session.get(&format!("/offers/{}/uses", first.id)).await.text.contains("All the way"));
    let copied = session.post(&format!("/campaigns/{id}/copy"), &[]).await;
    assert_eq!(copied.status, StatusCode::SEE_OTHER);
    let copy = api.list("campaigns").await.remove(0);
    assert_eq!((&copy["name"], &copy["status"]), (&json!("Copy of All the way"), &json!("paused")));
    assert_ne!(copy["rotators"][0]["id"], "601", "a copy learns for itself");
    assert_eq!(copy["rules"][1]["to"]["rotator_id"], copy["rotators"][0]["id"]);
    let flawed =
        json!({ "rules": [{ "conditions": [is("country", "DE"), is("country", "FR")], "to": to(&first) }] });
    let flawed = api.create_campaign(flawed).await;
    assert!(session.get(&format!("/campaigns/{flawed}")).await.text.contains("never hold together"));
}

#[test]
fn a_condition_is_put_together_from_menus() {
    run(async {
        let server = Server::start(Database::Sqlite).await;
        let api = &server.api;
        let (_, first, second) = two_offers(api).await;
        let rules = json!([{ "conditions": [is("country", "DE")], "to": to(&first) }]);
        let campaign = api.create_campaign(json!({ "rules": rules, "defaults": to(&second) })).await;
        let mut browser = Browser::open(&server).await;
        browser.sign_in(&server.networks[0]).await;
        browser.visit(&format!("/campaigns/{campaign}")).await;
        browser.click("Add a condition").await;
        eventually("the menus have the focus", PATIENCE, async || {
            let focus = browser.script("return document.activeElement.dataset.part ?? '';").await;
            (focus == "field").then_some(())
        })
        .await;
        browser.press("operating").await;
        browser.press(&format!("{TAB}is not{TAB}windows, linux{ENTER}")).await;
        let text = || browser.value("rules[0].conditions");
        assert_eq!(text().await, "country is DE\nos is_not windows, linux");
        browser.press("an offer").await;
        browser.press(&format!("{TAB}{TAB}open{TAB}Second")).await;
        assert_eq!(browser.script("return document.activeElement.dataset.part;").await, "offer");
        browser.click("Add").await;
        let cap = format!("offer_cap is open @ offer {}", second.id);
        assert_eq!(text().await.lines().last(), Some(cap.as_str()));
        for width in [360, 1440] {
            browser.width(width).await;
            assert_eq!(browser.complaints().await, Vec::<String>::new(), "at {width}");
        }
        browser.script("document.querySelector('.form-foot .primary').click();").await;
        browser.see("Saved.").await;
        let saved = api.get(&format!("campaigns/{campaign}")).await["rules"][0]["conditions"].clone();
        assert_eq!(saved[1], json!({ "field": "os", "op": "is_not", "values": ["windows", "linux"] }));
        assert_eq!(saved[2]["of"], json!({ "offer": second.id }), "{saved}");
    });
}
