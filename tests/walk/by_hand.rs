//! The way in a browser: everything is made, copied and read on pages.

use super::{
    ALL, CLICKS, COUNTRIES, DESTINATION, Figures, GIVEN, SYSTEMS, knock, post_back, walk_up, wanted,
};
use crate::support::{browser::Browser, server::Server};

both_databases!(an_administrator_follows_a_click_from_an_empty_network_to_its_figures);

async fn an_administrator_follows_a_click_from_an_empty_network_to_its_figures(server: Server) {
    let browser = Browser::open(&server).await;
    browser.sign_in(&server.networks[0]).await;
    let postback = advertiser_by_hand(&browser).await;
    offer_by_hand(&browser).await;
    let link = partner_by_hand(&browser).await;
    let clicks = walk_up(&link).await;
    post_back(&server, &postback, &clicks).await;
    server.wait_drained().await;
    the_report_is_seen(&browser).await;
    the_click_log_is_seen(&browser).await;
    the_clickss_are_seen(&browser, &clicks).await;
    the_conversions_are_seen(&browser).await;
    browser.close().await;
}

/// Gives the address that the advertiser is to call.
async fn advertiser_by_hand(browser: &Browser) -> String {
    browser.click("Advertisers").await;
    browser.click("New advertiser").await;
    browser.fill("name", "Northwind").await;
    browser.click("Make advertiser").await;
    browser.text_of("#postback-url").await
}

async fn offer_by_hand(browser: &Browser) {
    browser.click("Offers").await;
    browser.click("New offer").await;
    browser.fill("name", "Aurora VPN").await;
    browser.choose("advertiser_id", "Northwind").await;
    browser.choose("visibility", "On approval: partners see it and apply").await;
    browser.fill("payout.amount", "1.50").await;
    browser.fill("revenue.amount", "4").await;
    browser.choose("targeting[0].field", "country").await;
    browser.fill("targeting[0].values", "de").await;
    browser.click("More conditions").await;
    browser.choose("targeting[1].field", "operating system").await;
    browser.fill("targeting[1].values", "iOS").await;
    browser.click("Make offer").await;
    browser.fill("name", "Start").await;
    browser.fill("url", DESTINATION).await;
    browser.click("Add landing page").await;
    browser.see("The landing page is added").await;
}

/// Makes the partner, sees that nobody gets through, approves it; gives the link as it is built.
async fn partner_by_hand(browser: &Browser) -> String {
    browser.click("Partners").await;
    browser.click("New partner").await;
    browser.fill("name", "Clickhouse Media").await;
    browser.click("Make partner").await;
    browser.see("not approved").await;
    knock(&browser.text_of(".copy-line code").await).await;
    browser.click("Approve for Aurora VPN").await;
    browser.see("Aurora VPN: approved.").await;
    browser.click("Links").await;
    browser.choose("partner_id", "Clickhouse Media").await;
    browser.choose("offer_id", "Aurora VPN").await;
    browser.fill("source_id", "s-7").await;
    browser.fill("sub1", "spring").await;
    browser.click("Build link").await;
    let link = browser.text_of("#tracking-link").await;
    assert!(link.ends_with(GIVEN), "{link}");
    assert!(!browser.text().await.contains("refused"), "an approved partner is not warned");
    link
}

async fn the_report_is_seen(browser: &Browser) {
    browser.click("Reports").await;
    the_groups_are_seen(browser, "Offer", &[("Aurora VPN", ALL)]).await;
    browser.axe().await;
    browser.screenshot("walk-report").await;
    for (cut, groups) in [("Country", &COUNTRIES[..]), ("Operating system", &SYSTEMS[..])] {
        browser.choose("group_by", cut).await;
        browser.click("Show").await;
        the_groups_are_seen(browser, cut, groups).await;
    }
}

/// These groups and no others, and the total of all under them.
async fn the_groups_are_seen(browser: &Browser, cut: &str, groups: &[(&str, Figures)]) {
    let rows = browser.table("Report").await;
    assert_eq!(rows.len(), groups.len() + 1, "{rows:?}");
    for (name, (counts, money)) in groups.iter().chain([&("Total", ALL)]) {
        let row = rows.iter().find(|row| row.cell(cut) == *name);
        let row = row.unwrap_or_else(|| panic!("no {name} in {rows:?}"));
        let shown = row.cells(["Gross clicks", "Clicks", "Unique clicks", "Invalid clicks", "CV", "Pending"]);
        assert_eq!(shown, counts.map(|count| count.to_string()), "{name}");
        let shown = row.cells(["Payout", "Revenue", "Profit"]);
        assert_eq!(shown, money.map(|amount| format!("$ {amount}")), "{name}");
    }
}

async fn the_click_log_is_seen(browser: &Browser) {
    browser.click("Clicks").await;
    let rows = browser.table("Clicks").await;
    assert_eq!(rows.len(), CLICKS.len(), "{rows:?}");
    browser.axe().await;
    browser.screenshot("walk-clicks").await;
    for (row, (verdict, code, reason, country)) in rows.iter().rev().zip(CLICKS) {
        let words = match verdict {
            "invalid" => format!("invalid: {reason} (code {code})"),
            other => other.to_owned(),
        };
        assert_eq!(row.cells(["Verdict", "Country"]), [&words, country]);
        assert_eq!(row.cells(["Offer", "Partner"]), ["Aurora VPN", "Clickhouse Media"]);
    }
    assert_eq!(rows[0].cell("IP address"), wanted(50).address.to_string(), "the visitor's, not the proxy's");
    assert!(rows[2].cell("Visitor").starts_with("mobile · android"), "{:?}", rows[2]);
    browser.choose("verdict", "invalid").await;
    browser.click("Filter").await;
    assert_eq!(browser.table("Clicks").await.len(), 5);
    browser.fill("code", "9").await;
    browser.click("Filter").await;
    let countries: Vec<_> =
        browser.table("Clicks").await.iter().map(|row| row.cell("Country").to_owned()).collect();
    assert_eq!(countries, ["US", "FR"]);
    browser.click("Clear all").await;
}

/// Finds the one click that a filter leaves and opens its page.
async fn open_click(browser: &Browser, field: &str, value: &str) {
    browser.click("Clicks").await;
    browser.fill(field, value).await;
    browser.click("Filter").await;
    let rows = browser.table("Clicks").await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    browser.click(rows[0].cell("Time")).await;
}

async fn the_clickss_are_seen(browser: &Browser, clicks: &[String]) {
    open_click(browser, "ip", &wanted(2).address.to_string()).await;
    assert_eq!(browser.text_of("#click-id").await, clicks[1]);
    let page = browser.text().await;
    let sent = format!("https://aurora.example/start?cid={}&from=s-7", clicks[1]);
    for words in ["The click counted.", "Start", "ios", "spring", "s-7", &sent] {
        assert!(page.contains(words), "no `{words}` in {page}");
    }
    let conversions = browser.table("Conversions of this click").await;
    let shown: Vec<_> =
        conversions.iter().map(|row| row.cells(["Event", "Status", "Payout", "Revenue"])).collect();
    assert_eq!(shown, [["conversion", "approved", "$ 1.50", "$ 4.00"]]);
    open_click(browser, "code", "4").await;
    let page = browser.text().await;
    assert!(page.contains("The click did not count: operating system not targeted (code 4)."), "{page}");
    assert!(page.contains("The visitor saw a clean page."), "{page}");
}

async fn the_conversions_are_seen(browser: &Browser) {
    browser.click("Conversions").await;
    let rows = browser.table("Conversions").await;
    let money = ["$ 20.00", "$ 1.50", "$ 4.00"];
    let shown: Vec<_> = rows.iter().map(|row| row.cells(["Event", "Status", "Order"])).collect();
    assert_eq!(
        shown,
        [
            ["conversion", "pending", "A-3"],
            ["conversion", "approved", "A-2"],
            ["conversion", "approved", "A-1"]
        ]
    );
    for row in &rows {
        assert_eq!(row.cells(["Amount", "Payout", "Revenue"]), money);
        assert_eq!(row.cells(["Offer", "Partner"]), ["Aurora VPN", "Clickhouse Media"]);
    }
    browser.click("Log of postbacks").await;
    let calls = browser.table("Postbacks").await;
    let outcomes: Vec<_> = calls.iter().map(|row| row.cell("Outcome")).collect();
    assert_eq!(
        outcomes,
        ["refused: bad token (code 21)", "refused: duplicate (code 8)", "pending", "approved", "approved"]
    );
}
