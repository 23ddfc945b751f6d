//! What a user agent and its client hints say: device class, operating system, browser, bot.

use super::{
    bots::bot_name,
    client_hints::{Brand, ClientHints},
    device::Marks,
    families::{browser_family, dotted, os_family, os_version},
    regexes::Regexes,
};
use domain::tracking::Device;
use quick_cache::{Equivalent, Weighter, sync::Cache};
use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};
use ua_parser::{os, user_agent};

/// How much of a user agent is looked at and kept, in bytes.
pub const LONGEST_USER_AGENT: usize = 1_024;
/// About how many agents are remembered; ordinary traffic has a few thousand.
const REMEMBERED: usize = 20_000;
/// What all remembered agents may weigh, in bytes, however long a hostile client makes them.
const REMEMBERED_BYTES: u64 = 12 << 20;
/// What an agent weighs besides its texts, in bytes: two headers, five strings, the cache's own record.
const AGENT_OVERHEAD: usize = 320;
/// From this version on Safari no longer tells the version of iOS, which is its own.
const SAFARI_WITH_FROZEN_IOS: u32 = 26;

/// What is known of a visitor's software. Empty texts are "unknown".
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agent {
    /// The user agent itself, at most [`LONGEST_USER_AGENT`] bytes.
    pub user_agent: Arc<str>,
    /// `Bot` where a bot poses as no device.
    pub device: Device,
    /// Family in lower case: `ios`, `android`, `windows`, `macos`, `linux`, `chrome os`, …
    pub os: String,
    /// Dotted numbers. Browsers freeze it (`10.15.7` on every newer Mac, `10` on Windows 11) unless a
    /// client hint tells the true one.
    pub os_version: String,
    /// Family in lower case: `chrome`, `safari`, `firefox`, `edge`, …
    pub browser: String,
    /// Dotted numbers.
    pub browser_version: String,
    pub is_bot: bool,
    /// Such as `Googlebot`; empty where the visitor is no bot.
    pub bot_name: String,
}

/// Reads user agents and remembers what it read.
pub struct UserAgents {
    browsers: user_agent::Extractor<'static>,
    systems: os::Extractor<'static>,
    seen: Cache<Key, Arc<Agent>, Bytes>,
}

impl UserAgents {
    /// Compiles the patterns. Slow (around a tenth of a second, several without optimisation): once, at
    /// start, off the request path.
    #[must_use]
    pub fn new() -> Self {
        let regexes = Regexes::embedded();
        let reason = "the embedded patterns are those that this version of ua-parser was published with";
        let browsers = user_agent::Builder::new().push_all(regexes.browsers).expect(reason);
        let systems = os::Builder::new().push_all(regexes.systems).expect(reason);
        Self {
            browsers: browsers.build().expect(reason),
            systems: systems.build().expect(reason),
            seen: Cache::with_weighter(REMEMBERED, REMEMBERED_BYTES, Bytes),
        }
    }

    /// What is known of a user agent; hints come first where they were sent. Longer ones are cut. An empty
    /// user agent is unknown, not a bot: privacy tools and in-app browsers strip it, too.
    #[must_use]
    pub fn parse(&self, user_agent: &str, hints: Option<ClientHints>) -> Arc<Agent> {
        let user_agent = &user_agent[..user_agent.floor_char_boundary(LONGEST_USER_AGENT)];
        let asked = Asked { user_agent, hints };
        if let Some(agent) = self.seen.get(&asked) {
            return agent;
        }
        let agent = Arc::new(self.read(user_agent, hints.as_ref()));
        self.seen.insert(Key { user_agent: Arc::clone(&agent.user_agent), hints }, Arc::clone(&agent));
        agent
    }

    /// How many agents are remembered.
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.seen.len()
    }

    /// Reads without remembering.
    fn read(&self, user_agent: &str, hints: Option<&ClientHints>) -> Agent {
        let (browser, browser_version) = self.browser(user_agent, hints);
        let (os, os_version) = self.system(user_agent, hints, &browser_version);
        let lower = user_agent.to_ascii_lowercase();
        let bot = bot_of(user_agent, &lower, hints);
        let device = match Marks::of(&lower).device(&os, hints) {
            // Tools that pose as no browser have no device, whatever system they happen to mention.
            _ if bot.is_some() && !lower.starts_with("mozilla/") => Device::Bot,
            Device::Unknown if bot.is_some() => Device::Bot,
            device => device,
        };
        Agent {
            user_agent: user_agent.into(),
            device,
            os,
            os_version,
            browser,
            browser_version,
            is_bot: bot.is_some(),
            bot_name: bot.unwrap_or_default(),
        }
    }

    /// Family and version of the browser.
    fn browser(&self, user_agent: &str, hints: Option<&ClientHints>) -> (String, String) {
        let found = self.browsers.extract(user_agent);
        let (family, version) = found.map_or_else(Default::default, |found| {
            (
                browser_family(&found.family),
                dotted([found.major, found.minor, found.patch, found.patch_minor]),
            )
        });
        let Some((brand, major)) = hints.and_then(|hints| hints.brand) else { return (family, version) };
        // A web view names the engine; the user agent may name the app around it.
        let keeps_app = brand == Brand::WebView && !matches!(family.as_str(), "" | "chrome");
        if keeps_app || brand.family() == family {
            return (family, version);
        }
        let same_engine = version.split('.').next() == Some(major.to_string().as_str());
        (brand.family().to_owned(), if same_engine { version } else { major.to_string() })
    }

    /// Family and version of the operating system.
    fn system(
        &self,
        user_agent: &str,
        hints: Option<&ClientHints>,
        browser_version: &str,
    ) -> (String, String) {
        let (family, version) = self.system_of_user_agent(user_agent, browser_version);
        let Some((hints, platform)) = hints.and_then(|hints| Some((hints, hints.platform?))) else {
            return (family, version);
        };
        let hinted = platform.known_version(hints.platform_version);
        let version = match hinted.is_empty() {
            false => hinted,
            true if platform.family() == family => version,
            true => String::new(),
        };
        (platform.family().to_owned(), version)
    }

    fn system_of_user_agent(&self, user_agent: &str, browser_version: &str) -> (String, String) {
        let Some(found) = self.systems.extract(user_agent) else { return harmony(user_agent) };
        let family = os_family(&found.os);
        let parts =
            [&found.major, &found.minor, &found.patch, &found.patch_minor].map(|part| part.as_deref());
        let version = os_version(&family, parts);
        if family == "ios" && major(&version) == Some(18) && user_agent.contains(" Version/") {
            let frozen = major(browser_version).is_some_and(|major| major >= SAFARI_WITH_FROZEN_IOS);
            return (family, if frozen { browser_version.to_owned() } else { version });
        }
        (family, version)
    }
}

impl Default for UserAgents {
    fn default() -> Self {
        Self::new()
    }
}

/// Huawei's system, which the patterns do not know yet.
fn harmony(user_agent: &str) -> (String, String) {
    let Some((_, rest)) = user_agent.split_once("OpenHarmony ") else { return Default::default() };
    let end =
        rest.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(rest.len());
    ("harmonyos".to_owned(), dotted([Some(&rest[..end]), None, None, None]))
}

fn bot_of(user_agent: &str, lower: &str, hints: Option<&ClientHints>) -> Option<String> {
    let headless = hints.and_then(|hints| hints.brand).is_some_and(|(brand, _)| brand == Brand::Headless);
    bot_name(user_agent, lower).or_else(|| headless.then(|| "HeadlessChrome".to_owned()))
}

fn major(version: &str) -> Option<u32> {
    version.split('.').next()?.parse().ok()
}

/// By what an agent is remembered.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    user_agent: Arc<str>,
    hints: Option<ClientHints>,
}

/// A [`Key`] that owns nothing, to ask with.
struct Asked<'a> {
    user_agent: &'a str,
    hints: Option<ClientHints>,
}

impl Hash for Asked<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.user_agent.hash(state);
        self.hints.hash(state);
    }
}

impl Equivalent<Key> for Asked<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        *self.user_agent == *key.user_agent && self.hints == key.hints
    }
}

/// Weighs agents by the bytes that they take.
#[derive(Clone)]
struct Bytes;

impl Weighter<Key, Arc<Agent>> for Bytes {
    fn weight(&self, key: &Key, agent: &Arc<Agent>) -> u64 {
        let texts = [&agent.os, &agent.os_version, &agent.browser, &agent.browser_version, &agent.bot_name];
        let bytes = texts.iter().map(|text| text.len()).sum::<usize>();
        (AGENT_OVERHEAD + key.user_agent.len() + bytes) as u64
    }
}
