//! Whole requests, well-behaved and hostile.

use actix_web::{
    http::header::{HeaderMap, HeaderName, HeaderValue},
    test::TestRequest,
};
use domain::tracking::Device;
use proptest::{collection::vec, prelude::*};
use std::{net::IpAddr, sync::LazyLock};
use switchyard::tracking::signals::{GeoFiles, LONGEST_REFERRER, LONGEST_USER_AGENT, SignalReader};

static READER: LazyLock<SignalReader> =
    LazyLock::new(|| SignalReader::new(vec!["127.0.0.0/8".parse().unwrap()], GeoFiles::none()));

const ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36";

#[test]
fn a_request_tells_who_its_visitor_is() {
    let request = TestRequest::get()
        .peer_addr("127.0.0.1:5000".parse().unwrap())
        .insert_header(("X-Forwarded-For", "141.76.1.1"))
        .insert_header(("User-Agent", ANDROID))
        .insert_header(("Sec-CH-UA", r#""Chromium";v="124", "Google Chrome";v="124", "Not-A.Brand";v="99""#))
        .insert_header(("Sec-CH-UA-Mobile", "?1"))
        .insert_header(("Sec-CH-UA-Platform", "\"Android\""))
        .insert_header(("Sec-CH-UA-Platform-Version", "\"14.0.0\""))
        .insert_header(("Accept-Language", "de-DE,de;q=0.9,en;q=0.5"))
        .insert_header(("Referer", "https://news.example/article"))
        .to_http_request();
    let signals = READER.read(&request);
    assert_eq!(signals.ip, "141.76.1.1".parse::<IpAddr>().unwrap());
    assert_eq!(signals.place.country.unwrap().as_str(), "DE");
    assert_eq!(signals.language.as_str(), "de");
    assert_eq!(signals.referrer, "https://news.example/article");
    assert_eq!((signals.agent.device, &*signals.agent.os_version), (Device::Mobile, "14"));
    assert_eq!((&*signals.agent.browser, &*signals.agent.user_agent), ("chrome", ANDROID));
}

#[test]
fn a_request_without_headers_is_unknown_and_no_bot() {
    let signals = READER.read(&TestRequest::get().to_http_request());
    assert!(
        signals.place.country.is_none()
            && signals.language.as_str().is_empty()
            && signals.referrer.is_empty()
    );
    assert_eq!(signals.agent.device, Device::Unknown);
    assert!(!signals.agent.is_bot && signals.agent.os.is_empty() && signals.agent.browser.is_empty());
}

#[test]
fn broken_utf_8_is_mended_and_long_values_are_cut() {
    let long = [b"caf\xe9 ".repeat(10), "é".repeat(4_000).into_bytes()].concat();
    let value = HeaderValue::from_bytes(&long).unwrap();
    let request = TestRequest::get()
        .insert_header(("User-Agent", value.clone()))
        .insert_header(("Referer", value))
        .to_http_request();
    let signals = READER.read(&request);
    assert!(signals.referrer.starts_with("caf\u{fffd} caf\u{fffd} "), "{}", signals.referrer);
    assert!(signals.referrer.ends_with('é') && signals.agent.user_agent.ends_with('é'));
    assert!((LONGEST_REFERRER - 3..=LONGEST_REFERRER).contains(&signals.referrer.len()));
    assert!((LONGEST_USER_AGENT - 3..=LONGEST_USER_AGENT).contains(&signals.agent.user_agent.len()));
}

const NAMES: [&str; 9] = [
    "user-agent",
    "referer",
    "accept-language",
    "x-forwarded-for",
    "sec-ch-ua",
    "sec-ch-ua-platform",
    "sec-ch-ua-platform-version",
    "sec-ch-ua-mobile",
    "sec-ch-ua-model",
];

/// Pieces that real headers are made of, so that odd bytes meet the code that reads them.
const PIECES: [&str; 16] = [
    "Mozilla/5.0 (",
    "compatible; ",
    "bot",
    "cubot",
    "Android 10; ",
    "iPhone OS 18_7 ",
    " Version/26",
    "Windows NT ",
    "\"",
    ";v=",
    "?1",
    "de;q=0.",
    ",",
    "[::1]:",
    "127.0.0.1",
    "OpenHarmony ",
];

fn value() -> impl Strategy<Value = HeaderValue> {
    let piece = prop_oneof![
        prop::sample::select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
        vec(prop_oneof![Just(b'\t'), 32..127_u8, 128..=255_u8], 0..12),
        any::<char>().prop_map(|character| character.to_string().into_bytes()),
    ];
    (vec(piece, 0..20), prop::sample::select(&[1_usize, 1, 1, 40][..])).prop_map(|(pieces, times)| {
        let mut bytes = pieces.concat().repeat(times);
        bytes.retain(|byte| *byte == b'\t' || (*byte >= 32 && *byte != 127));
        HeaderValue::from_bytes(&bytes).expect("what headers may not hold was taken out")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn any_headers_are_read_within_bounds(values in vec((prop::sample::select(&NAMES[..]), value()), 0..12)) {
        let mut headers = HeaderMap::new();
        for (name, value) in values {
            headers.append(HeaderName::from_static(name), value);
        }
        let signals = READER.read_headers(IpAddr::from([127, 0, 0, 1]), &headers);
        prop_assert!(signals.referrer.len() <= LONGEST_REFERRER);
        let agent = signals.agent;
        prop_assert!(agent.user_agent.len() <= LONGEST_USER_AGENT);
        prop_assert!(agent.os.len() <= 64 && agent.browser.len() <= 64 && agent.bot_name.len() <= 48);
        prop_assert!(agent.os_version.len() <= 24 && agent.browser_version.len() <= 24);
        prop_assert_eq!(agent.is_bot, !agent.bot_name.is_empty());
        prop_assert!(agent.is_bot || agent.device != Device::Bot);
    }
}
