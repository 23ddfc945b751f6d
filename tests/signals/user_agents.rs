//! Well-known user agents and client hints, and what they are.

use super::AGENTS;
use domain::tracking::Device::{self, Console, Desktop, Mobile, Tablet, Tv, Unknown};
use switchyard::tracking::signals::{ClientHints, LONGEST_USER_AGENT};

/// User agent, device, operating system and its version, browser and its version.
type Row = (&'static str, Device, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const BROWSERS: &[Row] = &[
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
        Desktop, "windows", "10", "chrome", "124.0.0.0"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 Edg/124.0.2478.51",
        Desktop, "windows", "10", "edge", "124.0.2478.51"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/123.0.0.0 Safari/537.36 OPR/109.0.0.0",
        Desktop, "windows", "10", "opera", "109.0.0"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:125.0) Gecko/20100101 Firefox/125.0",
        Desktop, "windows", "10", "firefox", "125.0"),
    ("Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
        Desktop, "windows", "7", "internet explorer", "11.0"),
    ("Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0; Tablet PC 2.0)",
        Desktop, "windows", "5.1", "internet explorer", "8.0"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Safari/605.1.15",
        Desktop, "macos", "10.15.7", "safari", "17.4.1"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
        Desktop, "linux", "", "firefox", "125.0"),
    ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0",
        Desktop, "linux", "", "firefox", "115.0"),
    ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
        Desktop, "chrome os", "14541.0.0", "chrome", "124.0.0.0"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 YaBrowser/24.4.1.899 Yowser/2.5 Safari/537.36",
        Desktop, "windows", "10", "yandex browser", "24.4.1"),
    ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36",
        Mobile, "android", "14", "chrome", "124.0.0.0"),
    ("Mozilla/5.0 (Linux; Android 13; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/24.0 Chrome/117.0.0.0 Mobile Safari/537.36",
        Mobile, "android", "13", "samsung internet", "24.0"),
    ("Mozilla/5.0 (Android 14; Mobile; rv:125.0) Gecko/125.0 Firefox/125.0",
        Mobile, "android", "14", "firefox", "125.0"),
    ("Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0.0.0 Mobile Safari/537.36",
        Mobile, "android", "12", "chrome", "112.0.0.0"),
    ("Mozilla/5.0 (Linux; Android 13; SM-A536B Build/TP1A.220624.014; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/123.0.6312.118 Mobile Safari/537.36",
        Mobile, "android", "13", "chrome webview", "123.0.6312.118"),
    ("Mozilla/5.0 (Linux; Android 13; SM-A536B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/123.0.6312.118 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/458.0.0.54.108;]",
        Mobile, "android", "13", "facebook", "458.0.0"),
    ("Dalvik/2.1.0 (Linux; U; Android 13; SM-S918B Build/TP1A.220624.014)",
        Mobile, "android", "13", "android browser", "13"),
    ("Opera/9.80 (J2ME/MIDP; Opera Mini/9.80 (S60; SymbOS; Opera Mobi/23.348; U; en) Presto/2.5.25 Version/10.54",
        Mobile, "symbian", "", "opera mini", "9.80"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Mobile/15E148 Safari/604.1",
        Mobile, "ios", "17.4.1", "safari", "17.4.1"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
        Mobile, "ios", "26.1", "safari", "26.1"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
        Mobile, "ios", "18.6", "safari", "18.6"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/124.0.6367.71 Mobile/15E148 Safari/604.1",
        Mobile, "ios", "17.4", "chrome", "124.0.6367.71"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/125.0 Mobile/15E148 Safari/605.1.15",
        Mobile, "ios", "17.4", "firefox", "125.0"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 EdgiOS/124.0.2478.50 Mobile/15E148 Safari/604.1",
        Mobile, "ios", "17.4", "edge", "124.0.2478.50"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
        Mobile, "ios", "17.4", "safari webview", ""),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 328.0.0.30.94 (iPhone15,2; iOS 17_4)",
        Mobile, "ios", "17.4", "instagram", "328.0.0"),
    ("Mozilla/5.0 (compatible; MSIE 10.0; Windows Phone 8.0; Trident/6.0; IEMobile/10.0; ARM; Touch; NOKIA; Lumia 920)",
        Mobile, "windows phone", "8.0", "internet explorer", "10.0"),
    ("Mozilla/5.0 (Mobile; Nokia 8110 4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5.1",
        Mobile, "kaios", "2.5.1", "firefox", "48.0"),
    ("Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile",
        Mobile, "harmonyos", "5.0", "chrome", "114.0.0.0"),
    ("Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
        Tablet, "ios", "16.6", "safari", "16.6"),
    ("Mozilla/5.0 (Linux; Android 13; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
        Tablet, "android", "13", "chrome", "124.0.0.0"),
    ("Mozilla/5.0 (Android 13; Tablet; rv:125.0) Gecko/125.0 Firefox/125.0",
        Tablet, "android", "13", "firefox", "125.0"),
    ("Mozilla/5.0 (Linux; Android 9; KFMAWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/120.3.1 like Chrome/120.0.6099.230 Safari/537.36",
        Tablet, "android", "9", "amazon silk", "120.3.1"),
    ("Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/4.0 Chrome/76.0.3809.146 TV Safari/537.36",
        Tv, "tizen", "6.0", "samsung internet", "4.0"),
    ("Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0.4606.128 Safari/537.36 WebAppManager",
        Tv, "webos", "", "chrome", "94.0.4606.128"),
    ("Mozilla/5.0 (Linux; Android 9; AFTMM Build/PS7285) AppleWebKit/537.36 (KHTML, like Gecko) Silk/108.4.6 like Chrome/108.0.5359.220 Safari/537.36",
        Tv, "android", "9", "amazon silk", "108.4.6"),
    ("Mozilla/5.0 (Linux; Android 10; BRAVIA 4K UR2) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/100.0.4896.127 Safari/537.36",
        Tv, "android", "10", "chrome", "100.0.4896.127"),
    ("AppleTV11,1/17.4", Tv, "tvos", "", "", ""),
    ("Mozilla/5.0 (PlayStation; PlayStation 5/7.60) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15",
        Console, "", "", "safari", "13.0"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox One) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/106.0.0.0 Safari/537.36 Edge/44.19041.4788",
        Console, "windows", "10", "edge", "44.19041.4788"),
    ("Mozilla/5.0 (Nintendo Switch; WifiWebAuthApplet) AppleWebKit/606.4 (KHTML, like Gecko) NF/6.0.1.15.4 NintendoBrowser/5.1.0.20393",
        Console, "", "", "", ""),
    ("", Unknown, "", "", "", ""),
    ("something else entirely", Unknown, "", "", "", ""),
];

#[test]
fn well_known_browsers_are_recognised_and_are_no_bots() {
    for (user_agent, device, os, os_version, browser, browser_version) in BROWSERS {
        let agent = AGENTS.parse(user_agent, None);
        let found = (agent.device, &*agent.os, &*agent.os_version, &*agent.browser, &*agent.browser_version);
        assert_eq!(found, (*device, *os, *os_version, *browser, *browser_version), "{user_agent}");
        assert!(!agent.is_bot && agent.bot_name.is_empty(), "{user_agent} is no {}", agent.bot_name);
    }
}

const FROZEN_WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
     Chrome/124.0.0.0 Safari/537.36";
const FROZEN_ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36";

/// Hints of platform, its version, mobile and model.
fn hints(platform: &str, version: &str, mobile: &str, model: &str) -> Option<ClientHints> {
    ClientHints::read(None, Some(platform), Some(version), Some(mobile), Some(model))
}

#[test]
fn hints_tell_the_windows_version_that_the_user_agent_hides() {
    for (sent, version) in
        [("15.0.0", "11"), ("13.0.0", "11"), ("10.0.0", "10"), ("0.3.0", "8.1"), ("0.1", "7")]
    {
        let agent = AGENTS.parse(FROZEN_WINDOWS, hints("\"Windows\"", &format!("\"{sent}\""), "?0", "\"\""));
        assert_eq!((&*agent.os, &*agent.os_version), ("windows", version), "{sent}");
    }
}

#[test]
fn hints_tell_system_and_class_before_the_user_agent_does() {
    let agent = AGENTS.parse(FROZEN_ANDROID, hints("\"Android\"", "\"14.0.0\"", "?1", "\"Pixel 8\""));
    assert_eq!((agent.device, &*agent.os, &*agent.os_version), (Mobile, "android", "14"));
    let agent = AGENTS.parse(FROZEN_ANDROID, hints("\"Android\"", "\"14.1.0\"", "?0", "\"BRAVIA 4K\""));
    assert_eq!((agent.device, &*agent.os_version), (Tv, "14.1"));
    let agent = AGENTS.parse(FROZEN_ANDROID, hints("\"Linux\"", "\"\"", "?0", "\"\""));
    assert_eq!((agent.device, &*agent.os, &*agent.os_version), (Desktop, "linux", ""));
}

#[test]
fn hints_name_the_browser_that_poses_as_chrome() {
    let brands = |list| ClientHints::read(Some(list), None, None, None, None);
    let brave = brands(r#""Brave";v="124", "Chromium";v="124", "Not-A.Brand";v="99""#);
    let agent = AGENTS.parse(FROZEN_WINDOWS, brave);
    assert_eq!((&*agent.browser, &*agent.browser_version), ("brave", "124.0.0.0"));
    let chrome = brands(r#""Not(A:Brand";v="8", "Chromium";v="124", "Google Chrome";v="124""#);
    assert_eq!(AGENTS.parse(FROZEN_WINDOWS, chrome).browser_version, "124.0.0.0");
    let headless = AGENTS.parse(FROZEN_WINDOWS, brands(r#""HeadlessChrome";v="124""#));
    assert!(headless.is_bot && headless.bot_name == "HeadlessChrome");
}

#[test]
fn hostile_hints_count_as_not_sent() {
    let long = "9".repeat(100_000);
    for value in ["", "\"", "\"\"\"\"\"", "?", "-1.-2", "\u{0}", "99999999999.1", long.as_str()] {
        let read = ClientHints::read(Some(value), Some(value), Some(value), Some(value), Some(value));
        assert_eq!(read, None, "{value:.20}");
    }
}

#[test]
fn long_user_agents_are_cut_between_characters_and_remembered_within_bounds() {
    let agents = switchyard::tracking::signals::UserAgents::new();
    let long = "é".repeat(5_000);
    assert_eq!(agents.parse(&long, None).user_agent.len(), LONGEST_USER_AGENT);
    for number in 0..40_000 {
        assert_eq!(agents.parse(&format!("{number} {long}"), None).device, Unknown);
    }
    assert!(agents.remembered() < 20_000, "{} agents of 1 KB each", agents.remembered());
}
