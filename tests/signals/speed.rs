//! How long the parts take. Not judged, only printed:
//! `cargo test --release signals::speed -- --ignored --nocapture`.

use crate::support::{
    folder::Folder,
    geo::{anonymous, city, connection, file, isp, put},
};
use domain::shared::NetworkId;
use serde_json::Value;
use std::{
    hint::black_box,
    net::{IpAddr, Ipv4Addr},
    time::Instant,
};
use switchyard::tracking::signals::{
    ClientHints, Countries, GeoFiles, Language, SessionHasher, UserAgents, visitor_address,
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

/// Files of four kinds about a thousand networks each, among them one that all know.
fn full_files() -> (Folder, GeoFiles) {
    let networks: Vec<String> =
        (0..1_000).map(|number| format!("84.{}.{}.0/24", 128 + number / 250, number % 250)).collect();
    let folder = Folder::new();
    let write = |name: &str, kind: &str, record: &dyn Fn(usize) -> Value| {
        let records: Vec<_> =
            networks.iter().enumerate().map(|(n, network)| (network.as_str(), record(n))).collect();
        put(folder.path(), name, &file(kind, 1, &records));
    };
    write("city.mmdb", "GeoLite2-City", &|n| city("DE", "North Rhine-Westphalia", &format!("City {n}")));
    write("isp.mmdb", "GeoIP2-ISP", &|n| isp(&format!("Telecom {n}"), 64_500, n % 2 == 0));
    write("type.mmdb", "GeoIP2-Connection-Type", &|_| connection("Cellular"));
    write("proxy.mmdb", "GeoIP2-Anonymous-IP", &|_| anonymous(&["is_anonymous"]));
    let files = GeoFiles::open(folder.path().to_owned());
    (folder, files)
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
    let (_folder, files) = full_files();
    measure("place, by files of four kinds", 1_000_000, |round| {
        let address = address(round);
        files.place(address, || countries.country_of(address))
    });
    let one = IpAddr::from([84, 128, 3, 4]);
    measure("place, known to all four", 1_000_000, |_| files.place(one, || countries.country_of(one)));
    let none = GeoFiles::none();
    measure("place, no files", 1_000_000, |round| {
        let address = address(round);
        none.place(address, || countries.country_of(address))
    });
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
