//! Lists of what a network manages: filtered, sorted, with the columns that one chose, page by page, and
//! the same as a file.

use crate::support::{
    api::{Api, id_of},
    database::Database,
    run,
    server::Server,
    session::Session,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

both_databases!(
    a_list_goes_by_its_order_whatever_the_pages,
    the_page_of_a_list_shows_what_was_chosen,
    people_are_found_and_sorted,
    the_audit_log_is_looked_through,
);

/// The names of a list, read two at a time.
async fn names(api: &Api, path: &str) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = api.get(&format!("{path}&limit=2{cursor}")).await;
        let items = page["items"].as_array().expect("items");
        found.extend(items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

/// The rows of a file, each a cell a column.
async fn file(session: &Session, path: &str) -> Vec<Vec<String>> {
    let reply = session.get(path).await;
    assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(reply.text.as_bytes());
    let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect());
    rows.collect()
}

async fn a_list_goes_by_its_order_whatever_the_pages(server: Server) {
    let api = &server.api;
    let made = ["Maple", "birch", "Oak", "alder", "Elm", "oak"];
    for name in made {
        api.create_partner(name).await;
    }
    let mut sorted: Vec<&str> = made.to_vec();
    sorted.sort_by_key(|name| name.to_lowercase());
    assert_eq!(names(api, "partners?sort=name").await, sorted, "names that are alike go by their ids");
    sorted.reverse();
    assert_eq!(names(api, "partners?sort=name&desc=true").await, sorted);
    assert_eq!(names(api, "partners?sort=created_at").await, made);
    let mut newest = made.to_vec();
    newest.reverse();
    assert_eq!(names(api, "partners?").await, newest, "the newest first where nothing is asked");
    assert_eq!(names(api, "partners?sort=name&search=OAK").await, ["Oak", "oak"]);
    let first = id_of(&api.get("partners?sort=name&limit=1").await["items"][0]);
    api.patch(&format!("partners/{first}"), json!({ "status": "paused" })).await;
    assert_eq!(names(api, "partners?sort=status&desc=true").await[0], "alder");
    assert_eq!(names(api, "partners?sort=updated_at&desc=true").await[0], "alder");
    for (path, field) in [("sort=code", "sort"), ("sort=name&desc=down", "desc"), ("status=closed", "status")]
    {
        let refused = api.call(Method::GET, &format!("partners?{path}"), Value::Null).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert_eq!(refused.json["errors"][0]["field"], field, "{}", refused.text);
    }
    // Kinds without a name to search by know no search.
    let advertiser = api.create_advertiser("Acme").await;
    let offer = api.create_offer(&advertiser, json!({})).await;
    let refused = api.call(Method::GET, &format!("offers/{}/events?search=a", offer.id), Value::Null).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
}

async fn a_cursor_tells_nothing_of_another_network(database: Database) {
    let server = Server::plan(database).networks(&["Acme", "Globex"]).start().await;
    let theirs = server.api_of(1).create_partner("Middle").await;
    server.api.create_partner("Alpha").await;
    server.api.create_partner("Zulu").await;
    let found = server.api.get(&format!("partners?sort=name&cursor={theirs}")).await;
    assert_eq!(found["items"], json!([]), "no row stands behind one that is not seen");
}

#[test]
fn a_cursor_tells_nothing_of_another_network_on_sqlite() {
    run(a_cursor_tells_nothing_of_another_network(Database::Sqlite));
}

#[test]
fn a_cursor_tells_nothing_of_another_network_on_postgres() {
    run(a_cursor_tells_nothing_of_another_network(Database::Postgres));
}

async fn the_page_of_a_list_shows_what_was_chosen(server: Server) {
    let api = &server.api;
    let (acme, other) = (api.create_advertiser("Acme").await, api.create_advertiser("Other").await);
    api.create_offer(&acme, json!({ "name": "Beta", "visibility": "private" })).await;
    api.create_offer(&acme, json!({ "name": "Alpha", "visibility": "public" })).await;
    api.create_offer(&other, json!({ "name": "Gamma", "visibility": "private" })).await;
    let session = Session::of(&server, &server.networks[0]).await;

    let page = session.get("/offers").await.text;
    assert!(page.contains("Visibility</th>") && !page.contains("Clicks today</th>"), "{page}");
    let page = session.get("/offers?columns=name,clicks_today&sort=name").await.text;
    assert!(page.contains("Clicks today</th>") && !page.contains("Visibility</th>"), "{page}");
    assert!(page.contains("aria-sort=\"ascending\""), "{page}");
    let place = |name: &str| page.find(&format!(">{name}</a>")).expect("the offer");
    assert!(place("Alpha") < place("Beta") && place("Beta") < place("Gamma"));
    let page = session.get(&format!("/offers?advertiser_id={}&visibility=private", acme.id)).await.text;
    assert!(page.contains(">Beta</a>") && !page.contains(">Alpha</a>") && !page.contains(">Gamma</a>"));

    let rows = file(&session, "/offers/csv?visibility=private&sort=name").await;
    let column = |name: &str| rows[0].iter().position(|head| head == name).expect("a column");
    let cells = |name: &str| rows[1..].iter().map(|row| row[column(name)].as_str()).collect::<Vec<_>>();
    assert_eq!(cells("name"), ["Beta", "Gamma"]);
    assert_eq!(cells("advertiser_id"), [acme.id.as_str(), other.id.as_str()]);
    assert_eq!(file(&session, "/partners/csv").await.len(), 0, "no partners, no rows");
    assert_eq!(file(&session, "/advertisers/csv").await.len(), 3);
    // A log has columns to choose from as well; its file has all.
    let page = session.get("/clicks?columns=offer,sub3").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("/clicks/csv\""), "the file is asked for without the columns");
}

async fn people_are_found_and_sorted(server: Server) {
    let api = &server.api;
    for (name, role) in [("Nora Berg", "analyst"), ("Ada Moss", "manager"), ("Ines Wolf", "analyst")] {
        let email = format!("{}@acme.example", name.split(' ').next().expect("a name").to_lowercase());
        api.post(
            "users",
            json!({ "email": email, "name": name, "role": role, "password": "many words here" }),
        )
        .await;
    }
    let mut sorted = names(api, "users?sort=name&search=acme.example&status=active").await;
    sorted.retain(|name| ["Nora Berg", "Ada Moss", "Ines Wolf"].contains(&name.as_str()));
    assert_eq!(sorted, ["Ada Moss", "Ines Wolf", "Nora Berg"]);
    assert_eq!(names(api, "users?sort=email&desc=true").await[0], "Nora Berg");
    assert_eq!(names(api, "users?search=BERG").await, ["Nora Berg"]);
    assert_eq!(names(api, "users?search=%25").await, [""; 0], "a sign means itself");
    let session = Session::of(&server, &server.networks[0]).await;
    let page = session.get("/settings/users?search=wolf&columns=name,two_step").await.text;
    assert!(page.contains("Ines Wolf</a>") && !page.contains("Nora Berg</a>"), "{page}");
    assert!(page.contains("Two-step sign-in</th>") && !page.contains("ines@acme.example"), "{page}");
    let rows = file(&session, "/settings/users/csv?sort=name&search=berg").await;
    assert_eq!(rows.len(), 2);
    assert!(rows[1].contains(&"nora@acme.example".to_owned()) && rows[1].contains(&"analyst".to_owned()));
}

async fn the_audit_log_is_looked_through(server: Server) {
    let api = &server.api;
    let session = Session::of(&server, &server.networks[0]).await;
    let partner = api.create_partner("Clickhouse Media").await;
    let fields = [("name", "Clickhouse"), ("status", "paused"), ("manager_id", ""), ("version", "1")];
    let saved = session.post(&format!("/partners/{partner}"), &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let me = api.list("users").await.iter().map(id_of).next_back().expect("the administrator");

    let mine = session.get(&format!("/settings/audit?actor_id={me}&object=partner")).await.text;
    assert!(mine.contains("<del>Clickhouse Media</del> <ins>Clickhouse</ins>"), "{mine}");
    assert!(!mine.contains("<td>create</td>"), "what the key made is not among it: {mine}");
    let none = session.get("/settings/audit?to=2020-01-01").await.text;
    assert!(none.contains("No act fits these filters"), "{none}");
    let all = session.get("/settings/audit?from=2020-01-01&object=partner").await.text;
    assert!(all.contains("<td>create</td>") && all.contains("<td>update</td>"), "{all}");
    let refused = api.call(Method::GET, "audit?from=yesterday", Value::Null).await;
    assert_eq!(refused.json["errors"][0]["field"], "from", "{}", refused.text);
    let rows = file(&session, "/settings/audit/csv?object=partner").await;
    assert_eq!(rows.len(), 3, "the head, what was made and what was changed: {rows:?}");
}
