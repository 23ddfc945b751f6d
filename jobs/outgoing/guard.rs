//! Which addresses outgoing calls may go to: the public ones, and what the operator allows. An address that
//! carries another within it is judged by the one within.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 that is not public (the IANA special-purpose registry), and what clouds answer their machines from.
const CLOSED_V4: [&str; 16] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    // Azure's own addresses, public by their number alone.
    "168.63.129.16/32",
];
/// Of IPv6 only this is public,
const OPEN_V6: &str = "2000::/3";
/// and of that not these: protocol assignments with Teredo, documentation.
const CLOSED_V6: [&str; 3] = ["2001::/23", "2001:db8::/32", "3fff::/20"];
/// What carries an IPv4 address within: its last four bytes, behind this (NAT64),
const NAT64: &str = "64:ff9b::/96";
/// or those behind the first two (6to4).
const SIX_TO_FOUR: &str = "2002::/16";

/// Judges addresses.
#[derive(Clone, Debug)]
pub struct Guard {
    allowed: Vec<IpNet>,
    closed_v4: Vec<Ipv4Net>,
    open_v6: Ipv6Net,
    closed_v6: Vec<Ipv6Net>,
    nat64: Ipv6Net,
    six_to_four: Ipv6Net,
}

impl Guard {
    /// Allows the public addresses and these.
    #[must_use]
    pub fn new(allowed: &[IpNet]) -> Self {
        Self {
            allowed: allowed.to_vec(),
            closed_v4: CLOSED_V4.iter().map(|text| text.parse().expect("a range of IPv4")).collect(),
            open_v6: v6(OPEN_V6),
            closed_v6: CLOSED_V6.into_iter().map(v6).collect(),
            nat64: v6(NAT64),
            six_to_four: v6(SIX_TO_FOUR),
        }
    }

    /// Whether calls may go there.
    #[must_use]
    pub fn opens(&self, address: IpAddr) -> bool {
        let within = self.within(address);
        let is_allowed = |address: &IpAddr| self.allowed.iter().any(|range| range.contains(address));
        is_allowed(&address) || is_allowed(&within) || self.is_public(within)
    }

    /// The address that a call would reach.
    fn within(&self, address: IpAddr) -> IpAddr {
        let IpAddr::V6(outer) = address else { return address };
        if let Some(mapped) = outer.to_ipv4_mapped() {
            return mapped.into();
        }
        if self.nat64.contains(&outer) {
            return carried(outer, 12);
        }
        if self.six_to_four.contains(&outer) {
            return carried(outer, 2);
        }
        address
    }

    fn is_public(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(number) => !self.closed_v4.iter().any(|range| range.contains(&number)),
            IpAddr::V6(number) => {
                self.open_v6.contains(&number) && !self.closed_v6.iter().any(|range| range.contains(&number))
            }
        }
    }
}

fn v6(text: &str) -> Ipv6Net {
    text.parse().expect("a range of IPv6")
}

/// The IPv4 address that begins at a byte.
fn carried(outer: Ipv6Addr, at: usize) -> IpAddr {
    let bytes = outer.octets();
    Ipv4Addr::new(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]).into()
}
