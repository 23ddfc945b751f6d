//! Two-step sign-in: set up, asked for, taken once, lost and turned off.

use crate::support::{
    api::{Reply, client, id_of},
    browser::Browser,
    database::Database,
    on, run,
    server::{Network, Server},
    session::{Session, cookie_of, try_sign_in},
};
use reqwest::{Method, header};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};

both_databases!(
    a_code_is_asked_for_and_taken_once,
    a_recovery_code_signs_in_once,
    codes_can_not_be_guessed_for_ever,
    an_administrator_turns_it_off_for_somebody,
);

/// What stands between two marks of a page.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let rest = page.split_once(before).unwrap_or_else(|| panic!("no {before} in {page}")).1;
    rest.split_once(after).unwrap_or_else(|| panic!("no {after} in {rest}")).0
}

struct Phone(Totp);

impl Phone {
    /// The code so many steps from now.
    fn code(&self, steps: i64) -> String {
        let now = chrono::Utc::now().timestamp() + 30 * steps;
        self.0.generate(now.unsigned_abs()).to_string()
    }
}

/// Sets it up for whoever is signed in; gives the device and the recovery codes.
async fn set_up(session: &Session, password: &str) -> (Phone, Vec<String>) {
    let wrong = session.post("/account/two-step/begin", &[("current", "not the password")]).await;
    assert_eq!(wrong.status, 422, "a session alone is not enough");
    let begun = session.post("/account/two-step/begin", &[("current", password)]).await;
    assert_eq!(begun.status, 303, "{}", begun.text);
    let page = session.get("/account/two-step").await.text;
    assert!(page.contains("<svg class=\"qr\""), "{page}");
    let secret = between(&page, "<code id=\"totp-secret\">", "</code>");
    let secret = Secret::try_from_base32(secret).expect("the key is base32");
    let phone = Phone(Builder::new().with_secret(secret).build().expect("a secret of 160 bits"));
    let wrong = session.post("/account/two-step/confirm", &[("code", &phone.code(10))]).await;
    assert_eq!(wrong.status, 422);
    let codes = session.post("/account/two-step/confirm", &[("code", &phone.code(-1))]).await.text;
    let codes: Vec<String> = codes
        .split("<li><code>")
        .skip(1)
        .filter_map(|part| part.split_once("</code>").map(|(code, _)| code.to_owned()))
        .collect();
    assert_eq!(codes.len(), 10);
    (phone, codes)
}

/// Says the password; gives the cookie that waits for the code.
async fn half_way(server: &Server, email: &str, password: &str) -> String {
    let reply = try_sign_in(server, email, password).await;
    assert_eq!((reply.status.as_u16(), reply.location()), (303, "/sign-in/code?next=%2F"), "{}", reply.text);
    assert_eq!(cookie_of(&reply), "", "nobody is signed in yet");
    let set = reply.headers[header::SET_COOKIE].to_str().expect("text");
    set.split(';').next().expect("a cookie").to_owned()
}

async fn code(server: &Server, cookie: &str, code: &str) -> Reply {
    let request = client().post(format!("{}/sign-in/code", server.url)).header(header::COOKIE, cookie);
    Reply::read(request.form(&[("code", code), ("next", "/offers")])).await
}

async fn begun(server: &Server) -> (Network, Session, Phone, Vec<String>) {
    let network = server.networks[0].clone();
    let session = Session::of(server, &network).await;
    let (phone, codes) = set_up(&session, &network.password).await;
    (network, session, phone, codes)
}

async fn a_code_is_asked_for_and_taken_once(server: Server) {
    let (network, session, phone, _) = begun(&server).await;
    assert_eq!(session.get("/account/two-step").await.status, 200, "the session goes on");
    let half = half_way(&server, &network.email, &network.password).await;
    let half_open = client().get(format!("{}/account", server.url)).header(header::COOKIE, &half);
    assert_eq!(Reply::read(half_open).await.status, 303, "half way opens nothing");
    let replayed = code(&server, &half, &phone.code(-1)).await;
    assert_eq!(replayed.status, 422, "the code of the set-up was taken already");
    let now = phone.code(0);
    let done = code(&server, &half, &now).await;
    assert_eq!((done.status.as_u16(), done.location()), (303, "/offers"), "{}", done.text);
    assert!(!cookie_of(&done).is_empty());
    assert_eq!(code(&server, &half, &phone.code(1)).await.location(), "/sign-in", "half way is over");
    let again = half_way(&server, &network.email, &network.password).await;
    assert_eq!(code(&server, &again, &now).await.status, 422, "nobody signs in by a code that was seen");
    let stored = server.rows.number("select count(*) from user_totp where length(secret) > 40").await;
    assert_eq!(stored, 1, "the secret lies there encrypted");
    assert_eq!(server.api.list("users").await[0]["two_step"], json!(true));
}

async fn a_recovery_code_signs_in_once(server: Server) {
    let (network, session, _, codes) = begun(&server).await;
    let half = half_way(&server, &network.email, &network.password).await;
    assert_eq!(code(&server, &half, &codes[3].to_uppercase().replace('-', " ")).await.status, 303);
    let half = half_way(&server, &network.email, &network.password).await;
    assert_eq!(code(&server, &half, &codes[3]).await.status, 422, "each once");
    assert!(session.get("/account/two-step").await.text.contains("9 recovery codes left"));
    let renewed = session.post("/account/two-step/renew", &[("current", &network.password)]).await;
    assert!(renewed.status == 200 && !renewed.text.contains(&codes[4]));
    assert_eq!(code(&server, &half, &codes[4]).await.status, 422, "the old ones are worth nothing");
    assert_eq!(server.api.list("audit?action=use_recovery_code").await.len(), 1);
    let off = session.post("/account/two-step/end", &[("current", &network.password)]).await;
    assert_eq!(off.status, 303);
    Session::of(&server, &network).await;
}

async fn codes_can_not_be_guessed_for_ever(server: Server) {
    let (network, _, phone, _) = begun(&server).await;
    server.rows.execute("delete from sign_in_failures").await;
    let half = half_way(&server, &network.email, &network.password).await;
    let mut paused = 0;
    for guess in 0..8 {
        let reply = code(&server, &half, &format!("{guess:06}")).await;
        paused += i32::from(reply.status == 429);
    }
    assert!(paused >= 2, "only {paused}");
    assert_eq!(code(&server, &half, &phone.code(0)).await.status, 429, "the right one waits too");
    assert_eq!(try_sign_in(&server, &network.email, &network.password).await.status, 429);
}

async fn an_administrator_turns_it_off_for_somebody(server: Server) {
    let password = "a password of many words";
    let new = json!({ "email": "ann@acme.example", "name": "Ann", "password": password, "role": "analyst" });
    let id = id_of(&server.api.post("users", new).await);
    let session = Session::sign_in(&server, "ann@acme.example", password).await;
    set_up(&session, password).await;
    half_way(&server, "ann@acme.example", password).await;
    let admin = Session::of(&server, &server.networks[0]).await;
    assert!(admin.get(&format!("/settings/users/{id}")).await.text.contains("Turn two-step sign-in off"));
    let path = format!("users/{id}/two-step");
    assert_eq!(server.api.call(Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(server.api.call(Method::DELETE, &path, Value::Null).await.status, 404);
    Session::sign_in(&server, "ann@acme.example", password).await;
    let audit = server.api.list("audit?action=end_two_step").await;
    assert_eq!((audit.len(), audit[0]["object_id"].as_str()), (1, Some(id.as_str())));
}

#[test]
fn it_is_set_up_and_used_in_a_browser() {
    on(Database::Sqlite, async |server: Server| {
        let network = server.networks[0].clone();
        let browser = Browser::open(&server).await;
        browser.sign_in(&network).await;
        browser.visit("/account/two-step").await;
        browser.axe().await;
        browser.fill("current", &network.password).await;
        browser.click("Set up").await;
        browser.see("Scan this").await;
        browser.axe().await;
        let secret = browser.text_of("#totp-secret").await;
        let secret = Secret::try_from_base32(&secret).expect("base32");
        let phone = Phone(Builder::new().with_secret(secret).build().expect("a secret"));
        // Codes of now and of the next half minute: either is still good where the minute turns before it is sent.
        browser.fill("code", &phone.code(0)).await;
        browser.click("Turn on").await;
        browser.see("They are not shown again").await;
        browser.axe().await;
        browser.click("I have kept them").await;
        browser.see("10 recovery codes left").await;
        browser.axe().await;
        let out = "document.querySelector('form[action=\"/sign-out\"]').requestSubmit()";
        browser.script(out).await;
        browser.see("Forgotten your password?").await;
        browser.sign_in(&network).await;
        browser.see("Second step").await;
        browser.axe().await;
        browser.fill("code", &phone.code(1)).await;
        browser.click("Sign in").await;
        browser.see("Offers").await;
        browser.close().await;
    });
}

#[test]
fn a_node_with_another_secret_key_does_not_start() {
    run(async {
        let server = Server::start(Database::Postgres).await;
        let url = server.rows.url().expect("PostgreSQL").to_owned();
        let folder = crate::support::folder::Folder::new();
        let mut command = crate::support::server::product();
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--database-url", &url, "--data"])
            .arg(folder.path());
        let output = command.output().expect("it runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains("--secret-key"), "{told}");
        let file = std::fs::metadata(folder.path().join("secret.key")).expect("the key was made");
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&file.permissions()) & 0o777, 0o600);
    });
}
