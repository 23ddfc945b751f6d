//! Signing in and out as people and their browsers do it, and what stands in the way of others.

use crate::support::{
    api::{Reply, client},
    database::Database,
    run,
    server::Server,
    session::{Session, cookie_of, try_sign_in},
};
use serde_json::json;

both_databases!(
    whoever_has_the_password_is_signed_in_and_nobody_else,
    failed_tries_cost_a_pause_that_the_right_password_does_not_lift,
    a_session_ends_by_signing_out_by_rest_and_by_age,
    an_inactive_user_is_out_at_once,
    another_site_can_change_nothing,
    partners_and_advertisers_see_whose_network_it_is_and_no_employee_page,
    a_suspended_network_lets_nobody_in,
    a_revoked_key_opens_nothing,
    sign_ins_are_in_the_audit_log,
    people_see_where_they_are_signed_in_and_end_it,
    a_new_password_ends_the_other_sessions,
    an_administrator_signs_others_out
);

async fn whoever_has_the_password_is_signed_in_and_nobody_else(server: Server) {
    let network = &server.networks[0];
    let closed = server.visit("/?a=b").await;
    assert_eq!((closed.status.as_u16(), closed.location()), (303, "/sign-in?next=%2F%3Fa%3Db"));
    let wrong = try_sign_in(&server, &network.email, "not the password").await;
    let nobody = try_sign_in(&server, "nobody@acme.example", "not the password").await;
    for refused in [&wrong, &nobody] {
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("is not right"), "{}", refused.text);
        assert_eq!(cookie_of(refused), "");
    }
    let right = try_sign_in(&server, &network.email.to_uppercase(), &network.password).await;
    assert_eq!((right.status.as_u16(), right.location()), (303, "/"));
    let set = right.headers["set-cookie"].to_str().expect("a cookie is text");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    let home = Session::of(&server, network).await.get("/").await;
    assert_eq!(home.status, 200);
    assert!(home.text.contains(&network.email) && home.text.contains(&network.name));
    let forged = client().get(format!("{}/", server.url)).header("Cookie", "switchyard_session=0000");
    assert_eq!(Reply::read(forged).await.status, 303);
}

async fn failed_tries_cost_a_pause_that_the_right_password_does_not_lift(server: Server) {
    let network = &server.networks[0];
    for _ in 0..5 {
        assert_eq!(try_sign_in(&server, &network.email, "not the password").await.status, 422);
    }
    let paused = try_sign_in(&server, &network.email, &network.password).await;
    assert_eq!(paused.status, 429);
    let wait: u64 = paused.headers["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((1..=30).contains(&wait), "{wait}");
    assert!(paused.text.contains("Too many failed tries"), "{}", paused.text);
    let other =
        json!({ "email": "other@acme.example", "name": "Other", "password": PASSWORD, "role": "manager" });
    server.api.post("users", other).await;
    Session::sign_in(&server, "other@acme.example", PASSWORD).await;
    server.rows.execute("update sign_in_failures set blocked_until = 0").await;
    Session::of(&server, network).await;
    assert_eq!(try_sign_in(&server, &network.email, "not the password").await.status, 422, "all is forgiven");
}

const PASSWORD: &str = "a password of many words";

async fn a_session_ends_by_signing_out_by_rest_and_by_age(server: Server) {
    let network = &server.networks[0];
    let session = Session::of(&server, network).await;
    assert_eq!(session.get("/").await.status, 200);
    let out = session.post("/sign-out", &[]).await;
    assert_eq!((out.status.as_u16(), out.location()), (303, "/sign-in"));
    assert_eq!(session.get("/").await.status, 303, "the token is worth nothing any more");
    let day = 86_400_000_i64;
    for (column, by) in [("seen_at", 7 * day + 1_000), ("expires_at", 30 * day + 1_000)] {
        let session = Session::of(&server, network).await;
        server.rows.execute(&format!("update sessions set {column} = {column} - {}", by - 5_000_000)).await;
        assert_eq!(session.get("/").await.status, 200, "{column}: not yet");
        server.rows.execute(&format!("update sessions set {column} = {column} - {by}")).await;
        assert_eq!(session.get("/").await.status, 303, "{column}: too long ago");
    }
}

async fn an_inactive_user_is_out_at_once(server: Server) {
    let new = json!({ "email": "Ann@Acme.example", "name": "Ann", "password": PASSWORD, "role": "analyst" });
    let made = server.api.post("users", new).await;
    assert_eq!((made["email"].as_str(), made["role"].as_str()), (Some("ann@acme.example"), Some("analyst")));
    let session = Session::sign_in(&server, "ann@acme.example", PASSWORD).await;
    let id = made["id"].as_str().expect("an id");
    server.api.patch(&format!("users/{id}"), json!({ "status": "inactive" })).await;
    assert_eq!(session.get("/").await.status, 303);
    assert_eq!(try_sign_in(&server, "ann@acme.example", PASSWORD).await.status, 422);
}

async fn another_site_can_change_nothing(server: Server) {
    let network = &server.networks[0];
    let session = Session::of(&server, network).await;
    for site in ["cross-site", "same-site"] {
        assert_eq!(session.post_from("/sign-out", &[], site).await.status, 403, "{site}");
    }
    assert_eq!(session.get("/").await.status, 200, "still signed in");
    let form = [("email", network.email.as_str()), ("password", network.password.as_str())];
    let from = |origin: &str| {
        client().post(format!("{}/sign-in", server.url)).header("Origin", origin.to_owned()).form(&form)
    };
    assert_eq!(Reply::read(from("https://evil.example")).await.status, 403);
    assert_eq!(Reply::read(from("null")).await.status, 403);
    assert_eq!(Reply::read(from(&server.url)).await.status, 303);
    let to = |next: &str| {
        client().post(format!("{}/sign-in", server.url)).form(&[form[0], form[1], ("next", next)])
    };
    for elsewhere in ["https://evil.example/", "//evil.example", "/\\evil.example", "evil"] {
        assert_eq!(Reply::read(to(elsewhere)).await.location(), "/", "{elsewhere}");
    }
    assert_eq!(Reply::read(to("/?a=1")).await.location(), "/?a=1");
    let policy = session.get("/").await.headers["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
}

async fn partners_and_advertisers_see_whose_network_it_is_and_no_employee_page(server: Server) {
    let advertiser = server.api.create_advertiser("Advertiser").await;
    let partner = server.api.create_partner("Partner").await;
    let people = [("partner", "partner_id", partner), ("advertiser", "advertiser_id", advertiser.id)];
    for (kind, field, id) in people {
        let email = format!("{kind}@acme.example");
        let new = json!({ "kind": kind, "email": email, "name": "Pat", "password": PASSWORD, field: id });
        server.api.post("users", new).await;
        let session = Session::sign_in(&server, &email, PASSWORD).await;
        let first = if kind == "partner" { "/portal/blocks" } else { "/" };
        let home = session.get(first).await;
        assert_eq!(home.status, 200);
        assert!(home.text.contains("Acme") && home.text.contains(&email) && home.text.contains("Sign out"));
        for page in crate::rights::employee_pages() {
            assert_eq!(session.get(&page).await.status, 403, "{kind} at {page}");
        }
    }
}

async fn a_suspended_network_lets_nobody_in(server: Server) {
    let session = Session::of(&server, &server.networks[0]).await;
    server.rows.execute("update networks set status = 'suspended'").await;
    let page = session.get("/").await;
    assert_eq!(page.status, 403);
    assert!(page.text.contains("suspended"), "{}", page.text);
    let call = server.api.call(reqwest::Method::GET, "offers", json!(null)).await;
    assert_eq!(call.status, 403);
    assert_eq!(session.post("/sign-out", &[]).await.status, 303, "the way out stays open");
}

async fn a_revoked_key_opens_nothing(server: Server) {
    let made = server.api.post("api-keys", json!({ "name": "Script", "role": "analyst" })).await;
    let api = server.api.with_key(made["key"].as_str().expect("the key is shown once"));
    assert_eq!(api.get("networks/current").await["name"], "Acme");
    let path = format!("api-keys/{}", made["id"].as_str().expect("an id"));
    let shown = server.api.get(&path).await;
    assert!(shown["key"].is_null() && shown["used_at"].is_string(), "{shown}");
    assert_eq!(server.api.call(reqwest::Method::DELETE, &path, json!(null)).await.status, 204);
    let refused = api.call(reqwest::Method::GET, "networks/current", json!(null)).await;
    assert_eq!((refused.status.as_u16(), refused.json["status"].as_u64()), (401, Some(401)));
    assert_eq!(refused.headers["www-authenticate"], "Bearer");
    assert_eq!(server.rows.number("select count(*) from api_keys where key_hash is null").await, 0);
    let keys = server.rows.texts("select prefix from api_keys").await;
    assert!(keys.iter().all(|prefix| prefix.len() == 12), "{keys:?}");
}

async fn sign_ins_are_in_the_audit_log(server: Server) {
    let network = &server.networks[0];
    try_sign_in(&server, &network.email, "not the password").await;
    let session = Session::of(&server, network).await;
    session.post("/sign-out", &[]).await;
    let entries = server.api.list("audit?object=user&actor_kind=user").await;
    let actions: Vec<_> = entries.iter().map(|entry| entry["action"].as_str().unwrap_or_default()).collect();
    assert_eq!(actions, ["sign_out", "sign_in", "sign_in_failed"]);
    assert!(entries.iter().all(|entry| entry["ip"] == "127.0.0.1"), "{entries:?}");
}

/// The ids of the sessions that a page lists with a button to end them, by where the button leads.
fn ends(page: &str, base: &str) -> Vec<String> {
    let begin = format!("action=\"{base}/");
    let rest = page.split(begin.as_str()).skip(1).filter_map(|rest| rest.split_once("/revoke\""));
    rest.map(|(id, _)| id.to_owned()).filter(|id| id.len() == 64).collect()
}

async fn people_see_where_they_are_signed_in_and_end_it(server: Server) {
    let network = &server.networks[0];
    let here = Session::of(&server, network).await;
    let there = Session::of(&server, network).await;
    let third = Session::of(&server, network).await;
    let page = here.get("/account/sessions").await;
    assert!(page.text.contains("this one") && page.text.contains("127.0.0.1"), "{}", page.text);
    let others = ends(&page.text, "/account/sessions");
    assert_eq!(others.len(), 2, "the one that asks has no button");
    let done = here.post(&format!("/account/sessions/{}/revoke", others[0]), &[]).await;
    assert_eq!((done.status.as_u16(), done.location()), (303, "/account/sessions"));
    assert_eq!(here.post(&format!("/account/sessions/{}/revoke", others[0]), &[]).await.status, 404);
    let alive = [there.get("/account").await.status, third.get("/account").await.status];
    assert_eq!(alive.iter().filter(|status| status.as_u16() == 200).count(), 1, "{alive:?}");
    here.post("/account/sessions/revoke-others", &[]).await;
    assert_eq!(
        (there.get("/account").await.status, third.get("/account").await.status),
        (SEE_OTHER, SEE_OTHER)
    );
    assert_eq!(here.get("/account").await.status, 200);
    let audit = server.api.list("audit?object=session&action=revoke").await;
    assert_eq!(audit.len(), 2, "{audit:?}");
}

const SEE_OTHER: reqwest::StatusCode = reqwest::StatusCode::SEE_OTHER;

async fn a_new_password_ends_the_other_sessions(server: Server) {
    let network = &server.networks[0];
    let (here, there) = (Session::of(&server, network).await, Session::of(&server, network).await);
    let change = |current: &'static str, password: &'static str, again: &'static str| {
        [("current", current), ("password", password), ("again", again)]
    };
    let old: &'static str = String::leak(network.password.clone());
    for (wrong, field) in [
        (change("not the password", PASSWORD, PASSWORD), "is not your password"),
        (change(old, "short", "short"), "must have 12 to 256 characters"),
        (change(old, PASSWORD, "something else here"), "is not the same as above"),
    ] {
        let reply = here.post("/account/password", &wrong).await;
        assert_eq!(reply.status, 422);
        assert!(reply.text.contains(field), "{field}: {}", reply.text);
    }
    assert_eq!(there.get("/account").await.status, 200, "nothing has changed");
    assert_eq!(here.post("/account/password", &change(old, PASSWORD, PASSWORD)).await.status, 303);
    assert_eq!(here.get("/account").await.status, 200, "this one goes on");
    assert_eq!(there.get("/account").await.status, 303);
    assert_eq!(try_sign_in(&server, &network.email, old).await.status, 422);
    Session::sign_in(&server, &network.email, PASSWORD).await;
}

async fn an_administrator_signs_others_out(server: Server) {
    let new = json!({ "email": "ann@acme.example", "name": "Ann", "password": PASSWORD, "role": "analyst" });
    let id = server.api.post("users", new).await["id"].as_str().expect("an id").to_owned();
    let sign_in = async || Session::sign_in(&server, "ann@acme.example", PASSWORD).await;
    let (one, other) = (sign_in().await, sign_in().await);
    let sessions = server.api.list(&format!("users/{id}/sessions")).await;
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions[0]["ip"], "127.0.0.1");
    let first = sessions[0]["id"].as_str().expect("an id");
    let path = format!("users/{id}/sessions/{first}");
    assert_eq!(server.api.call(reqwest::Method::DELETE, &path, json!(null)).await.status, 204);
    assert_eq!(server.api.call(reqwest::Method::DELETE, &path, json!(null)).await.status, 404);
    assert_eq!(server.api.list(&format!("users/{id}/sessions")).await.len(), 1);
    let admin = Session::of(&server, &server.networks[0]).await;
    let page = admin.get(&format!("/settings/users/{id}")).await;
    assert_eq!(ends(&page.text, &format!("/settings/users/{id}/sessions")).len(), 1);
    let ann = server.networks[0].email.replace("admin", "ann");
    assert!(page.text.contains(&ann));
    admin.post(&format!("/settings/users/{id}/sessions/revoke"), &[]).await;
    assert_eq!((one.get("/").await.status, other.get("/").await.status), (SEE_OTHER, SEE_OTHER));
}

#[test]
fn setup_tells_in_one_line_what_it_can_not_take() {
    run(async {
        let server = Server::start(Database::Sqlite).await;
        let cases = [
            ("short", "ann@globex.example", "password"),
            ("a password of many words", "nobody", "email"),
            ("a password of many words", "admin@acme.example", "email"),
        ];
        for (password, email, field) in cases {
            let told = server.setup_again("Globex", email, password);
            assert!(told.contains(field), "{told}");
            assert_eq!(told.trim().lines().count(), 1, "{told}");
        }
        assert_eq!(server.rows.number("select count(*) from networks").await, 1, "all or nothing");
    });
}
