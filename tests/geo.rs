//! Data files under a running server: what they tell of visitors, the codes that hang on it, files that come,
//! change, break and go, and the page that tells of them.

use crate::support::{
    api::Reply,
    browser::{Browser, Theme},
    database::Database,
    folder::Folder,
    geo::{anonymous, asn, city, connection, file, isp, put},
    machine::eventually,
    on, run,
    server::Server,
    session::Session,
    visitor::{IPHONE, Visitor, address_in},
};
use serde_json::{Value, json};
use std::{fs, path::Path, time::Duration};

both_databases!(
    each_signal_of_a_file_has_its_code_its_macro_and_its_place_in_the_click,
    a_file_is_swapped_spoilt_mended_and_removed_under_a_running_server,
    where_the_files_lie_is_told_to_those_who_run_the_installation_alone
);

/// How long a look may take to come, on a busy machine.
const LOOK: Duration = Duration::from_secs(30);

/// Germany, as the tests visit from there.
const GERMANY: &str = "84.128.0.0/16";

/// Files of every kind about Germany, in the folder that a server reads without being told.
fn fill(server: &Server) {
    let folder = server.data().join("geoip");
    let records = |record: Value| [(GERMANY, record)];
    put(&folder, "city.mmdb", &file("GeoLite2-City", 2, &records(city("DE", "Bavaria", "Munich"))));
    put(&folder, "isp.mmdb", &file("GeoIP2-ISP", 2, &records(isp("Example Telecom", 64_500, true))));
    put(&folder, "asn.mmdb", &file("GeoLite2-ASN", 2, &records(asn("Example System", 64_501))));
    put(&folder, "type.mmdb", &file("GeoIP2-Connection-Type", 2, &records(connection("Cellular"))));
    let proxy = records(anonymous(&["is_public_proxy", "is_anonymous"]));
    put(&folder, "proxy.mmdb", &file("GeoIP2-Anonymous-IP", 2, &proxy));
}

async fn data_files(server: &Server) -> Value {
    server.api.get("data-files").await
}

/// The file as the API tells of it; null where it is not there.
async fn told(server: &Server, name: &str) -> Value {
    let all = data_files(server).await;
    let files = all["files"].as_array().expect("files");
    files.iter().find(|file| file["name"] == name).cloned().unwrap_or(Value::Null)
}

async fn wait_for(server: &Server, name: &str, state: &str) -> Value {
    eventually(&format!("{name} {state}"), LOOK, async || {
        let file = told(server, name).await;
        (file["state"] == state).then_some(file)
    })
    .await
}

async fn each_signal_of_a_file_has_its_code_its_macro_and_its_place_in_the_click(server: Server) {
    fill(&server);
    for name in ["city.mmdb", "isp.mmdb", "asn.mmdb", "type.mmdb", "proxy.mmdb"] {
        wait_for(&server, name, "in_use").await;
    }
    let api = &server.api;
    let advertiser = api.create_advertiser("Advertiser").await;
    let partner = api.create_partner("Partner").await;
    let visitor = Visitor::new(IPHONE, "DE");
    let elsewhere = Visitor::new(IPHONE, "FR");
    for (field, value, other, code) in [
        ("region", "BAVARIA", "Hesse", 10),
        ("city", "munich", "Kassel", 11),
        ("isp", "example telecom", "Other", 16),
        ("connection", "mobile", "cable", 18),
        ("carrier", "Example Telecom", "Other", 19),
        ("proxy", "true", "false", 23),
    ] {
        let only = |value: &str| json!({ "targeting": [{ "field": field, "values": [value] }] });
        let open = api.create_offer(&advertiser, only(value)).await;
        let open = api.link(&partner, &open).await;
        assert_eq!(visitor.follow(&open).await.status, 302, "{field} is {value}");
        let closed = api.create_offer(&advertiser, only(other)).await;
        let closed = api.link(&partner, &closed).await;
        assert_eq!(visitor.follow(&closed).await.status, 403, "{field} is not {other}");
        server.wait_drained().await;
        let last = "SELECT CAST(code AS TEXT) FROM clicks ORDER BY id DESC LIMIT 1";
        assert_eq!(server.rows.texts(last).await, [code.to_string()], "{field}");
        // Of a French address no file tells anything, but that it is no proxy.
        let passes = if field == "proxy" { &closed } else { &open };
        let expected = if field == "proxy" { 302 } else { 403 };
        assert_eq!(elsewhere.follow(passes).await.status, expected, "{field} of France");
    }
    the_click_tells_all(&server, &partner, &advertiser).await;
}

async fn the_click_tells_all(
    server: &Server,
    partner: &str,
    advertiser: &crate::support::gestures::Advertiser,
) {
    let api = &server.api;
    let offer = api.create_offer(advertiser, json!({})).await;
    let page = format!("offers/{}/landing-pages/{}", offer.id, offer.landing_page);
    let url = "https://offer.example/?cid={clickid}&city={city}&region={region}&isp={isp}&geo={country}";
    api.patch(&page, json!({ "url": url })).await;
    let went = Visitor::new(IPHONE, "DE").follow(&api.link(partner, &offer).await).await;
    let macros = ["city", "region", "isp", "geo"].map(|name| went.parameter(name));
    assert_eq!(macros, ["Munich", "Bavaria", "Example Telecom", "DE"]);
    server.wait_drained().await;
    let click = api.click(&went.click_id()).await;
    let shown = ["region", "city", "isp", "asn", "connection", "carrier", "proxy"].map(|name| &click[name]);
    let known = [
        &json!("Bavaria"),
        &json!("Munich"),
        &json!("Example Telecom"),
        &json!(64_501),
        &json!("mobile"),
        &json!("Example Telecom"),
        &json!(true),
    ];
    assert_eq!(shown, known, "{click}");
    let session = Session::of(server, &server.networks[0]).await;
    let page = session.get(&format!("/clicks/{}", went.click_id())).await.text;
    for words in ["Bavaria", "Munich", "Example Telecom", "AS64501", "mobile"] {
        assert!(page.contains(words), "{words} is not on the click's page");
    }
}

/// Where a German visitor is, as the next click tells.
async fn city_of(server: &Server, link: &str) -> Value {
    let id = Visitor::new(IPHONE, "DE").follow(link).await.click_id();
    server.wait_drained().await;
    server.api.click(&id).await["city"].clone()
}

async fn a_file_is_swapped_spoilt_mended_and_removed_under_a_running_server(mut server: Server) {
    let (_, _, link) = server.api.create_link().await;
    let folder = server.data().join("geoip");
    let of = |days, name| file("DBIP-City-Lite", days, &[(GERMANY, city("DE", "Bavaria", name))]);
    assert_eq!(city_of(&server, &link).await, Value::Null);
    put(&folder, "city.mmdb", &of(9, "Munich"));
    let first = wait_for(&server, "city.mmdb", "in_use").await;
    assert_eq!(city_of(&server, &link).await, "Munich");
    put(&folder, "city.mmdb", &of(3, "Fürth"));
    eventually("the newer file", LOOK, async || {
        (told(&server, "city.mmdb").await["built_at"] != first["built_at"]).then_some(())
    })
    .await;
    assert_eq!(city_of(&server, &link).await, "Fürth");
    // Written in place, as `cp` does.
    fs::write(folder.join("city.mmdb"), b"half a download").expect("a file can be written");
    let spoilt = wait_for(&server, "city.mmdb", "earlier_in_use").await;
    assert!(spoilt["problem"].as_str().is_some_and(|words| words.contains("no MMDB file")), "{spoilt}");
    assert_eq!(city_of(&server, &link).await, "Fürth");
    server.stop().await;
    server.restart().await;
    assert_eq!(told(&server, "city.mmdb").await["state"], "set_aside", "nothing is in memory after a start");
    assert_eq!(city_of(&server, &link).await, Value::Null);
    put(&folder, "city.mmdb", &of(2, "Hof"));
    wait_for(&server, "city.mmdb", "in_use").await;
    assert_eq!(city_of(&server, &link).await, "Hof");
    fs::remove_file(folder.join("city.mmdb")).expect("a file can be removed");
    eventually("no file", LOOK, async || told(&server, "city.mmdb").await.is_null().then_some(())).await;
    assert_eq!(city_of(&server, &link).await, Value::Null);
}

async fn where_the_files_lie_is_told_to_those_who_run_the_installation_alone(server: Server) {
    let folder = server.data().join("geoip").display().to_string();
    let administrator = Session::of(&server, &server.networks[0]).await;
    let page = administrator.get("/settings/data-files").await.text;
    assert!(page.contains("No data files yet") && !page.contains(&folder), "{page}");
    assert!(page.contains("the operator&#39;s folder") || page.contains("the operator's folder"), "{page}");
    assert!(page.contains("CC BY-SA 4.0") && page.contains("IPFire"), "the embedded table is attributed");
    let told = data_files(&server).await;
    assert!(!told.to_string().contains(&folder), "{told}");
    assert_eq!((&told["reads"], &told["files"], &told["problem"]), (&json!(true), &json!([]), &Value::Null));
}

#[test]
fn an_operator_is_told_the_folder_that_the_option_names() {
    run(async {
        let folder = Folder::new();
        put(
            folder.path(),
            "city.mmdb",
            &file("GeoLite2-City", 2, &[(GERMANY, city("DE", "Hesse", "Hanau"))]),
        );
        let path = folder.path().display().to_string();
        let plan = Server::plan(Database::Sqlite).option("--geoip", &path);
        let server = plan.option("--operators", "admin@acme.example").start().await;
        assert_eq!(told(&server, "city.mmdb").await["state"], "in_use", "read before the first request");
        let session = Session::of(&server, &server.networks[0]).await;
        let page = session.get("/settings/data-files").await.text;
        assert!(page.contains(&path), "{page}");
        assert!(!data_files(&server).await.to_string().contains(&path), "a key is a network's");
    });
}

#[test]
fn a_server_that_takes_no_clicks_says_that_it_reads_no_files() {
    run(async {
        let server = Server::plan(Database::Sqlite).option("--roles", "web").start().await;
        assert_eq!(data_files(&server).await["reads"], json!(false));
        let session = Session::of(&server, &server.networks[0]).await;
        let page = session.get("/settings/data-files").await;
        assert!(page.status == 200 && page.text.contains("takes no clicks"), "{}", page.text);
    });
}

/// Files in every state that the page knows.
fn every_state(folder: &Path) {
    let of = |days, name| file("GeoLite2-City", days, &[(GERMANY, city("DE", "Bavaria", name))]);
    put(folder, "GeoLite2-City.mmdb", &of(45, "Munich"));
    put(folder, "GeoLite2-City-of-last-quarter.mmdb", &of(120, "Munich"));
    put(folder, "download.mmdb", b"<html>Sign in</html>");
    put(folder, "GeoIP2-ISP.mmdb", &file("GeoIP2-ISP", 3, &[(GERMANY, isp("Example", 64_500, true))]));
}

#[test]
fn the_page_shows_files_in_every_state_to_everybody() {
    on(Database::Sqlite, async |server: Server| {
        let folder = server.data().join("geoip");
        every_state(&folder);
        wait_for(&server, "GeoIP2-ISP.mmdb", "in_use").await;
        fs::write(folder.join("GeoIP2-ISP.mmdb"), b"").expect("a file can be written");
        wait_for(&server, "GeoIP2-ISP.mmdb", "earlier_in_use").await;
        assert_eq!(told(&server, "GeoLite2-City.mmdb").await["is_old"], true);
        let outdone = told(&server, "GeoLite2-City-of-last-quarter.mmdb").await;
        assert_eq!(
            (&outdone["state"], &outdone["outdone_by"]),
            (&json!("outdone"), &json!("GeoLite2-City.mmdb"))
        );
        let mut browser = Browser::open(&server).await;
        browser.sign_in(&server.networks[0]).await;
        browser.visit("/settings/data-files").await;
        for words in [
            "GeoLite2-City.mmdb is 45 days old",
            "GeoLite2-City.mmdb is newer",
            "in use as it was before",
            "it is empty",
            "set aside",
            "name MaxMind as the source",
            "no file",
        ] {
            browser.see(words).await;
        }
        for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            browser.theme(theme).await;
            for width in [360, 820, 1440] {
                browser.width(width).await;
                browser.axe().await;
                browser.fits().await;
                browser.screenshot(&format!("data-files-{name}-{width}")).await;
            }
        }
        browser.close().await;
    });
}

#[test]
fn the_test_of_a_link_asks_what_files_tell() {
    on(Database::Sqlite, async |server: Server| {
        let api = &server.api;
        let advertiser = api.create_advertiser("Advertiser").await;
        let offer = api.create_offer(&advertiser, json!({})).await;
        let partner = api.create_partner("Partner").await;
        let only = |field: &str, value: &str| json!({ "offer_id": offer.id, "targeting": [{ "field": field, "values": [value] }] });
        let rows = [("isp", "Example"), ("connection", "mobile"), ("carrier", "Swift"), ("proxy", "true")];
        let rows: Vec<_> = rows.iter().map(|(field, value)| only(field, value)).collect();
        let link = api.create_smart_link(json!(rows), json!({})).await;
        let asked = |more: &str| format!("smart-links/{link}/explain?partner_id={partner}&{more}");
        let told = api.get(&asked("isp=example&connection=Mobile&carrier=swift&proxy=true")).await;
        let rows = told["rows"].as_array().expect("rows");
        assert!(rows.iter().all(|row| row["takes"] == true), "{told}");
        let told = api.get(&asked("connection=cable")).await;
        let rows = told["rows"].as_array().expect("rows");
        assert!(rows.iter().all(|row| row["takes"] == false), "{told}");
        for wrong in ["connection=tin", "proxy=maybe"] {
            let reply = api.call(reqwest::Method::GET, &asked(wrong), Value::Null).await;
            assert_eq!(reply.status, 422, "{wrong}: {}", reply.text);
        }
        let session = Session::of(&server, &server.networks[0]).await;
        let page = format!("/smart-links/{link}/test?partner_id={partner}&connection=mobile");
        let page = session.get(&page).await.text;
        assert!(
            page.contains("Row 2 takes the click") && page.contains("value=\"mobile\" selected"),
            "{page}"
        );
    });
}

#[test]
fn filters_of_the_log_find_the_visitors_of_a_city() {
    on(Database::Sqlite, async |server: Server| {
        fill(&server);
        wait_for(&server, "city.mmdb", "in_use").await;
        wait_for(&server, "isp.mmdb", "in_use").await;
        let (_, _, link) = server.api.create_link().await;
        for country in ["DE", "FR"] {
            Visitor::new(IPHONE, country).follow(&link).await.click_id();
        }
        server.wait_drained().await;
        for query in
            ["city=Munich", "region=Bavaria", "isp=Example%20Telecom", "connection=mobile", "asn=64501"]
        {
            let found = server.api.list(&format!("clicks?{query}")).await;
            let ips: Vec<_> = found.iter().map(|click| click["ip"].clone()).collect();
            assert_eq!(ips, [json!(address_in("DE", 1))], "{query}");
        }
        let wrong: Reply = server.api.call(reqwest::Method::GET, "clicks?asn=many", Value::Null).await;
        assert_eq!(wrong.status, 422, "{}", wrong.text);
    });
}
