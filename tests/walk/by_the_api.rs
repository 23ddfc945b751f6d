//! The same way by the API alone, with the key that `setup` prints.

use super::{
    ALL, CLICKS, COUNTRIES, DESTINATION, Figures, GIVEN, SYSTEMS, knock, post_back, walk_up, wanted,
};
use crate::support::{api::id_of, server::Server};
use serde_json::{Value, json};

both_databases!(the_same_way_is_walked_by_the_api_alone);

async fn the_same_way_is_walked_by_the_api_alone(server: Server) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Northwind").await;
    let offer = json!({
        "name": "Aurora VPN",
        "visibility": "require_approval",
        "payout": { "type": "cpa", "amount": "1.50" },
        "revenue": { "type": "rpa", "amount": "4" },
        "targeting": [
            { "field": "country", "op": "is", "values": ["de"] },
            { "field": "os", "op": "is", "values": ["iOS"] },
        ],
    });
    let offer = api.create_offer(&advertiser, offer).await;
    let page = format!("offers/{}/landing-pages/{}", offer.id, offer.landing_page);
    api.patch(&page, json!({ "name": "Start", "url": DESTINATION })).await;
    let partner = api.create_partner("Clickhouse Media").await;
    let link = api.link(&partner, &offer).await;
    knock(&link).await;
    api.approve(&partner, &offer).await;
    let clicks = walk_up(&format!("{link}?{GIVEN}")).await;
    let postback = format!(
        "{}/postback?clickid={{clickid}}&verification_token={}&amount={{amount}}&txn_id={{order_id}}",
        server.url, advertiser.token
    );
    post_back(&server, &postback, &clicks).await;
    server.wait_drained().await;
    the_report_says(&server).await;
    the_click_log_says(&server, &clicks).await;
    the_conversions_say(&server, &clicks).await;
}

async fn the_report_says(server: &Server) {
    for (cut, groups) in [
        ("offer", &[("Aurora VPN", ALL)][..]),
        ("partner", &[("Clickhouse Media", ALL)][..]),
        ("country", &COUNTRIES[..]),
        ("os", &SYSTEMS[..]),
    ] {
        let report = server.api.report(cut, "").await;
        let items = report["items"].as_array().expect("a report has items");
        assert_eq!(items.len(), groups.len(), "{report}");
        for (name, figures) in groups {
            let item = items.iter().find(|item| item["group"][cut] == *name);
            assert_figures(&item.unwrap_or_else(|| panic!("no {name} in {report}"))["metrics"], *figures);
        }
        assert_figures(&report["totals"], ALL);
    }
}

fn assert_figures(metrics: &Value, (counts, money): Figures) {
    let names = ["gross_clicks", "clicks", "unique_clicks", "invalid_clicks", "cv", "pending"];
    assert_eq!(names.map(|name| &metrics[name]), counts.map(Value::from).each_ref(), "{metrics}");
    let names = ["payout", "revenue", "profit"];
    assert_eq!(names.map(|name| &metrics[name]), money.map(Value::from).each_ref(), "{metrics}");
}

async fn the_click_log_says(server: &Server, arrived: &[String]) {
    let clicks = server.api.list("clicks").await;
    assert_eq!(clicks.len(), CLICKS.len());
    for (click, (verdict, code, reason, country)) in clicks.iter().rev().zip(CLICKS) {
        let (code, reason) =
            if code == 0 { (Value::Null, Value::Null) } else { (json!(code), json!(reason)) };
        let said = ["verdict", "code", "reason", "country"].map(|field| &click[field]);
        assert_eq!(said, [&json!(verdict), &code, &reason, &json!(country)], "{click}");
    }
    for (place, id) in arrived.iter().enumerate() {
        assert_eq!(clicks[7 - place]["id"], **id, "the id that arrived is the stored one");
    }
    let click = server.api.click(&arrived[1]).await;
    let sent = format!("https://aurora.example/start?cid={}&from=s-7", arrived[1]);
    for (field, value) in [
        ("destination", sent.as_str()),
        ("source_id", "s-7"),
        ("sub1", "spring"),
        ("os", "ios"),
        ("device", "mobile"),
        ("ip", &wanted(2).address.to_string()),
    ] {
        assert_eq!(click[field], value, "{click}");
    }
    assert_eq!(server.api.list("clicks?verdict=invalid&code=9").await.len(), 2);
}

async fn the_conversions_say(server: &Server, arrived: &[String]) {
    let made = server.api.list("conversions").await;
    for (conversion, (order, status, click)) in
        made.iter().rev().zip([("A-1", "approved", 0), ("A-2", "approved", 1), ("A-3", "pending", 2)])
    {
        let said = ["txn_id", "status", "amount", "payout", "revenue"].map(|field| &conversion[field]);
        assert_eq!(said, [order, status, "20.00", "1.50", "4.00"].map(Value::from).each_ref());
        assert_eq!((&conversion["event"], &conversion["click_id"]), (&Value::Null, &json!(arrived[click])));
    }
    assert_eq!(made.len(), 3);
    let refused = server.api.list("postbacks?outcome=refused").await;
    let codes: Vec<_> = refused.iter().map(|call| &call["code"]).collect();
    assert_eq!(codes, [&json!(21), &json!(8)]);
    let waiting = format!("conversions/{}", id_of(&made[0]));
    let approved = server.api.patch(&waiting, json!({ "status": "approved" })).await;
    assert_eq!(approved["status"], "approved", "what waits is approved by hand");
    assert_eq!(server.api.report("offer", "").await["totals"]["profit"], "7.50");
}
