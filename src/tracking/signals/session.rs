//! By what a visitor is known again: hashes under a secret key, so that nothing stored gives an
//! address or a cookie away to whoever does not hold the key.

use domain::{shared::NetworkId, tracking::SessionKeys};
use siphasher::sip::SipHasher13;
use std::{hash::Hasher, net::IpAddr};

/// What a hash is of. Part of its input, so that an address never equals a cookie.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Kind {
    Cookie = 1,
    Ip = 2,
    IpUserAgent = 3,
    Destination = 4,
}

/// Hashes with SipHash-1-3 under a 128-bit key. What it gives is stored for months: it depends on the
/// key and the values alone, never on the machine, the process or the version of Rust.
#[derive(Clone)]
pub struct SessionHasher(SipHasher13);

impl SessionHasher {
    /// With the installation's secret key.
    #[must_use]
    pub fn new(key: &[u8; 16]) -> Self {
        Self(SipHasher13::new_with_key(key))
    }

    /// The keys of one visitor in one network. `cookie` is the visitor cookie's value; where the visitor
    /// brought none, the fresh one that it is about to be given ([`fresh_cookie`]).
    #[must_use]
    pub fn keys(&self, network: NetworkId, ip: IpAddr, user_agent: &str, cookie: &str) -> SessionKeys {
        let address = match ip.to_canonical() {
            IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
            IpAddr::V6(address) => address.octets(),
        };
        SessionKeys {
            cookie: self.hash(Kind::Cookie, network, &[cookie.as_bytes()]),
            ip: self.hash(Kind::Ip, network, &[&address]),
            ip_user_agent: self.hash(Kind::IpUserAgent, network, &[&address, user_agent.as_bytes()]),
        }
    }

    /// A seal on a destination that our own page leads on to: nobody else can make one.
    #[must_use]
    pub fn seal(&self, url: &str) -> u64 {
        self.hash(Kind::Destination, NetworkId(0), &[url.as_bytes()])
    }

    /// Only the last part may vary in length, so that no two lists of parts read alike.
    fn hash(&self, kind: Kind, network: NetworkId, parts: &[&[u8]]) -> u64 {
        let mut hasher = self.0;
        hasher.write(&[kind as u8]);
        hasher.write(&network.0.to_le_bytes());
        for part in parts {
            hasher.write(part);
        }
        hasher.finish()
    }
}

/// A value for the cookie of a visitor who has none: 128 random bits in 32 lower-case hex characters.
#[must_use]
pub fn fresh_cookie() -> String {
    format!("{:032x}", rand::random::<u128>())
}
