//! The console in a browser: an administrator of a fresh network makes an advertiser, an offer, a
//! partner, an approval and a link; an analyst sees and can't change.

use crate::support::{browser::Browser, browser::Theme, database::Database, on, server::Server};
use serde_json::json;

both_databases!(an_administrator_makes_everything_that_a_link_needs);

async fn an_administrator_makes_everything_that_a_link_needs(server: Server) {
    let mut browser = Browser::open(&server).await;
    browser.sign_in(&server.networks[0]).await;
    browser.visit("/advertisers/new").await;
    browser.fill("name", "Northwind").await;
    browser.click("Make advertiser").await;
    browser.see("verification_token=").await;
    browser.axe().await;
    browser.visit("/offers/new").await;
    browser.fill("name", "Aurora VPN").await;
    browser.choose("advertiser_id", "Northwind").await;
    browser.fill("payout.amount", "1.50").await;
    browser.fill("revenue.amount", "many").await;
    browser.choose("targeting[0].field", "country").await;
    browser.fill("targeting[0].values", "DE").await;
    browser.click("Make offer").await;
    browser.see("must be a decimal number").await;
    assert_eq!(browser.value("targeting[0].values").await, "DE", "what was typed is kept");
    browser.axe().await;
    browser.fill("revenue.amount", "2").await;
    browser.choose("targeting[1].field", "operating system").await;
    browser.fill("targeting[1].values", "android").await;
    browser.choose("visibility", "Private: only approved partners know of it").await;
    browser.click("Make offer").await;
    browser.fill("url", "https://offer.example/?cid={clickid}").await;
    browser.click("Add landing page").await;
    browser.see("The landing page is added").await;
    browser.axe().await;
    browser.visit("/partners/new").await;
    browser.fill("name", "Clickhouse Media").await;
    browser.click("Make partner").await;
    browser.see("not approved").await;
    browser.script("document.querySelector('button[value=approved]').click()").await;
    browser.see("approved").await;
    browser.axe().await;
    for path in [
        "/offers",
        "/partners",
        "/advertisers",
        "/links",
        "/settings",
        "/settings/users",
        "/settings/roles",
        "/settings/domains",
        "/settings/api-keys",
        "/settings/audit",
    ] {
        browser.visit(path).await;
        browser.axe().await;
    }
    let offer = server.api.list("offers").await.remove(0);
    assert_eq!(offer["targeting"][1]["values"], json!(["android"]));
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        browser.theme(theme).await;
        for width in [360, 1440] {
            browser.width(width).await;
            for (path, page) in [
                ("/offers".to_owned(), "offers"),
                (format!("/offers/{}", offer["id"].as_str().expect("an id")), "offer"),
            ] {
                browser.visit(&path).await;
                browser.axe().await;
                browser.screenshot(&format!("console-{page}-{name}-{width}")).await;
            }
        }
    }
    browser.close().await;
}

#[test]
fn an_analyst_sees_and_can_not_change() {
    on(Database::Sqlite, async |server: Server| {
        let roles = server.api.list("roles").await;
        let analyst = roles.iter().find(|role| role["name"] == "analyst").expect("a built-in role");
        let password = "an analyst's password";
        let user = json!({ "kind": "employee", "email": "ann@acme.example", "name": "Ann", "password": password, "role_id": analyst["id"] });
        server.api.post("users", user).await;
        let browser = Browser::open(&server).await;
        browser.visit("/sign-in").await;
        browser.fill("email", "ann@acme.example").await;
        browser.fill("password", password).await;
        browser.click("Sign in").await;
        browser.see("Offers").await;
        browser.visit("/offers").await;
        assert!(!browser.text().await.contains("New offer"));
        browser.visit("/offers/new").await;
        browser.see("Your role does not allow this").await;
        browser.visit("/settings").await;
        browser.see("Your role does not allow this").await;
        browser.close().await;
    });
}
