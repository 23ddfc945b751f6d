//! Conversions without a postback that names a click: by the cookie pixel, by views, by coupons.

use crate::support::{
    api::{Api, Reply, client},
    gestures::Offer,
    server::Server,
    session::Session,
    visitor::{IPHONE, Visitor},
};
use reqwest::{Method, header};
use serde_json::{Value, json};

both_databases!(
    the_pixel_credits_the_click_of_the_cookie,
    the_pixel_is_only_for_offers_that_allow_it,
    a_view_without_a_click_is_counted_apart,
    a_coupon_credits_its_partner
);

/// An offer with these switches, and a partner's link to it.
async fn link_with(api: &Api, more: Value) -> (String, Offer, String, String) {
    let advertiser = api.create_advertiser("Advertiser").await;
    let offer = api.create_offer(&advertiser, more).await;
    let partner = api.create_partner("Partner").await;
    let link = api.link(&partner, &offer).await;
    (advertiser.token, offer, partner, link)
}

/// The cookies that an answer sets, to be sent back.
fn cookies(reply: &Reply) -> String {
    let set = reply.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    set.filter_map(|value| value.split(';').next()).collect::<Vec<_>>().join("; ")
}

async fn call(server: &Server, path: &str, cookies: &str) -> Reply {
    let request = client().get(format!("{}{path}", server.url)).header(header::COOKIE, cookies);
    let reply = Reply::read(request).await;
    assert_eq!(reply.headers[header::CONTENT_TYPE], "image/gif", "whatever came of it");
    reply
}

async fn network(server: &Server) -> i64 {
    server.rows.number("SELECT MIN(id) FROM networks").await
}

async fn the_pixel_credits_the_click_of_the_cookie(server: Server) {
    let (_, offer, _, link) = link_with(&server.api, json!({"allow_pixel": true})).await;
    let answer = Visitor::new(IPHONE, "DE").follow(&link).await;
    let cookies = cookies(&answer);
    assert!(cookies.contains(&answer.click_id()), "{cookies}");
    let named = format!("/pixel?network={}&offer={}", network(&server).await, offer.id);
    let page =
        Session::of(&server, &server.networks[0]).await.get(&format!("/offers/{}", offer.id)).await.text;
    assert!(page.contains(&named.replace('&', "&#38;amp;")), "what the advertiser is given: {page}");
    let path = format!("{named}&amount=9.99&txn_id=A-1");
    assert_eq!(call(&server, &path, "").await.status, 404, "nobody is known without the cookie");
    let money = format!("{path}&payout=1000&revenue=1000&status=rejected&cid=x");
    assert_eq!(call(&server, &money, &cookies).await.status, 200);
    assert_eq!(call(&server, &path, &cookies).await.status, 409, "a page that is loaded again pays once");
    let conversion = &server.api.list("conversions").await[0];
    let shown =
        ["click_id", "status", "amount"].map(|name| conversion[name].as_str().unwrap_or_default().to_owned());
    assert_eq!(shown, [answer.click_id(), "approved".to_owned(), "9.99".to_owned()]);
    assert_ne!(conversion["payout"], "1000.00", "what pays is never the visitor's word");
    let secure = client().get(&link).header("X-Forwarded-Proto", "https").header(header::USER_AGENT, IPHONE);
    let set = Reply::read(secure).await;
    let set = set.headers[header::SET_COOKIE].to_str().expect("plain").to_owned();
    assert!(set.contains("SameSite=None") && set.contains("Secure") && set.contains("HttpOnly"), "{set}");
}

async fn the_pixel_is_only_for_offers_that_allow_it(server: Server) {
    let (_, offer, _, link) = link_with(&server.api, json!({})).await;
    let answer = Visitor::new(IPHONE, "DE").follow(&link).await;
    assert!(answer.headers.get(header::SET_COOKIE).is_none(), "no cookie where none is asked for");
    let cookies = format!("swy_click_{}={}", offer.id, answer.click_id());
    let network = network(&server).await;
    for (path, status) in [
        (format!("/pixel?network={network}&offer={}", offer.id), 403),
        (format!("/pixel?network={network}&offer=999"), 404),
        (format!("/pixel?network=999&offer={}", offer.id), 404),
        ("/pixel".to_owned(), 404),
        (format!("/pixel?network={network}&offer={}&adv1={}", offer.id, "x".repeat(9_000)), 400),
    ] {
        assert_eq!(call(&server, &path, &cookies).await.status, status, "{path}");
    }
    server.wait_drained().await;
    assert_eq!(server.rows.number("SELECT COUNT(*) FROM conversions").await, 0);
}

async fn a_view_without_a_click_is_counted_apart(server: Server) {
    let terms = json!({"allow_pixel": true, "view_through": true, "payout": {"type": "cpa", "amount": "2"}});
    let (token, offer, _, link) = link_with(&server.api, terms).await;
    let seen = Visitor::new(IPHONE, "DE").follow(&link.replace("/c/", "/i/")).await;
    let cookies = cookies(&seen);
    let view = cookies.split_once('=').expect("a cookie").1.to_owned();
    let path = format!("/pixel?network={}&offer={}", network(&server).await, offer.id);
    assert_eq!(call(&server, &path, &cookies).await.status, 200);
    let twice = server.postback(&[("cid", view.as_str()), ("token", &token)]).await;
    assert_eq!(twice.status, 409, "by its id it is the same view: {}", twice.text);
    let report = server.api.report("offer", "").await;
    let totals = &report["totals"];
    assert_eq!(
        (&totals["cv"], &totals["view_through"], &totals["payout"]),
        (&json!(0), &json!(1), &json!("2.00")),
        "{totals}"
    );
    let conversion = &server.api.list("conversions").await[0];
    assert_eq!((&conversion["view_through"], &conversion["click_id"]), (&json!(true), &Value::Null));
    server.api.patch(&format!("offers/{}", offer.id), json!({"view_through": false})).await;
    let late = Visitor::new(IPHONE, "DE").follow(&link.replace("/c/", "/i/")).await;
    assert!(late.headers.get(header::SET_COOKIE).is_none());
}

async fn a_coupon_credits_its_partner(server: Server) {
    let api = &server.api;
    let (token, offer, partner, _) = link_with(api, json!({"min_conversion_seconds": 60})).await;
    let coupons = format!("offers/{}/coupons", offer.id);
    api.post(&coupons, json!({"code": "Spring-10", "partner_id": partner})).await;
    let again = api.call(Method::POST, &coupons, json!({"code": "SPRING-10", "partner_id": partner})).await;
    assert_eq!(
        (again.status.as_u16(), &again.json["errors"][0]["field"]),
        (409, &json!("code")),
        "{}",
        again.text
    );
    let call = async |code: &str, token: &str, order: &str| {
        server.postback(&[("coupon_code", code), ("token", token), ("txn_id", order), ("amount", "10")]).await
    };
    let stored = call("spring-10", &token, "A-1").await;
    assert_eq!(
        (stored.status.as_u16(), &stored.json["status"]),
        (200, &json!("approved")),
        "{}",
        stored.text
    );
    for (code, token, order, status) in [
        ("spring-10", token.as_str(), "A-1", 409),
        ("summer", &token, "A-2", 404),
        ("spring-10", "wrong", "A-3", 403),
        ("spring-10", &token, "", 400),
    ] {
        let reply = call(code, token, order).await;
        assert_eq!(reply.status, status, "{code} {order}: {}", reply.text);
    }
    let conversion = &api.list("conversions").await[0];
    assert_eq!((&conversion["partner_id"], &conversion["click_id"]), (&json!(partner), &Value::Null));
    assert_eq!(conversion["click_at"], Value::Null);
    let totals = &api.get("reports?group_by=offer").await["totals"];
    assert_eq!(
        (&totals["cv"], &totals["delta"]),
        (&json!(1), &Value::Null),
        "no click to count from: {totals}"
    );
    crate::conversions::the_figures_are_the_rows(&server).await;
}
