//! Nothing that was answered is lost, whatever dies: the process, or the database under it.

use crate::support::{
    api::client,
    burst::{Burst, let_through},
    database::Database,
    gestures::Offer,
    postgres::Cluster,
    run,
    server::Server,
    visitor::{ANDROID_PHONE, IPHONE, Visitor, WINDOWS_CHROME},
};
use serde_json::json;
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering},
    },
    time::Duration,
};

/// How many visitors follow the link at the same time.
const CONNECTIONS: usize = 16;
/// How often the process is killed.
const KILLS: usize = 10;

both_databases!(
    every_answered_click_is_there_once_after_ten_kills,
    a_click_cap_is_exact_under_load_and_a_kill_forgets_nothing,
    a_click_cap_is_never_exceeded_by_kills_in_the_middle_of_a_burst,
    memory_of_visitors_and_caps_survives_a_restart
);

/// Visitors that follow a link until they are told to stop.
struct Load {
    stop: Arc<AtomicBool>,
    answered: Arc<Mutex<BTreeSet<String>>>,
    failed: Arc<AtomicU64>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Load {
    fn on(link: &str, numbers: &Arc<AtomicU16>) -> Self {
        let mut load = Self {
            stop: Arc::default(),
            answered: Arc::default(),
            failed: Arc::default(),
            tasks: Vec::new(),
        };
        for place in 0..CONNECTIONS {
            load.tasks.push(tokio::spawn(follow(
                link.to_owned(),
                place,
                Arc::clone(numbers),
                Arc::clone(&load.stop),
                Arc::clone(&load.answered),
                Arc::clone(&load.failed),
            )));
        }
        load
    }

    /// The ids of all clicks that were answered, and how many requests were not.
    async fn end(self) -> (BTreeSet<String>, u64) {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.expect("a visitor does not panic");
        }
        let answered = std::mem::take(&mut *self.answered.lock().expect("nobody panicked"));
        (answered, self.failed.load(Ordering::Relaxed))
    }
}

async fn follow(
    link: String,
    place: usize,
    numbers: Arc<AtomicU16>,
    stop: Arc<AtomicBool>,
    answered: Arc<Mutex<BTreeSet<String>>>,
    failed: Arc<AtomicU64>,
) {
    let client = client();
    let visitor =
        Visitor::new([IPHONE, ANDROID_PHONE, WINDOWS_CHROME][place % 3], ["DE", "US", "FR"][place % 3]);
    while !stop.load(Ordering::Relaxed) {
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        let link = format!("{link}?sub1=s{}&source_id=p{}", number % 7, number % 3);
        match visitor.number(number).follow_with(&client, &link).await {
            Ok(answer) if answer.status == 302 => {
                answered.lock().expect("nobody panicked").insert(answer.click_id());
            }
            Ok(answer) => panic!("the link answers 302, not {} {}", answer.status, answer.text),
            Err(_) => {
                failed.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

async fn stored_ids(server: &Server) -> Vec<String> {
    let ids = match server.rows.url() {
        None => "SELECT LOWER(HEX(id)) FROM clicks",
        Some(_) => "SELECT REPLACE(CAST(id AS TEXT), '-', '') FROM clicks",
    };
    server.rows.texts(ids).await
}

/// Every answered click is a row, once, and each roll-up is a count of the rows.
async fn assert_whole(server: &Server, answered: &BTreeSet<String>) {
    let stored = stored_ids(server).await;
    let unique: BTreeSet<&String> = stored.iter().collect();
    assert_eq!(unique.len(), stored.len(), "no click is there twice");
    let lost: Vec<_> = answered.iter().filter(|id| !unique.contains(id)).collect();
    assert!(
        lost.is_empty(),
        "{} of {} answered clicks are lost, such as {:?}",
        lost.len(),
        answered.len(),
        lost.first()
    );
    let rows = stored.len() as i64;
    for table in ["rollup_hours", "rollup_days", "rollup_hour_totals", "rollup_totals"] {
        let count = format!(
            "SELECT CAST(SUM(unique_clicks + duplicate_clicks + invalid_clicks) AS BIGINT) FROM {table} WHERE dimension = 0"
        );
        assert_eq!(server.rows.number(&count).await, rows, "{table} counts the rows");
        let by_sub = format!(
            "SELECT CAST(SUM(unique_clicks + duplicate_clicks + invalid_clicks) AS BIGINT) FROM {table} WHERE dimension = 6 AND value = 's3'"
        );
        let of_sub = server.rows.number("SELECT COUNT(*) FROM clicks WHERE sub1 = 's3'").await;
        assert_eq!(server.rows.number(&by_sub).await, of_sub, "{table} counts sub1");
    }
}

async fn every_answered_click_is_there_once_after_ten_kills(mut server: Server) {
    let (_, _, link) = server.api.create_link().await;
    let numbers = Arc::new(AtomicU16::new(1));
    let mut answered = BTreeSet::new();
    for round in 0..KILLS {
        let load = Load::on(&link, &numbers);
        // Long enough for batches to be under way, another length each time.
        tokio::time::sleep(Duration::from_millis(250 + 37 * round as u64)).await;
        server.kill_9();
        let (more, _) = load.end().await;
        assert!(!more.is_empty(), "round {round} answered something");
        answered.extend(more);
        server.restart().await;
    }
    server.wait_drained().await;
    assert_whole(&server, &answered).await;
}

#[test]
fn a_crash_of_postgresql_costs_no_request_and_no_click() {
    run(async {
        let cluster = Cluster::start().await;
        let server = Server::plan(Database::Postgres).on_cluster(cluster.database().await).start().await;
        let (_, _, link) = server.api.create_link().await;
        let numbers = Arc::new(AtomicU16::new(1));
        let load = Load::on(&link, &numbers);
        tokio::time::sleep(Duration::from_secs(2)).await;
        cluster.crash().await;
        tokio::time::sleep(AWAY).await;
        cluster.begin().await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let (answered, failed) = load.end().await;
        assert_eq!(failed, 0, "no request fails while the database is away");
        server.wait_drained().await;
        assert_whole(&server, &answered).await;
    });
}

/// How long the database stays away.
const AWAY: Duration = Duration::from_secs(20);

/// The clicks a day of the offers that are capped here.
const CAP: usize = 1_000;

/// An offer that takes [`CAP`] clicks a day, and its link.
async fn capped(server: &Server) -> (Offer, String) {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let caps = json!({"caps": [{"period": "daily", "measure": "clicks", "limit": CAP.to_string()}]});
    let offer = server.api.create_offer(&advertiser, caps).await;
    let partner = server.api.create_partner("Partner").await;
    let link = server.api.link(&partner, &offer).await;
    (offer, link)
}

async fn a_click_cap_is_exact_under_load_and_a_kill_forgets_nothing(mut server: Server) {
    let (_, link) = capped(&server).await;
    assert_eq!(let_through(&link, 1..1_500).await, CAP);
    let (_, killed) = capped(&server).await;
    let before = let_through(&killed, 1..600).await;
    server.kill_9();
    server.restart().await;
    let after = let_through(&killed, 600..1_600).await;
    assert_eq!(before + after, CAP, "what was let through before the kill still counts");
}

async fn a_click_cap_is_never_exceeded_by_kills_in_the_middle_of_a_burst(mut server: Server) {
    let (offer, link) = capped(&server).await;
    let mut answered = 0;
    for (few_hundred, numbers) in [(200, 1..5_000), (300, 5_000..10_000)] {
        let burst = Burst::on(&link, numbers);
        burst.reach(few_hundred).await;
        server.kill_9();
        let outcome = burst.end().await;
        assert!(outcome.unanswered > 0, "requests were in flight: {outcome:?}");
        answered += outcome.through;
        assert!(answered < CAP, "the kill came before the cap was reached: {answered}");
        server.restart().await;
    }
    answered += let_through(&link, 10_000..12_000).await;
    server.wait_drained().await;
    let stored = format!("SELECT COUNT(*) FROM clicks WHERE offer_id = {} AND verdict = 0", offer.id);
    let stored = server.rows.number(&stored).await;
    // What was stored but not answered counts too: the cap is full, and no click was let in above it.
    assert_eq!(usize::try_from(stored), Ok(CAP), "stored as valid, {answered} of them answered");
    assert!(answered <= CAP, "{answered} were answered with the offer");
    let refused =
        format!("SELECT COUNT(*) FROM clicks WHERE offer_id = {} AND verdict = 2 AND code = 2", offer.id);
    assert!(server.rows.number(&refused).await > 0, "those above the cap have its code");
}

async fn memory_of_visitors_and_caps_survives_a_restart(mut server: Server) {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let filters = json!({
        "duplicate_filter": {"session": "ip", "hours": 24, "action": "block"},
        "converted_filter": {"action": "block"},
    });
    let offer = server.api.create_offer(&advertiser, filters).await;
    let once = json!({"converted_filter": {"action": "block"}});
    let converting = server.api.create_offer(&advertiser, once).await;
    let partner = server.api.create_partner("Partner").await;
    let (link, converting) =
        (server.api.link(&partner, &offer).await, server.api.link(&partner, &converting).await);
    let visitor = Visitor::new(IPHONE, "DE");
    assert_eq!(visitor.follow(&link).await.status, 302);
    assert_eq!(visitor.follow(&link).await.status, 403, "a second click is filtered");
    let click = visitor.follow(&converting).await.click_id();
    let stored =
        server.postback(&[("transaction_id", &click), ("verification_token", &advertiser.token)]).await;
    assert_eq!(stored.status, 200, "{}", stored.text);
    server.kill_9();
    server.restart().await;
    assert_eq!(visitor.follow(&link).await.status, 403, "who was seen is still known");
    assert_eq!(visitor.follow(&converting).await.status, 403, "who has converted is still known");
    assert_eq!(visitor.number(77).follow(&link).await.status, 302, "others are not");
    server.stop().await;
    server.restart().await;
    assert_eq!(visitor.follow(&link).await.status, 403, "also after a clean stop");
}
