//! Single values: language, address, country, the keys that a visitor is known by.

use domain::shared::NetworkId;
use ipnet::IpNet;
use proptest::prelude::*;
use std::net::IpAddr;
use switchyard::tracking::signals::{
    Countries, Country, Language, SessionHasher, fresh_cookie, visitor_address,
};

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn the_preferred_language_is_the_one_with_the_highest_quality() {
    let rows = [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en;q=0.5, FR-ca;q=0.9, de;q=0.9", "fr"),
        ("*;q=1, es;q=0.3", "es"),
        ("en;q=0, pt", "pt"),
        ("en;q=0", ""),
        ("en_US", "en"),
        ("zh-Hant-TW;level=1;q=0.7", "zh"),
        ("en;q=nan, it;q=2, nl;q=0.1", "nl"),
        ("verylonglanguage, x, 12, \u{e9}\u{e8}, ", ""),
        ("", ""),
    ];
    for (header, language) in rows {
        assert_eq!(Language::preferred(header.as_bytes()).as_str(), language, "{header}");
    }
}

/// The address that `headers` and `peer` lead to where 10.0.0.0/8 and 2001:db8:1::/48 are trusted.
fn address(peer: &str, headers: &[&str]) -> String {
    let trusted: [IpNet; 2] = ["10.0.0.0/8".parse().unwrap(), "2001:db8:1::/48".parse().unwrap()];
    let headers: Vec<&[u8]> = headers.iter().map(|header| header.as_bytes()).collect();
    visitor_address(ip(peer), &headers, &trusted).to_string()
}

#[test]
fn an_untrusted_peer_is_the_visitor_whatever_it_forwards() {
    assert_eq!(address("198.51.100.7", &["203.0.113.9"]), "198.51.100.7");
    assert_eq!(address("::ffff:198.51.100.7", &[]), "198.51.100.7");
}

#[test]
fn behind_trusted_proxies_the_first_untrusted_address_from_the_right_is_the_visitor() {
    assert_eq!(address("10.0.0.1", &["6.6.6.6, 203.0.113.9"]), "203.0.113.9");
    assert_eq!(address("10.0.0.1", &["6.6.6.6, 203.0.113.9, 10.2.3.4,10.9.9.9"]), "203.0.113.9");
    assert_eq!(address("10.0.0.1", &["6.6.6.6", "203.0.113.9", "10.2.3.4"]), "203.0.113.9");
    assert_eq!(address("::ffff:10.0.0.1", &["203.0.113.9, , "]), "203.0.113.9");
    assert_eq!(address("2001:db8:1::5", &["::ffff:203.0.113.9, 10.0.0.2"]), "203.0.113.9");
}

#[test]
fn where_every_address_is_trusted_the_leftmost_is_the_visitor() {
    assert_eq!(address("10.0.0.1", &["10.0.0.5, 10.0.0.2"]), "10.0.0.5");
    assert_eq!(address("10.0.0.1", &[]), "10.0.0.1");
}

#[test]
fn ports_and_brackets_are_taken_off() {
    assert_eq!(address("10.0.0.1", &["203.0.113.9:4711"]), "203.0.113.9");
    assert_eq!(address("10.0.0.1", &["[2001:db8::9]:4711"]), "2001:db8::9");
    assert_eq!(address("10.0.0.1", &["[2001:db8::9]"]), "2001:db8::9");
}

#[test]
fn what_cannot_be_read_ends_the_walk_with_the_last_good_address() {
    assert_eq!(address("10.0.0.1", &["203.0.113.9, unknown, 10.0.0.2"]), "10.0.0.2");
    assert_eq!(address("10.0.0.1", &["203.0.113.9, 1.2.3.4.5"]), "10.0.0.1");
    assert_eq!(address("10.0.0.1", &["10.0.0.3,".repeat(100_000).as_str()]), "10.0.0.3");
}

#[test]
fn addresses_lie_in_their_countries() {
    let countries = Countries::embedded();
    let country = |text| countries.country_of(ip(text)).map(|country| country.as_str().to_owned());
    assert_eq!(country("8.8.8.8").as_deref(), Some("US"));
    assert_eq!(country("141.76.1.1").as_deref(), Some("DE"));
    assert_eq!(country("::ffff:141.76.1.1").as_deref(), Some("DE"));
    assert_eq!(country("2001:200::1").as_deref(), Some("JP"));
    for unknown in ["127.0.0.1", "10.1.2.3", "192.168.1.1", "::1", "fe80::1", "0.0.0.0", "255.255.255.255"] {
        assert_eq!(country(unknown), None, "{unknown}");
    }
}

#[test]
fn a_country_code_is_two_letters() {
    assert_eq!(Country::of_code("de").unwrap().as_str(), "DE");
    for wrong in ["", "d", "deu", "d1", "??", "é"] {
        assert_eq!(Country::of_code(wrong), None, "{wrong}");
    }
}

const KEY: [u8; 16] = *b"0123456789abcdef";
/// Of the visitor below, by another implementation of SipHash-1-3.
const EXPECTED: [u64; 3] =
    [13_036_879_210_050_197_206, 14_747_394_905_322_479_508, 13_236_955_330_468_542_465];

#[test]
fn session_keys_stay_the_same_for_ever() {
    let keys = SessionHasher::new(&KEY).keys(NetworkId(7), ip("203.0.113.9"), "Agent/1", "cookie");
    // Stored with clicks: a change here would forget every visitor.
    assert_eq!([keys.cookie, keys.ip, keys.ip_user_agent], EXPECTED);
}

#[test]
fn session_keys_differ_with_everything_that_goes_into_them() {
    let hasher = SessionHasher::new(&KEY);
    let keys = hasher.keys(NetworkId(7), ip("203.0.113.9"), "Agent/1", "cookie");
    let other_network = hasher.keys(NetworkId(8), ip("203.0.113.9"), "Agent/1", "cookie");
    assert!(keys.cookie != other_network.cookie && keys.ip != other_network.ip);
    let other_agent = hasher.keys(NetworkId(7), ip("203.0.113.9"), "Agent/2", "cookie");
    assert!(keys.ip == other_agent.ip && keys.ip_user_agent != other_agent.ip_user_agent);
    let other_key =
        SessionHasher::new(b"fedcba9876543210").keys(NetworkId(7), ip("203.0.113.9"), "Agent/1", "cookie");
    assert!(keys.cookie != other_key.cookie && keys.ip != other_key.ip);
    let without_agent = hasher.keys(NetworkId(7), ip("::ffff:203.0.113.9"), "", "other");
    assert!(keys.ip == without_agent.ip && without_agent.ip != without_agent.ip_user_agent);
    assert_ne!(keys.cookie, without_agent.cookie);
}

#[test]
fn fresh_cookies_are_128_random_bits_in_hex() {
    let (one, other) = (fresh_cookie(), fresh_cookie());
    assert!(one.len() == 32 && one.bytes().all(|byte| byte.is_ascii_hexdigit()) && one != other);
}

proptest! {
    #[test]
    fn any_bytes_are_some_language_of_at_most_eight_letters(header in any::<Vec<u8>>()) {
        let language = Language::preferred(&header);
        prop_assert!(language.as_str().len() <= 8 && language.as_str().bytes().all(|byte| byte.is_ascii_lowercase()));
    }

    #[test]
    fn any_forwarded_bytes_give_an_address(header in any::<Vec<u8>>(), peer in any::<IpAddr>()) {
        let everyone: [IpNet; 2] = ["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()];
        prop_assert_eq!(visitor_address(peer, &[&header], &[]), peer.to_canonical());
        let everywhere = visitor_address(peer, &[&header, &header], &everyone);
        prop_assert_eq!(everywhere, everywhere.to_canonical());
    }

    #[test]
    fn any_address_has_a_country_or_none(address in any::<IpAddr>()) {
        if let Some(country) = Countries::embedded().country_of(address) {
            prop_assert!(country.as_str().bytes().all(|byte| byte.is_ascii_uppercase()));
        }
    }
}
