//! Reports and logs: every figure equals a count over the rows, days are the network's own, lists are
//! filtered and paged, nothing of another network is found, and a decision by hand moves the figures.

use crate::support::{
    api::Api,
    clock::Clock,
    database::Database,
    gestures::{Advertiser, Offer},
    run,
    server::Server,
    visitor::{ANDROID_PHONE, IPHONE, Visitor, WINDOWS_CHROME},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

both_databases!(
    every_report_equals_a_count_over_the_rows,
    the_click_log_is_filtered_and_paged,
    a_decision_by_hand_moves_the_figures_and_is_kept,
    what_a_report_cannot_tell_is_refused_at_its_field,
);

#[test]
fn hours_and_days_begin_by_a_clock_half_an_hour_off_on_sqlite() {
    run(hours_and_days_begin_by_the_networks_clock(Database::Sqlite));
}

#[test]
fn hours_and_days_begin_by_a_clock_half_an_hour_off_on_postgres() {
    run(hours_and_days_begin_by_the_networks_clock(Database::Postgres));
}

/// The past of a month, with its many hours, is in the test of the demo.
async fn hours_and_days_begin_by_the_networks_clock(database: Database) {
    for (zone, minutes_ahead) in [("Asia/Kolkata", 330), ("Asia/Kathmandu", 345)] {
        let server = Server::plan(database).zone(zone).start().await;
        assert_eq!(server.api.get("networks/current").await["zone"], zone);
        let scene = scene(&server).await;
        scene.convert(&server, 5).await;
        assert_eq!(Clock { minutes_ahead }.assert_cuts(&server.api).await, scene.clicks.len());
    }
}

/// A network with two partners on one offer, and clicks of three countries.
struct Scene {
    api: Api,
    advertiser: Advertiser,
    offer: Offer,
    partners: [String; 2],
    clicks: Vec<String>,
}

async fn scene(server: &Server) -> Scene {
    let api = server.api.clone();
    let advertiser = api.create_advertiser("Advertiser").await;
    let offer = api.create_offer(&advertiser, json!({})).await;
    let partners = [api.create_partner("North").await, api.create_partner("South").await];
    let mut clicks = Vec::new();
    for (place, partner) in partners.iter().enumerate() {
        let link = api.link(partner, &offer).await;
        let visitors = [(IPHONE, "DE", 4), (ANDROID_PHONE, "US", 3), (WINDOWS_CHROME, "FR", 2)];
        for (agent, country, count) in visitors {
            for number in 0..count {
                let number = u16::try_from(place * 100 + number + 1).expect("few visitors");
                let visitor = Visitor::new(agent, country).number(number);
                let sub = if country == "DE" { "&sub1=abc&sub12=deep" } else { "" };
                let sign = if link.contains('?') { '&' } else { '?' };
                let answer = visitor.follow(&format!("{link}{sign}source_id=s{place}{sub}")).await;
                clicks.push(answer.click_id());
            }
        }
    }
    server.wait_drained().await;
    Scene { api, advertiser, offer, partners, clicks }
}

impl Scene {
    /// Converts the first `count` clicks.
    async fn convert(&self, server: &Server, count: usize) -> Vec<String> {
        let mut made = Vec::new();
        for click in &self.clicks[..count] {
            let call = [("clickid", click.as_str()), ("token", self.advertiser.token.as_str())];
            let answer = server.postback(&call).await;
            assert_eq!(answer.json["status"], "approved", "{}", answer.text);
            made.push(answer.json["conversion_id"].as_str().expect("an id").to_owned());
        }
        made
    }
}

/// The number under a metric of the group that has this value.
fn metric(report: &Value, group: &str, value: &Value, metric: &str) -> Value {
    let items = report["items"].as_array().expect("items");
    let found = items.iter().find(|item| item["group"][group] == *value);
    found.unwrap_or_else(|| panic!("no {group} {value} in {report}"))["metrics"][metric].clone()
}

async fn every_report_equals_a_count_over_the_rows(server: Server) {
    let scene = scene(&server).await;
    scene.convert(&server, 5).await;
    let by_country = scene.api.report("country", "").await;
    for country in ["DE", "US", "FR"] {
        let clicks =
            server.rows.number(&format!("select count(*) from clicks where country = '{country}'")).await;
        let paid =
            format!("select count(*) from conversions where country = '{country}' and status = 'approved'");
        assert_eq!(metric(&by_country, "country", &json!(country), "gross_clicks"), json!(clicks));
        assert_eq!(
            metric(&by_country, "country", &json!(country), "cv"),
            json!(server.rows.number(&paid).await)
        );
    }
    for group in
        ["offer", "partner", "day", "hour", "device", "os", "source_id", "sub1", "offer,country", "code"]
    {
        let report = scene.api.report(group, "").await;
        let items = report["items"].as_array().expect("items");
        let sum: i64 = items.iter().filter_map(|item| item["metrics"]["gross_clicks"].as_i64()).sum();
        assert_eq!(sum, server.rows.number("select count(*) from clicks").await, "{group}: {report}");
        assert_eq!(report["totals"]["gross_clicks"], json!(sum), "{group}");
        assert_eq!(report["totals"]["cv"], 5, "{group}");
        assert_eq!(report["totals"]["payout"], "5.00", "{group}");
        assert_eq!(report["totals"]["revenue"], "10.00", "{group}");
    }
    let subs = scene.api.report("sub1", "").await;
    assert_eq!(metric(&subs, "sub1", &json!("abc"), "gross_clicks"), 8);
    assert_eq!(metric(&subs, "sub1", &Value::Null, "gross_clicks"), 10, "what carried no sub1");
    let north = scene.api.report("country", &format!("&partner_id={}", scene.partners[0])).await;
    assert_eq!(metric(&north, "country", &json!("DE"), "gross_clicks"), 4);
    assert_eq!(north["totals"]["cv"], 5);
    let german = scene.api.report("partner", "&country=de&time=click").await;
    assert_eq!(metric(&german, "partner", &json!("South"), "gross_clicks"), 4);
    assert_eq!(german["totals"]["cv"], 4);
    assert_eq!(german["currency"], "USD");
}

async fn the_click_log_is_filtered_and_paged(server: Server) {
    let scene = scene(&server).await;
    let all = scene.api.list("clicks?limit=4").await;
    assert_eq!(all.len(), 18);
    let ids: Vec<_> = all.iter().map(|click| click["id"].as_str().expect("an id").to_owned()).collect();
    let mut newest_first = ids.clone();
    newest_first.sort_by(|one, other| other.cmp(one));
    assert_eq!(ids, newest_first);
    let filters = [
        ("country=DE", 8),
        ("device=desktop", 4),
        ("os=android", 6),
        ("sub1=abc", 8),
        ("sub12=deep", 8),
        ("sub12=dee", 0),
        ("source_id=s1", 9),
        ("verdict=valid", 18),
        ("is_bot=true", 0),
        ("code=9", 0),
        ("to=2020-01-01", 0),
    ];
    for (filter, count) in filters {
        assert_eq!(scene.api.list(&format!("clicks?{filter}")).await.len(), count, "{filter}");
    }
    let partner = format!("clicks?partner_id={}&offer_id={}", scene.partners[0], scene.offer.id);
    assert_eq!(scene.api.list(&partner).await.len(), 9);
    let click = scene.api.click(&scene.clicks[0]).await;
    assert_eq!(click["sub12"], "deep");
    assert_eq!(click["verdict"], "valid");
    assert_eq!(click["parent"], Value::Null);
    assert!(click["decision"]["plan_version"].as_i64().expect("a number") > 0, "{click}");
    let wrong = scene.api.call(Method::GET, "clicks?colour=red", Value::Null).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.json["errors"][0]["field"], "colour");
}

async fn a_decision_by_hand_moves_the_figures_and_is_kept(server: Server) {
    let scene = scene(&server).await;
    let made = scene.convert(&server, 2).await;
    let path = format!("conversions/{}", made[0]);
    let rejected = scene.api.patch(&path, json!({ "status": "rejected" })).await;
    assert_eq!((&rejected["status"], &rejected["by_hand"]), (&json!("rejected"), &json!(true)));
    assert_eq!(rejected["history"].as_array().map(Vec::len), Some(2));
    let report = scene.api.report("day", "").await;
    assert_eq!(report["totals"]["cv"], 1);
    assert_eq!(report["totals"]["rejected"], 1);
    assert_eq!(report["totals"]["revenue"], "2.00");
    assert_eq!(scene.api.list("conversions?status=rejected").await.len(), 1);
    scene.api.patch(&path, json!({ "status": "approved" })).await;
    assert_eq!(scene.api.report("day", "").await["totals"]["cv"], 2);
    let refused = server.postback(&[("clickid", &scene.clicks[3]), ("token", "wrong")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let calls = scene.api.list("postbacks?outcome=refused").await;
    assert_eq!((&calls[0]["code"], &calls[0]["reason"]), (&json!(21), &json!("bad token")));
    assert_eq!(scene.api.list("postbacks").await.len(), 3);
    let wrong = scene.api.call(Method::PATCH, &path, json!({ "status": "lost" })).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn what_a_report_cannot_tell_is_refused_at_its_field(server: Server) {
    for (query, field) in [
        ("group_by=country,os&compare=week", "compare"),
        ("group_by=country,country", "group_by"),
        ("group_by=colour", "group_by"),
        ("group_by=day&metrics=clicks,luck", "metrics"),
        ("group_by=day&range=fortnight", "range"),
        ("group_by=day&compare=luck", "compare"),
        ("group_by=day&from=2026-11-02&to=2026-11-01", "to"),
        ("group_by=day&from=yesterday", "from"),
        ("group_by=day&from=2026-11-01T10:30:00Z", "from"),
        ("group_by=day&to=2026-11-01T10:00:01Z", "to"),
        ("group_by=day&colour=red", "colour"),
        ("group_by=day&time=noon", "time"),
        ("group_by=day&offer_id=x", "offer_id"),
    ] {
        let answer = server.api.call(Method::GET, &format!("reports?{query}"), Value::Null).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}: {}", answer.text);
        assert_eq!(answer.json["errors"][0]["field"], field, "{query}");
    }
}

#[test]
fn nothing_of_another_network_is_found() {
    run(async {
        let server = Server::plan(Database::Sqlite).networks(&["Acme", "Other"]).start().await;
        let scene = scene(&server).await;
        let made = scene.convert(&server, 1).await;
        let other = server.api_of(1);
        for path in [format!("clicks/{}", scene.clicks[0]), format!("conversions/{}", made[0])] {
            assert_eq!(scene.api.call(Method::GET, &path, Value::Null).await.status, StatusCode::OK);
            assert_eq!(other.call(Method::GET, &path, Value::Null).await.status, StatusCode::NOT_FOUND);
        }
        let body = json!({ "status": "rejected" });
        let change = other.call(Method::PATCH, &format!("conversions/{}", made[0]), body).await;
        assert_eq!(change.status, StatusCode::NOT_FOUND);
        for list in ["clicks", "impressions", "conversions", "postbacks"] {
            assert!(other.list(list).await.is_empty(), "{list}");
        }
        assert_eq!(other.report("country", "").await["totals"]["gross_clicks"], 0);
    });
}
