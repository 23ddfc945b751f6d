//! The page of all parts: photographed and judged in both themes and three widths, tried by the
//! keyboard and without scripts, and weighed.

use crate::support::{
    api::client,
    browser::{Browser, Theme},
    database::Database,
    run,
    server::Server,
    session::Session,
};
use reqwest::header;
use serde_json::json;

/// What a page with all that it needs may weigh over the wire, in bytes (PAGES.md).
const WEIGHT: usize = 100_000;

async fn operated() -> Server {
    Server::plan(Database::Sqlite).option("--operators", "Admin@acme.example").start().await
}

#[test]
fn every_part_can_be_used_by_everyone_in_both_themes_and_three_widths() {
    run(async {
        let server = operated().await;
        let mut browser = Browser::open(&server).await;
        browser.sign_in(&server.networks[0]).await;
        for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            browser.theme(theme).await;
            for width in [360, 820, 1440] {
                browser.width(width).await;
                browser.visit("/design").await;
                browser.see("Needs you").await;
                browser.screenshot(&format!("design-{name}-{width}")).await;
                browser.axe().await;
                let wide = browser.script("return document.documentElement.scrollWidth").await;
                let wide = wide.as_u64().expect("a width");
                assert!(wide <= width, "{name}, {width}: the page is {wide} wide");
                assert_eq!(small_targets(&browser).await, json!([]), "{name}, {width}: targets under 24 px");
            }
        }
        browser.close().await;
    });
}

/// What one presses and is smaller than 24 by 24 pixels, leaving out links within a line of words.
async fn small_targets(browser: &Browser) -> serde_json::Value {
    let script = "
        const pressed = [...document.querySelectorAll('button, summary, select, textarea, .button, .side a, input:not([type=hidden])')];
        const box = (each) => (each.closest('label') ?? each).getBoundingClientRect();
        const isSmall = ({ width, height }) => width > 0 && height > 0 && (width < 24 || height < 24);
        const isTicked = (each) => each.matches('[type=checkbox], [type=radio]') && !each.closest('label');
        return pressed.filter((each) => each.checkVisibility() && !isTicked(each) && isSmall(box(each))).map((each) => each.outerHTML.slice(0, 120));";
    browser.script(script).await
}

#[test]
fn the_keyboard_searches_goes_lists_and_closes() {
    run(async {
        let server = operated().await;
        let browser = Browser::open(&server).await;
        browser.sign_in(&server.networks[0]).await;
        browser.visit("/offers").await;
        browser.press("/").await;
        assert_eq!(browser.script("return document.activeElement.name").await, json!("q"));
        browser.press("aurora").await;
        assert_eq!(browser.value("q").await, "aurora", "letters that are typed go nowhere");
        browser.visit("/offers").await;
        browser.press("?").await;
        browser.see("This list").await;
        browser.axe().await;
        browser.press("\u{e00c}").await;
        let dialogs = browser.script("return document.querySelectorAll('dialog[open]').length").await;
        assert_eq!(dialogs, json!(0), "Escape closes");
        browser.press("gp").await;
        browser.see("Partners").await;
        assert_eq!(browser.path().await, "/partners");
        browser.visit("/design").await;
        browser.script("document.querySelector('main').focus()").await;
        browser.click("Pause offer").await;
        browser.see("go to its fail traffic").await;
        browser.axe().await;
        browser.press("\u{e00c}").await;
        let back = browser.script("return document.activeElement.textContent").await;
        assert_eq!(back, json!("Pause offer"), "the focus is where it was");
        browser.close().await;
    });
}

#[test]
fn rows_are_ticked_at_once_and_a_question_comes_before_what_can_not_be_undone() {
    run(async {
        let server = operated().await;
        let browser = Browser::open(&server).await;
        browser.sign_in(&server.networks[0]).await;
        browser.visit("/design").await;
        browser.see("Tick the offers to change").await;
        browser.script("document.querySelector('[data-tick-all]').click()").await;
        browser.see("7 offers ticked").await;
        browser.script("document.querySelector('[data-ask]').click()").await;
        browser.see("Delete the offers?").await;
        browser.axe().await;
        browser.click("Cancel").await;
        assert_eq!(browser.path().await, "/design");
        browser.close().await;
    });
}

#[test]
fn messages_themes_and_questions_work_without_scripts() {
    run(async {
        let server = operated().await;
        let browser = Browser::open(&server).await;
        browser.scripts(false).await;
        browser.sign_in(&server.networks[0]).await;
        browser.visit("/design").await;
        browser.click("Say “refused”").await;
        browser.see("The offer is saved").await;
        browser.click("Drop this message").await;
        assert!(!browser.text().await.contains("The offer is saved"));
        browser.click("Pause offer").await;
        browser.see("go to its fail traffic").await;
        browser.click("admin").await;
        browser.click("Dark").await;
        browser.see("Needs you").await;
        browser.close().await;
        let session = Session::of(&server, &server.networks[0]).await;
        let chosen = session.post("/theme", &[("theme", "dark"), ("next", "/offers")]).await;
        assert_eq!((chosen.status.as_u16(), chosen.location()), (303, "/offers"));
        let page = client().get(format!("{}/offers", server.url));
        let page = page.header(header::COOKIE, format!("{}; theme=dark", session.cookie));
        let page = page.send().await.expect("the page opens").text().await.expect("a text");
        assert!(
            page.contains(r#"<html lang="en" data-theme="dark">"#),
            "the theme is there before anything is drawn"
        );
    });
}

#[test]
fn a_page_with_all_it_needs_is_light() {
    run(async {
        let server = operated().await;
        let session = Session::of(&server, &server.networks[0]).await;
        let page = session.get("/design").await.text;
        let linked = page.split("=\"/static/").skip(1).filter_map(|rest| rest.split('"').next());
        let paths = linked.map(|path| format!("/static/{path}")).chain(["/design".to_owned()]);
        let mut weight = 0;
        for path in paths {
            let request =
                client().get(format!("{}{path}", server.url)).header(header::ACCEPT_ENCODING, "gzip");
            let answer = request.header(header::COOKIE, &session.cookie).send().await.expect("an answer");
            assert_eq!(answer.status(), 200, "{path}");
            assert_eq!(answer.headers()["content-encoding"], "gzip", "{path}");
            weight += answer.bytes().await.expect("a body").len();
        }
        assert!(weight < WEIGHT, "{weight} bytes");
        assert!(weight > 10_000, "{weight} bytes are too few to be the page with its styles");
    });
}
