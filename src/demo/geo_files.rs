//! The demo's data files: cities are real ones of the visitor's country, drawn at random for each network;
//! providers are made up, with numbers that are kept for private use. They are written at every start, as
//! every start draws its visitors' networks anew.

use super::{
    DemoError,
    addresses::Addresses,
    mmdb::{Head, mmdb},
};
use crate::tracking::GEOIP;
use chrono::Utc;
use ipnet::{IpNet, Ipv4Net};
use rand::{Rng, RngExt};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::Ipv4Addr,
    path::Path,
};

/// Region, its code and city, by country.
const PLACES: &str = include_str!("places.json");
/// How networks are connected, by their part of a hundred, in the words of such files.
const CONNECTIONS: [(u32, &str); 6] =
    [(47, "Cellular"), (38, "Cable/DSL"), (6, "Corporate"), (5, "WiFi"), (2, "Satellite"), (2, "Dialup")];
/// Who keeps lines in the ground, in every country.
const LINES: [&str; 3] = ["Larchnet", "Copperline", "Brightfibre"];
/// Who keeps mobile networks, in every country.
const CARRIERS: [&str; 2] = ["Swiftcell", "Aerotone"];
/// The first of the numbers of autonomous systems that nobody is given.
const FIRST_PRIVATE_ASN: u32 = 4_200_000_000;
/// Of a thousand networks so many are proxies, and so many a hosting provider's.
const PROXIES: u32 = 20;
const HOSTS: u32 = 12;

type Places = BTreeMap<String, Vec<(String, String, String)>>;

/// A file's records, each with its networks; the key is the record as text.
#[derive(Default)]
struct Records(BTreeMap<String, (Value, Vec<IpNet>)>);

impl Records {
    fn add(&mut self, record: Value, network: IpNet) {
        self.0.entry(record.to_string()).or_insert((record, Vec::new())).1.push(network);
    }

    fn write(self, folder: &Path, kind: &str) -> Result<(), DemoError> {
        let records: Vec<(Value, Vec<IpNet>)> = self.0.into_values().collect();
        let database_type = format!("Switchyard-Demo-{kind}");
        let description = "Made up by the demo for its own visitors";
        let head = Head { database_type: &database_type, description, built_at: Utc::now() };
        let bytes = mmdb(head, &records).map_err(DemoError)?;
        let fresh = folder.join(format!(".{kind}.new"));
        fs::write(&fresh, bytes)?;
        Ok(fs::rename(fresh, folder.join(format!("demo-{kind}.mmdb")))?)
    }
}

/// Writes files about these networks into the folder `geoip` of the data folder.
///
/// # Errors
/// The disk refused.
pub fn write(addresses: &Addresses, data: &Path, random: &mut impl Rng) -> Result<(), DemoError> {
    let places: Places = serde_json::from_str(PLACES)?;
    let folder = data.join(GEOIP);
    fs::create_dir_all(&folder)?;
    let [mut cities, mut providers, mut connections, mut anonymous] = <[Records; 4]>::default();
    for (country, networks) in addresses.all() {
        let here = places.get(country).map_or(&[][..], Vec::as_slice);
        for network in networks.iter().collect::<BTreeSet<_>>() {
            let network = network_of(*network);
            cities.add(city(country, here, random), network);
            let connection = drawn(random);
            connections.add(json!({ "connection_type": connection }), network);
            providers.add(provider(country, connection, random), network);
            if let Some(record) = anonymity(random) {
                anonymous.add(record, network);
            }
        }
    }
    cities.write(&folder, "City")?;
    providers.write(&folder, "ISP")?;
    connections.write(&folder, "Connection-Type")?;
    anonymous.write(&folder, "Anonymous-IP")
}

fn network_of([first, second, third]: [u8; 3]) -> IpNet {
    Ipv4Net::new_assert(Ipv4Addr::new(first, second, third, 0), 24).into()
}

fn drawn(random: &mut impl Rng) -> &'static str {
    let mut left = random.random_range(0..CONNECTIONS.iter().map(|(part, _)| part).sum());
    for (part, word) in CONNECTIONS {
        if left < part {
            return word;
        }
        left -= part;
    }
    CONNECTIONS[0].1
}

/// The first cities of a country have more people than the others.
fn city(country: &str, here: &[(String, String, String)], random: &mut impl Rng) -> Value {
    let country = json!({ "iso_code": country });
    if here.is_empty() {
        return json!({ "country": country });
    }
    let place = random.random_range(0..here.len()).min(random.random_range(0..here.len()));
    let (region, code, city) = &here[place];
    let mut record = json!({ "country": country, "city": { "names": { "en": city } } });
    if !region.is_empty() {
        record["subdivisions"] = json!([{ "iso_code": code, "names": { "en": region } }]);
    }
    record
}

fn provider(country: &str, connection: &str, random: &mut impl Rng) -> Value {
    let is_mobile = connection == "Cellular";
    let names: &[&str] = if is_mobile { &CARRIERS } else { &LINES };
    let place = random.random_range(0..names.len());
    let name = format!("{} {country}", names[place]);
    let number = country.bytes().fold(0, |number, letter| number * 26 + u32::from(letter - b'A'));
    let asn = FIRST_PRIVATE_ASN + number * 10 + place as u32 + if is_mobile { LINES.len() as u32 } else { 0 };
    let mut record = json!({
        "isp": name, "organization": name,
        "autonomous_system_number": asn, "autonomous_system_organization": name,
    });
    if is_mobile {
        // The codes of test networks.
        record["mobile_country_code"] = json!("001");
        record["mobile_network_code"] = json!(format!("0{}", place + 1));
    }
    record
}

/// What hides its visitors, or a hosting provider; none for most networks.
fn anonymity(random: &mut impl Rng) -> Option<Value> {
    match random.random_range(0..1_000) {
        drawn if drawn < PROXIES => Some(json!({ "is_anonymous": true, "is_public_proxy": true })),
        drawn if drawn < PROXIES + HOSTS => Some(json!({ "is_hosting_provider": true })),
        _ => None,
    }
}
