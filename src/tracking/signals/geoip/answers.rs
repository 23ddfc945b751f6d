//! What a record says, in the words of conditions. Fields are read one by one, never a whole record: what is
//! missing or of another type is unknown by itself. Texts are borrowed from the file.

use super::{Kind, database::Found};
use crate::tracking::signals::Country;
use maxminddb::PathElement;

/// How much of a name is kept, in bytes.
const LONGEST: usize = 120;

type Path = [PathElement<'static>];

const COUNTRY: &Path = &[PathElement::Key("country"), PathElement::Key("iso_code")];
const CITY: &Path = &[PathElement::Key("city"), PathElement::Key("names"), PathElement::Key("en")];
const REGION: &Path = &[
    PathElement::Key("subdivisions"),
    PathElement::Index(0),
    PathElement::Key("names"),
    PathElement::Key("en"),
];
const REGION_CODE: &Path =
    &[PathElement::Key("subdivisions"), PathElement::Index(0), PathElement::Key("iso_code")];

const ISP: &Path = &[PathElement::Key("isp")];
const SYSTEM: &Path = &[PathElement::Key("autonomous_system_number")];
const SYSTEM_NAME: &Path = &[PathElement::Key("autonomous_system_organization")];
const MOBILE_COUNTRY: &Path = &[PathElement::Key("mobile_country_code")];
const MOBILE_NETWORK: &Path = &[PathElement::Key("mobile_network_code")];
const CONNECTION: &Path = &[PathElement::Key("connection_type")];
/// Each of these hides a visitor.
const ANONYMITY: [&Path; 5] = [
    &[PathElement::Key("is_anonymous")],
    &[PathElement::Key("is_anonymous_vpn")],
    &[PathElement::Key("is_public_proxy")],
    &[PathElement::Key("is_residential_proxy")],
    &[PathElement::Key("is_tor_exit_node")],
];
const HOSTING: &Path = &[PathElement::Key("is_hosting_provider")];

/// How a visitor is connected, by the words of conditions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Connection {
    #[default]
    Unknown,
    Mobile,
    Wifi,
    Cable,
}

/// The words of vendors in lower case, and what they mean. A satellite is neither a mobile network nor a
/// line in the ground: it stays unknown, as does whatever a vendor adds.
const CONNECTIONS: [(&str, Connection); 11] = [
    ("cellular", Connection::Mobile),
    ("mobile", Connection::Mobile),
    ("wifi", Connection::Wifi),
    ("wi-fi", Connection::Wifi),
    ("cable/dsl", Connection::Cable),
    ("cable", Connection::Cable),
    ("dsl", Connection::Cable),
    ("corporate", Connection::Cable),
    ("dialup", Connection::Cable),
    ("fiber", Connection::Cable),
    ("fibre", Connection::Cable),
];

impl Connection {
    /// The name in conditions; empty where it is unknown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "",
            Self::Mobile => "mobile",
            Self::Wifi => "wifi",
            Self::Cable => "cable",
        }
    }

    fn of_word(word: &str) -> Self {
        let known = CONNECTIONS.iter().find(|(known, _)| word.trim().eq_ignore_ascii_case(known));
        known.map_or(Self::Unknown, |(_, connection)| *connection)
    }
}

/// Whose network an address belongs to.
#[derive(Clone, Copy, Default)]
pub(super) struct Provider<'a> {
    pub isp: &'a str,
    /// 0 where it is unknown.
    pub asn: u32,
    /// Whether the record names a mobile network.
    pub is_mobile: bool,
}

pub(super) fn country(found: &Found<'_>) -> Option<Country> {
    Country::of_code(text(found, COUNTRY))
}

/// The English name of the largest division of the country, else its ISO code without the country's.
pub(super) fn region<'a>(found: &Found<'a>) -> &'a str {
    let name = text(found, REGION);
    if name.is_empty() { text(found, REGION_CODE) } else { name }
}

/// The English name.
pub(super) fn city<'a>(found: &Found<'a>) -> &'a str {
    text(found, CITY)
}

/// From an ISP file. Where it has no name, that of the autonomous system stands for it.
pub(super) fn isp<'a>(found: &Found<'a>) -> Provider<'a> {
    let name = text(found, ISP);
    Provider {
        isp: if name.is_empty() { text(found, SYSTEM_NAME) } else { name },
        asn: system(found),
        is_mobile: !text(found, MOBILE_COUNTRY).is_empty() || !text(found, MOBILE_NETWORK).is_empty(),
    }
}

/// From an ASN file.
pub(super) fn asn<'a>(found: &Found<'a>) -> Provider<'a> {
    Provider { isp: text(found, SYSTEM_NAME), asn: system(found), is_mobile: false }
}

fn system(found: &Found<'_>) -> u32 {
    found.decode_path(SYSTEM).ok().flatten().unwrap_or_default()
}

pub(super) fn connection(found: &Found<'_>) -> Connection {
    Connection::of_word(connection_word(found))
}

fn connection_word<'a>(found: &Found<'a>) -> &'a str {
    text(found, CONNECTION)
}

/// Whether the visitor hides behind the address. A hosting provider's alone is no proxy: companies
/// and crawlers have such addresses of their own.
pub(super) fn is_anonymous(found: &Found<'_>) -> bool {
    ANONYMITY.iter().any(|path| flag(found, path) == Some(true))
}

/// Whether a record has any of the fields that a kind is read for.
pub(super) fn tells(kind: Kind, found: &Found<'_>) -> bool {
    match kind {
        Kind::City => country(found).is_some() || !region(found).is_empty() || !city(found).is_empty(),
        Kind::Country => country(found).is_some(),
        Kind::Isp => names_somebody(isp(found)),
        Kind::Asn => names_somebody(asn(found)),
        Kind::ConnectionType => !connection_word(found).is_empty(),
        Kind::AnonymousIp => ANONYMITY.iter().chain([&HOSTING]).any(|path| flag(found, path).is_some()),
    }
}

fn names_somebody(provider: Provider<'_>) -> bool {
    provider.asn != 0 || !provider.isp.is_empty()
}

fn flag(found: &Found<'_>, path: &Path) -> Option<bool> {
    found.decode_path(path).ok().flatten()
}

fn text<'a>(found: &Found<'a>, path: &Path) -> &'a str {
    found.decode_path::<&str>(path).ok().flatten().map_or("", kept)
}

/// A name as it is kept: short, and without what a database refuses.
fn kept(text: &str) -> &str {
    if text.contains('\0') { "" } else { text[..text.floor_char_boundary(LONGEST)].trim() }
}
