//! Conversions after they came: changes by postback and by hand, their figures, and calls that wait for
//! another node's click.

use crate::support::{
    api::{Reply, client},
    database::Database,
    machine::eventually,
    on,
    server::Server,
    visitor::{IPHONE, Visitor},
};
use domain::{
    shared::{ClickId, ClickIdParts, Dimension, NetworkId, NodeId},
    tracking::Device,
};
use futures::future::join_all;
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

both_databases!(
    the_rollups_are_the_sum_of_the_conversions_whatever_calls_came,
    a_decision_by_hand_and_a_postback_at_once_move_the_figures_once,
    a_cap_is_not_passed_by_way_of_pending,
    whoever_converts_by_a_change_is_known_as_converted
);

/// How long the drain may take.
const SOON: Duration = Duration::from_secs(10);

/// What the conversions add up to, in the order of [`rollups`].
const ROWS: &str = "SELECT CONCAT_WS(' ', \
    SUM(CASE WHEN event_id = 0 AND status = 'approved' THEN 1 ELSE 0 END), \
    SUM(CASE WHEN event_id = 0 AND status = 'pending' THEN 1 ELSE 0 END), \
    SUM(CASE WHEN event_id = 0 AND status = 'rejected' THEN 1 ELSE 0 END), \
    SUM(CASE WHEN event_id <> 0 AND status = 'approved' THEN 1 ELSE 0 END), \
    SUM(CASE WHEN event_id = 0 THEN fraud ELSE 0 END), \
    SUM(CASE WHEN status = 'approved' THEN payout ELSE 0 END), \
    SUM(CASE WHEN status = 'approved' THEN revenue ELSE 0 END), \
    SUM(CASE WHEN status = 'pending' THEN payout ELSE 0 END), \
    SUM(CASE WHEN status = 'pending' THEN revenue ELSE 0 END), \
    SUM(CASE WHEN event_id = 0 AND status = 'approved' THEN amount ELSE 0 END)) FROM conversions";

fn rollups(table: &str, basis: u8, dimension: Dimension) -> String {
    format!(
        "SELECT CONCAT_WS(' ', SUM(approved), SUM(pending), SUM(rejected), SUM(events), SUM(fraud), \
         SUM(payout), SUM(revenue), SUM(pending_payout), SUM(pending_revenue), SUM(sale_amount)) \
         FROM {table} WHERE dimension = {} AND basis = {basis}",
        dimension.number()
    )
}

/// Each table of sums, by either time, says what the rows say: in the totals, and by device, which all have but
/// those without a visitor.
pub async fn the_figures_are_the_rows(server: &Server) {
    let rows = server.rows.texts(ROWS).await;
    let seen = format!("{ROWS} WHERE device <> {}", Device::Unknown as i64);
    let seen = server.rows.texts(&seen).await;
    for table in ["rollup_hours", "rollup_days", "rollup_hour_totals", "rollup_totals"] {
        for (basis, dimension) in
            [(1, Dimension::None), (1, Dimension::Device), (2, Dimension::None), (2, Dimension::Device)]
        {
            let rows = if dimension == Dimension::None { &rows } else { &seen };
            let sums = server.rows.texts(&rollups(table, basis, dimension)).await;
            let names = "approved, pending, rejected, events, fraud, money";
            assert_eq!(&sums, rows, "{table} by {basis}, {dimension:?}: {names}");
        }
    }
}

async fn the_rollups_are_the_sum_of_the_conversions_whatever_calls_came(server: Server) {
    let (advertiser, offer, link) = server.api.create_link().await;
    server.api.create_event(&offer.id, "deposit", "3", "5").await;
    let mut clicks = vec![];
    for number in 1..=4 {
        clicks.push(Visitor::new(IPHONE, "DE").number(number).follow(&link).await.click_id());
    }
    let mut dice = StdRng::seed_from_u64(20);
    let client = client();
    for _ in 0..12 {
        let calls: Vec<_> = (0..25).map(|_| random_call(&mut dice, &clicks, &advertiser.token)).collect();
        let url = format!("{}/postback", server.url);
        let replies = join_all(calls.iter().map(|call| Reply::read(client.get(&url).query(call)))).await;
        for (reply, call) in replies.iter().zip(&calls) {
            assert!([200, 202, 409].contains(&reply.status.as_u16()), "{call:?}: {}", reply.text);
        }
    }
    server.wait_drained().await;
    assert!(server.rows.number("SELECT SUM(fraud) FROM conversions").await > 0);
    assert!(server.rows.number("SELECT COUNT(*) FROM conversions WHERE event_id <> 0").await > 0);
    let changed = "SELECT COUNT(*) FROM conversion_history WHERE version > 1";
    assert!(server.rows.number(changed).await > 0, "some were changed");
    the_figures_are_the_rows(&server).await;
}

fn random_call(dice: &mut StdRng, clicks: &[String], token: &str) -> Vec<(&'static str, String)> {
    let click = clicks.choose(dice).expect("there are clicks").clone();
    let mut call = vec![("cid", click), ("token", token.to_owned()), ("amount", "9.99".to_owned())];
    if dice.random_bool(0.9) {
        call.push(("txn_id", format!("order-{}", dice.random_range(0..60))));
    }
    if dice.random_bool(0.8) {
        let status = ["approved", "pending", "rejected"].choose(dice).expect("there are some");
        call.push(("status", (*status).to_owned()));
    }
    if dice.random_bool(0.3) {
        call.push(("event", "deposit".to_owned()));
    }
    if dice.random_bool(0.2) {
        call.push(("fraud_flag", "1".to_owned()));
    }
    call
}

async fn a_decision_by_hand_and_a_postback_at_once_move_the_figures_once(server: Server) {
    let (advertiser, _, link) = server.api.create_link().await;
    let click = Visitor::new(IPHONE, "DE").follow(&link).await.click_id();
    let call = async |order: usize, status: &str| {
        let order = format!("order-{order}");
        let base = [("cid", click.as_str()), ("token", &advertiser.token)];
        server.postback(&[base[0], base[1], ("txn_id", &order), ("status", status)]).await
    };
    let pending = join_all((0..60).map(|order| call(order, "pending"))).await;
    let both = pending.iter().enumerate().map(async |(order, reply)| {
        let id = reply.json["conversion_id"].as_str().unwrap_or_else(|| panic!("{}", reply.text));
        let path = format!("conversions/{id}");
        // The drain takes its batch about 200 ms after the call came; the decisions are spread over that.
        let by_hand = async {
            tokio::time::sleep(Duration::from_millis(150 + 3 * order as u64)).await;
            server.api.call(Method::PATCH, &path, json!({"status": "approved"})).await
        };
        let (decided, _) = tokio::join!(by_hand, call(order, "rejected"));
        assert!(decided.status.is_success(), "{}", decided.text);
    });
    join_all(both).await;
    server.wait_drained().await;
    the_figures_are_the_rows(&server).await;
    let undone = "SELECT COUNT(*) FROM conversions WHERE by_hand <> 1 OR status <> 'approved'";
    assert_eq!(server.rows.number(undone).await, 0, "what a person decided stays");
}

async fn a_cap_is_not_passed_by_way_of_pending(server: Server) {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let caps = json!({"caps": [{"period": "monthly", "measure": "conversions", "limit": "2"}]});
    let offer = server.api.create_offer(&advertiser, caps).await;
    let partner = server.api.create_partner("Partner").await;
    let link = server.api.link(&partner, &offer).await;
    let click = Visitor::new(IPHONE, "DE").follow(&link).await.click_id();
    for (status, expected) in
        [("pending", ["pending"; 4]), ("approved", ["approved", "approved", "rejected", "rejected"])]
    {
        for (order, expected) in ["1", "2", "3", "4"].into_iter().zip(expected) {
            let call = [
                ("cid", click.as_str()),
                ("token", &advertiser.token),
                ("txn_id", order),
                ("status", status),
            ];
            let reply = server.postback(&call).await;
            let code = if expected == "rejected" { json!(4) } else { json!(null) };
            assert_eq!(
                (&reply.json["status"], &reply.json["code"]),
                (&json!(expected), &code),
                "{}",
                reply.text
            );
        }
    }
    the_figures_are_the_rows(&server).await;
}

async fn whoever_converts_by_a_change_is_known_as_converted(server: Server) {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let filter = json!({"converted_filter": {"action": "block"}});
    let offer = server.api.create_offer(&advertiser, filter).await;
    let partner = server.api.create_partner("Partner").await;
    let link = server.api.link(&partner, &offer).await;
    let (by_call, by_hand) = (Visitor::new(IPHONE, "DE"), Visitor::new(IPHONE, "FR"));
    for visitor in [&by_call, &by_hand] {
        let click = visitor.follow(&link).await.click_id();
        let base = [("cid", click.as_str()), ("token", advertiser.token.as_str())];
        let rejected = server.postback(&[base[0], base[1], ("status", "rejected")]).await;
        assert_eq!(rejected.json["status"], "rejected", "{}", rejected.text);
        assert_eq!(visitor.follow(&link).await.status, 302, "a rejected conversion is none");
        if visitor.address == by_call.address {
            server.postback(&[base[0], base[1], ("status", "approved")]).await;
        } else {
            let id = rejected.json["conversion_id"].as_str().expect("an id");
            server.api.patch(&format!("conversions/{id}"), json!({"status": "approved"})).await;
        }
        assert_eq!(visitor.follow(&link).await.status, 403, "approved later, from {}", visitor.address);
    }
}

/// A click that the node of this number would have taken a minute ago.
fn click_of(node: i64, network: i64) -> ClickId {
    let millis = chrono::Utc::now().timestamp_millis() - 60_000;
    ClickId::new(ClickIdParts { millis, node: NodeId(node), network: NetworkId(network), tail: 9 })
}

async fn add_node(server: &Server, id: u32, drained_until: i64) {
    let node = format!("INSERT INTO nodes VALUES ({id}, 'node-{id}', 0, 0, {drained_until}, 0)");
    server.rows.execute(&node).await;
}

async fn wait_for(server: &Server, what: &str, query: &str, number: i64) {
    eventually(what, SOON, async || (server.rows.number(query).await == number).then_some(())).await;
}

#[test]
fn calls_that_wait_for_a_dead_node_keep_no_other_waiting_and_end_after_a_day() {
    on(Database::Postgres, async |server| {
        add_node(&server, 900, 0).await;
        add_node(&server, 901, 0).await;
        let click = click_of(900, 1);
        server
            .rows
            .execute(&format!(
                "INSERT INTO waiting_postbacks (id, network_id, at, ip, user_agent, query, node_id, click_at, since) \
                 SELECT md5(n::text)::uuid, 0, {at} - 3600000, '127.0.0.1', '', 'cid={click}', 900, {at}, {at} \
                 FROM generate_series(1, 300) n",
                at = click.parts().millis
            ))
            .await;
        let queued = server.postback(&[("cid", &click_of(901, 1).to_string())]).await;
        assert_eq!(
            (queued.status.as_u16(), &queued.json["status"]),
            (202, &json!("queued")),
            "{}",
            queued.text
        );
        for made_up in [click_of(902, 1), click_of(901, 99)] {
            let refused = server.postback(&[("cid", &made_up.to_string())]).await;
            assert_eq!(
                (refused.status.as_u16(), &refused.json["code"]),
                (404, &json!(13)),
                "{}",
                refused.text
            );
        }
        server.rows.execute(&format!("UPDATE nodes SET drained_until = {} WHERE id = 901", i64::MAX)).await;
        let waits = "SELECT COUNT(*) FROM waiting_postbacks";
        wait_for(&server, "the call whose node has moved on", waits, 300).await;
        server.rows.execute("UPDATE waiting_postbacks SET since = since - 86400000").await;
        wait_for(&server, "an end for those of the dead node", waits, 0).await;
        let logged = "SELECT COUNT(*) FROM postbacks WHERE outcome = 'refused' AND code = 13";
        assert_eq!(server.rows.number(logged).await, 303, "each is in the log");
    });
}

#[test]
fn nothing_waits_for_an_earlier_node_of_a_data_folder() {
    on(Database::Sqlite, async |server| {
        add_node(&server, 900, 0).await;
        let refused = server.postback(&[("cid", &click_of(900, 1).to_string())]).await;
        assert_eq!((refused.status.as_u16(), &refused.json["code"]), (404, &json!(13)), "{}", refused.text);
        assert_eq!(server.rows.number("SELECT COUNT(*) FROM waiting_postbacks").await, 0);
    });
}

#[test]
fn a_waiting_call_that_the_database_refuses_is_set_aside_and_all_others_are_judged() {
    on(Database::Postgres, async |server| {
        server
            .rows
            .execute("ALTER TABLE postbacks ADD CONSTRAINT refuse CHECK (user_agent <> 'poison')")
            .await;
        add_node(&server, 900, 0).await;
        let click = click_of(900, 1);
        server
            .rows
            .execute(&format!(
                "INSERT INTO waiting_postbacks (id, network_id, at, ip, user_agent, query, node_id, click_at, since) \
                 SELECT md5(n::text)::uuid, 0, {at} + n, '127.0.0.1', \
                 CASE WHEN n IN (3, 7) THEN 'poison' ELSE '' END, 'cid={click}', 900, {at}, 0 \
                 FROM generate_series(1, 20) n",
                at = click.parts().millis
            ))
            .await;
        wait_for(&server, "an end of all that wait", "SELECT COUNT(*) FROM waiting_postbacks", 0).await;
        let logged = "SELECT COUNT(*) FROM postbacks WHERE outcome = 'refused' AND code = 13";
        assert_eq!(server.rows.number(logged).await, 18, "all but the poisoned ones");
        assert_eq!(server.metric("switchyard_records_set_aside_total").await, Some(2.0));
        let aside = std::fs::metadata(server.data().join("spool/set-aside.frames")).expect("they are kept");
        assert!(aside.len() > 100, "whole, not {} bytes", aside.len());
    });
}
