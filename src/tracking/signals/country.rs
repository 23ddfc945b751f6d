//! Which country an address lies in, by the table embedded in the program: `tor-geoip`, whose data
//! comes from the IPFire location database (CC BY-SA 4.0).

use std::{fmt, net::IpAddr, sync::Arc};
use tor_geoip::GeoipDb;

/// An ISO 3166-1 code of two capital letters, such as `DE`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// The code of a text; none unless it is two letters. Case is mended.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        let bytes: [u8; 2] = code.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_alphabetic).then(|| Self(bytes.map(|byte| byte.to_ascii_uppercase())))
    }

    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("made of ASCII letters only")
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The embedded table. Cheap to make and to clone: all of them share the program's own pages.
#[derive(Clone)]
pub struct Countries(Arc<GeoipDb>);

impl Countries {
    /// The table of this program; takes no noticeable time.
    #[must_use]
    pub fn embedded() -> Self {
        Self(GeoipDb::new_embedded())
    }

    /// The country of an address, found by a binary search; none where nobody knows, as with private
    /// addresses. IPv4 in IPv6 clothes (`::ffff:192.0.2.1`) counts as IPv4.
    #[must_use]
    pub fn country_of(&self, address: IpAddr) -> Option<Country> {
        self.0.lookup_country_code(address.to_canonical()).and_then(|code| Country::of_code(code.get()))
    }
}
