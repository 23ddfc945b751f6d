//! Roles of a network's own, keys that reach less far than their role, and people who see only the
//! partners whose manager they are.

use crate::support::{
    api::{Api, Reply, id_of},
    browser::Browser,
    database::Database,
    on,
    server::Server,
    session::Session,
    visitor::{IPHONE, Visitor},
};
use reqwest::Method;
use serde_json::{Value, json};

both_databases!(
    a_role_is_made_changed_and_removed_once_nobody_has_it,
    nobody_makes_a_role_that_reaches_further_than_their_own,
    a_key_does_no_more_than_its_scopes_and_ends_by_itself,
    who_sees_own_partners_only_meets_no_other_anywhere,
);

const PASSWORD: &str = "a password of many words";

async fn refused(api: &Api, method: Method, path: &str, body: Value) -> Reply {
    let reply = api.call(method, path, body).await;
    assert!(reply.status.is_client_error(), "{path}: {} {}", reply.status, reply.text);
    reply
}

async fn a_role_is_made_changed_and_removed_once_nobody_has_it(server: Server) {
    let api = &server.api;
    let rights = json!({ "offers": "full", "reports": "read" });
    let role = api.post("roles", json!({ "name": "Offer desk", "rights": rights })).await;
    assert_eq!(
        (role["rights"]["offers"].as_str(), role["rights"]["users"].as_str()),
        (Some("full"), Some("none"))
    );
    assert_eq!((role["built_in"].as_bool(), role["own_partners"].as_bool()), (Some(false), Some(false)));
    let path = format!("roles/{}", id_of(&role));
    let taken = refused(api, Method::POST, "roles", json!({ "name": "Offer desk" })).await;
    assert_eq!((taken.status.as_u16(), taken.json["errors"][0]["field"].as_str()), (409, Some("name")));
    let wrong =
        refused(api, Method::POST, "roles", json!({ "name": "x", "rights": { "ofers": "read" } })).await;
    assert_eq!(wrong.status, 422);
    let administrator = Session::of(&server, &server.networks[0]).await;
    let odd = [("name", "Odd"), ("rights.reports", "some")];
    let odd = administrator.post("/settings/roles", &odd).await;
    assert!(odd.status == 422 && odd.text.contains("must be none, read or full"), "{}", odd.text);
    let user =
        json!({ "email": "ann@acme.example", "name": "Ann", "password": PASSWORD, "role": "Offer desk" });
    api.post("users", user).await;
    let session = Session::sign_in(&server, "ann@acme.example", PASSWORD).await;
    assert_eq!(
        (session.get("/offers/new").await.status.as_u16(), session.get("/partners").await.status.as_u16()),
        (200, 403)
    );
    let used = refused(api, Method::DELETE, &path, Value::Null).await;
    assert!(used.status == 409 && used.text.contains("Ann"), "{}", used.text);
    let changed = api.patch(&path, json!({ "rights": { "offers": "read", "partners": "read" } })).await;
    assert_eq!(
        (changed["rights"]["offers"].as_str(), changed["rights"]["reports"].as_str()),
        (Some("read"), Some("read"))
    );
    assert_eq!(
        (session.get("/offers/new").await.status.as_u16(), session.get("/partners").await.status.as_u16()),
        (403, 200),
        "at once"
    );
    let page = session.get("/partners").await.text;
    assert!(
        page.contains("href=\"/partners\"") && !page.contains("href=\"/advertisers\""),
        "the navigation follows"
    );
    let ann = id_of(&api.list("users?email=ann@acme.example").await[0]);
    api.patch(&format!("users/{ann}"), json!({ "role": "analyst" })).await;
    assert_eq!(api.call(Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(api.call(Method::GET, &path, Value::Null).await.status, 404);
    for built_in in api.list("roles").await {
        let path = format!("roles/{}", id_of(&built_in));
        assert_eq!(refused(api, Method::DELETE, &path, Value::Null).await.status, 409);
        assert_eq!(refused(api, Method::PATCH, &path, json!({ "name": "Mine" })).await.status, 409);
    }
    let audit: Vec<_> = api.list("audit?object=role").await;
    let acts: Vec<_> = audit.iter().filter_map(|entry| entry["action"].as_str()).collect();
    assert_eq!(acts, ["delete", "update", "create"]);
}

async fn nobody_makes_a_role_that_reaches_further_than_their_own(server: Server) {
    let api = &server.api;
    let rights = json!({ "users": "full", "settings": "full", "offers": "read" });
    api.post("roles", json!({ "name": "Clerk", "rights": rights })).await;
    let key = api.post("api-keys", json!({ "name": "Clerk", "role": "Clerk" })).await;
    let clerk = api.with_key(key["key"].as_str().expect("a key"));
    let wide = json!({ "name": "Wide", "rights": { "offers": "full" } });
    assert_eq!(refused(&clerk, Method::POST, "roles", wide).await.status, 403);
    let own = clerk.post("roles", json!({ "name": "Narrow", "rights": { "offers": "read" } })).await;
    let path = format!("roles/{}", id_of(&own));
    let raise = json!({ "rights": { "audit": "read" } });
    assert_eq!(refused(&clerk, Method::PATCH, &path, raise).await.status, 403);
    let desk = api.post("roles", json!({ "name": "Desk", "rights": { "offers": "full" } })).await;
    let path = format!("roles/{}", id_of(&desk));
    assert_eq!(refused(&clerk, Method::PATCH, &path, json!({ "name": "Mine" })).await.status, 403);
    assert_eq!(refused(&clerk, Method::DELETE, &path, Value::Null).await.status, 403);
}

async fn a_key_does_no_more_than_its_scopes_and_ends_by_itself(server: Server) {
    let api = &server.api;
    let day = chrono::Utc::now() + chrono::Duration::days(1);
    let new = json!({
        "name": "Billing", "role": "manager", "rights": { "reports": "read", "partners": "read" }, "expires_at": day,
    });
    let made = api.post("api-keys", new).await;
    assert_eq!(
        (made["rights"]["partners"].as_str(), made["rights"]["offers"].as_str()),
        (Some("read"), Some("none"))
    );
    let billing = api.with_key(made["key"].as_str().expect("a key"));
    billing.get("partners").await;
    assert_eq!(refused(&billing, Method::GET, "offers", Value::Null).await.status, 403);
    assert_eq!(refused(&billing, Method::POST, "partners", json!({ "name": "A" })).await.status, 403);
    let wider = json!({ "name": "X", "role": "analyst", "rights": { "offers": "full" } });
    let wider = refused(api, Method::POST, "api-keys", wider).await;
    assert_eq!((wider.status.as_u16(), wider.json["errors"][0]["field"].as_str()), (422, Some("rights")));
    for (end, words) in [("2020-01-01T00:00:00Z", "must lie ahead"), ("soon", "2027-01-31")] {
        let ended = json!({ "name": "X", "role": "analyst", "expires_at": end });
        let ended = refused(api, Method::POST, "api-keys", ended).await;
        assert_eq!(
            (ended.status.as_u16(), ended.json["errors"][0]["field"].as_str()),
            (422, Some("expires_at"))
        );
        assert!(ended.text.contains(words), "{}", ended.text);
    }
    let shown = api.get(&format!("api-keys/{}", id_of(&made))).await;
    assert!(shown["used_at"].is_string() && shown["expires_at"].is_string(), "{shown}");
    server.rows.execute("update api_keys set expires_at = 1000 where expires_at is not null").await;
    let ended = refused(&billing, Method::GET, "partners", Value::Null).await;
    assert_eq!(ended.status, 401);
    let why = ended.json["detail"].as_str().expect("a reason");
    assert!(why.contains("ended at 1970-01-01T00:00:01"), "{why}");
    let page = Session::of(&server, &server.networks[0]).await.get("/settings/api-keys").await.text;
    assert!(page.contains("Partners read only") && page.contains("ended"), "{page}");
}

/// A partner that has sent a visitor who converted; gives its id, the click and the conversion.
async fn traffic(server: &Server, name: &str, manager: Option<&str>) -> (String, String, String) {
    let api = &server.api;
    let advertiser = api.create_advertiser(&format!("Advertiser {name}")).await;
    let offer = api.create_offer(&advertiser, json!({ "name": format!("Offer {name}") })).await.id;
    let partner = id_of(&api.post("partners", json!({ "name": name, "manager_id": manager })).await);
    api.post(&format!("partners/{partner}/offers"), json!({ "offer_id": offer, "state": "approved" })).await;
    let link = api.get(&format!("links?partner_id={partner}&offer_id={offer}")).await;
    let click = Visitor::new(IPHONE, "DE").follow(link["url"].as_str().expect("a link")).await.click_id();
    let call = [("transaction_id", click.as_str()), ("verification_token", advertiser.token.as_str())];
    let conversion = server.postback(&call).await.success();
    let conversion = conversion["conversion_id"].as_str().expect("a conversion").to_owned();
    (partner, click, conversion)
}

/// A key made by somebody on the page, as it is shown there once.
async fn key_made_by(session: &Session, role: &str) -> String {
    let page = session.post("/settings/api-keys", &[("name", "Mia's"), ("role_id", role)]).await;
    let key = page.text.split("swy_").nth(1).unwrap_or_else(|| panic!("no key: {}", page.text));
    format!(
        "swy_{}",
        key.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect::<String>()
    )
}

async fn who_sees_own_partners_only_meets_no_other_anywhere(server: Server) {
    let api = &server.api;
    let full: serde_json::Map<String, Value> = domain::identity::Section::ALL
        .iter()
        .map(|section| (section.name().to_owned(), json!("full")))
        .collect();
    let role =
        api.post("roles", json!({ "name": "Own manager", "rights": full, "own_partners": true })).await;
    let new =
        json!({ "email": "mia@acme.example", "name": "Mia", "password": PASSWORD, "role": "Own manager" });
    let mia = id_of(&api.post("users", new).await);
    let refused_key =
        refused(api, Method::POST, "api-keys", json!({ "name": "X", "role": "Own manager" })).await;
    assert_eq!(refused_key.status, 422, "a key of nobody has no partners");
    let (own, own_click, own_conversion) = traffic(&server, "Ownway", Some(&mia)).await;
    let (other, click, conversion) = traffic(&server, "Otherside", None).await;
    let of_partner = json!({ "kind": "partner", "partner_id": other, "email": "p@other.example", "name": "Pat", "password": PASSWORD });
    let pat = id_of(&api.post("users", of_partner).await);
    server.wait_drained().await;
    let session = Session::sign_in(&server, "mia@acme.example", PASSWORD).await;
    let hers = api.with_key(&key_made_by(&session, &id_of(&role)).await);
    for (path, field, wanted) in [
        ("partners", "id", own.as_str()),
        ("clicks", "id", own_click.as_str()),
        ("conversions", "id", own_conversion.as_str()),
        ("postbacks", "conversion_id", own_conversion.as_str()),
        ("clicks", "partner_id", own.as_str()),
    ] {
        let found: Vec<_> = hers.list(path).await.iter().map(|row| row[field].clone()).collect();
        assert_eq!(found, [json!(wanted)], "{path} by {field}");
        assert_eq!(api.list(path).await.len(), 2, "the administrator sees both {path}");
    }
    for path in [
        format!("partners/{other}"),
        format!("partners/{other}/offers"),
        format!("clicks/{click}"),
        format!("conversions/{conversion}"),
        format!("users/{pat}"),
        format!("users/{pat}/sessions"),
    ] {
        assert_eq!(hers.call(Method::GET, &path, Value::Null).await.status, 404, "{path}");
        let page = format!("/{path}");
        if !path.starts_with("users") && path.matches('/').count() == 1 {
            assert_eq!(session.get(&page).await.status, 404, "{page}");
        }
        api.get(&path).await;
    }
    hers.get(&format!("clicks/{own_click}")).await;
    let patch = json!({ "status": "rejected" });
    assert_eq!(hers.call(Method::PATCH, &format!("conversions/{conversion}"), patch).await.status, 404);
    assert_eq!(
        hers.call(Method::PATCH, &format!("partners/{other}"), json!({ "name": "Mine" })).await.status,
        404
    );
    assert_eq!(hers.call(Method::DELETE, &format!("partners/{other}"), Value::Null).await.status, 404);
    let offer = id_of(&api.list("offers").await[0]);
    let link = format!("links?partner_id={other}&offer_id={offer}");
    assert_eq!(hers.call(Method::GET, &link, Value::Null).await.status, 404);
    figures_are_of_own_partners(&hers, api, &own).await;
    pages_name_no_other(&session).await;
    let audit = hers.list("audit").await;
    assert!(!audit.is_empty() && !json!(audit).to_string().contains("Otherside\\\""), "{audit:?}");
    assert!(!json!(audit).to_string().contains("p@other.example"));
    what_she_makes_is_hers(&hers, &mia, &other).await;
}

async fn figures_are_of_own_partners(hers: &Api, api: &Api, own: &str) {
    let today = chrono::Utc::now().date_naive();
    let range = format!("from={}&to={}", today - chrono::Days::new(3), today + chrono::Days::new(1));
    for group in ["partner", "offer", "day", "hour", "country"] {
        let path = format!("reports?group_by={group}&{range}");
        let (part, whole) = (hers.get(&path).await, api.get(&path).await);
        let clicks = |report: &Value| report["totals"]["gross_clicks"].as_i64();
        assert_eq!((clicks(&part), clicks(&whole)), (Some(1), Some(2)), "{group}: {part}");
        assert!(!part.to_string().contains("Otherside") || group == "offer", "{part}");
    }
    let foreign = hers.get(&format!("reports?group_by=partner&{range}")).await;
    let ids: Vec<_> =
        foreign["items"].as_array().expect("items").iter().map(|item| item["group"].clone()).collect();
    assert!(
        ids.len() == 1 && (ids[0].to_string().contains(own) || ids[0].to_string().contains("Ownway")),
        "{ids:?}"
    );
}

async fn pages_name_no_other(session: &Session) {
    for path in ["/", "/partners", "/clicks", "/conversions", "/reports?group_by=partner", "/links"] {
        let page = session.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        let shown = page.text.replace("Offer Otherside", "");
        assert!(!shown.contains(">Otherside<"), "{path}: {shown}");
        assert!(!shown.contains("/settings/uploads"), "{path}: a page that is closed to her");
    }
}

async fn what_she_makes_is_hers(hers: &Api, mia: &str, other: &str) {
    let made = hers.post("partners", json!({ "name": "New" })).await;
    assert_eq!(made["manager_id"].as_str(), Some(mia));
    let kept = hers.patch(&format!("partners/{}", id_of(&made)), json!({ "manager_id": null })).await;
    assert_eq!(kept["manager_id"].as_str(), Some(mia), "she can't lose it");
    let user = json!({ "kind": "partner", "partner_id": other, "email": "x@other.example", "name": "X", "password": PASSWORD });
    assert_eq!(hers.call(Method::POST, "users", user).await.status, 409);
    let free = json!({ "email": "y@acme.example", "name": "Y", "password": PASSWORD, "role": "analyst" });
    assert_eq!(hers.call(Method::POST, "users", free).await.status, 403, "nobody who sees more");
    assert_eq!(
        hers.call(Method::PATCH, &format!("users/{mia}"), json!({ "role": "administrator" })).await.status,
        403
    );
    let role = json!({ "name": "All", "rights": { "partners": "read" } });
    assert_eq!(hers.call(Method::POST, "roles", role).await.status, 403);
}

#[test]
fn roles_are_edited_in_a_browser() {
    on(Database::Sqlite, async |server: Server| {
        let browser = Browser::open(&server).await;
        browser.sign_in(&server.networks[0]).await;
        browser.visit("/settings/roles").await;
        browser.axe().await;
        browser.click("analyst").await;
        browser.see("built in").await;
        browser.axe().await;
        browser.click("Copy").await;
        assert_eq!(browser.value("name").await, "analyst copy");
        browser.fill("name", "Desk").await;
        browser.tick("rights.partners", "none").await;
        browser.tick("rights.audit", "read").await;
        browser.click("Show what it sees").await;
        browser.see("Audit log").await;
        assert!(!browser.text_of("main section").await.contains("Partners"), "the preview follows");
        browser.click("Make role").await;
        browser.see("Desk is made").await;
        browser.axe().await;
        let roles = server.api.list("roles").await;
        assert_eq!(
            (roles[0]["name"].as_str(), roles[0]["rights"]["audit"].as_str()),
            (Some("Desk"), Some("read"))
        );
        browser.visit("/settings/api-keys").await;
        browser.axe().await;
        let partner = id_of(&server.api.post("partners", json!({ "name": "Nile" })).await);
        browser.visit(&format!("/partners/{partner}")).await;
        browser.choose("manager_id", "admin").await;
        browser.click("Save").await;
        browser.see("Saved.").await;
        browser.axe().await;
        browser.visit("/partners").await;
        browser.see("admin").await;
        browser.close().await;
    });
}
