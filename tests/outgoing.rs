//! The way out over HTTP: where it may not go, by number, by name and by redirect; how long it waits and how
//! much it reads.

use crate::support::{
    run,
    site::{Site, Way},
};
use jobs::outgoing::{Answer, Call, Failure, Guard, Method, Outgoing};
use proptest::prelude::{any, prop_assert_eq, proptest};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

fn call(url: &str) -> Call {
    Call { method: Method::GET, url: url.to_owned(), timeout: Duration::from_secs(5), body: 100 }
}

fn closed() -> Outgoing {
    Outgoing::new(&[]).expect("a client")
}

fn open() -> Outgoing {
    Outgoing::new(&["127.0.0.0/8".parse().expect("a range")]).expect("a client")
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap_or_else(|_| panic!("{text} is an address"))
}

#[test]
fn addresses_of_no_use_to_the_public_are_closed_in_every_form() {
    let guard = Guard::new(&[]);
    for text in [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.1.2.3",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2002:a00:1::",
        "2001::1",
        "2001:db8::1",
        "3fff::1",
        "100::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ] {
        assert!(!guard.opens(address(text)), "{text}");
    }
    for text in [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450::1",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2002:808:808::1",
    ] {
        assert!(guard.opens(address(text)), "{text}");
    }
}

#[test]
fn what_the_operator_allows_is_open_and_nothing_beside_it() {
    let ranges = ["10.1.0.0/16", "fd00:1::/32"].map(|range| range.parse().expect("a range"));
    let guard = Guard::new(&ranges);
    for text in ["10.1.2.3", "::ffff:10.1.2.3", "fd00:1::9", "8.8.8.8"] {
        assert!(guard.opens(address(text)), "{text}");
    }
    for text in ["10.2.0.1", "fd00:2::9", "127.0.0.1"] {
        assert!(!guard.opens(address(text)), "{text}");
    }
}

proptest! {
    #[test]
    fn an_address_within_another_is_judged_as_it_is(bits in any::<u32>()) {
        let guard = Guard::new(&[]);
        let inner = Ipv4Addr::from_bits(bits);
        let [a, b, c, d] = inner.octets().map(u16::from);
        let (high, low) = (a << 8 | b, c << 8 | d);
        let is_open = guard.opens(inner.into());
        for outer in [
            inner.to_ipv6_mapped(),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
        ] {
            prop_assert_eq!(guard.opens(outer.into()), is_open, "{}", outer);
        }
    }
}

#[test]
fn no_number_and_no_name_leads_to_this_machine() {
    run(async {
        let site = Site::start();
        site.answers("/", Way::Status(200, "inside"));
        let port = site.url.rsplit(':').next().expect("a port");
        let own_name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let hosts = [
            "127.0.0.1",
            "2130706433",
            "0x7f.1",
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
            "0",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "１２７.0.0.1",
            own_name.trim(),
        ];
        for host in hosts {
            let url = format!("http://{host}:{port}/");
            match closed().ask(&call(&url)).await {
                Err(Failure::Forbidden(_)) => {}
                // A name that this machine does not resolve leads nowhere either.
                Err(_) if host.starts_with(own_name.trim()) || host.ends_with('.') => {}
                other => panic!("{url}: {other:?}"),
            }
        }
        for url in ["ftp://example.com/", "file:///etc/passwd", "http://", "not an address", "data:,x"] {
            assert!(matches!(closed().ask(&call(url)).await, Err(Failure::Forbidden(_))), "{url}");
        }
        assert_eq!(site.asked("/"), 0);
        let by_name = format!("http://localhost:{port}/");
        for url in [format!("{}/", site.url), by_name] {
            let answer = open().ask(&call(&url)).await;
            assert_eq!(answer, Ok(Answer { status: 200, body: b"inside".to_vec() }), "{url}");
        }
    });
}

#[test]
fn a_redirect_is_an_answer_and_not_a_way() {
    run(async {
        let (outside, inside) = (Site::start(), Site::start());
        let to = inside.answers("/secret", Way::Status(200, "secret"));
        let url = outside.answers("/", Way::Redirect(to));
        let answer = open().ask(&call(&url)).await.expect("an answer");
        assert_eq!((answer.status, inside.asked("/secret")), (302, 0));
    });
}

#[test]
fn no_more_is_read_than_wanted_and_nobody_is_waited_for_longer_than_told() {
    run(async {
        let site = Site::start();
        let large = open().ask(&call(&site.answers("/large", Way::Large))).await.expect("an answer");
        assert_eq!((large.status, large.body.len()), (200, 100));
        let unread = Call { body: 0, ..call(&site.answers("/stall", Way::Stall)) };
        assert_eq!(open().ask(&unread).await, Ok(Answer { status: 200, body: Vec::new() }));
        let second = Duration::from_secs(1);
        for way in [Way::Hang, Way::Stall] {
            let slow = Call { timeout: second, ..call(&site.answers("/slow", way)) };
            let told = Failure::NoAnswer("no answer within 1 s".to_owned());
            assert_eq!(open().ask(&slow).await, Err(told));
        }
        let closed = open().ask(&call(&site.answers("/close", Way::Close))).await;
        assert!(matches!(closed, Err(Failure::NoAnswer(_))), "{closed:?}");
        let nobody = format!("http://127.0.0.1:{}/", crate::support::machine::free_port());
        let refused = Failure::NoAnswer("the connection was refused".to_owned());
        assert_eq!(open().ask(&call(&nobody)).await, Err(refused));
    });
}
