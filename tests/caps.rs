//! Caps as traffic meets them: what counts, on how many nodes, and who is told when one fills.

use crate::support::{
    api::client,
    database::Database,
    gestures::{Advertiser, Offer},
    machine::eventually,
    postgres::Cluster,
    run,
    server::Server,
    visitor::{IPHONE, Visitor},
};
use serde_json::{Value, json};
use std::time::Duration;

both_databases!(
    a_conversion_taken_back_by_hand_gives_its_place_back,
    a_payout_cap_counts_what_clicks_and_impressions_earn,
    an_impression_earns_only_where_a_click_would_be_let_through,
    a_cap_is_told_of_once_at_each_level,
    an_application_and_its_answer_are_told_of,
    a_cap_that_is_added_late_counts_what_was_before
);

/// How long a change elsewhere may take: the drain's lag and a second, with room for a busy machine.
const SOON: Duration = Duration::from_secs(10);

fn cap(period: &str, measure: &str, limit: u32) -> Value {
    json!({"caps": [{"period": period, "measure": measure, "limit": limit.to_string()}]})
}

async fn capped(server: &Server, more: Value) -> (Advertiser, Offer, String) {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let offer = server.api.create_offer(&advertiser, more).await;
    let partner = server.api.create_partner("Partner").await;
    let link = server.api.link(&partner, &offer).await;
    (advertiser, offer, link)
}

/// How many of `count` visitors, from number `first` on, are sent on.
async fn sent_on(link: &str, first: u16, count: u16) -> usize {
    let (client, visitor) = (client(), Visitor::new(IPHONE, "DE"));
    let mut through = 0;
    for number in first..first + count {
        let answer = visitor.number(number).follow_with(&client, link).await.expect("an answer");
        assert!([302, 403].contains(&answer.status.as_u16()), "{}", answer.status);
        through += usize::from(answer.status == 302);
    }
    through
}

async fn wait_for(what: &str, link: &str, status: u16) {
    let visitor = Visitor::new(IPHONE, "FR");
    let mut number = 0;
    eventually(what, SOON, async || {
        number += 1;
        (visitor.number(number).follow(link).await.status == status).then_some(())
    })
    .await;
}

async fn a_conversion_taken_back_by_hand_gives_its_place_back(server: Server) {
    let (advertiser, _, link) = capped(&server, cap("monthly", "conversions", 1)).await;
    let click = Visitor::new(IPHONE, "DE").follow(&link).await.click_id();
    let call = [("transaction_id", click.as_str()), ("verification_token", &advertiser.token)];
    let stored = server.postback(&call).await;
    assert_eq!(stored.json["status"], "approved", "{}", stored.text);
    assert_eq!(sent_on(&link, 10, 1).await, 0, "the one conversion closes the redirect at once");
    let conversion = stored.json["conversion_id"].as_str().expect("an id");
    server.api.patch(&format!("conversions/{conversion}"), json!({"status": "rejected"})).await;
    wait_for("the place given back", &link, 302).await;
    server.api.patch(&format!("conversions/{conversion}"), json!({"status": "approved"})).await;
    wait_for("the place taken again", &link, 403).await;
}

async fn a_payout_cap_counts_what_clicks_and_impressions_earn(mut server: Server) {
    let mut terms = cap("daily", "payout", 3);
    terms["payout"] = json!({"type": "cpc", "amount": "1"});
    let (_, _, link) = capped(&server, terms).await;
    assert_eq!(sent_on(&link, 1, 5).await, 3, "each click takes 1 of 3");
    let mut terms = cap("weekly", "payout", 2);
    terms["payout"] = json!({"type": "cpm", "amount": "1000"});
    let (_, _, shown) = capped(&server, terms).await;
    let pixel = shown.replace("/c/", "/i/");
    assert_eq!(sent_on(&shown, 1, 1).await, 1);
    for number in 1..=2 {
        Visitor::new(IPHONE, "DE").number(number).follow(&pixel).await;
    }
    assert_eq!(sent_on(&shown, 2, 1).await, 0, "two impressions have earned the 2");
    server.kill_9();
    server.restart().await;
    server.wait_drained().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(sent_on(&link, 10, 2).await + sent_on(&shown, 10, 2).await, 0, "still after a crash");
}

async fn an_impression_earns_only_where_a_click_would_be_let_through(server: Server) {
    let cpm =
        json!({"payout": {"type": "cpm", "amount": "1000"}, "revenue": {"type": "rpm", "amount": "2000"}});
    let with = |more: Value| {
        let mut terms = cpm.clone();
        terms.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        terms
    };
    for (terms, earning) in [
        (json!({}), 3),
        (cap("daily", "payout", 2), 2),
        (cap("daily", "revenue", 2), 1),
        (json!({"visibility": "private"}), 0),
        (json!({"visibility": "require_approval"}), 0),
        (json!({"end_date": "2020-01-01T00:00:00Z"}), 0),
        (json!({"status": "paused"}), 0),
    ] {
        let before = server.rows.number("SELECT COUNT(*) FROM impressions").await;
        let (_, offer, link) = capped(&server, with(terms.clone())).await;
        let visitor = Visitor::new(IPHONE, "DE");
        for number in 1..=3 {
            assert_eq!(
                visitor.number(number).follow(&link.replace("/c/", "/i/")).await.status,
                200,
                "{terms}"
            );
        }
        server.wait_drained().await;
        let seen = server.rows.number("SELECT COUNT(*) FROM impressions").await - before;
        assert_eq!(seen, 3, "each is kept: {terms}");
        let of_offer = format!("FROM impressions WHERE offer_id = {}", offer.id);
        let paid = format!("SELECT COUNT(*) {of_offer} AND payout = 1000000 AND revenue = 2000000");
        assert_eq!(server.rows.number(&paid).await, earning, "{terms}");
        let earned = format!("SELECT SUM(payout + revenue) {of_offer}");
        assert_eq!(server.rows.number(&earned).await, earning * 3_000_000, "{terms}");
    }
}

async fn told(server: &Server, kind: &str) -> Vec<String> {
    server.rows.texts(&format!("SELECT body FROM outbox WHERE kind = '{kind}' ORDER BY id")).await
}

async fn wait_told(server: &Server, kind: &str, count: usize) -> Vec<String> {
    eventually(&format!("{count} facts {kind}"), SOON, async || {
        let told = told(server, kind).await;
        (told.len() >= count).then_some(told)
    })
    .await
}

async fn a_cap_is_told_of_once_at_each_level(mut server: Server) {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let offer = server.api.create_offer(&advertiser, cap("daily", "clicks", 20)).await;
    let partner = server.api.create_partner("Partner").await;
    let other = server.api.create_partner("Other").await;
    let link = server.api.link(&partner, &offer).await;
    server.api.patch(&format!("partners/{partner}/offers/{}", offer.id), cap("global", "clicks", 10)).await;
    assert_eq!(sent_on(&link, 1, 8).await, 8);
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert!(told(&server, "cap_near").await.is_empty(), "8 of 10 are less than 90 %");
    assert_eq!(sent_on(&link, 9, 4).await, 2, "the share's 10 are the limit");
    let near: Value = serde_json::from_str(&wait_told(&server, "cap_near", 1).await[0]).expect("JSON");
    assert_eq!(
        (&near["offer_id"], &near["partner_id"], &near["cap"]["limit"]),
        (&json!(offer.id), &json!(partner), &json!("10.00"))
    );
    assert_eq!(wait_told(&server, "cap_reached", 1).await.len(), 1);
    let others = server.api.link(&other, &offer).await;
    assert_eq!(sent_on(&others, 100, 12).await, 10, "the offer's 20 less the first partner's 10");
    wait_told(&server, "cap_reached", 2).await;
    server.stop().await;
    server.restart().await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(told(&server, "cap_near").await.len(), 2, "not again after a restart");
    let reached = told(&server, "cap_reached").await;
    assert_eq!(reached.len(), 2, "{reached:?}");
    let of_offer: Value = serde_json::from_str(&reached[1]).expect("JSON");
    assert_eq!((&of_offer["partner_id"], &of_offer["cap"]["limit"]), (&Value::Null, &json!("20.00")));
}

async fn an_application_and_its_answer_are_told_of(server: Server) {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let offer = server.api.create_offer(&advertiser, json!({"visibility": "require_approval"})).await;
    let partner = server.api.create_partner("Partner").await;
    let path = format!("partners/{partner}/offers/{}", offer.id);
    for (state, applied, answered) in [
        ("pending", 1, 0),
        ("pending", 1, 0),
        ("approved", 1, 1),
        ("blocked", 1, 1),
        ("pending", 2, 1),
        ("rejected", 2, 2),
    ] {
        server.api.patch(&path, json!({ "state": state })).await;
        let counts =
            (told(&server, "partner_applied").await.len(), told(&server, "application_answered").await.len());
        assert_eq!(counts, (applied, answered), "after {state}");
    }
    let answers: Vec<Value> = told(&server, "application_answered")
        .await
        .iter()
        .map(|body| serde_json::from_str::<Value>(body).expect("JSON")["approved"].clone())
        .collect();
    assert_eq!(answers, [json!(true), json!(false)]);
}

async fn a_cap_that_is_added_late_counts_what_was_before(server: Server) {
    let (_, offer, link) = capped(&server, json!({})).await;
    assert_eq!(sent_on(&link, 1, 5).await, 5);
    server.api.patch(&format!("offers/{}", offer.id), cap("weekly", "clicks", 7)).await;
    assert_eq!(sent_on(&link, 10, 5).await, 2, "5 of 7 were taken before there was a cap");
    server.api.patch(&format!("offers/{}", offer.id), cap("global", "clicks", 9)).await;
    server.wait_drained().await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(sent_on(&link, 20, 5).await, 2, "what was drained in the meantime is counted once");
}

#[test]
fn nodes_share_a_cap_within_the_drains_lag_and_a_second() {
    run(async {
        let first = Server::start(Database::Postgres).await;
        let (advertiser, offer, link) = capped(&first, cap("daily", "clicks", 30)).await;
        let second = first.second_node().await;
        let elsewhere = link.replace(&first.url, &second.url);
        assert_eq!(sent_on(&link, 1, 20).await, 20);
        first.wait_drained().await;
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        assert_eq!(sent_on(&elsewhere, 100, 15).await, 10, "the other node's 20 count here");
        second.wait_drained().await;
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        assert_eq!(sent_on(&link, 200, 5).await, 0, "the cap is reached at the first node too");
        assert_eq!(first.rows.number("SELECT COUNT(*) FROM clicks WHERE verdict < 2").await, 30);
        // Conversions: judged on one node, closing the redirect of the other.
        first.api.patch(&format!("offers/{}", offer.id), cap("daily", "conversions", 1)).await;
        wait_for("the new cap on the second node", &elsewhere, 302).await;
        let click = Visitor::new(IPHONE, "JP").follow(&link).await.click_id();
        let call = [("transaction_id", click.as_str()), ("verification_token", advertiser.token.as_str())];
        assert_eq!(first.postback(&call).await.json["status"], "approved");
        wait_for("the conversion counted on the second node", &elsewhere, 403).await;
        let told = wait_told(&first, "cap_reached", 2).await;
        assert_eq!(told.len(), 2, "one a cap, whichever node saw it: {told:?}");
    });
}

#[test]
fn a_cap_stays_exact_while_postgresql_crashes() {
    const CAP: u32 = 4_000;
    run(async {
        let cluster = Cluster::start().await;
        let server = Server::plan(Database::Postgres).on_cluster(cluster.database().await).start().await;
        let (_, _, link) = capped(&server, cap("daily", "clicks", CAP)).await;
        let mut through = 0;
        let mut next = 1;
        let mut follow = async |count: u16| {
            through += sent_on(&link, next, count).await;
            next += count;
        };
        follow(1_000).await;
        for _ in 0..2 {
            // Commits of the last moments are lost: they are drained once more.
            cluster.crash().await;
            follow(500).await;
            cluster.begin().await;
            follow(500).await;
        }
        server.wait_drained().await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        follow(2_000).await;
        assert_eq!(through, CAP as usize);
        server.wait_drained().await;
        let stored = server.rows.number("SELECT COUNT(*) FROM clicks WHERE verdict < 2").await;
        assert_eq!(stored, i64::from(CAP));
    });
}
