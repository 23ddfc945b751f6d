//! Every page of the console, from the route table: as each kind of employee, in both themes, at the
//! three widths of the design, judged by axe; and every form as the server writes it, without scripts.
//! A page that somebody adds is walked without anybody adding a test.

use crate::{
    rights::{Ids, filled},
    support::{
        api::Reply,
        browser::{Browser, Theme},
        database::Database,
        on,
        server::{Network, Server},
        session::Session,
    },
};
use domain::identity::UserKind;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use switchyard::web::routes::{Kind, Right, Route, public_routes, routes};

const PASSWORD: &str = "a password of many words";
const WIDTHS: [u64; 3] = [360, 820, 1440];

/// Someone of a network with one of the built-in roles.
async fn employee(server: &Server, role: &str) -> Network {
    let email = format!("{role}@acme.example");
    let new = json!({ "email": email, "name": format!("The {role}"), "password": PASSWORD, "role": role });
    server.api.post("users", new).await;
    Network { email, password: PASSWORD.to_owned(), ..server.networks[0].clone() }
}

/// The addresses of every route that answers with a whole page, with the right that each needs.
async fn pages(server: &Server, own: &Ids) -> Vec<(String, Right)> {
    let administrator = Session::of(server, &server.networks[0]).await;
    let mut found = Vec::new();
    for route in routes() {
        let is_of_others = matches!(route.right, Right::Operator | Right::Of(_));
        if route.kind != Kind::Page || route.method != "GET" || is_of_others {
            continue;
        }
        let path = filled(&route, |name| own.get(name).to_owned());
        let reply = administrator.get(&path).await;
        assert_eq!(reply.status, 200, "{route:?}: {}", reply.text);
        if reply.text.starts_with("<!doctype html>") {
            found.push((path, route.right));
        }
    }
    assert!(found.len() >= 40, "only {} pages found", found.len());
    found
}

/// Walks whatever the role opens, and makes sure that the rest says why it does not open.
async fn walk_as(server: Server, role: &str) {
    let own = Ids::make(&server, 0).await;
    let person = employee(&server, role).await;
    let session = Session::sign_in(&server, &person.email, &person.password).await;
    let rights = rights_of(&server, role).await;
    let mut browser = Browser::open(&server).await;
    browser.sign_in(&person).await;
    let mut complaints = Vec::new();
    let mut walked = 0;
    for (path, right) in pages(&server, &own).await {
        let may = match right {
            Right::Of(_) => false,
            Right::SignedIn => true,
            Right::To(section, _) if rights[section.name()] == "none" => false,
            Right::To(_, level) => level != domain::identity::Level::Full || rights_full(&rights, right),
            Right::Both(one, other) => [one, other].iter().all(|section| rights[section.name()] != "none"),
            Right::Operator => false,
        };
        let reply = session.get(&path).await;
        assert_eq!(reply.status == 200, may, "{role} at {path}: {}", reply.status);
        // A page that does not open looks the same everywhere: one is enough.
        if may || walked == 0 {
            complaints.extend(look_at(&mut browser, role, &path).await);
            walked += 1;
        }
    }
    assert!(complaints.is_empty(), "{role}:\n{}", complaints.join("\n"));
    assert!(walked >= 15, "{role} walked only {walked} pages");
    browser.close().await;
}

fn rights_full(rights: &Value, right: Right) -> bool {
    matches!(right, Right::To(section, _) if rights[section.name()] == "full")
}

async fn rights_of(server: &Server, role: &str) -> Value {
    let roles = server.api.list("roles").await;
    let of_role = roles.into_iter().find(|found| found["name"] == role).expect("a built-in role");
    of_role["rights"].clone()
}

/// What is wrong with one page in both themes and at every width; of the administrator's with pictures.
async fn look_at(browser: &mut Browser, role: &str, path: &str) -> Vec<String> {
    browser.visit(path).await;
    let mut complaints = Vec::new();
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        browser.theme(theme).await;
        for width in WIDTHS {
            browser.width(width).await;
            let wrong = browser.complaints().await;
            complaints.extend(wrong.into_iter().map(|wrong| format!("{path}, {name}, {width} px: {wrong}")));
            let is_pictured = matches!((theme, width), (Theme::Light, 1440) | (Theme::Dark, 360));
            if role == "administrator" && is_pictured {
                let page = path.trim_matches('/').replace('/', "-");
                browser.screenshot(&format!("page-{page}-{name}-{width}")).await;
            }
        }
    }
    complaints
}

/// The pages that are for a partner's people alone.
async fn a_partner_walks(server: Server) {
    let own = Ids::make(&server, 0).await;
    let email = "pat@partner.example".to_owned();
    let new = json!({
        "kind": "partner", "partner_id": own.get("partner_id"), "email": email, "name": "Pat", "password": PASSWORD,
    });
    server.api.post("users", new).await;
    let mut browser = Browser::open(&server).await;
    browser.sign_in(&Network { email, password: PASSWORD.to_owned(), ..server.networks[0].clone() }).await;
    let is_theirs = |route: &Route| route.right == Right::Of(UserKind::Partner) && route.method == "GET";
    let mut complaints = Vec::new();
    for route in routes().into_iter().filter(is_theirs) {
        let path = filled(&route, |name| own.get(name).to_owned());
        complaints.extend(look_at(&mut browser, "administrator", &path).await);
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    browser.close().await;
}

#[test]
fn a_partner_walks_its_pages() {
    on(Database::Sqlite, a_partner_walks);
}

#[test]
fn an_administrator_walks_every_page() {
    on(Database::Sqlite, async |server: Server| walk_as(server, "administrator").await);
}

#[test]
fn a_manager_walks_every_page() {
    on(Database::Sqlite, async |server: Server| walk_as(server, "manager").await);
}

#[test]
fn an_analyst_walks_every_page() {
    on(Database::Sqlite, async |server: Server| walk_as(server, "analyst").await);
}

#[test]
fn everybody_finds_every_page_that_needs_no_sign_in() {
    on(Database::Sqlite, async |server: Server| {
        let mut browser = Browser::open(&server).await;
        let mut complaints = Vec::new();
        let mut walked = 0;
        for public in public_routes() {
            if public.method == "GET" && !public.path.ends_with(".json") {
                complaints.extend(look_at(&mut browser, "visitor", public.path).await);
                walked += 1;
            }
        }
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
        assert!(walked >= 4, "only {walked} pages");
        browser.close().await;
    });
}

/// A form as a page has it, with what it would send as it stands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Sent {
    page: String,
    action: String,
    /// The name and value of the button.
    button: String,
    fields: Vec<(String, String)>,
    /// Whether it carries a file, which a page can't fill in by itself.
    has_file: bool,
}

impl Sent {
    fn is_same(&self, other: &Self) -> bool {
        (&self.action, &self.button) == (&other.action, &other.button)
    }
}

/// Every form that a page of ours posts, read from what the server sent and not from what scripts made of it;
/// once for each of its buttons.
async fn forms(browser: &Browser, page: &str) -> Vec<Sent> {
    let found = browser
        .script(&format!(
            "const asked = new XMLHttpRequest();
             asked.open('GET', {page}, false);
             asked.send();
             const page = new DOMParser().parseFromString(asked.responseText, 'text/html');
             const found = [];
             for (const form of page.querySelectorAll('form[method=post]')) {{
               const buttons = [...page.querySelectorAll('button, input[type=submit]')]
                 .filter((one) => one.form === form && one.type === 'submit' && !one.disabled);
               for (const button of buttons) {{
                 const action = button.getAttribute('formaction') ?? form.getAttribute('action') ?? {page};
                 const text = [...new FormData(form, button)].filter(([, value]) => typeof value === 'string');
                 found.push([action, text, form.enctype === 'multipart/form-data', button.name + '=' + button.value]);
               }}
             }}
             return found;",
            page = json!(page)
        ))
        .await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one = |form: &Value| Sent {
        page: page.to_owned(),
        action: text(&form[0]),
        button: text(&form[3]),
        fields: form[1]
            .as_array()
            .into_iter()
            .flatten()
            .map(|pair| (text(&pair[0]), text(&pair[1])))
            .collect(),
        has_file: form[2] == true,
    };
    found.as_array().into_iter().flatten().map(one).collect()
}

/// Whether a path is one of this route.
fn is_of(route: &Route, path: &str) -> bool {
    let (mut wanted, mut given) = (route.path.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(name), Some(part)) if name == part || (name.starts_with('{') && !part.is_empty()) => {}
            _ => return false,
        }
    }
}

/// Acts that end what other forms are about, or the session; they come last.
const ENDS: [&str; 7] = ["remove", "revoke", "revoke-others", "cancel", "end", "token", "password"];

#[test]
fn every_form_does_its_work_without_scripts() {
    on(Database::Sqlite, forms_work);
}

async fn forms_work(server: Server) {
    let own = Ids::make(&server, 0).await;
    let browser = Browser::open(&server).await;
    browser.sign_in(&server.networks[0]).await;
    let mut posts: Vec<Route> = routes()
        .into_iter()
        .filter(|route| route.kind == Kind::Page && route.method == "POST" && route.right != Right::Operator)
        .collect();
    // Words come before ids, as where requests are told apart.
    posts.sort_by_key(|route| route.ids().count());
    let mut sent = Vec::new();
    let ticked = [
        "offer",
        "partner",
        "advertiser",
        "smart-link",
        "campaign",
        "monitor",
        "source-block",
        "traffic-control",
    ]
    .map(|kind| format!("/{kind}s/bulk?act=pause&id={}", own.get(&format!("{}_id", kind.replace('-', "_")))));
    let rule = format!("/smart-switch/rules/bulk?act=pause&id={}", own.get("smart_switch_rule_id"));
    let source = format!("/smart-switch/variables/bulk?act=delete&id={}", own.get("actionable_variable_id"));
    let ticked = ticked.into_iter().chain([rule, source]);
    for page in pages(&server, &own).await.into_iter().map(|(page, _)| page).chain(ticked) {
        sent.extend(forms(&browser, &page).await);
    }
    // Lists have the same form in each row.
    let mut by_route: BTreeMap<(String, String), Sent> = BTreeMap::new();
    for form in sent {
        let path = form.action.split('?').next().unwrap_or_default().to_owned();
        if let Some(route) = posts.iter().find(|route| is_of(route, &path)) {
            by_route.entry((route.path.clone(), form.button.clone())).or_insert(form);
        }
    }
    let found: BTreeSet<&str> = by_route.keys().map(|(path, _)| path.as_str()).collect();
    let lost: Vec<&str> =
        posts.iter().map(|route| route.path.as_str()).filter(|path| !found.contains(path)).collect();
    assert_eq!(lost, WITHOUT_A_FORM, "routes that no form of a page leads to");
    let ends = |form: &Sent| ENDS.iter().any(|word| form.action.split('/').any(|part| part == *word));
    let (mut last, first): (Vec<Sent>, Vec<Sent>) =
        by_route.into_values().filter(|form| !form.has_file).partition(ends);
    let session = Session::of(&server, &server.networks[0]).await;
    for form in &first {
        // What was sent before may have changed the page.
        let now = forms(&browser, &form.page).await.into_iter().find(|now| now.is_same(form));
        let now = now.unwrap_or_else(|| panic!("{form:?} is still there"));
        works(&now, &send(&session, &now).await);
    }
    browser.close().await;
    // All sessions at once come after one of them.
    last.sort_by_key(|form| {
        ["revoke-others", "sessions/revoke"].iter().any(|end| form.action.ends_with(end))
    });
    for form in &last {
        let session = Session::of(&server, &server.networks[0]).await;
        let reply = send(&session, form).await;
        // What another act of the walk has ended is gone, or can't be ended again, and says so.
        if !matches!(reply.status.as_u16(), 404 | 409) {
            works(form, &reply);
        }
    }
}

/// What is reached only in a state that the walk's network is not in, or by a script alone; each has a test of its
/// own.
const WITHOUT_A_FORM: [&str; 7] = [
    "/account/two-step/confirm",
    "/account/two-step/renew",
    "/account/two-step/end",
    "/smart-switch/rules/preview",
    "/settings/users/{user_id}/two-step/end",
    "/smart-switch/evaluations/{evaluation_id}/cancel",
    "/reports/runs/{run_id}/cancel",
];

async fn send(session: &Session, form: &Sent) -> Reply {
    let fields: Vec<(&str, &str)> =
        form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    session.post(&form.action, &fields).await
}

/// It is done, or the page comes again and says at which field it can't be.
fn works(form: &Sent, reply: &Reply) {
    let is_done = matches!(reply.status.as_u16(), 200 | 303);
    let is_told = reply.status == 422 && reply.text.contains("mending");
    assert!(is_done || is_told, "{form:?}: {} {}", reply.status, reply.text);
}
