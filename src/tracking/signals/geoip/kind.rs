//! What an MMDB file is about, by the words of its own type: vendors name their files alike, not the same.

/// What a file is about, and so which signals it fills.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    City,
    Country,
    Isp,
    Asn,
    ConnectionType,
    AnonymousIp,
}

/// Words of a type and the kind that they name, the more telling first: `Location-ISP` is about places.
const WORDS: [(&str, Kind); 10] = [
    ("connection", Kind::ConnectionType),
    ("anonym", Kind::AnonymousIp),
    ("proxy", Kind::AnonymousIp),
    ("city", Kind::City),
    ("enterprise", Kind::City),
    ("location", Kind::City),
    ("isp", Kind::Isp),
    ("asn", Kind::Asn),
    ("autonomous", Kind::Asn),
    ("country", Kind::Country),
];

impl Kind {
    /// Every kind, in the order of the page.
    pub const ALL: [Self; 6] =
        [Self::City, Self::Country, Self::Isp, Self::Asn, Self::ConnectionType, Self::AnonymousIp];

    /// The kind of a metadata's `database_type`, such as `GeoLite2-City` or `DBIP-ASN-Lite (compat=…)`;
    /// none where nothing in it is known here. Case does not matter.
    #[must_use]
    pub fn of_type(database_type: &str) -> Option<Self> {
        // What a file claims to be compatible with is what its records look like.
        let lower = database_type.to_ascii_lowercase();
        let own = lower.split('(').next().unwrap_or_default();
        let of = |text: &str| WORDS.iter().find(|(word, _)| text.contains(word)).map(|(_, kind)| *kind);
        of(own).or_else(|| of(&lower))
    }

    /// The name in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::Country => "country",
            Self::Isp => "isp",
            Self::Asn => "asn",
            Self::ConnectionType => "connection_type",
            Self::AnonymousIp => "anonymous_ip",
        }
    }

    /// The words on pages.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::City => "City",
            Self::Country => "Country",
            Self::Isp => "ISP",
            Self::Asn => "ASN",
            Self::ConnectionType => "Connection type",
            Self::AnonymousIp => "Anonymous IP",
        }
    }

    /// The signals that it fills, by the names of conditions and columns.
    #[must_use]
    pub const fn fills(self) -> &'static [&'static str] {
        match self {
            Self::City => &["country", "region", "city"],
            Self::Country => &["country"],
            Self::Isp => &["isp", "asn", "carrier", "connection"],
            Self::Asn => &["asn", "isp"],
            Self::ConnectionType => &["connection"],
            Self::AnonymousIp => &["proxy"],
        }
    }
}
