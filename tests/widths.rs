//! Pages at the widths of the design: none scrolls sideways, whatever names people give.

use crate::support::{
    api::id_of,
    browser::Browser,
    database::Database,
    on,
    server::Server,
    visitor::{IPHONE, Visitor},
};
use serde_json::json;

/// A name of the longest kind, with nowhere to break.
fn unspaced(word: &str) -> String {
    word.repeat(200).chars().take(150).collect()
}

#[test]
fn no_page_scrolls_sideways_at_any_width_whatever_the_names() {
    on(Database::Sqlite, no_page_scrolls_sideways);
}

async fn no_page_scrolls_sideways(server: Server) {
    let paths = pages(&server).await;
    let mut browser = Browser::open(&server).await;
    browser.sign_in(&server.networks[0]).await;
    for width in [360, 820, 1440] {
        browser.width(width).await;
        for path in &paths {
            browser.visit(path).await;
            browser.fits().await;
        }
    }
    browser.close().await;
}

/// Fills the network and gives the address of every kind of page.
async fn pages(server: &Server) -> Vec<String> {
    let api = &server.api;
    let advertiser = api.create_advertiser(&unspaced("Advertiser")).await;
    let offer = api.create_offer(&advertiser, json!({ "name": unspaced("Offer") })).await;
    api.create_event(&offer.id, &unspaced("deposit")[..64], "3", "5").await;
    let partner = api.create_partner(&unspaced("Partner")).await;
    api.approve(&partner, &offer).await;
    let link = api.link(&partner, &offer).await;
    let roles = api.list("roles").await;
    for number in 1..=3 {
        let key = json!({ "name": format!("the key of a program, the {number}. of them"), "role_id": id_of(&roles[0]) });
        api.post("api-keys", key).await;
    }
    let source = unspaced("source");
    let click = Visitor::new(IPHONE, "DE").follow(&format!("{link}?source_id={source}&sub1={source}")).await;
    let click = click.click_id();
    let order = &unspaced("order")[..128];
    let call = [("cid", click.as_str()), ("token", &advertiser.token), ("txn_id", order)];
    server.postback(&call).await.success();
    server.wait_drained().await;
    let conversion = id_of(&api.list("conversions").await[0]);
    let user = id_of(&api.list("users").await[0]);
    let rule = json!({
        "name": unspaced("Rule"), "offer_ids": [offer.id],
        "thresholds": [{ "data_point": "total_clicks", "value": "5001" }],
        "kpis": [{ "metric": "cvr", "value": "0.05", "event": "named", "event_name": unspaced("deposit") }],
        "exclusions": [{ "partner_id": partner, "value": source }],
    });
    let rule = id_of(&api.post("smart-switch/rules", rule).await);
    let (offer, advertiser) = (&offer.id, &advertiser.id);
    [
        "/",
        "/reports?group_by=offer",
        "/reports?group_by=source_id",
        "/reports?group_by=offer,partner&compare=week",
        "/reports?group_by=source_id,sub1",
        "/reports/views",
        "/offers",
        "/smart-switch/rules",
        "/smart-switch/rules/new",
        "/offers/new",
        "/advertisers",
        "/partners",
        "/links",
        "/clicks",
        "/impressions",
        "/conversions",
        "/postbacks",
        "/settings",
        "/settings/users",
        "/settings/roles",
        "/settings/domains",
        "/settings/api-keys",
        "/settings/data-files",
        "/settings/audit",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([
        format!("/offers/{offer}"),
        format!("/offers/{offer}/landing-pages"),
        format!("/offers/{offer}/events"),
        format!("/offers/{offer}/partners"),
        format!("/offers/{offer}/figures"),
        format!("/offers/{offer}/uses"),
        format!("/offers/{offer}/history"),
        format!("/offers/bulk?act=pause&id={offer}"),
        format!("/advertisers/{advertiser}/history"),
        format!("/partners/{partner}/uses"),
        format!("/links?partner_id={partner}&offer_id={offer}&sub1={source}"),
        format!("/search?q={order}"),
        format!("/advertisers/{advertiser}"),
        format!("/partners/{partner}"),
        format!("/partners/{partner}/offers"),
        format!("/partners/{partner}/offers/{offer}"),
        format!("/settings/users/{user}"),
        format!("/clicks/{click}"),
        format!("/clicks?offer_id={offer}&partner_id={partner}"),
        format!("/conversions/{conversion}"),
        format!("/smart-switch/rules/{rule}"),
    ])
    .collect()
}
