//! Whose request it is: the peer's address, or the one that trusted proxies vouch for.

use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// How many entries of `X-Forwarded-For` are looked at; real chains have fewer than five.
const LONGEST_CHAIN: usize = 64;

/// The visitor's address: the peer's, or the first untrusted one of `X-Forwarded-For` (`headers`, in the
/// order they came) where the peer is a trusted proxy.
///
/// The chain is walked from the right, the end that our own proxies wrote. What can't be read ends the
/// walk with the last good address; where every address is trusted, the leftmost one it is. IPv4 in
/// IPv6 clothes (`::ffff:192.0.2.1`) is undressed, in the answer as in the comparison.
#[must_use]
pub fn visitor_address(peer: IpAddr, headers: &[&[u8]], trusted: &[IpNet]) -> IpAddr {
    let mut address = peer.to_canonical();
    let entries = headers.iter().rev().flat_map(|header| header.rsplit(|byte| *byte == b','));
    for entry in entries.take(LONGEST_CHAIN).map(<[u8]>::trim_ascii).filter(|entry| !entry.is_empty()) {
        if !is_trusted(address, trusted) {
            return address;
        }
        match read(entry) {
            Some(next) => address = next,
            None => return address,
        }
    }
    address
}

/// Whether `address`, or the IPv4 address in it, lies in one of the nets.
fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    let address = address.to_canonical();
    trusted.iter().any(|net| net.contains(&address))
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn read(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?;
    let bare = text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    Some(bare.or_else(with_port).or_else(bracketed)?.to_canonical())
}
