//! Logs of more rows than one statement looks through: what fits is found wherever it stands, each row
//! once, and who has no time is told where to go on.

use crate::support::{
    api::id_of,
    database::Database,
    on,
    past::{Past, PastClick, Seen},
    server::Server,
    session::{Session, is_waiting},
    visitor::{IPHONE, Visitor},
};
use chrono::{Duration, Utc};
use domain::{
    shared::{ClickId, NetworkId},
    tracking::Device,
};
use futures::future::join_all;
use std::time::Duration as Wait;
use store::{
    shared::{Exactly, Stretch},
    tracking::clicks,
};

/// More than one part.
const MANY: i64 = 60_000;
/// Every so many one comes from Sweden.
const RARE: i64 = 9_000;

both_databases!(
    what_is_rare_is_found_among_many,
    a_log_is_taken_away_as_a_file,
    a_log_reaches_back_to_its_first_row,
);

async fn a_log_reaches_back_to_its_first_row(mut server: Server) {
    server.stop().await;
    let past = Past::open(&server, 1).await;
    let mut ids = Vec::new();
    for days in [200, 40, 31, 1] {
        let at = (Utc::now() - Duration::days(days)).timestamp_millis();
        ids.insert(0, past.click(&click(at, days)).await);
    }
    past.close().await;
    server.restart().await;
    server.wait_drained().await;
    let found = async |query: &str| -> Vec<String> {
        server.api.list(&format!("clicks{query}")).await.iter().map(id_of).collect()
    };
    assert_eq!(found("").await, ids);
    assert_eq!(found("?country=DE").await, ids[..4]);
    let (mut walked, mut next) = (Vec::new(), String::new());
    while walked.len() < ids.len() {
        let page = server.api.get(&format!("clicks?limit=1{next}")).await;
        walked.push(id_of(&page["items"][0]));
        let Some(cursor) = page["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(walked, ids, "a row at a time");
    let session = Session::of(&server, &server.networks[0]).await;
    let page = session.get("/clicks").await.text;
    assert!(ids.iter().all(|id| page.contains(id.as_str())), "{page}");
}

async fn a_log_is_taken_away_as_a_file(server: Server) {
    let (_, _, link) = server.api.create_link().await;
    let formula = Visitor::new(IPHONE, "DE").follow(&format!("{link}?sub1=%3D1%2B1")).await.click_id();
    Visitor::new(IPHONE, "FR").follow(&link).await;
    server.wait_drained().await;
    let session = Session::of(&server, &server.networks[0]).await;
    assert!(session.get("/clicks?country=DE").await.text.contains("/clicks/csv?country=DE"));
    let file = session.get("/clicks/csv?country=DE").await;
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"clicks.csv\"");
    let lines: Vec<&str> = file.text.lines().collect();
    assert!(lines.len() == 2 && lines[0].starts_with("id,at,"), "{}", file.text);
    assert!(lines[1].contains(&formula) && lines[1].contains(",'=1+1,"), "{}", file.text);
    assert_eq!(session.get("/clicks/csv?country=SE").await.text, "", "nothing fits");
    for log in ["impressions", "conversions", "postbacks"] {
        assert_eq!(session.get(&format!("/{log}/csv")).await.status, 200, "{log}");
    }
    assert_eq!(session.get("/clicks/csv?code=abc").await.status, 422);
}

async fn what_is_rare_is_found_among_many(mut server: Server) {
    server.stop().await;
    let rare = fill(&server).await;
    server.restart().await;
    server.wait_drained().await;
    let listed = server.api.list("clicks?country=SE&limit=2").await;
    let listed: Vec<_> = listed.iter().filter_map(|click| click["id"].as_str()).collect();
    assert_eq!(listed, rare);

    let session = Session::of(&server, &server.networks[0]).await;
    let page = session.get("/clicks?country=SE").await;
    assert!(rare.iter().all(|id| page.text.contains(id.as_str())), "{}", page.text);
    assert!(!page.text.contains("has not"), "all has been looked through");
    assert_eq!(in_no_time(&server).await, rare);
}

/// Writes the clicks of a minute each; gives the rare ones, newest first.
async fn fill(server: &Server) -> Vec<String> {
    let past = Past::open(server, 1).await;
    let began = (Utc::now() - Duration::days(2)).timestamp_millis();
    let mut rare = Vec::new();
    let numbers: Vec<i64> = (0..MANY).collect();
    for some in numbers.chunks(1_000) {
        let made: Vec<PastClick> = some.iter().map(|number| click(began, *number)).collect();
        let ids = join_all(made.iter().map(|click| past.click(click))).await;
        rare.extend(
            ids.into_iter().zip(&made).filter(|(_, click)| click.seen.country == "SE").map(|(id, _)| id),
        );
    }
    past.close().await;
    rare.reverse();
    rare
}

fn click(began: i64, number: i64) -> PastClick {
    let seen = Seen {
        country: if number % RARE == 0 { "SE" } else { "DE" },
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
    PastClick {
        at: began + number * 100,
        partner: 1,
        offer: 1,
        landing_page: 1,
        verdict: 0,
        code: 0,
        seen,
        payout: 0,
        revenue: 0,
    }
}

/// The rare ones by somebody who never waits, a part at a time.
async fn in_no_time(server: &Server) -> Vec<String> {
    let database = server.rows.store().await;
    let (mut found, mut before, mut looks) = (Vec::new(), None, 0);
    loop {
        let stretch = Stretch {
            from: 0,
            to: Utc::now().timestamp_millis(),
            before,
            limit: 50,
            filters: vec![Exactly::Column("country", "SE".into())],
            patience: Wait::ZERO,
        };
        let some = clicks(database.of(NetworkId(1)), &stretch).await.expect("the log reads");
        found.extend(some.rows.iter().map(|click| click.id().to_string()));
        looks += 1;
        before = some.rest;
        if before.is_none() {
            assert!(looks > 1, "one look was not enough");
            database.close().await;
            return found;
        }
        assert!(before > Some(ClickId(0)));
    }
}

#[test]
fn rows_that_take_long_come_after_their_page() {
    on(Database::Postgres, async |server: Server| {
        let session = Session::of(&server, &server.networks[0]).await;
        let held = server.rows.hold("clicks").await;
        let page = session.get_once("/clicks?country=DE").await;
        assert!(
            page.status == 200 && is_waiting(&page) && page.text.contains("Looking through"),
            "{}",
            page.text
        );
        held.release().await;
        assert!(session.get("/clicks?country=DE").await.text.contains("Nothing fits these filters"));
    });
}

#[test]
fn a_filter_that_does_not_read_is_told_at_its_field_and_the_others_stay() {
    on(Database::Sqlite, async |server: Server| {
        let session = Session::of(&server, &server.networks[0]).await;
        for (path, field) in [
            ("/clicks?country=DE&code=abc", "code"),
            ("/clicks?country=DE&from=2026-11-02&to=2026-11-01", "to"),
            ("/conversions?status=pending&from=zzz", "from"),
        ] {
            let page = session.get(path).await;
            assert_eq!(page.status, 422, "{path}");
            for part in [format!("href=\"#field-{field}\""), format!("id=\"field-{field}\"")] {
                assert!(page.text.contains(&part), "{path}: {part} in {}", page.text);
            }
            assert!(page.text.contains("Settings") && page.text.contains("role=\"search\""), "{path}");
            assert!(page.text.contains("value=\"DE\"") || page.text.contains("pending"), "{path}");
        }
    });
}
