//! The redirect as visitors meet it: who is sent where, who gets which page, and what is stored.

use crate::support::{
    api::client,
    database::Database,
    run,
    server::Server,
    visitor::{ANDROID_PHONE, GOOGLEBOT, IPHONE, Visitor, WINDOWS_CHROME},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

both_databases!(
    a_visitor_who_fits_is_sent_on_and_one_who_does_not_gets_a_clean_page,
    fail_traffic_leads_on_and_both_hops_are_stored,
    forwarding_comes_before_everything_and_both_hops_are_stored,
    every_status_of_a_link_has_its_answer,
    impressions_are_stored_and_answered_with_a_pixel,
    a_saved_change_is_in_force_with_the_answer,
    the_cookie_is_set_where_the_offer_that_fail_traffic_leads_to_asks_for_it
);

async fn codes(server: &Server) -> Vec<String> {
    server.wait_drained().await;
    server
        .rows
        .texts("SELECT CAST(verdict AS TEXT) || ':' || CAST(code AS TEXT) FROM clicks ORDER BY id")
        .await
}

async fn a_visitor_who_fits_is_sent_on_and_one_who_does_not_gets_a_clean_page(server: Server) {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let targeting = json!({"targeting": [
        {"field": "country", "op": "is", "values": ["de"]},
        {"field": "os", "op": "is", "values": ["iOS"]},
    ]});
    let offer = server.api.create_offer(&advertiser, targeting).await;
    let partner = server.api.create_partner("Partner").await;
    let link = server.api.link(&partner, &offer).await;
    let fits = Visitor::new(IPHONE, "DE").follow(&format!("{link}?sub1=a%26b")).await;
    assert_eq!(
        (fits.status.as_u16(), fits.parameter("geo"), fits.parameter("s1")),
        (302, "DE".into(), "a&b".into())
    );
    assert_eq!(fits.headers["cache-control"], "no-store");
    for (visitor, code) in [(Visitor::new(IPHONE, "FR"), "2:9"), (Visitor::new(ANDROID_PHONE, "DE"), "2:4")] {
        let refused = visitor.follow(&link).await;
        assert_eq!(refused.status, 403);
        assert!(!refused.text.contains("Offer") && !refused.text.contains("Acme"), "the page names nobody");
        assert_eq!(codes(&server).await.last().map(String::as_str), Some(code));
    }
    let bot = Visitor::new(&format!("{IPHONE} (compatible; Googlebot/2.1)"), "DE").follow(&link).await;
    assert_eq!(bot.status, 302, "a bot is routed like a visitor");
    assert_eq!(codes(&server).await.last().map(String::as_str), Some("2:200"), "but never counted");
}

async fn fail_traffic_leads_on_and_both_hops_are_stored(server: Server) {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let second = server.api.create_offer(&advertiser, json!({"name": "Second"})).await;
    let rows = json!({
        "targeting": [{"field": "country", "op": "is", "values": ["DE"]}],
        "fail_traffic": {"rows": [
            {"destination": {"url": "https://elsewhere.example/?why=ban&c={country}"}, "targeting": [{"field": "country", "op": "is", "values": ["US"]}]},
            {"destination": {"offer": second.id}},
        ]},
    });
    let first = server.api.create_offer(&advertiser, rows).await;
    let partner = server.api.create_partner("Partner").await;
    let link = server.api.link(&partner, &first).await;
    assert!(
        Visitor::new(IPHONE, "US")
            .follow(&link)
            .await
            .location()
            .starts_with("https://elsewhere.example/?why=ban&c=US")
    );
    let on = Visitor::new(IPHONE, "FR").follow(&link).await;
    assert_eq!(on.status, 302);
    server.wait_drained().await;
    let parent = format!("SELECT parent FROM clicks WHERE offer_id = {}", second.id);
    let parents = server.rows.texts(&parent).await;
    assert_eq!((parents.len(), parents[0].len()), (1, 32), "the second hop names the first");
    let refused =
        format!("SELECT COUNT(*) FROM clicks WHERE offer_id = {} AND verdict = 2 AND code = 9", first.id);
    assert_eq!(server.rows.number(&refused).await, 2);
}

async fn forwarding_comes_before_everything_and_both_hops_are_stored(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Advertiser").await;
    let second = api.create_offer(&advertiser, json!({"name": "Second"})).await;
    let (one, two) = (api.create_partner("One").await, api.create_partner("Two").await);
    let rows = json!({
        "status": "paused",
        "forwarding": [
            {"destination": {"offer": second.id}, "partners": [one], "targeting": [{"field": "country", "values": ["DE"]}]},
            {"destination": {"url": "https://elsewhere.example/?c={country}"}, "partners": [one]},
        ],
    });
    let first = api.create_offer(&advertiser, rows).await;
    let link = api.link(&one, &first).await;
    let click = Visitor::new(IPHONE, "DE").follow(&link).await.click_id();
    let away = Visitor::new(IPHONE, "FR").follow(&link).await;
    assert_eq!(away.location(), "https://elsewhere.example/?c=FR");
    assert_eq!(
        Visitor::new(IPHONE, "DE").follow(&api.link(&two, &first).await).await.status,
        410,
        "not its clicks"
    );
    assert_eq!(codes(&server).await, ["2:29", "0:0", "2:29", "2:202"]);
    let stored = api.click(&click).await;
    assert_eq!((&stored["offer_id"], &stored["decision"]["branch"]), (&json!(second.id), &json!(0)));
    let parent = api.click(stored["parent"].as_str().expect("a parent")).await;
    assert_eq!((&parent["offer_id"], &parent["code"]), (&json!(first.id), &json!(29)));
    let circle = json!({"forwarding": [{"destination": {"offer": first.id}}]});
    let circle = api.call(reqwest::Method::PATCH, &format!("offers/{}", second.id), circle).await;
    assert_eq!(circle.json["errors"][0]["field"], "forwarding[0].destination", "{}", circle.text);
    let nobody = json!({"forwarding": [{"destination": {"offer": second.id}, "partners": ["999"]}]});
    let nobody = api.call(reqwest::Method::PATCH, &format!("offers/{}", first.id), nobody).await;
    assert_eq!(nobody.json["errors"][0]["field"], "forwarding[0].partners[0]", "{}", nobody.text);
}

async fn every_status_of_a_link_has_its_answer(server: Server) {
    let (advertiser, offer, link) = server.api.create_link().await;
    let visitor = Visitor::new(WINDOWS_CHROME, "GB");
    assert_eq!(visitor.follow(&format!("{}/c/nobody00/nothing0", server.url)).await.status, 404);
    let (of_partner, _) = link.rsplit_once('/').expect("a link ends with its target");
    assert_eq!(visitor.follow(&format!("{of_partner}/nothing0")).await.status, 404);
    let looked = client().head(&link).send().await.expect("an answer");
    assert_eq!(looked.status(), 200, "who only looks at a link has not followed it");
    let ended = server.api.create_offer(&advertiser, json!({"end_date": "2020-01-01T00:00:00Z"})).await;
    let private = server.api.create_offer(&advertiser, json!({"visibility": "private"})).await;
    let partner = server.api.create_partner("Other").await;
    assert_eq!(visitor.follow(&server.api.link(&partner, &ended).await).await.status, 410);
    let private_link = server.api.link(&partner, &private).await;
    assert_eq!(visitor.follow(&private_link).await.status, 403);
    server.api.approve(&partner, &private).await;
    assert_eq!(visitor.follow(&private_link).await.status, 302);
    server.api.patch(&format!("offers/{}", offer.id), json!({"status": "paused"})).await;
    assert_eq!(visitor.follow(&link).await.status, 410);
    assert_eq!(codes(&server).await, ["2:205", "2:1", "2:201", "0:0", "2:202"]);
}

async fn impressions_are_stored_and_answered_with_a_pixel(server: Server) {
    let (_, _, link) = server.api.create_link().await;
    let seen = Visitor::new(IPHONE, "JP").follow(&link.replace("/c/", "/i/")).await;
    assert_eq!((seen.status.as_u16(), seen.headers["content-type"].to_str().ok()), (200, Some("image/gif")));
    Visitor::new(GOOGLEBOT, "US").follow(&link.replace("/c/", "/i/")).await;
    server.wait_drained().await;
    assert_eq!(server.rows.number("SELECT COUNT(*) FROM impressions").await, 2);
    let counted = "SELECT CAST(SUM(impressions) AS BIGINT) FROM rollup_days WHERE dimension = 0";
    assert_eq!(server.rows.number(counted).await, 1, "a bot's is kept, not counted");
}

async fn a_saved_change_is_in_force_with_the_answer(server: Server) {
    let (_, offer, link) = server.api.create_link().await;
    let visitor = Visitor::new(IPHONE, "DE");
    for (status, answer) in [("paused", 410), ("active", 302), ("paused", 410)] {
        server.api.patch(&format!("offers/{}", offer.id), json!({ "status": status })).await;
        assert_eq!(visitor.follow(&link).await.status, answer, "the offer is {status}");
    }
}

/// How many random requests are sent: `SWITCHYARD_TEST_REQUESTS`, else enough to find the usual faults.
fn requests() -> u32 {
    std::env::var("SWITCHYARD_TEST_REQUESTS").ok().and_then(|count| count.parse().ok()).unwrap_or(20_000)
}

#[test]
fn random_requests_are_all_answered_and_none_with_a_fault_of_ours() {
    run(async {
        let server = Server::start(Database::Sqlite).await;
        let (_, _, link) = server.api.create_link().await;
        let path = link.strip_prefix(&server.url).expect("the link is on the server").to_owned();
        let address = server.url.strip_prefix("http://").expect("plain HTTP").to_owned();
        send_random(&address, &path, requests() / 4, 1).await;
        let early = server.memory();
        let tasks: Vec<_> = (2..5)
            .map(|seed| {
                let (address, path) = (address.clone(), path.clone());
                tokio::spawn(async move { send_random(&address, &path, requests() / 4, seed).await })
            })
            .collect();
        for task in tasks {
            task.await.expect("no request was answered with a fault");
        }
        server.wait_drained().await;
        let late = server.memory();
        eprintln!(
            "{} random requests: {early} KiB after a quarter of them, {late} KiB after all",
            requests()
        );
        assert!(late < early + 64 * 1024, "memory is flat: {early} KiB, then {late} KiB");
        assert!(!server.log().contains("panicked"), "nothing panics");
        assert_eq!(server.visit("/healthz").await.status, 200);
    });
}

async fn send_random(address: &str, link: &str, count: u32, seed: u64) {
    let mut dice = StdRng::seed_from_u64(seed);
    let mut stream: Option<TcpStream> = None;
    for _ in 0..count {
        let request = random_request(&mut dice, link);
        let open = match stream.take() {
            Some(stream) => stream,
            None => TcpStream::connect(address).await.expect("the server takes connections"),
        };
        stream = exchange(open, &request).await;
    }
}

/// Sends one request and reads its answer; the connection where it can be used again.
async fn exchange(mut stream: TcpStream, request: &[u8]) -> Option<TcpStream> {
    if stream.write_all(request).await.is_err() {
        return None;
    }
    let mut answer = vec![0; 16 * 1024];
    let read = stream.read(&mut answer).await.unwrap_or(0);
    let head = String::from_utf8_lossy(&answer[..read]).into_owned();
    let status = head.get(9..12).unwrap_or_default();
    let shown: String = String::from_utf8_lossy(request).chars().take(300).collect();
    assert!(!status.starts_with('5'), "{head}\nfor\n{shown}");
    let is_whole = read > 0 && read < answer.len() && status != "400" && !head.contains("connection: close");
    is_whole.then_some(stream)
}

fn random_request(dice: &mut StdRng, link: &str) -> Vec<u8> {
    let mut query = Vec::new();
    match dice.random_range(0..6) {
        0 => (0..dice.random_range(1..40)).for_each(|_| query.push(dice.random::<u8>())),
        1 => (0..dice.random_range(1..2_000)).for_each(|place| query.extend(format!("p{place}=v&").bytes())),
        2 => query.extend(format!("sub1={}", "%f0%9f%92".repeat(dice.random_range(1..900))).bytes()),
        3 => query.extend(format!("url={}&lp=99999999999999999999", "x".repeat(8_000)).bytes()),
        4 => query.extend(format!("sub{}=%ff%fe%00&ref_id=%c3%28", dice.random_range(0..99)).bytes()),
        _ => query.extend(b"sub1=%&=&&&==%2&source_id=+%20+".iter().copied()),
    }
    // What would end the request line is somebody else's request.
    query.retain(|byte| !b"\r\n ".contains(byte));
    let partner_is_odd = dice.random_bool(0.2);
    let paths = [
        link.to_owned(),
        link.replace("/c/", "/i/"),
        "/postback".to_owned(),
        "/r".to_owned(),
        "/c/%ff%fe/%00".to_owned(),
    ];
    // A postback waits for its judgement, so there are few of them.
    let place = if dice.random_bool(0.02) { 2 } else { [0, 1, 3][dice.random_range(0..3)] };
    let path = if partner_is_odd { &paths[4] } else { &paths[place] };
    let mut request = format!("GET {path}?").into_bytes();
    request.extend(query);
    request.extend(b" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    let junk: Vec<u8> = (0..dice.random_range(0..300)).map(|_| dice.random_range(128..=255)).collect();
    for name in [
        "User-Agent",
        "X-Forwarded-For",
        "Referer",
        "Cookie",
        "Accept-Language",
        "Sec-CH-UA",
        "Sec-CH-UA-Platform",
    ] {
        if dice.random_bool(0.4) {
            request.extend(format!("{name}: ").into_bytes());
            request.extend(&junk);
            request.extend(b"\r\n");
        }
    }
    request.extend(b"\r\n");
    request
}

async fn the_cookie_is_set_where_the_offer_that_fail_traffic_leads_to_asks_for_it(server: Server) {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let by_cookie = json!({"duplicate_filter": {"session": "cookie", "hours": 24, "action": "block"}});
    let last = server.api.create_offer(&advertiser, by_cookie).await;
    let us = json!([{"field": "country", "op": "is", "values": ["US"]}]);
    let lead =
        |to: &str| json!({"targeting": us, "fail_traffic": {"rows": [{"destination": {"offer": to}}]}});
    let middle = server.api.create_offer(&advertiser, lead(&last.id)).await;
    let first = server.api.create_offer(&advertiser, lead(&middle.id)).await;
    let partner = server.api.create_partner("Partner").await;
    let link = server.api.link(&partner, &first).await;
    let visitor = Visitor::new(IPHONE, "DE");
    let answer = visitor.follow(&link).await;
    assert_eq!(answer.status, 302);
    let set = answer.headers["set-cookie"].to_str().expect("text");
    let cookie = set.split(';').next().expect("a pair").to_owned();
    let again = Visitor { cookies: cookie, ..visitor.number(2) };
    assert_eq!(again.follow(&link).await.status, 403, "known again from another address");
    assert_eq!(visitor.number(3).follow(&link).await.status, 302, "without the cookie nobody is");
    let plain = server.api.create_offer(&advertiser, json!({})).await;
    let plain = visitor.follow(&server.api.link(&partner, &plain).await).await;
    assert!(!plain.headers.contains_key("set-cookie"), "nobody asks for it");
}
