//! What SmartSwitch has found, as people and programs meet it: the filters of the sources, what is applied to several,
//! run history, and who sees what of it.

use crate::support::{
    api::{Api, Reply, id_of},
    browser::Browser,
    database::Database,
    on, run,
    server::Server,
    session::Session,
    switched::{Found, Switched, switched},
    visitor::{IPHONE, Visitor},
};
use reqwest::Method;
use serde_json::{Value, json};

both_databases!(
    each_filter_narrows_the_list,
    a_filter_that_does_not_read_is_named,
    the_list_goes_on_where_it_ended_and_is_a_file_too,
    acts_change_what_they_are_for_and_skip_the_rest,
    acts_by_the_page_are_asked_for_first,
    the_page_of_a_source_tells_why_and_what_is_next,
    runs_are_listed_looked_at_and_asked_for,
    who_reads_only_sees_everything_and_no_buttons,
    who_sees_own_partners_only_meets_their_sources_and_no_runs,
    home_tells_of_sources_that_wait
);

const HOUR: i64 = 3_600_000;
const PASSWORD: &str = "a password of many words";
const VARIABLES: &str = "/smart-switch/variables";

/// Two offers with a rule each, two partners, and five sources.
struct World {
    server: Server,
    offers: [String; 2],
    partners: [String; 2],
    rules: [Switched; 2],
    /// The ids of `bad`, `worse`, `stopped`, `let-off` and `gone`.
    sources: [String; 5],
}

impl World {
    async fn new(server: Server) -> Self {
        Self::with_manager(server, Value::Null).await
    }

    /// The first partner is this manager's.
    async fn with_manager(server: Server, manager: Value) -> Self {
        let api = &server.api;
        let advertiser = api.create_advertiser("Acme").await;
        let aurora = api.create_offer(&advertiser, json!({ "name": "Aurora VPN" })).await;
        let borealis = api.create_offer(&advertiser, json!({ "name": "Borealis" })).await;
        let offers = [aurora.id.clone(), borealis.id];
        let partners = [
            id_of(&api.post("partners", json!({ "name": "Clickfield", "manager_id": manager })).await),
            api.create_partner("Mediahouse").await,
        ];
        // A network without a click has another first page.
        Visitor::new(IPHONE, "DE").follow(&api.link(&partners[0], &aurora).await).await;
        server.wait_drained().await;
        let rules = [
            switched(&server, 0, "Sub4 under 0.05 %", &offers[0]).await,
            switched(&server, 0, "Second rule", &offers[1]).await,
        ];
        let [first, second] = [&offers[0], &offers[1]].map(String::as_str);
        let [own, other] = [&partners[0], &partners[1]].map(String::as_str);
        let bad = Found::pending(first, own, "bad");
        let found = [
            (0, bad.clone()),
            (0, Found { due: 2 * HOUR, ..Found::pending(first, other, "worse") }),
            (1, Found { state: "blocked", due: 0, blocked: -HOUR, ..Found::pending(second, own, "stopped") }),
            (1, Found { state: "whitelisted", ..Found::pending(second, other, "let-off") }),
            (
                0,
                Found {
                    state: "deleted",
                    created: -100 * HOUR,
                    blocked: -90 * HOUR,
                    ..Found::pending(first, other, "gone")
                },
            ),
        ];
        let mut sources = Vec::new();
        for (rule, found) in &found {
            sources.push(rules[*rule].find(&server, found).await);
        }
        let sources = sources.try_into().expect("five");
        Self { server, offers, partners, rules, sources }
    }

    async fn values(&self, query: &str) -> Vec<String> {
        let found = self.server.api.list(&format!("smart-switch/variables{query}")).await;
        found.iter().map(|source| source["value"].as_str().expect("a value").to_owned()).collect()
    }

    async fn status(&self, source: &str) -> String {
        let found = self.server.api.get(&format!("smart-switch/variables/{source}")).await;
        found["status"].as_str().expect("a status").to_owned()
    }

    async fn administrator(&self) -> Session {
        Session::of(&self.server, &self.server.networks[0]).await
    }
}

async fn each_filter_narrows_the_list(server: Server) {
    let world = World::new(server).await;
    let session = world.administrator().await;
    let ago = |hours: i64| {
        let at = chrono::Utc::now() - chrono::Duration::hours(hours);
        at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    };
    for (query, wanted) in [
        (String::new(), vec!["gone", "let-off", "stopped", "worse", "bad"]),
        (format!("?offer_id={}", world.offers[1]), vec!["let-off", "stopped"]),
        (format!("?partner_id={}", world.partners[0]), vec!["stopped", "bad"]),
        (format!("?rule_id={}", world.rules[0].rule), vec!["gone", "worse", "bad"]),
        (format!("?run_id={}", world.rules[1].run), vec!["let-off", "stopped"]),
        ("?status=pending".to_owned(), vec!["worse", "bad"]),
        ("?status=pending,blocked".to_owned(), vec!["stopped", "worse", "bad"]),
        ("?value=worse".to_owned(), vec!["worse"]),
        (format!("?created_after={}", ago(50)), vec!["let-off", "stopped", "worse", "bad"]),
        (format!("?created_before={}", ago(50)), vec!["gone"]),
        (format!("?blocked_after={}", ago(50)), vec!["stopped"]),
        (format!("?blocked_before={}", ago(50)), vec!["gone"]),
        (format!("?partner_id={}&status=pending", world.partners[1]), vec!["worse"]),
    ] {
        assert_eq!(world.values(&query).await, wanted, "{query}");
        let page = session.get(&format!("{VARIABLES}{query}")).await.text;
        for value in ["gone", "let-off", "stopped", "worse", "bad"] {
            let is_shown = page.contains(&format!(">sub4 = {value}</a>"));
            assert_eq!(is_shown, wanted.contains(&value), "{query}: {value}");
        }
        assert_eq!(page.contains("Filters that are set"), !query.is_empty(), "{query}");
    }
    let nothing = session.get(&format!("{VARIABLES}?value=nobody")).await.text;
    assert!(nothing.contains("Clear all filters"), "{nothing}");
}

async fn a_filter_that_does_not_read_is_named(server: Server) {
    let query = "offer_id=x&status=pending,lost&created_after=soon";
    let path = format!("smart-switch/variables?{query}");
    let reply = server.api.call(Method::GET, &path, Value::Null).await;
    let errors = reply.json["errors"].as_array().expect("errors").clone();
    let fields: Vec<_> = errors.iter().map(|error| error["field"].as_str().expect("a field")).collect();
    assert_eq!((reply.status.as_u16(), fields), (422, vec!["offer_id", "status", "created_after"]));
    let session = Session::of(&server, &server.networks[0]).await;
    let page = session.get(&format!("{VARIABLES}?{query}")).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("3 fields need mending"), "{}", page.text);
    let empty = session.get(VARIABLES).await.text;
    assert!(empty.contains("No sources yet") && empty.contains("/smart-switch/rules"), "{empty}");
}

async fn the_list_goes_on_where_it_ended_and_is_a_file_too(server: Server) {
    let world = World::new(server).await;
    assert_eq!(world.values("?limit=2").await.len(), 5);
    let session = world.administrator().await;
    let file = session.get(&format!("{VARIABLES}/csv?status=pending")).await;
    let lines: Vec<&str> = file.text.lines().collect();
    assert_eq!(lines.len(), 3, "{}", file.text);
    let place = |name: &str| lines[0].split(',').position(|head| head == name).expect("the column");
    let cell = |name: &str| lines[1].split(',').nth(place(name)).expect("the cell").to_owned();
    assert_eq!(
        [cell("value"), cell("status"), cell("clicks"), cell("cv"), cell("payout")],
        ["worse", "pending", "5001", "2", "2.00"]
    );
    let chosen = session.get(&format!("{VARIABLES}?columns=cvr")).await.text;
    let table = chosen.split("<tbody").nth(1).unwrap_or_default();
    assert!(table.contains("0.04 %") && !table.contains("Clickfield"), "{chosen}");
}

async fn acts_change_what_they_are_for_and_skip_the_rest(server: Server) {
    let world = World::new(server).await;
    let [bad, worse, stopped, let_off, _] = &world.sources;
    let api = &world.server.api;
    let acted = api.post("smart-switch/variables/block", json!({ "ids": [bad, stopped, bad] })).await;
    assert_eq!(acted, json!({ "changed": [bad], "skipped": [stopped] }));
    let acted = api.post("smart-switch/variables/whitelist", json!({ "ids": [worse] })).await;
    assert_eq!(acted, json!({ "changed": [worse], "skipped": [] }));
    let acted = api.post("smart-switch/variables/delete", json!({ "ids": [let_off, stopped] })).await;
    assert_eq!(acted["changed"].as_array().map(Vec::len), Some(2), "{acted}");
    let mut states = Vec::new();
    for source in &world.sources {
        states.push(world.status(source).await);
    }
    assert_eq!(states, ["blocked", "whitelisted", "deleted", "deleted", "deleted"]);
    let told = api.get(&format!("smart-switch/variables/{bad}")).await;
    let history = told["history"].as_array().expect("a history");
    assert_eq!((history.len(), history[1]["status"].as_str()), (2, Some("blocked")), "{told}");
    assert!(history[1]["by"].is_string() && told["blocked_at"].is_string(), "{told}");
    assert_eq!(
        told["figures"]["kpis"][0],
        json!({ "value": "0.039992", "probability": null, "is_breached": true })
    );

    let too_many: Vec<String> = (1..=201).map(|id| id.to_string()).collect();
    for ids in [json!([]), json!(too_many)] {
        let reply = refused(api, "block", json!({ "ids": ids })).await;
        let told = &reply.json["errors"][0];
        assert_eq!((reply.status.as_u16(), told["field"].as_str()), (422, Some("ids")), "{}", reply.text);
        assert!(told["message"].as_str().is_some_and(|told| told.contains("1 to 200")), "{told}");
    }
    let unknown = refused(api, "delete", json!({ "ids": [bad, "999999"] })).await;
    assert_eq!(unknown.status, 404);
    assert_eq!(world.status(bad).await, "blocked", "nothing is done where one is nobody's");
}

async fn refused(api: &Api, act: &str, body: Value) -> Reply {
    api.call(Method::POST, &format!("smart-switch/variables/{act}"), body).await
}

async fn acts_by_the_page_are_asked_for_first(server: Server) {
    let world = World::new(server).await;
    let [bad, worse, stopped, ..] = &world.sources;
    let session = world.administrator().await;
    let asked =
        session.get(&format!("{VARIABLES}/bulk?act=block&id={bad}&id={worse}&id={stopped}")).await.text;
    for said in [
        "Block 2 sources",
        "10,002 clicks",
        "0 clicks in the last 24 hours",
        "1 blocked already",
        "blank page",
    ] {
        assert!(asked.contains(said), "{said}: {asked}");
    }
    assert_eq!(world.status(bad).await, "pending", "nothing is done by asking");
    let ids = [("act", "block"), ("id", bad.as_str()), ("id", worse), ("id", stopped)];
    let done = session.post(&format!("{VARIABLES}/bulk"), &ids).await;
    assert_eq!((done.status.as_u16(), done.location()), (303, VARIABLES));
    let told = flash(&done);
    assert!(told.contains("Blocked: 2 sources.") && told.contains("1 blocked already"), "{told}");
    assert_eq!([world.status(bad).await, world.status(worse).await], ["blocked", "blocked"]);
    let again = session.get(&format!("{VARIABLES}/bulk?act=block&id={bad}")).await.text;
    assert!(again.contains("Nothing to change"), "{again}");
    let nothing = session.get(&format!("{VARIABLES}/bulk?act=block")).await.text;
    assert!(nothing.contains("Nothing is ticked"), "{nothing}");
    let back = format!("{VARIABLES}/{bad}");
    let done = session
        .post(&format!("{VARIABLES}/bulk"), &[("act", "whitelist"), ("id", bad), ("back", &back)])
        .await;
    assert_eq!((done.location(), world.status(bad).await.as_str()), (back.as_str(), "whitelisted"));
}

/// The message that an answer leaves for the next page.
fn flash(reply: &Reply) -> String {
    let set = reply.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let set: String = set.filter(|cookie| cookie.starts_with("flash=")).collect();
    percent_encoding::percent_decode_str(&set).decode_utf8_lossy().into_owned()
}

async fn the_page_of_a_source_tells_why_and_what_is_next(server: Server) {
    let world = World::new(server).await;
    let [bad, _, stopped, let_off, _] = &world.sources;
    let session = world.administrator().await;
    let page = session.get(&format!("{VARIABLES}/{bad}")).await.text;
    for said in [
        "sub4 = bad",
        "data-left=",
        "unless its KPIs are no longer breached",
        "5,001 or more",
        "0.04 %",
        "under 0.05 %",
        "Block now",
        "Whitelist",
        "Aurora VPN",
        "Clickfield",
        &format!("/smart-switch/rules/{}", world.rules[0].rule),
        &format!("/smart-switch/runs/{}", world.rules[0].run),
        "sub4=bad",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let page = session.get(&format!("{VARIABLES}/{stopped}")).await.text;
    assert!(
        page.contains("see a blank page, until somebody lifts it") && !page.contains("Block now"),
        "{page}"
    );
    let page = session.get(&format!("{VARIABLES}/{let_off}")).await.text;
    assert!(page.contains("leaves it alone for good") && page.contains("value=\"delete\""), "{page}");
}

async fn runs_are_listed_looked_at_and_asked_for(mut server: Server) {
    // Nobody runs what is asked for meanwhile.
    server.stop().await;
    server.option("--roles", "web,tracking");
    server.restart().await;
    let world = World::new(server).await;
    let api = &world.server.api;
    let [first, second] = &world.rules;
    let ids = async |path: &str| -> Vec<String> { api.list(path).await.iter().map(id_of).collect() };
    assert_eq!(ids("smart-switch/runs").await, [second.run.as_str(), &first.run]);
    assert_eq!(ids(&format!("smart-switch/runs?rule_id={}", first.rule)).await, [first.run.as_str()]);
    assert_eq!(ids(&format!("smart-switch/rules/{}/runs", first.rule)).await, [first.run.as_str()]);
    let told = api.get(&format!("smart-switch/runs/{}", first.run)).await;
    let record = &told["record"];
    assert_eq!((record["judged"].as_i64(), record["hits"].as_i64()), (Some(4), Some(2)), "{told}");
    assert_eq!(record["metrics"]["clicks"], 5_001, "{told}");

    let asked = api.post(&format!("smart-switch/rules/{}/run", first.rule), Value::Null).await;
    assert_eq!((asked["state"].as_str(), &asked["record"]), (Some("due"), &Value::Null), "{asked}");
    let session = world.administrator().await;
    let now = session.post(&format!("/smart-switch/rules/{}/run", first.rule), &[]).await;
    let page = format!("/smart-switch/runs/{}", id_of(&asked));
    assert_eq!((now.status.as_u16(), now.location()), (303, page.as_str()), "the one that waits is given");
    assert!(session.get(&page).await.text.contains("on its way"));
    let stopped = format!(
        "UPDATE smart_switch_rules SET status = 'paused', body = replace(body, '\"active\"', '\"paused\"') WHERE id = {}",
        second.rule
    );
    world.server.rows.execute(&stopped).await;
    let path = format!("smart-switch/rules/{}/run", second.rule);
    let reply = api.call(Method::POST, &path, Value::Null).await;
    assert_eq!((reply.status.as_u16(), reply.json["errors"][0]["field"].as_str()), (409, Some("status")));
    let reply = session.post(&format!("/{path}"), &[]).await;
    assert!(flash(&reply).contains("Not run: the rule is not in force"), "{}", flash(&reply));

    let page = session.get("/smart-switch/runs").await.text;
    assert!(page.contains("Second rule") && page.contains("1 found") && page.contains("waits"), "{page}");
    let page = session.get(&format!("/smart-switch/runs?rule_id={}", first.rule)).await.text;
    assert!(page.contains("Run now") && page.matches("Second rule").count() == 1, "{page}");
    let page = session.get(&format!("/smart-switch/runs/{}", first.run)).await.text;
    for said in ["4 sources brought traffic", "3 reached a threshold", "sub4 = bad", "5,001"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let file = session.get("/smart-switch/runs/csv").await.text;
    assert_eq!(file.lines().count(), 4, "{file}");
}

/// Someone with a role of these rights; gives the session.
async fn person(server: &Server, name: &str, rights: Value, own_partners: bool) -> (String, Session) {
    let role = json!({ "name": name, "rights": rights, "own_partners": own_partners });
    server.api.post("roles", role).await;
    let email = format!("{}@acme.example", name.to_lowercase());
    let new = json!({ "email": email, "name": name, "password": PASSWORD, "role": name });
    let id = id_of(&server.api.post("users", new).await);
    (id, Session::sign_in(server, &email, PASSWORD).await)
}

async fn who_reads_only_sees_everything_and_no_buttons(server: Server) {
    let world = World::new(server).await;
    let (_, reader) = person(&world.server, "Reader", json!({ "smart_switch": "read" }), false).await;
    let [bad, ..] = &world.sources;
    let run = &world.rules[0].run;
    for (path, said) in [
        (VARIABLES.to_owned(), "sub4 = bad"),
        (format!("{VARIABLES}/{bad}"), "Figures"),
        ("/smart-switch/runs".to_owned(), "Second rule"),
        (format!("/smart-switch/runs/{run}"), "sub4 = bad"),
    ] {
        let page = reader.get(&path).await;
        let main = page.text.split("<main").nth(1).unwrap_or_default();
        assert!(page.status == 200 && main.contains(said), "{path}: {}", page.text);
        assert!(!main.contains("method=\"post\"") && !main.contains("Apply"), "{path}: {main}");
    }
    let acted = reader.post(&format!("{VARIABLES}/bulk"), &[("act", "block"), ("id", bad)]).await;
    assert_eq!((acted.status.as_u16(), world.status(bad).await.as_str()), (403, "pending"));
}

async fn who_sees_own_partners_only_meets_their_sources_and_no_runs(server: Server) {
    let full = json!({ "smart_switch": "full", "reports": "read" });
    let (mia, session) = person(&server, "Mia", full, true).await;
    let world = World::with_manager(server, json!(mia)).await;
    let [bad, worse, stopped, ..] = &world.sources;
    let list = session.get(VARIABLES).await.text;
    assert!(list.contains("sub4 = bad") && list.contains("sub4 = stopped"), "{list}");
    for hidden in ["sub4 = worse", "Mediahouse", "Run history", "/smart-switch/rules"] {
        assert!(!list.contains(hidden), "{hidden}: {list}");
    }
    let file = session.get(&format!("{VARIABLES}/csv")).await.text;
    assert!(file.contains("bad") && !file.contains("worse"), "{file}");
    let page = session.get(&format!("{VARIABLES}/{bad}")).await;
    assert!(page.status == 200 && !page.text.contains("/smart-switch/r"), "{}", page.text);
    assert_eq!(session.get(&format!("{VARIABLES}/{worse}")).await.status, 404);
    assert_eq!(session.get(&format!("{VARIABLES}/bulk?act=block&id={worse}")).await.status, 404);
    let ids = [("act", "block"), ("id", bad.as_str()), ("id", worse)];
    let acted = session.post(&format!("{VARIABLES}/bulk"), &ids).await;
    assert_eq!((acted.status.as_u16(), world.status(bad).await.as_str()), (404, "pending"), "all or none");
    session.post(&format!("{VARIABLES}/bulk"), &[("act", "delete"), ("id", stopped)]).await;
    assert_eq!(world.status(stopped).await, "deleted");
    for path in [
        "/smart-switch/runs",
        "/smart-switch/runs/csv",
        &format!("/smart-switch/runs/{}", world.rules[0].run),
    ] {
        assert_eq!(session.get(path).await.status, 403, "{path}");
    }
    let home = session.get("/").await.text;
    assert!(home.contains("1 source will be blocked"), "{home}");
}

async fn home_tells_of_sources_that_wait(server: Server) {
    let world = World::new(server).await;
    let home = world.administrator().await.get("/").await.text;
    assert!(home.contains("2 sources will be blocked") && home.contains("the first in 5"), "{home}");
    let told = world.server.api.get("home").await["tasks"].to_string();
    assert!(told.contains("/smart-switch/variables?status=pending"), "{told}");
    let (_, other) = person(&world.server, "Counter", json!({ "reports": "read" }), false).await;
    assert!(!other.get("/").await.text.contains("will be blocked"), "who has no right to SmartSwitch");
}

async fn a_foreign_source_is_not_found(database: Database) {
    let server = Server::plan(database).networks(&["Acme", "Globex"]).start().await;
    let theirs = server.api_of(1);
    let advertiser = theirs.create_advertiser("Globex").await;
    let offer = theirs.create_offer(&advertiser, json!({})).await.id;
    let partner = theirs.create_partner("Globex").await;
    let rule = switched(&server, 1, "Theirs", &offer).await;
    let source = rule.find(&server, &Found::pending(&offer, &partner, "bad")).await;
    for act in ["block", "delete", "whitelist"] {
        assert_eq!(refused(&server.api, act, json!({ "ids": [source] })).await.status, 404, "{act}");
    }
    assert_eq!(server.api.list("smart-switch/variables").await, Vec::<Value>::new());
    assert_eq!(server.api.list("smart-switch/runs").await, Vec::<Value>::new());
    let found = theirs.get(&format!("smart-switch/variables/{source}")).await;
    assert_eq!(found["status"], "pending");
}

#[test]
fn a_foreign_source_is_not_found_on_sqlite() {
    run(a_foreign_source_is_not_found(Database::Sqlite));
}

#[test]
fn a_foreign_source_is_not_found_on_postgres() {
    run(a_foreign_source_is_not_found(Database::Postgres));
}

#[test]
fn what_is_left_is_counted_down_while_one_looks() {
    on(Database::Sqlite, async |server: Server| {
        let world = World::new(server).await;
        let browser = Browser::open(&world.server).await;
        browser.sign_in(&world.server.networks[0]).await;
        browser.visit(&format!("{VARIABLES}/{}", world.sources[0])).await;
        let before = browser.text_of("[data-left]").await;
        tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
        let after = browser.text_of("[data-left]").await;
        assert!(before.starts_with("in 5") && after.starts_with("in 5"), "{before}, {after}");
        assert_ne!(before, after);
        browser.visit(VARIABLES).await;
        browser.axe().await;
        browser.close().await;
    });
}
