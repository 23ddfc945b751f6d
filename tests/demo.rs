//! The demo as a newcomer starts it: one command, one JSON line, two networks with a past and a present.

use crate::support::{
    api::{Api, client},
    clock::Clock,
    database::{Database, Rows},
    folder::Folder,
    machine::{end_of, eventually, free_port, terminate},
    run,
    server::product,
    visitor::{GOOGLEBOT, IPHONE, Visitor},
};
use serde_json::Value;
use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt,
    process::{Child, Stdio},
    time::Duration,
};

/// How many visitors the past of these demos has.
const HISTORY: i64 = 3_000;
/// How long a start may take in a debug build on a busy machine.
const START: Duration = Duration::from_secs(120);

#[test]
fn a_demo_shows_two_networks_at_work_on_sqlite() {
    run(shows_two_networks_at_work(Database::Sqlite));
}

#[test]
fn a_demo_shows_two_networks_at_work_on_postgres() {
    run(shows_two_networks_at_work(Database::Postgres));
}

/// A running demo; dropped, it is killed.
struct Demo {
    folder: Folder,
    rows: Rows,
    port: u16,
    child: Option<Child>,
    /// What it printed last.
    printed: Value,
}

impl Drop for Demo {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            eprintln!(
                "the demo said:\n{}",
                fs::read_to_string(self.folder.path().join("stderr")).unwrap_or_default()
            );
        }
    }
}

impl Demo {
    async fn new(database: Database) -> Self {
        let folder = Folder::new();
        let rows = Rows::fresh(database, &folder.path().join("data")).await;
        Self { folder, rows, port: free_port(), child: None, printed: Value::Null }
    }

    /// Starts it with so many live clicks a second and waits for its line.
    async fn start(&mut self, rate: &str) {
        let (said, told) = (self.folder.path().join("stdout"), self.folder.path().join("stderr"));
        let file = |path| File::create(path).expect("a file can be made");
        let mut command = product();
        command.args(["demo", "--json", "--history-clicks", &HISTORY.to_string(), "--rate", rate]);
        command
            .args(["--listen", &format!("127.0.0.1:{}", self.port), "--data"])
            .arg(self.folder.path().join("data"));
        command.args(self.rows.url().into_iter().flat_map(|url| ["--database-url", url]));
        command.stdin(Stdio::null()).stdout(file(&said)).stderr(file(&told));
        self.child = Some(command.spawn().expect("the demo starts"));
        let line = eventually("the demo's line", START, async || {
            let ended =
                self.child.as_mut().expect("it was started").try_wait().expect("it can be waited for");
            assert!(ended.is_none(), "the demo ended before its line");
            fs::read_to_string(&said).ok().filter(|text| text.ends_with('\n'))
        });
        let line = line.await;
        assert_eq!(line.lines().count(), 1, "stdout carries only the line: {line}");
        self.printed = serde_json::from_str(&line).expect("the line is JSON");
    }

    async fn stop(&mut self) {
        let mut child = self.child.take().expect("it runs");
        terminate(&child);
        let status = end_of(&mut child, Duration::from_secs(10)).await;
        assert!(status.expect("SIGTERM ends it within 10 s").success());
    }

    /// The first link of a network.
    /// The first Smart Link of the first network.
    fn smart_link(&self) -> &str {
        let links = self.printed["networks"][0]["links"].as_array().expect("links");
        let found = links.iter().find(|link| link["kind"] == "smart_link").expect("a Smart Link");
        found["url"].as_str().expect("a URL")
    }

    fn link(&self, network: usize) -> &str {
        self.printed["networks"][network]["links"][0]["url"].as_str().expect("there is a link")
    }

    async fn clicks(&self) -> i64 {
        self.rows.number("select count(*) from clicks").await
    }
}

async fn shows_two_networks_at_work(database: Database) {
    let mut demo = Demo::new(database).await;
    demo.start("20").await;
    the_line_is_as_described(&demo);
    every_key_opens_its_own_network(&demo).await;
    any_visitor_is_sent_on(&demo).await;
    its_own_pages_are_watched(&demo).await;
    live_traffic_grows(&demo).await;
    demo.stop().await;
    rows_and_roll_ups_agree(&demo).await;
    the_past_is_lifelike(&demo).await;
    it_goes_on_with_the_same_logins(&mut demo).await;
}

fn the_line_is_as_described(demo: &Demo) {
    let printed = &demo.printed;
    assert_eq!(printed["url"], format!("http://127.0.0.1:{}", demo.port));
    let networks = printed["networks"].as_array().expect("networks");
    let names: Vec<_> = networks.iter().map(|network| (&network["name"], &network["currency"])).collect();
    assert_eq!(names.len(), 2);
    assert_ne!(names[0], names[1]);
    for network in networks {
        assert!(network["api_key"].as_str().is_some_and(|key| key.starts_with("swy_")));
        let users = network["users"].as_array().expect("users");
        for (kind, role) in [
            ("employee", "administrator"),
            ("employee", "manager"),
            ("employee", "analyst"),
            ("partner", ""),
            ("advertiser", ""),
        ] {
            assert!(
                users.iter().any(|user| user["kind"] == kind && user["role"] == role),
                "no {kind} {role}"
            );
        }
        assert!(
            users.iter().all(|user| user["password"].as_str().is_some_and(|password| password.len() >= 12))
        );
        let links = network["links"].as_array().expect("links");
        assert!(links.iter().all(|link| {
            link["url"].as_str().is_some_and(|url| url.starts_with(printed["url"].as_str().expect("a URL")))
        }));
        assert_eq!(links[0]["kind"], "offer");
    }
    let kept = fs::metadata(demo.folder.path().join("data/demo.json")).expect("demo.json is kept");
    assert_eq!(kept.permissions().mode() & 0o777, 0o600, "demo.json holds secrets");
}

async fn every_key_opens_its_own_network(demo: &Demo) {
    let url = demo.printed["url"].as_str().expect("a URL");
    for network in demo.printed["networks"].as_array().expect("networks") {
        let api = Api::new(url, network["api_key"].as_str().expect("a key"));
        assert_eq!(api.get("networks/current").await["name"], network["name"]);
        let told = api.get("data-files").await;
        let states: Vec<_> =
            told["files"].as_array().expect("files").iter().map(|file| &file["state"]).collect();
        assert_eq!(states, ["in_use"; 4], "{told}");
    }
}

async fn its_own_pages_are_watched(demo: &Demo) {
    let key = demo.printed["networks"][0]["api_key"].as_str().expect("a key");
    let api = Api::new(demo.printed["url"].as_str().expect("a URL"), key);
    let monitors = api.list("monitors").await;
    assert_eq!(monitors.len(), 2);
    for monitor in monitors {
        let path = format!("monitors/{}/state", monitor["id"].as_str().expect("an id"));
        let look = async || (api.get(&path).await["status"] == "up").then_some(());
        eventually("a site that is up", Duration::from_secs(20), look).await;
    }
}

async fn any_visitor_is_sent_on(demo: &Demo) {
    for visitor in [
        Visitor::new(IPHONE, "DE"),
        Visitor::new(IPHONE, "DE"),
        Visitor::new(GOOGLEBOT, "US"),
        Visitor::new("", "IN"),
    ] {
        assert_eq!(visitor.follow(demo.link(0)).await.status, 302, "{visitor:?}");
        assert_eq!(visitor.follow(demo.smart_link()).await.status, 302, "{visitor:?}");
    }
    let link = demo.link(0).rsplit_once('/').expect("a link has a target").0;
    let other = demo.link(1).rsplit_once('/').expect("a link has a target").1;
    let crossed = client().get(format!("{link}/{other}")).send().await.expect("the server answers");
    assert_eq!(crossed.status(), 404, "a partner of one network has no link to an offer of the other");
}

async fn live_traffic_grows(demo: &Demo) {
    let before = demo.clicks().await;
    eventually("live clicks in the database", Duration::from_secs(30), async || {
        (demo.clicks().await > before + 20).then_some(())
    })
    .await;
}

async fn rows_and_roll_ups_agree(demo: &Demo) {
    let number = async |query: &str| demo.rows.number(query).await;
    for table in ["rollup_hours", "rollup_days", "rollup_hour_totals", "rollup_totals"] {
        for (column, verdict) in [("unique_clicks", 0), ("duplicate_clicks", 1), ("invalid_clicks", 2)] {
            let rows = number(&format!("select count(*) from clicks where verdict = {verdict}")).await;
            let sum =
                number(&format!("select sum({column}) from {table} where dimension = 0 and basis = 0")).await;
            assert_eq!(rows, sum, "{column} of {table}");
        }
        for basis in [1, 2] {
            let rows =
                number("select count(*) from conversions where status = 'approved' and event_id = 0").await;
            let sum =
                number(&format!("select sum(approved) from {table} where dimension = 0 and basis = {basis}"))
                    .await;
            assert_eq!(rows, sum, "approved of {table}, basis {basis}");
        }
    }
}

async fn the_past_is_lifelike(demo: &Demo) {
    let number = async |query: &str| demo.rows.number(query).await;
    let days = number("select count(distinct day) from clicks").await;
    assert!((30..=32).contains(&days), "{days} days have clicks");
    assert!(number("select count(*) from clicks").await >= HISTORY);
    assert_eq!(number("select count(distinct network_id) from clicks").await, 2);
    for what in ["verdict = 1", "is_bot = 1", "code = 9", "code = 4", "code = 21", "parent <> ''"] {
        assert!(
            number(&format!("select count(*) from clicks where {what}")).await > 0,
            "no click with {what}"
        );
    }
    assert!(number("select count(distinct country) from clicks").await >= 20);
    for (known, of_a_hundred) in [
        ("city <> ''", 90),
        ("region <> ''", 90),
        ("isp <> '' and asn >= 4200000000", 90),
        ("connection = 'mobile' and carrier <> ''", 25),
        ("connection = 'cable' and carrier = ''", 25),
        ("connection = 'wifi'", 1),
        ("proxy = 0", 90),
    ] {
        let found = number(&format!("select count(*) from clicks where {known}")).await;
        assert!(found * 100 >= HISTORY * of_a_hundred, "{found} clicks with {known}");
    }
    assert!(number("select count(*) from clicks where proxy = 1").await > 0);
    assert!(number("select count(distinct city) from clicks").await >= 40);
    assert!(number("select count(*) from conversions where status = 'approved'").await > 10);
    let early = number("select count(*) from conversions c join clicks k on k.id = c.click_id where c.event_id = 0 and c.payout > 0").await;
    assert!(early > 0, "conversions earn");
    let untold = "select count(*) from conversion_history h where not exists \
                  (select 1 from postbacks p where p.conversion_id = h.conversion_id and p.at = h.at)";
    assert_eq!(number(untold).await, 0, "a conversion's history tells when the postbacks came");
}

/// One of the two networks is in India: its month has every hour and many half hours.
async fn a_month_is_cut_by_a_clock_half_an_hour_off(demo: &Demo) {
    let url = demo.printed["url"].as_str().expect("a URL");
    for network in demo.printed["networks"].as_array().expect("networks") {
        let api = Api::new(url, network["api_key"].as_str().expect("a key"));
        if api.get("networks/current").await["zone"] == "Asia/Kolkata" {
            assert!(Clock { minutes_ahead: 330 }.assert_cuts(&api).await > 300);
            return;
        }
    }
    panic!("no network of the demo is in India");
}

async fn it_goes_on_with_the_same_logins(demo: &mut Demo) {
    let (first, clicks) = (demo.printed.clone(), demo.clicks().await);
    demo.start("0").await;
    assert_eq!(demo.printed, first);
    every_key_opens_its_own_network(demo).await;
    assert_eq!(demo.clicks().await, clicks, "no history is made twice, and at rate 0 nobody comes");
    a_month_is_cut_by_a_clock_half_an_hour_off(demo).await;
    demo.stop().await;
}
