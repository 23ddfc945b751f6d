//! A person at a browser: opens pages, fills forms, clicks what is written on a button, and sees
//! text. Chromium without a window, driven by a chromedriver of its own.

use super::{
    api::client,
    chromedriver::Chromedriver,
    machine::{eventually, setting},
    server::{Network, Server},
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use thirtyfour::{ChromiumLikeCapabilities, prelude::*};

/// What the pages are judged by: WCAG 2.2, level AA, and all it builds on.
const WCAG: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/// How long a page may take to show what it should.
const PATIENCE: Duration = Duration::from_secs(10);
/// Height of the window in pixels; screenshots show the whole page all the same.
const HEIGHT: u64 = 900;

/// The two themes that the pages are drawn in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Theme {
    Light,
    Dark,
}

/// One window. `close` it at the end of the test.
pub struct Browser {
    // Dropped in this order: a session that was not closed ends while its chromedriver still lives.
    driver: WebDriver,
    process: Chromedriver,
    url: String,
    width: u64,
}

impl Browser {
    /// A fresh profile, 1440 pixels wide, light.
    pub async fn open(server: &Server) -> Self {
        Self::open_at(&server.url).await
    }

    /// The same for any address, without a slash at its end.
    pub async fn open_at(url: &str) -> Self {
        let process = Chromedriver::start().await;
        let mut capabilities = DesiredCapabilities::chrome();
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-gpu",
            "--no-first-run",
            "--no-proxy-server",
        ];
        for argument in arguments {
            capabilities.add_arg(argument).expect("an argument can be added");
        }
        let driver = WebDriver::new(process.url(), capabilities).await.expect("Chromium starts");
        // axe takes its time on a long page beside other tests.
        driver.set_script_timeout(Duration::from_secs(120)).await.expect("a limit can be set");
        let mut browser = Self { driver, process, url: url.to_owned(), width: 1440 };
        browser.width(1440).await;
        browser.theme(Theme::Light).await;
        browser
    }

    /// Opens a page by its path, and again where it says that its figures come in a moment.
    pub async fn visit(&self, path: &str) {
        eventually(path, PATIENCE, async || {
            self.visit_once(path).await;
            self.driver.find(By::Css("[data-now]")).await.is_err().then_some(())
        })
        .await;
    }

    /// Opens a page as it is.
    pub async fn visit_once(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.url)).await.expect("the page opens");
    }

    /// Signs in as a network's administrator.
    pub async fn sign_in(&self, network: &Network) {
        self.visit("/sign-in").await;
        self.fill("email", &network.email).await;
        self.fill("password", &network.password).await;
        self.click("Sign in").await;
        // A page that is opened before the answer is there would call the sign-in off.
        eventually("signed in", PATIENCE, async || (self.path().await != "/sign-in").then_some(())).await;
    }

    /// Types into the field of this name, in place of what it held.
    pub async fn fill(&self, name: &str, value: &str) {
        let field = self.field(name).await;
        field.clear().await.expect("the field can be emptied");
        field.send_keys(value).await.expect("the field can be typed into");
    }

    /// Picks an entry, by the words it shows, from the list of this name.
    pub async fn choose(&self, name: &str, entry: &str) {
        let path = format!("//select[@name=\"{name}\"]//option[normalize-space()=\"{entry}\"]");
        self.element(By::XPath(path), entry).await.click().await.expect("the entry can be chosen");
    }

    /// Ticks or unticks the box, or picks the radio button, of this name and value.
    pub async fn tick(&self, name: &str, value: &str) {
        let path = format!("//input[@name=\"{name}\" and @value=\"{value}\"]");
        let element = self.element(By::XPath(path), name).await;
        // As with a button: what stays at the window's edge may lie over it.
        element.scroll_into_view().await.expect("the page scrolls");
        element.click().await.expect("the box can be ticked");
    }

    /// Clicks the button or link that says exactly this.
    pub async fn click(&self, words: &str) {
        let path = ["a", "button", "summary"].map(|tag| format!("//{tag}[normalize-space()=\"{words}\"]"));
        let path = format!("{} | //input[@type=\"submit\" and @value=\"{words}\"]", path.join(" | "));
        let element = self.element(By::XPath(path), words).await;
        // What stays at the window's edge may lie over it, until one scrolls, as a person does.
        element.scroll_into_view().await.expect("the page scrolls");
        element.click().await.expect("it can be clicked");
    }

    /// Types keys where the focus is, as a hand on the keyboard does.
    pub async fn press(&self, keys: &str) {
        let focused = self.driver.active_element().await.expect("something has the focus");
        focused.send_keys(keys).await.expect("keys can be pressed");
    }

    /// Switches the pages' own scripts on or off; it holds for pages that are opened from then on.
    pub async fn scripts(&self, on: bool) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": !on })).await;
    }

    /// All that the page shows.
    pub async fn text(&self) -> String {
        self.text_of("body").await
    }

    /// All that one part of the page shows, by its CSS selector.
    pub async fn text_of(&self, selector: &str) -> String {
        let element = self.element(By::Css(selector), selector).await;
        element.text().await.expect("an element has text")
    }

    /// What the field of this name holds.
    pub async fn value(&self, name: &str) -> String {
        let value = self.field(name).await.prop("value").await.expect("a field has a value");
        value.unwrap_or_default()
    }

    /// Waits until the page shows these words.
    pub async fn see(&self, words: &str) {
        let what = format!("the page shows `{words}`");
        eventually(&what, PATIENCE, async || {
            let body = self.driver.find(By::Tag("body")).await.ok()?;
            body.text().await.ok()?.contains(words).then_some(())
        })
        .await;
    }

    /// The path and query of the page that is open.
    pub async fn path(&self) -> String {
        let url = self.driver.current_url().await.expect("a page is open");
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// Runs a function body in the page and gives what it returns; the page's CSP does not bind it.
    pub async fn script(&self, body: &str) -> Value {
        self.driver.execute(body, Vec::new()).await.expect("the script runs").json().clone()
    }

    /// Shows the pages in this theme, as the system's setting would.
    pub async fn theme(&self, theme: Theme) {
        let value = match theme {
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        // Colours that fade into each other would be judged half-way.
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": value },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Makes the window this wide in CSS pixels: 360, 820 and 1440 are the widths of the design.
    pub async fn width(&mut self, width: u64) {
        self.width = width;
        self.resize(HEIGHT).await;
    }

    /// Fails the test where the page can be scrolled sideways, and says what stands out at the right.
    pub async fn fits(&self) {
        assert_eq!(self.stands_out().await, json!([]), "{} at {} px", self.path().await, self.width);
    }

    /// What is wrong with the page at this width: what stands out, and the rules of accessibility that it
    /// breaks.
    pub async fn complaints(&self) -> Vec<String> {
        let mut complaints = self.violations().await;
        let out = self.stands_out().await;
        if out != json!([]) {
            complaints.push(format!("stands out: {out}"));
        }
        complaints
    }

    async fn stands_out(&self) -> Value {
        self
            .script(
                "const wide = document.documentElement.clientWidth;
                 if (document.documentElement.scrollWidth <= wide) return [];
                 return [document.documentElement.scrollWidth - wide + ' px'].concat(
                   [...document.querySelectorAll('body *')]
                     .filter((one) => one.getBoundingClientRect().right > wide && !one.closest('.table-scroll'))
                     .map((one) => one.outerHTML.slice(0, 80)).slice(0, 12));",
            )
            .await
    }

    /// A picture of the whole page in `target/screenshots/NAME.png`.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
        let folder = target.join("screenshots");
        fs::create_dir_all(&folder).expect("the folder can be made");
        let height =
            self.script("return document.documentElement.scrollHeight").await.as_u64().unwrap_or(HEIGHT);
        self.resize(height.clamp(HEIGHT, 12_000)).await;
        let file = folder.join(format!("{name}.png"));
        self.driver.screenshot(&file).await.expect("a picture can be taken");
        self.resize(HEIGHT).await;
        file
    }

    /// Fails the test where the page breaks a rule of accessibility, and says which and where.
    pub async fn axe(&self) {
        let violations = self.violations().await;
        let page = self.path().await;
        assert!(
            violations.is_empty(),
            "{page} breaks {} rules:\n{}",
            violations.len(),
            violations.join("\n")
        );
    }

    /// What axe finds wrong, a line a rule.
    pub async fn violations(&self) -> Vec<String> {
        if self.script("return typeof window.axe").await == "undefined" {
            let axe =
                fs::read_to_string(setting("SWITCHYARD_TEST_AXE")).expect("tests/run has installed axe-core");
            self.driver.execute(axe, Vec::new()).await.expect("axe-core loads");
        }
        let run = format!(
            "const done = arguments[arguments.length - 1];
             axe.run(document, {{ runOnly: {{ type: 'tag', values: {} }}, resultTypes: ['violations'] }})
                .then((result) => done(result.violations), (error) => done([{{ id: String(error), help: '', nodes: [] }}]));",
            json!(WCAG)
        );
        let found = self.driver.execute_async(run, Vec::new()).await.expect("axe-core runs");
        found.json().as_array().expect("axe-core gives a list").iter().map(violation_line).collect()
    }

    /// Ends the session and its chromedriver.
    pub async fn close(self) {
        self.driver.quit().await.expect("Chromium ends");
    }

    async fn resize(&self, height: u64) {
        let metrics = json!({
            "width": self.width, "height": height, "deviceScaleFactor": 1, "mobile": self.width < 600
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// A command of Chromium's own protocol, for what WebDriver has no word for.
    async fn devtools(&self, command: &str, parameters: Value) {
        let url = format!("{}/session/{}/goog/cdp/execute", self.process.url(), self.driver.session_id());
        let body = json!({ "cmd": command, "params": parameters });
        let answer = client().post(url).json(&body).send().await.expect("chromedriver answers");
        assert!(answer.status().is_success(), "{command}: {}", answer.text().await.unwrap_or_default());
    }

    async fn field(&self, name: &str) -> WebElement {
        let path = ["input", "textarea", "select"].map(|tag| format!("//{tag}[@name=\"{name}\"]"));
        self.element(By::XPath(path.join(" | ")), name).await
    }

    /// The first match that is shown; waits for it.
    pub(super) async fn element(&self, by: By, what: &str) -> WebElement {
        let what = format!("`{what}` on the page");
        eventually(&what, PATIENCE, async || {
            for element in self.driver.find_all(by.clone()).await.ok()? {
                if element.is_displayed().await.unwrap_or(false) {
                    return Some(element);
                }
            }
            None
        })
        .await
    }
}

/// The rule, what it asks for, and the elements that break it.
fn violation_line(violation: &Value) -> String {
    let nodes = violation["nodes"].as_array().into_iter().flatten();
    let places: Vec<String> = nodes.map(|node| node["target"].to_string()).collect();
    let text = |name: &str| violation[name].as_str().unwrap_or_default().to_owned();
    format!("{}: {}: {}", text("id"), text("help"), places.join(" "))
}
