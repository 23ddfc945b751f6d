//! Writes MMDB files: those of the demo's own making, and the ones that tests are read with.

use chrono::{DateTime, Utc};
use ipnet::IpNet;
use maxminddb_writer::{
    Database,
    metadata::IpVersion,
    paths::{IntoBitPath, IpAddrWithMask},
};
use serde::{Serialize, Serializer, ser::Error};
use serde_json::Value;
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
};

/// What the metadata says.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// Such as `GeoLite2-City`: by its words a reader knows what the file is about.
    pub database_type: &'a str,
    /// In English; a verified file has one.
    pub description: &'a str,
    pub built_at: DateTime<Utc>,
}

/// The bytes of a file: records of texts, flags, whole numbers of at most 32 bits, lists and maps, each with the networks that it is true of. It speaks of IPv6, and of IPv4 as
/// other files do. A network within another comes behind it.
///
/// # Errors
/// A record holds what the format does not know, such as null.
pub fn mmdb(head: Head<'_>, records: &[(Value, Vec<IpNet>)]) -> Result<Vec<u8>, String> {
    let mut database = Database::default();
    database.metadata.binary_format_major_version = 2;
    database.metadata.ip_version = IpVersion::V6;
    head.database_type.clone_into(&mut database.metadata.database_type);
    database.metadata.languages = vec!["en".to_owned()];
    database.metadata.build_epoch = u64::try_from(head.built_at.timestamp()).unwrap_or_default();
    database.metadata.description = HashMap::from([("en".to_owned(), head.description.to_owned())]);
    for (record, networks) in records.iter().filter(|(_, networks)| !networks.is_empty()) {
        let record = database.insert_value(Record(record)).map_err(|error| error.to_string())?;
        for network in networks {
            database.insert_node(path(*network), record);
        }
    }
    let mut bytes = Vec::new();
    database.write_to(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// A record as files have it: numbers are of 32 bits, as readers ask for them by their width.
struct Record<'a>(&'a Value);

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Number(number) => {
                let number = number.as_u64().and_then(|number| u32::try_from(number).ok());
                serializer.serialize_u32(number.ok_or_else(|| S::Error::custom("a number is too large"))?)
            }
            Value::Object(fields) => {
                serializer.collect_map(fields.iter().map(|(name, value)| (name, Self(value))))
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(Self)),
            Value::Null | Value::Bool(_) | Value::String(_) => self.0.serialize(serializer),
        }
    }
}

/// The way through the tree; IPv4 lies in the lowest 32 bits.
fn path(network: IpNet) -> impl IntoBitPath {
    match network {
        IpNet::V4(network) => {
            let address = Ipv6Addr::from(u128::from(u32::from(network.network())));
            IpAddrWithMask::new(IpAddr::V6(address), 96 + network.prefix_len())
        }
        IpNet::V6(network) => IpAddrWithMask::new(IpAddr::V6(network.network()), network.prefix_len()),
    }
}
