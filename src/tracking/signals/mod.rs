//! What a request tells of its visitor: address, place, provider, language, device, software, bot or not.
//!
//! Every header is hostile until read: lengths are bounded, broken UTF-8 is mended, and what can't be
//! understood is "unknown". Nothing here fails.

mod address;
mod bot_names;
mod bots;
mod client_hints;
mod country;
mod device;
mod families;
pub mod geoip;
mod language;
mod nul;
mod regexes;
mod session;
mod user_agent;

pub use address::visitor_address;
pub use client_hints::{Brand, ClientHints, Platform, Version};
pub use country::{Countries, Country};
pub use geoip::{GeoFiles, Place};
pub use language::Language;
pub use nul::without_nul;
pub use session::{SessionHasher, fresh_cookie};
pub use user_agent::{Agent, LONGEST_USER_AGENT, UserAgents};

use actix_web::{
    HttpRequest,
    http::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderName, REFERER, USER_AGENT},
};
use ipnet::IpNet;
use smallvec::SmallVec;
use std::{
    borrow::Cow,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

/// How much of a referrer is kept, in bytes.
pub const LONGEST_REFERRER: usize = 2_048;

/// What a request tells of its visitor.
#[derive(Clone, Debug)]
pub struct Signals {
    /// The visitor's own address as far as trusted proxies tell, IPv4 always as such.
    pub ip: IpAddr,
    /// What the data files and the embedded table know of it.
    pub place: Place,
    pub language: Language,
    /// Shared among all visitors with the same user agent and hints; holds the user agent itself.
    pub agent: Arc<Agent>,
    /// At most [`LONGEST_REFERRER`] bytes; broken UTF-8 is mended. Empty where none was sent.
    pub referrer: String,
}

/// Reads signals; one for the whole process, shared by all workers.
pub struct SignalReader {
    agents: UserAgents,
    countries: Countries,
    files: GeoFiles,
    trusted: Vec<IpNet>,
}

impl SignalReader {
    /// `trusted` are the proxies whose `X-Forwarded-For` is believed. Slow, as [`UserAgents::new`] is.
    #[must_use]
    pub fn new(trusted: Vec<IpNet>, files: GeoFiles) -> Self {
        Self { agents: UserAgents::new(), countries: Countries::embedded(), files, trusted }
    }

    /// The operator's data files.
    #[must_use]
    pub fn files(&self) -> &GeoFiles {
        &self.files
    }

    /// The signals of a request.
    #[must_use]
    pub fn read(&self, request: &HttpRequest) -> Signals {
        // Only a request made by a test has no peer.
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |socket| socket.ip());
        self.read_headers(peer, request.headers())
    }

    /// The signals of a request from `peer` with these headers.
    #[must_use]
    pub fn read_headers(&self, peer: IpAddr, headers: &HeaderMap) -> Signals {
        let ip = self.address(peer, headers);
        Signals {
            ip,
            place: self.place_of(ip),
            language: Language::preferred(bytes_of(headers, ACCEPT_LANGUAGE)),
            agent: self.agents.parse(
                &mended(bytes_of(headers, USER_AGENT), LONGEST_USER_AGENT),
                ClientHints::of_headers(headers),
            ),
            referrer: mended(bytes_of(headers, REFERER), LONGEST_REFERRER).into_owned(),
        }
    }

    /// Where an address lies and whose it is, as requests are read.
    #[must_use]
    pub fn place_of(&self, address: IpAddr) -> Place {
        let address = address.to_canonical();
        self.files.place(address, || self.countries.country_of(address))
    }

    fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let forwarded = HeaderName::from_static("x-forwarded-for");
        let values: SmallVec<[&[u8]; 4]> = headers.get_all(forwarded).map(|value| value.as_bytes()).collect();
        visitor_address(peer, &values, &self.trusted)
    }
}

fn bytes_of(headers: &HeaderMap, name: HeaderName) -> &[u8] {
    headers.get(name).map_or(b"", |value| value.as_bytes())
}

/// A header's value as text of at most `longest` bytes, cut between characters.
#[must_use]
fn mended(bytes: &[u8], longest: usize) -> Cow<'_, str> {
    // Three bytes more than are kept: a character that begins among the kept ones is then whole.
    match without_nul(String::from_utf8_lossy(&bytes[..bytes.len().min(longest + 3)])) {
        Cow::Borrowed(text) => Cow::Borrowed(&text[..text.floor_char_boundary(longest)]),
        Cow::Owned(mut text) => {
            text.truncate(text.floor_char_boundary(longest));
            Cow::Owned(text)
        }
    }
}
