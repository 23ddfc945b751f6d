//! The route table, tried route by route: without a login, without the right, and with the ids of
//! another network. A route that somebody adds is tried without anybody adding a test; an id of a new
//! kind needs one line in `Ids`.

use crate::support::{
    api::{Reply, client, id_of},
    database::Database,
    gestures::LANDING_PAGE,
    run,
    server::Server,
    session::Session,
    switched::{Found, switched},
    visitor::{IPHONE, Visitor},
};
use domain::identity::UserKind;
use reqwest::{Method, RequestBuilder, header};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use switchyard::web::routes::{Kind, Right, Route, public_routes, routes};

/// Ids by the names that paths give them.
pub struct Ids(BTreeMap<&'static str, String>);

impl Ids {
    /// One object of each kind, made by the API, and a click with its conversion.
    pub async fn make(server: &Server, network: usize) -> Self {
        let (api, name) = (&server.api_of(network), server.networks[network].name.as_str());
        let advertiser = api.create_advertiser(name).await;
        let partner = api.create_partner(name).await;
        let new = json!({ "name": name, "advertiser_id": advertiser.id, "url": LANDING_PAGE });
        let offer = id_of(&api.post("offers", new).await);
        let landing_page = id_of(&api.list(&format!("offers/{offer}/landing-pages")).await[0]);
        let event = api.create_event(&offer, "sale", "1", "2").await;
        let coupon = json!({ "code": "SPRING", "partner_id": partner });
        let coupon = id_of(&api.post(&format!("offers/{offer}/coupons"), coupon).await);
        let approval = json!({ "offer_id": offer, "state": "approved" });
        api.post(&format!("partners/{partner}/offers"), approval).await;
        let host = format!("go.{}.example", name.to_lowercase());
        let domain = id_of(&api.post("domains", json!({ "host": host })).await);
        let key = id_of(&api.post("api-keys", json!({ "name": name, "role": "analyst" })).await);
        let link = api.get(&format!("links?partner_id={partner}&offer_id={offer}")).await;
        let link = link["url"].as_str().expect("a link");
        let click = Visitor::new(IPHONE, "DE").follow(link).await.click_id();
        let call = [("transaction_id", click.as_str()), ("verification_token", advertiser.token.as_str())];
        let conversion = server.postback(&call).await.success();
        let conversion = conversion["conversion_id"].as_str().expect("a conversion").to_owned();
        server.wait_drained().await;
        let (view, count) = (saved_view(server, network).await, count_over_rows(server, network).await);
        let upload = id_of(
            &api.upload("status", format!("conversion_id,status\n{conversion},rejected\n")).await.success(),
        );
        let new = json!({ "name": name, "rows": [{ "offer_id": offer }], "partner_rules": true, "mechanism": "kpi" });
        let smart_link = api.post("smart-links", new).await;
        let row = id_of(&smart_link["rows"][0]);
        let smart_link = id_of(&smart_link);
        let run = id_of(&api.post(&format!("smart-links/{smart_link}/run"), json!({})).await);
        let campaign = json!({ "name": name, "defaults": { "offers": [{ "offer_id": offer }] } });
        let campaign = id_of(&api.post("campaigns", campaign).await);
        let rules = format!("smart-links/{smart_link}/partner-rules");
        let rules = id_of(&api.post(&rules, json!({ "partner_id": partner })).await);
        let monitor = json!({ "name": name, "url": "http://127.0.0.1:9/", "every_minutes": 60 });
        let monitor = id_of(&api.post("monitors", monitor).await);
        let block = json!({ "name": name, "partner_id": partner, "offer_id": offer, "values": ["bad"] });
        let source_block = id_of(&api.post("source-blocks", block).await);
        let control = json!({ "name": name, "field": "country", "values": ["AQ"] });
        let traffic_control = id_of(&api.post("traffic-controls", control).await);
        let rule = switched(server, network, name, &offer).await;
        // One that stays when its rule is paused.
        let bad = Found::pending(&offer, &partner, "bad");
        let bad = Found { state: "blocked", due: 0, blocked: -3_600_000, ..bad };
        let source = rule.find(server, &bad).await;
        let asked = json!({ "rule_id": rule.rule });
        let evaluation = id_of(&api.post("smart-switch/evaluations", asked).await);
        let first = async |path: &str| id_of(&api.list(path).await[0]);
        let (user, audit) = (first("users").await, first("audit").await);
        let role = json!({ "name": "Readers", "rights": { "reports": "read" } });
        let role = id_of(&api.post("roles", role).await);
        Session::of(server, &server.networks[network]).await;
        let session = id_of(&api.list(&format!("users/{user}/sessions")).await[0]);
        Self(BTreeMap::from([
            ("advertiser_id", advertiser.id),
            ("click_id", click),
            ("conversion_id", conversion),
            ("partner_id", partner),
            ("catch_all_id", offer.clone()),
            ("offer_id", offer),
            ("row_id", row),
            ("landing_page_id", landing_page),
            ("event_id", event),
            ("domain_id", domain),
            ("api_key_id", key),
            ("user_id", user),
            ("role_id", role),
            ("audit_id", audit),
            ("view_id", view),
            ("run_id", count),
            ("upload_id", upload),
            ("coupon_id", coupon),
            ("session_id", session),
            ("smart_link_id", smart_link),
            ("campaign_id", campaign),
            ("smart_link_run_id", run),
            ("partner_rules_id", rules),
            ("monitor_id", monitor),
            ("source_block_id", source_block),
            ("traffic_control_id", traffic_control),
            ("rule_id", rule.rule.clone()),
            ("smart_switch_rule_id", rule.rule),
            ("smart_switch_run_id", rule.run),
            ("evaluation_id", evaluation),
            ("actionable_variable_id", source),
        ]))
    }

    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_else(|| panic!("the tests know no `{name}`: add it to `Ids::make`"))
    }
}

/// A view of the network's administrator.
async fn saved_view(server: &Server, network: usize) -> String {
    let session = Session::of(server, &server.networks[network]).await;
    let made = session.post("/reports/views", &[("name", "By day"), ("query", "group_by=day")]).await;
    assert_eq!(made.status, 303, "{}", made.text);
    server.rows.number("select max(id) from saved_views").await.to_string()
}

/// A count over rows that is done.
async fn count_over_rows(server: &Server, network: usize) -> String {
    let session = Session::of(server, &server.networks[network]).await;
    let begun = session.post("/reports/runs", &[("query", "group_by=country,os")]).await;
    let path = begun.location().to_owned();
    crate::support::machine::eventually(
        "a count over rows",
        std::time::Duration::from_secs(20),
        async || session.get(&path).await.text.contains("Count again").then_some(()),
    )
    .await;
    path.rsplit('/').next().expect("an id").to_owned()
}

/// A path with an id for each name.
pub fn filled(route: &Route, id: impl Fn(&str) -> String) -> String {
    let names: Vec<String> = route.ids().map(str::to_owned).collect();
    names.iter().fold(route.path.clone(), |path, name| path.replace(&format!("{{{name}}}"), &id(name)))
}

/// The pages of employees that have no id in their path.
pub fn employee_pages() -> Vec<String> {
    let mine = |route: &Route| route.kind == Kind::Page && route.method == Method::GET.as_str();
    let is_for_a_role = |route: &Route| {
        matches!(route.right, Right::To(_, _) | Right::Both(_, _)) && route.ids().next().is_none()
    };
    routes().into_iter().filter(|route| mine(route) && is_for_a_role(route)).map(|route| route.path).collect()
}

/// A request as the route's kind of caller sends it.
fn request(server: &Server, route: &Route, path: &str, key: &str, cookie: &str) -> RequestBuilder {
    let method = Method::from_bytes(route.method.as_str().as_bytes()).expect("a method");
    let request = client().request(method, format!("{}{path}", server.url));
    match route.kind {
        Kind::Api if route.method == "GET" || route.method == "DELETE" => request.bearer_auth(key),
        Kind::Api => request.bearer_auth(key).json(&json!({})),
        Kind::Page if route.method == "GET" => request.header(header::COOKIE, cookie),
        Kind::Page => request.header(header::COOKIE, cookie).form(&[("a", "b")]),
    }
}

async fn two_networks(database: Database) -> (Server, Ids, Ids) {
    let plan = Server::plan(database).networks(&["Acme", "Globex"]);
    let server = plan.option("--operators", "admin@acme.example").start().await;
    let own = Ids::make(&server, 0).await;
    let foreign = Ids::make(&server, 1).await;
    (server, own, foreign)
}

async fn a_foreign_id_is_not_found(database: Database) {
    let (server, own, foreign) = two_networks(database).await;
    let cookies = Cookies::of(&server, &own).await;
    let key = &server.networks[0].api_key;
    let mut tried = 0;
    for route in routes() {
        let names: Vec<String> = route.ids().map(str::to_owned).collect();
        for wrong in &names {
            let path = filled(&route, |name| {
                if name == wrong { foreign.get(name).to_owned() } else { own.get(name).to_owned() }
            });
            let reply = Reply::read(request(&server, &route, &path, key, cookies.for_route(&route))).await;
            assert_eq!(reply.status, 404, "{route:?} with a foreign {wrong}: {}", reply.text);
            tried += 1;
        }
        for wrong in
            ["999999999", "0", "-1", "abc", "99999999999999999999"].iter().filter(|_| !names.is_empty())
        {
            let path = filled(&route, |_| (*wrong).to_owned());
            let reply = Reply::read(request(&server, &route, &path, key, cookies.for_route(&route))).await;
            assert_eq!(reply.status, 404, "{route:?} with {wrong}: {}", reply.text);
        }
    }
    assert!(tried >= 30, "only {tried} ids tried");
    foreign_rows_are_untouched(&server, &foreign).await;
}

/// The other network's objects are all there, and as they were made.
async fn foreign_rows_are_untouched(server: &Server, foreign: &Ids) {
    let api = server.api_of(1);
    for (list, name) in [("advertisers", "advertiser_id"), ("partners", "partner_id"), ("offers", "offer_id")]
    {
        let object = api.get(&format!("{list}/{}", foreign.get(name))).await;
        assert_eq!(
            (object["name"].as_str(), object["version"].as_i64()),
            (Some("Globex"), Some(1)),
            "{list}"
        );
    }
}

async fn every_route_that_reads_finds_its_own(database: Database) {
    let (server, own, _) = two_networks(database).await;
    let cookies = Cookies::of(&server, &own).await;
    for route in routes().into_iter().filter(|route| route.method == "GET") {
        let mut path = filled(&route, |name| own.get(name).to_owned());
        if path == "/api/v1/links" {
            path = format!("{path}?partner_id={}&offer_id={}", own.get("partner_id"), own.get("offer_id"));
        }
        if path.ends_with("/explain") {
            path = format!("{path}?partner_id={}", own.get("partner_id"));
        }
        let reply = Reply::read(request(
            &server,
            &route,
            &path,
            &server.networks[0].api_key,
            cookies.for_route(&route),
        ))
        .await;
        assert_eq!(reply.status, 200, "{route:?}: {}", reply.text);
    }
}

async fn what_the_role_lacks_is_refused(database: Database) {
    let (server, own, _) = two_networks(database).await;
    let key = key_of_role(&server, "{}").await;
    let cookie = cookie_without_rights(&server).await;
    let mut tried = 0;
    for route in routes() {
        let section = match route.right {
            Right::SignedIn => continue,
            Right::Of(_) => None,
            Right::To(section, _) | Right::Both(section, _) => Some(section),
            Right::Operator => None,
        };
        let path = filled(&route, |name| own.get(name).to_owned());
        let reply = Reply::read(request(&server, &route, &path, &key, &cookie)).await;
        assert_eq!(reply.status, 403, "{route:?}: {}", reply.text);
        if let (Kind::Api, Some(section)) = (route.kind, section) {
            assert!(reply.json["detail"].as_str().is_some_and(|told| told.contains(section.name())));
        }
        tried += 1;
    }
    assert!(tried >= 30, "only {tried} routes tried");
}

async fn only_those_who_run_the_installation_see_its_pages(database: Database) {
    let (server, own, _) = two_networks(database).await;
    let administrator = Session::of(&server, &server.networks[1]).await;
    let mut tried = 0;
    for route in routes().into_iter().filter(|route| route.right == Right::Operator) {
        let path = filled(&route, |name| own.get(name).to_owned());
        let key = &server.networks[0].api_key;
        let reply = Reply::read(request(&server, &route, &path, key, &administrator.cookie)).await;
        assert_eq!(reply.status, 403, "{route:?}: an administrator of another network: {}", reply.text);
        tried += 1;
    }
    assert!(tried >= 2, "only {tried} routes tried");
}

async fn reading_alone_changes_nothing(database: Database) {
    let (server, own, _) = two_networks(database).await;
    let reads: serde_json::Map<String, Value> = domain::identity::Section::ALL
        .iter()
        .map(|section| (section.name().to_owned(), json!("read")))
        .collect();
    let key = key_of_role(&server, &Value::Object(reads).to_string()).await;
    for route in routes() {
        let Right::To(_, level) = route.right else { continue };
        if route.kind == Kind::Page {
            continue;
        }
        let path = filled(&route, |name| own.get(name).to_owned());
        let status = Reply::read(request(&server, &route, &path, &key, "")).await.status.as_u16();
        let is_refused = level == domain::identity::Level::Full;
        assert_eq!(status == 403, is_refused, "{route:?}: {status}");
        assert_eq!(
            route.method == "GET",
            !is_refused,
            "{route:?}: whatever changes something needs full access"
        );
    }
}

async fn without_a_login_nothing_opens(database: Database) {
    let server = Server::start(database).await;
    for route in routes() {
        let path = filled(&route, |_| "1".to_owned());
        let reply =
            Reply::read(request(&server, &route, &path, "swy_wrong", "switchyard_session=wrong")).await;
        match route.kind {
            Kind::Api => {
                assert_eq!(reply.status, 401, "{route:?}");
                assert_eq!(reply.headers["content-type"], "application/problem+json");
            }
            Kind::Page => {
                assert_eq!(reply.status, 303, "{route:?}");
                assert!(reply.location().starts_with("/sign-in"), "{route:?}: {}", reply.location());
            }
        }
    }
}

/// Sends a request until the limit lets it through.
async fn patiently(request: impl Fn() -> RequestBuilder) -> Reply {
    loop {
        let reply = Reply::read(request()).await;
        if reply.status != 429 {
            return reply;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

/// NUL in each filter and each field that the description names, and in the forms of the pages.
async fn a_character_that_no_database_stores_is_refused_everywhere(database: Database) {
    let server = Server::start(database).await;
    let own = Ids::make(&server, 0).await;
    let key = &server.networks[0].api_key;
    let document = switchyard::web::openapi::document();
    let (mut filters, mut fields) = (0, 0);
    let mut names = std::collections::BTreeSet::from(["q", "limit", "cursor"]);
    for route in routes().into_iter().filter(|route| route.kind == Kind::Api) {
        let about = route.about.as_ref().expect("each call is described");
        let url = format!("{}{}", server.url, filled(&route, |name| own.get(name).to_owned()));
        let method = Method::from_bytes(route.method.as_str().as_bytes()).expect("a method");
        for (name, _) in &about.parameters {
            names.insert(*name);
            let sent = || client().request(method.clone(), format!("{url}?{name}=a%00")).bearer_auth(key);
            let reply = patiently(sent).await;
            assert!(reply.status.is_client_error(), "{route:?} with {name}: {} {}", reply.status, reply.text);
            filters += 1;
        }
        let Some(schema) = about.takes else { continue };
        let properties = document["components"]["schemas"][schema]["properties"].as_object();
        for name in properties.expect("a schema has fields").keys() {
            for value in [json!("a\u{0}"), json!([{ "values": ["a\u{0}"] }])] {
                let body = json!({ name.as_str(): value });
                let reply =
                    patiently(|| client().request(method.clone(), &url).bearer_auth(key).json(&body)).await;
                assert_eq!(reply.status, 422, "{route:?} with {body}: {}", reply.text);
                let told = reply.json["errors"][0]["field"].as_str().unwrap_or_default();
                assert!(told.starts_with(name.as_str()), "{route:?} with {body}: {}", reply.text);
                fields += 1;
            }
        }
    }
    assert!(filters >= 50 && fields >= 50, "only {filters} filters and {fields} fields tried");
    let session = Session::of(&server, &server.networks[0]).await;
    for route in routes().into_iter().filter(|route| route.kind == Kind::Page) {
        let path = filled(&route, |name| own.get(name).to_owned());
        if route.method != "GET" {
            let reply = session.post(&path, &[("name", "a\u{0}")]).await;
            assert!(reply.status.as_u16() < 500, "{route:?}: {}", reply.text);
            continue;
        }
        for name in &names {
            let reply = session.get(&format!("{path}?{name}=a%00")).await;
            assert!(reply.status.as_u16() < 500, "{route:?} with {name}: {}", reply.text);
        }
    }
    let reply = crate::support::session::try_sign_in(&server, "a\u{0}@acme.example", "a password").await;
    assert_eq!(reply.status, 400, "{}", reply.text);
    assert!(reply.text.contains("email"), "{}", reply.text);
}

/// A key of the first network whose role has these rights and no others.
async fn key_of_role(server: &Server, rights: &str) -> String {
    let made = server.api.post("api-keys", json!({ "name": "Tried", "role": "analyst" })).await;
    let role = add_role(server, rights).await;
    server.rows.execute(&format!("update api_keys set role_id = {role} where id = {}", id_of(&made))).await;
    made["key"].as_str().expect("a new key is shown").to_owned()
}

/// The cookies of the people of the first network by their sides: its administrator, and a user of its partner.
struct Cookies {
    administrator: String,
    partner: String,
}

impl Cookies {
    async fn of(server: &Server, own: &Ids) -> Self {
        let (email, password) = ("tried@partner.example", "a password of many words");
        let new = json!({
            "kind": "partner", "partner_id": own.get("partner_id"), "email": email, "name": "Tried", "password": password,
        });
        server.api.post("users", new).await;
        Self {
            administrator: Session::of(server, &server.networks[0]).await.cookie,
            partner: Session::sign_in(server, email, password).await.cookie,
        }
    }

    /// Of whom a route is for.
    fn for_route(&self, route: &Route) -> &str {
        match route.right {
            Right::Of(UserKind::Partner) => &self.partner,
            Right::Of(UserKind::Employee | UserKind::Advertiser)
            | Right::SignedIn
            | Right::To(..)
            | Right::Both(..)
            | Right::Operator => &self.administrator,
        }
    }
}

async fn cookie_without_rights(server: &Server) -> String {
    let new = json!({
        "email": "tried@acme.example", "name": "Tried", "password": "a password of many words", "role": "analyst"
    });
    let made = server.api.post("users", new).await;
    let role = add_role(server, "{}").await;
    server.rows.execute(&format!("update users set role_id = {role} where id = {}", id_of(&made))).await;
    Session::sign_in(server, "tried@acme.example", "a password of many words").await.cookie
}

async fn add_role(server: &Server, rights: &str) -> String {
    let name = format!("role {}", server.rows.number("select count(*) from roles").await);
    let rights: Value = serde_json::from_str(rights).expect("rights");
    id_of(&server.api.post("roles", json!({ "name": name, "rights": rights })).await)
}

macro_rules! with_two_networks {
    ($($name:ident),+ $(,)?) => {
        $(mod $name {
            use crate::support::database::Database;

            #[test]
            fn on_sqlite() {
                super::run(super::$name(Database::Sqlite));
            }

            #[test]
            fn on_postgres() {
                super::run(super::$name(Database::Postgres));
            }
        })+
    };
}

with_two_networks!(
    a_foreign_id_is_not_found,
    every_route_that_reads_finds_its_own,
    what_the_role_lacks_is_refused,
    only_those_who_run_the_installation_see_its_pages,
    reading_alone_changes_nothing,
    without_a_login_nothing_opens,
    a_character_that_no_database_stores_is_refused_everywhere,
);

#[test]
fn no_route_is_in_the_table_twice_and_none_is_public_as_well() {
    let mut seen = std::collections::BTreeSet::new();
    let public = public_routes().into_iter().map(|route| (route.method.to_string(), route.path.to_owned()));
    let all = routes().into_iter().map(|route| (route.method.to_string(), route.path)).chain(public);
    for route in all {
        assert!(seen.insert(route.clone()), "{route:?} stands there twice");
    }
}
