//! Postbacks: what is stored, what is refused and why, and that every call is in the log.

use crate::support::{
    api::client,
    server::Server,
    session::Session,
    visitor::{GOOGLEBOT, IPHONE, Visitor},
};
use serde_json::json;

both_databases!(
    a_conversion_is_stored_once_and_a_new_status_updates_it,
    every_refusal_says_why_and_is_in_the_log,
    rules_of_time_fraud_and_bots_reject_what_they_should,
    events_and_shares_pay_what_the_offer_says,
    control_characters_are_refused_and_stop_nothing,
    a_call_that_is_too_long_is_refused_and_in_the_log,
    a_call_that_can_not_be_read_is_in_the_log_of_the_network_that_it_names
);

async fn a_conversion_is_stored_once_and_a_new_status_updates_it(server: Server) {
    let (advertiser, _, link) = server.api.create_link().await;
    let click = Visitor::new(IPHONE, "DE").follow(&link).await.click_id();
    let call = |more: &[(&str, &str)]| {
        let mut all =
            vec![("transaction_id", click.as_str()), ("verification_token", advertiser.token.as_str())];
        all.extend_from_slice(more);
        let all: Vec<(String, String)> =
            all.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let url = format!("{}/postback", server.url);
        async move { crate::support::api::Reply::read(client().post(url).form(&all)).await }
    };
    let first = call(&[("txn_id", "A-1"), ("status", "pending"), ("amount", "49.90")]).await;
    assert_eq!((first.status.as_u16(), &first.json["status"]), (200, &json!("pending")), "{}", first.text);
    let again = call(&[("txn_id", "A-1"), ("amount", "49.90")]).await;
    assert_eq!((again.status.as_u16(), &again.json["code"]), (409, &json!(8)), "{}", again.text);
    assert_eq!(again.json["conversion_id"], first.json["conversion_id"]);
    let approved = call(&[("txn_id", "A-1"), ("status", "approved")]).await;
    assert_eq!((approved.status.as_u16(), &approved.json["status"]), (200, &json!("approved")));
    assert_eq!(approved.json["conversion_id"], first.json["conversion_id"]);
    let other = call(&[("order_id", "A-2")]).await;
    assert_eq!(other.status, 200, "another order of the same click is another conversion");
    assert_eq!(server.rows.number("SELECT COUNT(*) FROM conversions").await, 2);
    let sums = |table: &str, basis: u8| {
        format!(
            "SELECT CAST(SUM(approved * 1000 + pending) AS BIGINT) FROM {table} WHERE dimension = 0 AND basis = {basis}"
        )
    };
    for (table, basis) in [("rollup_hours", 1), ("rollup_hours", 2), ("rollup_days", 1), ("rollup_days", 2)] {
        assert_eq!(
            server.rows.number(&sums(table, basis)).await,
            2_000,
            "{table} by {basis} moved with the status"
        );
    }
    assert_eq!(server.rows.number("SELECT COUNT(*) FROM outbox WHERE kind = 'conversion'").await, 3);
}

async fn every_refusal_says_why_and_is_in_the_log(server: Server) {
    let (advertiser, _, link) = server.api.create_link().await;
    let click = Visitor::new(IPHONE, "DE").follow(&link).await.click_id();
    let other = server.api.create_advertiser("Other").await;
    let unknown = format!("{}ffff", &click[..28]);
    let (token, foreign) = (advertiser.token.as_str(), other.token.as_str());
    let calls = [
        (400_u16, 12_u16, vec![("transaction_id", "{clickid}")]),
        (400, 12, vec![]),
        (400, 12, vec![("transaction_id", &click), ("verification_token", token), ("amount", "ten")]),
        (403, 21, vec![("transaction_id", &click), ("verification_token", "wrong")]),
        (404, 13, vec![("transaction_id", &unknown), ("verification_token", token)]),
        (422, 14, vec![("transaction_id", &click), ("verification_token", foreign)]),
        (422, 25, vec![("transaction_id", &click), ("verification_token", token), ("event", "nothing")]),
    ];
    for (status, code, parameters) in &calls {
        let reply = server.postback(parameters).await;
        assert_eq!(
            (reply.status.as_u16(), &reply.json["code"]),
            (*status, &json!(code)),
            "{parameters:?}: {}",
            reply.text
        );
    }
    assert_eq!(server.rows.number("SELECT COUNT(*) FROM conversions").await, 0);
    for code in [12, 13, 14, 21, 25] {
        let logged = format!("SELECT COUNT(*) FROM postbacks WHERE outcome = 'refused' AND code = {code}");
        assert!(server.rows.number(&logged).await > 0, "{code} is in the log");
    }
    let with_token = format!("SELECT COUNT(*) FROM postbacks WHERE query LIKE '%{token}%'");
    assert_eq!(server.rows.number(&with_token).await, 0, "no token is in the log");
    let ip_list = json!({"ip_list": ["203.0.113.0/24"]});
    server.api.patch(&format!("advertisers/{}", advertiser.id), ip_list).await;
    let reply = server.postback(&[("transaction_id", &click), ("verification_token", token)]).await;
    assert_eq!((reply.status.as_u16(), &reply.json["code"]), (403, &json!(3)));
}

async fn rules_of_time_fraud_and_bots_reject_what_they_should(server: Server) {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let partner = server.api.create_partner("Partner").await;
    let slow = server.api.create_offer(&advertiser, json!({"min_conversion_seconds": 3600})).await;
    let plain = server.api.create_offer(&advertiser, json!({})).await;
    let token = ("verification_token", advertiser.token.as_str());
    let slow_link = server.api.link(&partner, &slow).await;
    let plain_link = server.api.link(&partner, &plain).await;
    let soon = Visitor::new(IPHONE, "DE").follow(&slow_link).await.click_id();
    let fraud = Visitor::new(IPHONE, "DE").follow(&plain_link).await.click_id();
    let bot = Visitor::new(GOOGLEBOT, "US").follow(&plain_link).await.click_id();
    for (click, more, code) in [(&soon, None, 20), (&fraud, Some(("fraud_flag", "1")), 22), (&bot, None, 200)]
    {
        let mut parameters = vec![("cid", click.as_str()), token];
        parameters.extend(more);
        let reply = server.postback(&parameters).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert_eq!(
            (&reply.json["status"], &reply.json["code"]),
            (&json!("rejected"), &json!(code)),
            "{}",
            reply.text
        );
    }
    let earned = "SELECT CAST(SUM(payout + revenue) AS BIGINT) FROM rollup_days WHERE dimension = 0";
    assert_eq!(server.rows.number(earned).await, 0, "rejected conversions earn nothing");
}

async fn events_and_shares_pay_what_the_offer_says(server: Server) {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let terms = json!({
        "payout": {"type": "cps", "percent": "10"},
        "revenue": {"type": "rpa_rps", "amount": "1", "percent": "20"},
        "allow_payout_override": true,
    });
    let offer = server.api.create_offer(&advertiser, terms).await;
    server.api.create_event(&offer.id, "deposit", "3", "5").await;
    let partner = server.api.create_partner("Partner").await;
    let link = server.api.link(&partner, &offer).await;
    let click = Visitor::new(IPHONE, "DE").follow(&link).await.click_id();
    let base = [("cid", click.as_str()), ("verification_token", advertiser.token.as_str())];
    for more in [
        vec![("amount", "50")],
        vec![("event", "deposit")],
        vec![("event", "Deposit")],
        vec![("txn_id", "x"), ("amount", "10"), ("payout", "0.5"), ("revenue", "99")],
    ] {
        let parameters: Vec<_> = base.into_iter().chain(more).collect();
        let reply = server.postback(&parameters).await;
        assert_eq!(reply.json["status"], "approved", "{}", reply.text);
    }
    let money = server
        .rows
        .texts("SELECT CAST(payout AS TEXT) || ' ' || CAST(revenue AS TEXT) FROM conversions ORDER BY id")
        .await;
    assert_eq!(money, ["5000000 11000000", "3000000 5000000", "3000000 5000000", "500000 3000000"]);
}

async fn control_characters_are_refused_and_stop_nothing(server: Server) {
    let (advertiser, _, link) = server.api.create_link().await;
    let click = Visitor::new(IPHONE, "DE").follow(&link).await.click_id();
    let base = [("cid", click.as_str()), ("token", advertiser.token.as_str())];
    for (name, field) in
        [("txn_id", "txn_id"), ("event", "event"), ("adv2", "adv2"), ("token", "verification_token")]
    {
        let parameters: Vec<_> = [(name, "\0x")].into_iter().chain(base).collect();
        let reply = server.postback(&parameters).await;
        assert_eq!((reply.status.as_u16(), &reply.json["code"]), (400, &json!(12)), "{name}: {}", reply.text);
        assert_eq!(reply.json["errors"][0]["field"], field);
    }
    // A NUL that is not even encoded is left out of what is kept.
    let raw = format!("cid={click}&token={}&adv1=a\0b", advertiser.token);
    let request = client().post(format!("{}/postback", server.url)).body(raw);
    let reply = crate::support::api::Reply::read(request).await;
    assert_eq!((reply.status.as_u16(), &reply.json["status"]), (200, &json!("approved")), "{}", reply.text);
    assert_eq!(server.rows.number("SELECT COUNT(*) FROM postbacks").await, 5);
}

async fn a_call_that_is_too_long_is_refused_and_in_the_log(server: Server) {
    let (advertiser, _, link) = server.api.create_link().await;
    let click = Visitor::new(IPHONE, "DE").follow(&link).await.click_id();
    // The name of a token may be encoded; it is a secret all the same.
    let base = format!("cid={click}&verification%5Ftoken={}", advertiser.token);
    for (length, status) in [(10_000, 200), (20_000, 400), (100_000, 400)] {
        let request = client().post(format!("{}/postback", server.url));
        let request = request.body(format!("{base}&txn_id={length}&more={}", "x".repeat(length)));
        let reply = crate::support::api::Reply::read(request).await;
        assert_eq!(reply.status, status, "{length}: {}", reply.text);
        if status == 400 {
            assert_eq!(
                (&reply.json["code"], &reply.json["errors"][0]["field"]),
                (&json!(12), &json!("query"))
            );
        }
    }
    let logged = "SELECT COUNT(*) FROM postbacks WHERE code = 12 AND LENGTH(query) BETWEEN 15000 AND 16384";
    assert_eq!(server.rows.number(logged).await, 2, "cut to the bound");
    assert_eq!(server.rows.number("SELECT COUNT(*) FROM conversions").await, 1);
    let with_token = format!("SELECT COUNT(*) FROM postbacks WHERE query LIKE '%{}%'", advertiser.token);
    assert_eq!(server.rows.number(&with_token).await, 0, "no token is in the log");
}

async fn a_call_that_can_not_be_read_is_in_the_log_of_the_network_that_it_names(server: Server) {
    let (advertiser, offer, link) = server.api.create_link().await;
    let click = Visitor::new(IPHONE, "DE").follow(&link).await.click_id();
    let token = ("token", advertiser.token.as_str());
    let (long, never_given) = ("x".repeat(129), "f".repeat(32));
    let cases = [
        ("status", "foo", "approved, pending or rejected"),
        ("amount", "abc", "decimal number"),
        ("amount", "-5", "negative"),
        ("amount", "1e400", "decimal number"),
        ("fraud_flag", "maybe", "1 or 0"),
        ("txn_id", long.as_str(), "129 characters"),
        ("transaction_id", "{clickid}", "32 hex characters"),
        ("transaction_id", never_given.as_str(), "13th character"),
    ];
    for (place, (name, value, why)) in cases.into_iter().enumerate() {
        let names_click = name != "transaction_id";
        let mut call = vec![(name, value)];
        // A click's id alone is enough, and so is a token.
        if names_click {
            call.push(("transaction_id", &click));
        } else {
            call.push(token);
        }
        let reply = server.postback(&call).await;
        assert_eq!((reply.status.as_u16(), &reply.json["code"]), (400, &json!(12)), "{}", reply.text);
        let logged = server.api.list("postbacks?outcome=refused&code=12").await;
        assert_eq!(logged.len(), place + 1, "{name}={value} is in the network's log");
        let (entry, problem) = (&logged[0], logged[0]["problem"].as_str().expect("a problem"));
        assert!(problem.starts_with(&format!("{name}: ")) && problem.contains(why), "{problem}");
        assert_eq!(entry["advertiser_id"], json!(advertiser.id));
        let offer = if names_click { json!(offer.id) } else { json!(null) };
        assert_eq!((&entry["offer_id"], &entry["code"]), (&offer, &json!(12)));
    }
    let page = Session::of(&server, &server.networks[0]).await.get("/postbacks").await.text;
    for (name, _, why) in cases {
        assert!(page.contains(&format!("(code 12), {name}: ")) && page.contains(why), "the page tells {why}");
    }
    let nobodys = server.postback(&[("transaction_id", "x"), ("token", "nobody's")]).await;
    assert_eq!(nobodys.status, 400);
    assert_eq!(server.api.list("postbacks?code=12").await.len(), cases.len(), "that one is the operator's");
    assert_eq!(server.rows.number("SELECT COUNT(*) FROM postbacks").await, 9);
}
