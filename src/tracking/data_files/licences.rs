//! On what terms data is used: that of vendors by the names of their files, and what the program carries.

use chrono::{DateTime, Utc};

/// What a type begins with, what else it has in it, and the vendor's terms; the narrower first.
const VENDORS: [(&str, &str, &str); 7] = [
    ("geolite2", "", "GeoLite2 End User License; name MaxMind as the source"),
    ("geoip", "", "MaxMind's commercial licence"),
    ("dbip", "lite", "CC BY 4.0; name DB-IP.com as the source"),
    ("dbip", "", "DB-IP's commercial licence"),
    ("ipinfo", "lite", "CC BY-SA 4.0; name IPinfo as the source"),
    ("ipinfo", "", "IPinfo's licence"),
    ("switchyard-demo", "", "made up by the demo; free of any"),
];

/// The licence of a file of this type.
pub(super) fn licence_of(database_type: &str) -> &'static str {
    let lower = database_type.to_ascii_lowercase();
    let known = VENDORS.iter().find(|(start, part, _)| lower.starts_with(start) && lower.contains(part));
    known.map_or("see its vendor", |(_, _, licence)| licence)
}

/// Data that the program carries in itself.
pub(super) struct Embedded {
    pub name: &'static str,
    pub version: &'static str,
    /// What it is used for.
    pub tells: &'static str,
    pub licence: &'static str,
    pub source: &'static str,
    /// None where its makers don't tell.
    pub built_at: Option<DateTime<Utc>>,
}

/// All of it.
pub(super) fn embedded() -> [Embedded; 2] {
    let generated = DateTime::parse_from_rfc2822(env!("COUNTRIES_GENERATED"));
    [
        Embedded {
            name: "tor-geoip-db",
            version: env!("COUNTRIES_VERSION"),
            tells: "country, where no data file knows the address",
            licence: "CC BY-SA 4.0; data by IPFire Location",
            source: "https://location.ipfire.org/",
            built_at: generated.ok().map(|moment| moment.to_utc()),
        },
        Embedded {
            name: "uap-core regexes",
            version: env!("UAP_VERSION"),
            tells: "browser and operating system",
            licence: "Apache-2.0; by the ua-parser project",
            source: "https://github.com/ua-parser/uap-core",
            built_at: None,
        },
    ]
}
