//! Mail from the act to its receiver: invitations, forgotten passwords, what one is told of one's own
//! account; the server that is away, refuses, or is not there at all.

use crate::support::{
    api::{Reply, client, id_of},
    browser::Browser,
    database::Database,
    machine::eventually,
    postgres::Cluster,
    run,
    server::Server,
    session::{Session, try_sign_in},
    smtp::Smtp,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const PASSWORD: &str = "a password of many words";
const OTHER: &str = "another password of words";

macro_rules! with_mail {
    ($($name:ident),+ $(,)?) => {
        $(mod $name {
            use crate::support::{database::Database, run};

            #[test]
            fn on_sqlite() {
                run(super::mailed(Database::Sqlite, super::$name));
            }

            #[test]
            fn on_postgres() {
                run(super::mailed(Database::Postgres, super::$name));
            }
        })+
    };
}

with_mail!(
    an_invited_person_chooses_a_password_and_begins,
    a_forgotten_password_is_set_by_a_link_that_works_once,
    who_has_no_account_can_not_be_told_from_who_has,
    a_server_that_refuses_for_now_is_asked_again,
);

async fn mailed(database: Database, test: impl AsyncFnOnce(Server, Smtp)) {
    let smtp = Smtp::start();
    let plan = Server::plan(database).option("--smtp-url", &smtp.url());
    let server = plan.option("--mail-from", "Acme <no-reply@acme.example>").start().await;
    test(server, smtp).await;
}

async fn post(server: &Server, path: &str, fields: &[(&str, &str)]) -> Reply {
    Reply::read(client().post(format!("{}{path}", server.url)).form(fields)).await
}

fn token(way: &str) -> &str {
    way.split_once("token=").expect("the link carries a token").1
}

async fn an_invited_person_chooses_a_password_and_begins(server: Server, smtp: Smtp) {
    let new = json!({ "email": "ann@acme.example", "name": "Ann", "role": "analyst" });
    let made = server.api.post("users", new).await;
    assert_eq!(made["status"], "invited");
    let letter = smtp.letter(1).await;
    assert_eq!((letter.from.as_str(), letter.to.as_str()), ("no-reply@acme.example", "ann@acme.example"));
    assert!(letter.header("From").contains("Acme") && letter.header("Subject").contains("invited to Acme"));
    assert!(letter.part("text/html").contains("Accept the invitation"), "{}", letter.source);
    assert!(smtp.logins()[0].starts_with("AUTH PLAIN "));
    assert_eq!(try_sign_in(&server, "ann@acme.example", "").await.status, 422);
    let patch = json!({ "status": "active" });
    let path = format!("users/{}", id_of(&made));
    assert_eq!(server.api.call(Method::PATCH, &path, patch).await.status, 409, "only by accepting");
    server.api.post(&format!("{path}/invitation"), Value::Null).await;
    let (old, way) = (letter.way(), smtp.letter(2).await.way());
    assert_eq!(server.visit(&old).await.status, 404, "the newer ends the older");
    let page = server.visit(&way).await;
    assert!(page.status == 200 && page.text.contains("ann@acme.example"), "{}", page.text);
    let form = |password: &'static str, again: &'static str| {
        [("token", token(&way)), ("name", "Ann Onym"), ("password", password), ("again", again)]
            .map(|(a, b)| (a, b.to_owned()))
    };
    let send = async |form: [(&str, String); 4]| {
        let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        post(&server, "/invitation", &fields).await
    };
    let short = send(form("short", "shorter")).await;
    assert_eq!(short.status, 422);
    assert!(short.text.contains("Ann Onym"), "what was typed is kept");
    let done = send(form(PASSWORD, PASSWORD)).await;
    assert_eq!((done.status.as_u16(), done.location()), (303, "/sign-in"));
    assert_eq!(send(form(PASSWORD, PASSWORD)).await.status, 404, "the link works once");
    Session::sign_in(&server, "ann@acme.example", PASSWORD).await;
    let user = server.api.get(&path).await;
    assert_eq!((user["status"].as_str(), user["name"].as_str()), (Some("active"), Some("Ann Onym")));
    assert_eq!(server.api.list("audit?action=accept_invitation").await.len(), 1);
    assert_eq!(server.api.call(Method::POST, &format!("{path}/invitation"), Value::Null).await.status, 409);
}

async fn a_forgotten_password_is_set_by_a_link_that_works_once(server: Server, smtp: Smtp) {
    let network = &server.networks[0];
    let session = Session::of(&server, network).await;
    let asked = post(&server, "/password/forgot", &[("email", &network.email.to_uppercase())]).await;
    assert!(asked.status == 200 && asked.text.contains("on its way"), "{}", asked.text);
    let way = smtp.letter(1).await.way();
    assert!(way.starts_with("/password/reset?token="), "{way}");
    let stored = server.rows.texts("select purpose from user_tokens").await;
    assert_eq!(stored, ["reset"]);
    let fields = [("token", token(&way)), ("password", OTHER), ("again", OTHER)];
    assert_eq!(post(&server, "/password/reset", &fields).await.status, 303);
    assert_eq!(post(&server, "/password/reset", &fields).await.status, 404, "the link works once");
    assert_eq!(session.get("/account").await.status, 303, "every session has ended");
    assert_eq!(try_sign_in(&server, &network.email, &network.password).await.status, 422);
    Session::sign_in(&server, &network.email, OTHER).await;
    assert!(smtp.letter(2).await.header("Subject").contains("password was changed"));
    post(&server, "/password/forgot", &[("email", &network.email)]).await;
    let late = smtp.letter(3).await.way();
    server.rows.execute("update user_tokens set expires_at = expires_at - 3600001").await;
    assert_eq!(server.visit(&late).await.status, 404, "an hour is over");
}

async fn who_has_no_account_can_not_be_told_from_who_has(server: Server, smtp: Smtp) {
    let (known, unknown) = (server.networks[0].email.clone(), "nobody@acme.example");
    let ask = async |email: &str| {
        let fields = [("email", email)];
        post(&server, "/password/forgot", &fields).await
    };
    for _ in 0..3 {
        let (one, other) = (ask(&known).await, ask(unknown).await);
        assert_eq!((one.status, other.status), (reqwest::StatusCode::OK, reqwest::StatusCode::OK));
        assert_eq!(one.text.replace(&known, ""), other.text.replace(unknown, ""));
    }
    for email in [known.as_str(), unknown] {
        assert_eq!(post(&server, "/password/forgot", &[("email", email)]).await.status, 429, "{email}");
    }
    eventually("all six are settled", Duration::from_secs(20), async || {
        let open = "select count(*) from outbox where handled_at is null";
        (server.rows.number(open).await == 0).then_some(())
    })
    .await;
    let letters = smtp.letters();
    assert_eq!(letters.len(), 3);
    assert!(letters.iter().all(|letter| letter.to == known), "{letters:?}");
}

async fn a_server_that_refuses_for_now_is_asked_again(server: Server, smtp: Smtp) {
    smtp.refuse("451 not now");
    smtp.refuse("554 never");
    for name in ["Ann", "Bob"] {
        let email = format!("{}@acme.example", name.to_lowercase());
        server.api.post("users", json!({ "email": email, "name": name, "role": "analyst" })).await;
        let seen = name == "Ann";
        eventually("the refusal is noted", Duration::from_secs(20), async || {
            let log = server.log();
            log.contains(if seen { "is tried again" } else { "is given up" }).then_some(())
        })
        .await;
    }
    let letter = smtp.letter(1).await;
    assert_eq!(letter.to, "ann@acme.example", "the second try, 10 s later");
    let given_up = server.rows.texts("select given_up from outbox where given_up is not null").await;
    assert!(given_up.len() == 1 && given_up[0].contains("554"), "{given_up:?}");
}

#[test]
fn without_a_server_mail_is_written_to_files() {
    run(async {
        let server = Server::start(Database::Sqlite).await;
        let new = json!({ "email": "ann@acme.example", "name": "Ann", "role": "analyst" });
        server.api.post("users", new).await;
        let folder = server.data().join("mail");
        let text = eventually("a file", Duration::from_secs(20), async || {
            let file = std::fs::read_dir(&folder).ok()?.flatten().next()?;
            std::fs::read_to_string(file.path()).ok().filter(|text| !text.is_empty())
        })
        .await;
        assert!(text.contains("To: ann@acme.example") && text.contains("/invitation?token="), "{text}");
    });
}

#[test]
fn what_is_told_while_nobody_works_is_mailed_later() {
    run(async {
        let smtp = Smtp::start();
        let plan = Server::plan(Database::Sqlite).option("--smtp-url", &smtp.url());
        let mut server = plan.start().await;
        server
            .api
            .post("users", json!({ "email": "ann@acme.example", "name": "Ann", "role": "analyst" }))
            .await;
        server.kill_9();
        server.restart().await;
        smtp.letter(1).await;
        server.stop().await;
    });
}

#[test]
fn people_set_passwords_in_a_browser() {
    run(async {
        let smtp = Smtp::start();
        let server = Server::plan(Database::Sqlite).option("--smtp-url", &smtp.url()).start().await;
        let browser = Browser::open(&server).await;
        browser.sign_in(&server.networks[0]).await;
        browser.visit("/settings/users").await;
        browser.fill("email", "ann@acme.example").await;
        browser.fill("name", "Ann").await;
        browser.click("Add employee").await;
        browser.see("An invitation is on its way").await;
        browser.click("Ann").await;
        browser.see("has not accepted yet").await;
        browser.axe().await;
        browser.visit("/account").await;
        browser.axe().await;
        browser.visit("/account/sessions").await;
        browser.see("this one").await;
        browser.axe().await;
        browser.visit(&smtp.letter(1).await.way()).await;
        browser.axe().await;
        browser.fill("password", PASSWORD).await;
        browser.fill("again", OTHER).await;
        browser.click("Begin").await;
        browser.see("is not the same as above").await;
        browser.fill("password", PASSWORD).await;
        browser.fill("again", PASSWORD).await;
        browser.click("Begin").await;
        browser.see("Your password is set").await;
        browser.visit("/password/forgot").await;
        browser.axe().await;
        browser.fill("email", "ann@acme.example").await;
        browser.click("Send the link").await;
        browser.see("on its way").await;
        browser.axe().await;
        browser.close().await;
    });
}

#[test]
fn mail_goes_on_when_the_database_is_back() {
    run(async {
        let (smtp, cluster) = (Smtp::start(), Cluster::start().await);
        let plan = Server::plan(Database::Postgres).on_cluster(cluster.database().await);
        let server = plan.option("--smtp-url", &smtp.url()).start().await;
        let invite = async |name: &str| {
            let email = format!("{name}@acme.example");
            server.api.post("users", json!({ "email": email, "name": name, "role": "analyst" })).await;
        };
        invite("ann").await;
        smtp.letter(1).await;
        cluster.crash().await;
        tokio::time::sleep(Duration::from_secs(8)).await;
        cluster.begin().await;
        eventually("the database is back", Duration::from_secs(20), async || {
            let answer = server.api.call(Method::GET, "users", Value::Null).await;
            answer.status.is_success().then_some(())
        })
        .await;
        invite("bob").await;
        // The crash may have cut Ann's task off between sending and settling: hers may come twice.
        smtp.letter_to("bob@acme.example").await;
    });
}
