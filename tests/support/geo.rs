//! Data files as vendors make them, of addresses that the tests visit from.

use chrono::{DateTime, TimeDelta, Utc};
use ipnet::IpNet;
use serde_json::{Value, json};
use std::{fs, path::Path};
use switchyard::demo::mmdb::{Head, mmdb};

/// The moment that files of these tests count back from.
pub fn today() -> DateTime<Utc> {
    Utc::now()
}

/// The bytes of a file of this type, built so many days ago.
pub fn file(database_type: &str, days_old: i64, records: &[(&str, Value)]) -> Vec<u8> {
    let head = Head {
        database_type,
        description: "What the tests say",
        built_at: today() - TimeDelta::days(days_old),
    };
    let records: Vec<(Value, Vec<IpNet>)> = records
        .iter()
        .map(|(network, record)| (record.clone(), vec![network.parse().expect("a network")]))
        .collect();
    mmdb(head, &records).expect("the format knows these records")
}

/// Puts bytes into the folder as an operator should: whole, by a rename.
pub fn put(folder: &Path, name: &str, bytes: &[u8]) {
    fs::create_dir_all(folder).expect("the folder can be made");
    let fresh = folder.join(format!(".{name}.new"));
    fs::write(&fresh, bytes).expect("a file can be written");
    fs::rename(fresh, folder.join(name)).expect("a file can be renamed");
}

/// A record of a City file.
pub fn city(country: &str, region: &str, city: &str) -> Value {
    json!({
        "country": { "iso_code": country, "names": { "en": country } },
        "subdivisions": [{ "iso_code": "XX", "names": { "de": "anders", "en": region } }],
        "city": { "geoname_id": 1, "names": { "de": "anders", "en": city } },
    })
}

/// A record of an ISP file; `mobile` is whether it names a mobile network.
pub fn isp(name: &str, asn: u32, mobile: bool) -> Value {
    let mut record = json!({
        "isp": name, "organization": "Somebody", "autonomous_system_number": asn,
        "autonomous_system_organization": format!("{name} Holding"),
    });
    if mobile {
        record["mobile_country_code"] = json!("262");
        record["mobile_network_code"] = json!("02");
    }
    record
}

/// A record of an ASN file.
pub fn asn(name: &str, number: u32) -> Value {
    json!({ "autonomous_system_number": number, "autonomous_system_organization": name })
}

/// A record of a Connection-Type file.
pub fn connection(word: &str) -> Value {
    json!({ "connection_type": word })
}

/// A record of an Anonymous-IP file with these fields true.
pub fn anonymous(fields: &[&str]) -> Value {
    fields.iter().map(|field| ((*field).to_owned(), json!(true))).collect::<serde_json::Map<_, _>>().into()
}
