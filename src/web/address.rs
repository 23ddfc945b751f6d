//! Whose request a page's or an API call is, by address: for the audit log and the pause after failed sign-ins.

use crate::{state::State, tracking::signals::visitor_address};
use actix_web::{HttpRequest, http::header::X_FORWARDED_FOR};
use std::net::{IpAddr, Ipv4Addr};

/// The peer's address, or the one that trusted proxies vouch for.
#[must_use]
pub fn client_address(request: &HttpRequest, state: &State) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let headers: Vec<&[u8]> =
        request.headers().get_all(X_FORWARDED_FOR).map(|value| value.as_bytes()).collect();
    visitor_address(peer, &headers, &state.trusted_proxies)
}

/// What failures are counted by: an IPv4 address, or the network of 64 bits that an IPv6 customer has.
#[must_use]
pub fn behind(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x}", address.to_bits() >> 64),
    }
}
