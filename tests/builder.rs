//! The report builder and the first page as people use them: columns, filters, comparisons, drilling
//! down, saved views, files, counts over rows with their progress, and parts that stay true by
//! themselves; in a browser at three widths, and without scripts.

use crate::support::{
    api::{client, id_of},
    browser::{Browser, Theme},
    database::Database,
    gestures::{Advertiser, Offer},
    machine::eventually,
    on,
    past::{Past, PastClick, Seen},
    run,
    server::Server,
    session::{Session, is_waiting},
    visitor::{ANDROID_PHONE, IPHONE, Visitor, WINDOWS_CHROME},
};
use chrono::{Duration, Timelike, Utc};
use domain::tracking::Device;
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::time::Duration as Wait;

both_databases!(
    a_report_is_put_together_by_its_address,
    a_file_holds_no_formula,
    views_are_ones_own_until_they_are_shared,
    a_count_over_rows_goes_on_in_the_background,
    a_program_counts_over_rows_and_reads_shared_views,
    a_page_hears_of_a_click_by_itself,
    the_first_page_says_what_is_unusual_and_what_waits,
);

/// How long something may take in the background.
const PATIENCE: Wait = Wait::from_secs(20);

/// An offer with clicks of three countries and kinds of device; some refused, some converted.
async fn scene(server: &Server) -> (Advertiser, Offer, String) {
    let api = &server.api;
    let advertiser = api.create_advertiser("Northwind").await;
    let terms = json!({
        "name": "Aurora VPN",
        "targeting": [{ "field": "country", "op": "is_not", "values": ["FR"] }],
    });
    let offer = api.create_offer(&advertiser, terms).await;
    let partner = api.create_partner("Clickhouse Media").await;
    let link = api.link(&partner, &offer).await;
    for (agent, country, count) in [(IPHONE, "DE", 3), (ANDROID_PHONE, "US", 2), (WINDOWS_CHROME, "FR", 2)] {
        for number in 1..=count {
            let visitor = Visitor::new(agent, country).number(number);
            visitor.follow(&format!("{link}?sub1=%3D1%2B1&source_id=s{number}")).await;
        }
    }
    server.wait_drained().await;
    (advertiser, offer, partner)
}

async fn a_report_is_put_together_by_its_address(server: Server) {
    let (_, offer, _) = scene(&server).await;
    let session = Session::of(&server, &server.networks[0]).await;
    let sent = "/reports?group_by=country&group_by=&metrics=clicks&metrics=invalid_clicks&from=&to=&add=country&value=de%2C+us&range=today";
    let tidy = session.get(sent).await;
    assert_eq!(tidy.status, 303, "the page has an address of its own");
    let address = tidy.location().to_owned();
    assert_eq!(
        address,
        "/reports?group_by=country&range=today&country=de&country=us&metrics=clicks,invalid_clicks"
    );
    let page = session.get(&address).await;
    assert_eq!(page.status, 200, "{}", page.text);
    for shown in ["Country: de", "Country: us", ">DE<", ">US<", "data-events"] {
        assert!(page.text.contains(shown), "{shown} in {}", page.text);
    }
    assert!(!page.text.contains(">FR<") && !page.text.contains(" EPC</a>"), "{}", page.text);
    let all = session.get("/reports?group_by=country&range=today&compare=week").await.text;
    let narrowed = "/reports?range=today&compare=week&country=FR&group_by=code&chart=invalid_clicks";
    assert!(all.contains(&narrowed.replace('&', "&#38;")), "invalid clicks lead to their codes: {all}");
    assert!(all.contains("Compared with"), "{all}");
    let by_code = session.get(&format!("/reports?group_by=code&offer_id={}", offer.id)).await.text;
    assert!(by_code.contains("country not targeted (9)"), "{by_code}");
    assert!(by_code.contains("/api/v1/reports?"), "the call of the API stands there");
    let past = session.get("/reports?group_by=day&range=last_month").await.text;
    assert!(past.contains("as of") && !past.contains("data-events"), "what is over is not live");
    let wrong = session.get("/reports?group_by=luck").await;
    assert_eq!(wrong.status, 200, "the form stands there again");
    assert!(wrong.text.contains("is nothing to group by"), "{}", wrong.text);
}

async fn a_file_holds_no_formula(server: Server) {
    scene(&server).await;
    let session = Session::of(&server, &server.networks[0]).await;
    let file = session.get("/reports/csv?group_by=sub1&metrics=gross_clicks,profit,cvr&range=today").await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(file.headers["content-disposition"].to_str().expect("text").contains("report.csv"));
    let lines: Vec<&str> = file.text.lines().collect();
    assert_eq!(lines, ["Sub 1,Gross clicks,Profit (USD),CVR", "'=1+1,7,0,0"], "{}", file.text);
    let compared = session.get("/reports/csv?group_by=country&metrics=clicks&range=today&compare=week").await;
    assert!(compared.text.starts_with("Country,Clicks,\"Clicks, before\"\n"), "{}", compared.text);
}

async fn views_are_ones_own_until_they_are_shared(server: Server) {
    let roles = server.api.list("roles").await;
    let analyst = roles.iter().find(|role| role["name"] == "analyst").expect("a built-in role");
    let password = "an analyst's password";
    let user = json!({ "kind": "employee", "email": "ann@acme.example", "name": "Ann", "password": password, "role_id": analyst["id"] });
    server.api.post("users", user).await;
    let admin = Session::of(&server, &server.networks[0]).await;
    let ann = Session::sign_in(&server, "ann@acme.example", password).await;
    let view = [("name", "Week by country"), ("query", "group_by=country&range=7d")];
    let saved = ann.post("/reports/views", &view).await;
    assert_eq!((saved.status.as_u16(), saved.location()), (303, "/reports?group_by=country&range=7d"));
    assert!(ann.get("/reports").await.text.contains("Week by country"));
    assert!(!admin.get("/reports").await.text.contains("Week by country"), "it is Ann's alone");
    let id = server.rows.number("select max(id) from saved_views").await;
    let foreign = admin.post(&format!("/reports/views/{id}/share"), &[("shared", "true")]).await;
    assert_eq!(foreign.status, 404, "nobody shares another's");
    assert_eq!(ann.post(&format!("/reports/views/{id}/share"), &[("shared", "true")]).await.status, 303);
    assert!(admin.get("/reports").await.text.contains("Week by country · Ann"));
    assert_eq!(admin.post("/reports/views", &[("name", ""), ("query", "")]).await.status, 422);
    assert_eq!(admin.post("/reports/views", &[("name", "Odd"), ("query", "colour=red")]).await.status, 422);
    let again = [("name", "Week by country"), ("query", "group_by=os&range=7d")];
    assert_eq!(ann.post("/reports/views", &again).await.status, 303);
    assert_eq!(server.rows.number("select count(*) from saved_views").await, 1, "the name is replaced");
    let audit = "select count(*) from audit where object = 'saved_view'";
    assert_eq!(server.rows.number(audit).await, 3);
    let private = [("name", "Mine"), ("query", "group_by=day")];
    admin.post("/reports/views", &private).await;
    let mine = server.rows.number("select max(id) from saved_views").await;
    assert_eq!(ann.post(&format!("/reports/views/{mine}/remove"), &[]).await.status, 404);
    assert_eq!(admin.post(&format!("/reports/views/{mine}/remove"), &[]).await.status, 303);
}

async fn a_count_over_rows_goes_on_in_the_background(server: Server) {
    scene(&server).await;
    let session = Session::of(&server, &server.networks[0]).await;
    let page = session.get("/reports?group_by=country,os,sub1&range=today").await.text;
    assert!(page.contains("about 7 rows"), "it says what it costs: {page}");
    let begun = session.post("/reports/runs", &[("query", "group_by=country,os,sub1&range=today")]).await;
    assert_eq!(begun.status, 303, "{}", begun.text);
    let path = begun.location().to_owned();
    let done = eventually("the result", PATIENCE, async || {
        let page = session.get(&path).await.text;
        page.contains("Count again").then_some(page)
    })
    .await;
    for shown in ["ios", "android", "=1+1", "3 groups"] {
        assert!(done.contains(shown), "{shown} in {done}");
    }
    let file = session.get(&format!("{path}/csv")).await.text;
    assert!(file.lines().any(|line| line.starts_with("DE,ios,'=1+1,3,3,")), "{file}");
    let sorted = session.get(&format!("{path}?sort=invalid_clicks")).await.text;
    assert!(sorted.contains("aria-sort=\"descending\""), "a heading sorts what was counted");
    // One that is running can be ended, and what it found is not kept.
    let id: i64 = path.rsplit('/').next().expect("an id").parse().expect("a number");
    let running = format!(
        "update report_runs set state = 'running', done = 3, whole = 9, seen_at = {} where id = {id}",
        Utc::now().timestamp_millis()
    );
    server.rows.execute(&running).await;
    assert!(session.get(&path).await.text.contains("3 of 9 steps"));
    assert_eq!(session.post(&format!("{path}/cancel"), &[]).await.status, 303);
    assert!(session.get(&path).await.text.contains("ended before it was done"));
    let lost = format!("update report_runs set state = 'running', seen_at = 1 where id = {id}");
    server.rows.execute(&lost).await;
    assert!(session.get(&path).await.text.contains("the process that counted is gone"));
    let refused = session.post("/reports/runs", &[("query", "group_by=luck")]).await;
    assert_eq!(refused.status, 422);
}

async fn a_program_counts_over_rows_and_reads_shared_views(server: Server) {
    scene(&server).await;
    let api = &server.api;
    let query = "group_by=country,os,sub1&range=today";
    let begun = api.call(Method::POST, "reports/runs", json!({ "query": query })).await;
    assert_eq!(begun.status, 201, "{}", begun.text);
    let id = id_of(&begun.json);
    let done = eventually("the result", PATIENCE, async || {
        let run = api.get(&format!("reports/runs/{id}")).await;
        (run["state"] == "done").then_some(run)
    })
    .await;
    let waited = api.get(&format!("reports?{query}")).await;
    assert_eq!(done["report"]["items"], waited["items"], "the same as a call that waits");
    assert_eq!(waited["items"].as_array().map(Vec::len), Some(3));
    let ended = api.post(&format!("reports/runs/{id}/cancel"), Value::Null).await;
    assert_eq!(ended["state"], "done", "what is done stays");
    for (body, field) in [(json!({}), "query"), (json!({ "query": "group_by=luck" }), "group_by")] {
        let refused = api.call(Method::POST, "reports/runs", body).await;
        assert_eq!((refused.status.as_u16(), &refused.json["errors"][0]["field"]), (422, &json!(field)));
    }

    let session = Session::of(&server, &server.networks[0]).await;
    session.post("/reports/views", &[("name", "Ours"), ("query", query), ("shared", "true")]).await;
    session.post("/reports/views", &[("name", "Mine"), ("query", query)]).await;
    let views = api.list("reports/views").await;
    assert_eq!(views.len(), 1, "{views:?}");
    assert_eq!((&views[0]["name"], &views[0]["query"]), (&json!("Ours"), &json!(query)));
}

/// The next event of a stream, whole.
async fn event_of(answer: &mut reqwest::Response) -> String {
    let mut event = String::new();
    while !event.ends_with("\n\n") {
        let part = tokio::time::timeout(PATIENCE, answer.chunk()).await.expect("an event in time");
        let part = part.expect("it can be read").expect("the stream goes on");
        event += &String::from_utf8_lossy(&part);
    }
    event
}

async fn a_page_hears_of_a_click_by_itself(mut server: Server) {
    let (_, offer, partner) = scene(&server).await;
    let session = Session::of(&server, &server.networks[0]).await;
    for path in ["/reports/live?group_by=offer&range=today", "/home/live"] {
        assert!(session.get(path).await.text.contains("live-state"), "the part alone");
        let request = client().get(format!("{}{path}", server.url)).header(header::COOKIE, &session.cookie);
        let mut answer =
            request.header(header::ACCEPT, "text/event-stream").send().await.expect("it answers");
        assert_eq!(answer.headers()["content-type"], "text/event-stream; charset=utf-8");
        assert_eq!(event_of(&mut answer).await, "retry: 1000\n\n");
        let link = server.api.link(&partner, &offer).await;
        Visitor::new(IPHONE, "DE").number(77).follow(&link).await;
        let event = event_of(&mut answer).await;
        assert!(event.starts_with("event: part\ndata: "), "{event}");
        assert!(event.contains("Aurora VPN"), "{event}");
    }
    // An open stream does not hold up the end.
    let request = client().get(format!("{}/home/live", server.url)).header(header::COOKIE, &session.cookie);
    let open = request.header(header::ACCEPT, "text/event-stream").send().await.expect("it answers");
    let began = std::time::Instant::now();
    server.stop().await;
    assert!(began.elapsed() < Wait::from_secs(4), "{:?}", began.elapsed());
    drop(open);
}

async fn the_first_page_says_what_is_unusual_and_what_waits(mut server: Server) {
    if Utc::now().hour() == 0 {
        // In a day's first hour nothing of it is usual yet.
        return;
    }
    let (advertiser, offer, partner) = scene(&server).await;
    let quiet = server.api.create_offer(&advertiser, json!({ "name": "Meridian Trade" })).await;
    let capped = json!({ "name": "Kite Trading", "caps": [{ "period": "daily", "measure": "clicks", "limit": "10" }] });
    let capped = server.api.create_offer(&advertiser, capped).await;
    server.stop().await;
    let past = Past::open(&server, 1).await;
    let seen = Seen {
        country: "DE",
        device: Device::Mobile,
        os: "ios",
        browser: "safari",
        source: "",
        domain: "",
        smart_link: (0, ""),
        campaign: (0, "", ""),
        rule: "",
        subs: Vec::new(),
    };
    for week in 1..=3_i64 {
        for number in 0..120 {
            let day = (Utc::now() - Duration::days(7 * week)).date_naive();
            let at = day.and_hms_opt(0, 0, 1).expect("a second past midnight").and_utc();
            let click = PastClick {
                at: at.timestamp_millis() + number * 7,
                partner: partner.parse().expect("an id"),
                offer: quiet.id.parse().expect("an id"),
                landing_page: quiet.landing_page.parse().expect("an id"),
                verdict: 0,
                code: 0,
                seen: seen.clone(),
                payout: 0,
                revenue: 0,
            };
            past.click(&click).await;
        }
    }
    past.close().await;
    server.restart().await;
    let link = server.api.link(&partner, &capped).await;
    let mut click = String::new();
    for number in 1..=9 {
        click = Visitor::new(IPHONE, "DE").number(200 + number).follow(&link).await.click_id();
    }
    server.wait_drained().await;
    server.postback(&[("clickid", &click), ("token", "wrong")]).await;
    server.api.set_approval(&partner, &offer, "pending").await;
    let session = Session::of(&server, &server.networks[0]).await;
    let page = eventually("the cap's level", PATIENCE, async || {
        let page = session.get("/").await.text;
        page.contains("Cap 90 % used").then_some(page)
    })
    .await;
    let weekday = Utc::now().format("%A").to_string();
    for shown in [
        "Moved most",
        "Meridian Trade",
        "usually 120",
        "Postbacks refused: bad token",
        &format!("against the last 3 {weekday}s"),
        "1 application to answer",
        "Clickhouse Media",
        "daily clicks 9 of 10",
    ] {
        assert!(page.contains(shown), "{shown} in {page}");
    }
}

#[test]
fn figures_that_take_long_come_after_their_page() {
    on(Database::Postgres, figures_come_later);
}

async fn figures_come_later(server: Server) {
    scene(&server).await;
    let path = "/reports?group_by=country&range=today";
    let session = Session::of(&server, &server.networks[0]).await;
    let held = server.rows.hold("rollup_hour_totals").await;
    let page = session.get_once(path).await;
    assert!(page.status == 200 && is_waiting(&page) && page.text.contains("Look again"), "{}", page.text);
    assert!(is_waiting(&session.get_once(path).await), "it still takes long");
    held.release().await;
    assert!(session.get(path).await.text.contains("country=DE"), "it is there when one looks again");

    let browser = Browser::open(&server).await;
    browser.sign_in(&server.networks[0]).await;
    let held = server.rows.hold("rollup_hour_totals").await;
    browser.visit_once(path).await;
    browser.see("the figures come as soon as they are there").await;
    browser.axe().await;
    held.release().await;
    browser.see("DE").await;
    browser.see("live").await;
    browser.close().await;
}

#[test]
fn people_build_a_report_at_every_width_and_without_scripts() {
    on(Database::Sqlite, people_build_a_report);
}

async fn people_build_a_report(server: Server) {
    scene(&server).await;
    let mut browser = Browser::open(&server).await;
    browser.sign_in(&server.networks[0]).await;
    for scripts in [false, true] {
        browser.scripts(scripts).await;
        browser.visit("/reports").await;
        browser.choose("group_by", "Country").await;
        browser.choose("compare", "The same, a week earlier").await;
        browser.choose("add", "Device").await;
        browser.fill("value", "mobile").await;
        browser.click("Show").await;
        browser.see("Device: mobile").await;
        browser.see("about").await;
        browser.click("Count").await;
        browser.see("Counted over the rows").await;
        eventually("the result", PATIENCE, async || {
            if !scripts {
                browser.visit(&browser.path().await).await;
            }
            browser.text().await.contains("Count again").then_some(())
        })
        .await;
        browser.see("DE").await;
        browser.visit("/reports?group_by=country&range=today").await;
        browser.click("DE").await;
        assert!(browser.path().await.contains("country=DE"), "{}", browser.path().await);
        browser.visit("/reports?group_by=country&range=today").await;
        browser.click("Views").await;
        browser.fill("name", "Countries today").await;
        browser.click("Save view").await;
        browser.see("Countries today is saved").await;
        browser.visit("/reports/views").await;
        browser.see("Countries today").await;
        if !scripts {
            browser.click("Remove Countries today").await;
            browser.see("Countries today is removed").await;
        }
    }
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        browser.theme(theme).await;
        for width in [360, 820, 1440] {
            browser.width(width).await;
            for (path, page) in [
                ("/reports?group_by=offer&compare=week&range=today", "report"),
                ("/reports?group_by=day", "report-days"),
                ("/reports?group_by=country,os", "report-crossed"),
                ("/reports/runs/1", "report-run"),
                ("/reports/views", "report-views"),
                ("/", "home"),
            ] {
                browser.visit(path).await;
                browser.axe().await;
                browser.fits().await;
                browser.screenshot(&format!("builder-{page}-{name}-{width}")).await;
            }
        }
    }
    browser.close().await;
}

#[test]
fn an_open_page_shows_a_click_without_being_touched() {
    run(async {
        let server = Server::start(Database::Sqlite).await;
        let (_, offer, partner) = scene(&server).await;
        let browser = Browser::open(&server).await;
        browser.sign_in(&server.networks[0]).await;
        browser.visit("/reports?group_by=country&range=today&metrics=clicks").await;
        let link = server.api.link(&partner, &offer).await;
        Visitor::new(IPHONE, "BR").follow(&link).await;
        browser.see("BR").await;
        browser.axe().await;
        browser.close().await;
    });
}
