//! One MMDB file in memory: read whole, verified before it answers anything. It is not mapped, as a file
//! that is overwritten under a map ends the process.

use super::{Kind, answers};
use chrono::{DateTime, Utc};
use maxminddb::{LookupResult, Reader, WithinOptions};
use std::net::IpAddr;

/// The largest file that is read, in bytes.
pub const LARGEST: u64 = 1 << 30;
/// How many networks are asked whether the file tells anything at all.
const SAMPLE: usize = 10_000;
/// How much of a file's own words is kept, in characters.
const LONGEST_WORDS: usize = 200;

/// What a file says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct About {
    pub kind: Kind,
    /// The metadata's `database_type`, cut to 200 characters.
    pub database_type: String,
    /// In English where it has that, cut to 200 characters.
    pub description: String,
    pub built_at: DateTime<Utc>,
    /// Nodes of its search tree, by which it grows.
    pub nodes: u32,
    pub bytes: u64,
}

/// What was found of an address.
pub(super) type Found<'a> = LookupResult<'a, Vec<u8>>;

/// A file that was verified.
#[derive(Debug)]
pub struct Database {
    pub about: About,
    reader: Reader<Vec<u8>>,
}

impl Database {
    /// Verifies what a file holds: its metadata, every node of its tree and every record. Takes seconds
    /// for hundreds of MB.
    ///
    /// # Errors
    /// What is wrong with it, in words that end a sentence; it never panics, whatever the bytes.
    pub fn of_bytes(bytes: Vec<u8>) -> Result<Self, String> {
        if bytes.is_empty() {
            return Err("it is empty".to_owned());
        }
        let size = bytes.len() as u64;
        let reader = Reader::from_source(bytes)
            .map_err(|error| format!("it is no MMDB file, or not all of it: {error}"))?;
        let about = about(&reader, size)?;
        reader.verify().map_err(|error| format!("it is damaged: {error}"))?;
        let database = Self { about, reader };
        if database.tells_something() { Ok(database) } else { Err(database.without_fields()) }
    }

    /// What it holds of an address; none where it knows nothing, or no IPv6.
    pub(super) fn find(&self, address: IpAddr) -> Option<Found<'_>> {
        self.reader.lookup(address).ok().filter(LookupResult::has_data)
    }

    /// Whether an address lies within what the file speaks of at all.
    pub(super) fn speaks_of(&self, address: IpAddr) -> bool {
        address.is_ipv4() || self.reader.metadata().ip_version == 6
    }

    /// Whether a record among the first has a field that its kind is read for. A file in another layout
    /// would be in use and tell nothing.
    fn tells_something(&self) -> bool {
        let Ok(networks) = self.reader.networks(WithinOptions::default()) else { return false };
        let found = networks.take(SAMPLE).filter_map(Result::ok);
        found.into_iter().any(|found| answers::tells(self.about.kind, &found))
    }

    fn without_fields(&self) -> String {
        format!("its records have none of the fields of a file of the kind {}", self.about.kind.label())
    }
}

fn about(reader: &Reader<Vec<u8>>, bytes: u64) -> Result<About, String> {
    let metadata = reader.metadata();
    let database_type = words(&metadata.database_type);
    let kind = Kind::of_type(&metadata.database_type);
    let kind = kind.ok_or_else(|| format!("its type, “{database_type}”, is none that is read here"))?;
    let built = i64::try_from(metadata.build_epoch).ok().filter(|seconds| *seconds > 0);
    let built = built.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let built_at = built.ok_or_else(|| "it does not say when it was built".to_owned())?;
    let english = metadata.description.get("en").or_else(|| metadata.description.values().next());
    let description = words(english.map_or("", String::as_str));
    Ok(About { kind, database_type, description, built_at, nodes: metadata.node_count, bytes })
}

/// A file's own words, without what would disturb a line.
fn words(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(LONGEST_WORDS).collect()
}
