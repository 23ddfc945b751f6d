//! How long the parts take. Not judged, only printed:
//! `cargo test --release signals::speed -- --ignored --nocapture`.

use domain::shared::NetworkId;
use std::{
    hint::black_box,
    net::{IpAddr, Ipv4Addr},
    time::Instant,
};
use switchyard::tracking::signals::{
    ClientHints, Countries, Language, SessionHasher, UserAgents, visitor_address,
};

fn measure<T>(what: &str, times: u32, mut run: impl FnMut(u32) -> T) {
    let start = Instant::now();
    for round in 0..times {
        black_box(run(round));
    }
    eprintln!("{what:40} {:>8} ns", start.elapsed().as_nanos() / u128::from(times));
}

/// Resident memory in KiB, where the system tells.
fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("VmRSS unknown").to_owned()
}

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
     Chrome/124.0.0.0 Safari/537.36";

#[test]
#[ignore = "a measurement, to be run alone and optimised"]
fn the_parts_are_measured() {
    eprintln!("{}", resident());
    let start = Instant::now();
    let agents = UserAgents::new();
    eprintln!("patterns compiled in {:?}, {}", start.elapsed(), resident());
    let brands = r#""Chromium";v="124", "Google Chrome";v="124", "Not-A.Brand";v="99""#;
    let read = || ClientHints::read(Some(brands), Some("\"Windows\""), None, Some("?0"), None);
    measure("client hints", 1_000_000, |_| read());
    let hints = read();
    measure("user agent, remembered", 1_000_000, |_| agents.parse(CHROME, hints));
    measure("user agent, new (with its text made)", 50_000, |round| {
        agents.parse(&format!("{CHROME} {round}"), None)
    });
    let hostile = "Mozilla/5.0 (iPhone Android Opera Version/ Linux; ".repeat(20);
    measure("user agent, new, hostile, 1 KB", 5_000, |round| {
        agents.parse(&format!("{round} {hostile}"), None)
    });
    eprintln!("{} remembered, {}", agents.remembered(), resident());
    let countries = Countries::embedded();
    let address = |round: u32| IpAddr::V4(Ipv4Addr::from(round.wrapping_mul(2_654_435_761)));
    measure("country", 1_000_000, |round| countries.country_of(address(round)));
    measure("language", 1_000_000, |_| Language::preferred(b"de-AT,de;q=0.9,en-US;q=0.8,en;q=0.7"));
    let trusted = ["127.0.0.0/8".parse().unwrap()];
    measure("address", 1_000_000, |_| {
        visitor_address(IpAddr::from([127, 0, 0, 1]), &[b"203.0.113.9"], &trusted)
    });
    let hasher = SessionHasher::new(&[7; 16]);
    let cookie = "0123456789abcdef0123456789abcdef";
    measure("session keys", 1_000_000, |round| hasher.keys(NetworkId(7), address(round), CHROME, cookie));
    eprintln!("{}", resident());
}
