//! Who was seen on an offer, and who converted there: 64-bit keys, in memory for decisions, in hourly
//! files for the next start. The drain writes a key's file before its segment may go, so that files
//! and what the spool still holds are always the whole.

use crate::Error;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

const SHARDS: usize = 16;
/// A record: kind, three spare bytes, seconds, the offer's low half, the key.
const RECORD: usize = 20;

/// The file of those who have converted.
const CONVERTED: &str = "converted.keys";

/// What a key remembers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum KeyKind {
    /// A click of this visitor on this offer.
    Seen = 0,
    /// A conversion.
    Converted = 1,
}

/// A key and when it was seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SeenKey {
    pub kind: KeyKind,
    pub offer: i64,
    pub key: u64,
    /// Seconds since 1970 UTC.
    pub at: u32,
}

type Shard = Mutex<FxHashMap<(KeyKind, u32, u64), u32>>;

/// The keys of one tracking process.
#[derive(Debug)]
pub struct Keys {
    folder: PathBuf,
    shards: [Shard; SHARDS],
}

impl Keys {
    /// Reads the files of the last `hours` below the data folder `data`.
    ///
    /// # Errors
    /// The disk refused.
    pub fn open(data: &Path, now: i64, hours: u32) -> Result<Self, Error> {
        let folder = data.join("keys");
        fs::create_dir_all(&folder)?;
        let keys = Self { folder, shards: std::array::from_fn(|_| Shard::default()) };
        let oldest = now.div_euclid(3_600_000) - i64::from(hours);
        for entry in fs::read_dir(&keys.folder)?.filter_map(Result::ok) {
            let hour: Option<i64> =
                entry.file_name().to_str().and_then(|name| name.strip_suffix(".keys")?.parse().ok());
            match hour {
                Some(hour) if hour >= oldest => keys.load(&entry.path())?,
                Some(_) => fs::remove_file(entry.path())?,
                None => {}
            }
        }
        // Who has converted is not forgotten with the hour.
        let converted = keys.folder.join(CONVERTED);
        if converted.exists() {
            keys.load(&converted)?;
        }
        Ok(keys)
    }

    fn load(&self, path: &Path) -> Result<(), Error> {
        for record in fs::read(path)?.chunks_exact(RECORD) {
            if let Some(seen) = decode(record) {
                self.remember(seen);
            }
        }
        Ok(())
    }

    fn shard(&self, key: u64) -> &Shard {
        &self.shards[(key >> 60) as usize % SHARDS]
    }

    /// When the key was first seen within its memory, in seconds.
    #[must_use]
    pub fn at(&self, kind: KeyKind, offer: i64, key: u64) -> Option<u32> {
        self.shard(key).lock().get(&(kind, offer as u32, key)).copied()
    }

    /// Remembers a key unless it is remembered since `since` (seconds); whether it was new.
    pub fn insert(&self, seen: SeenKey, since: u32) -> bool {
        let mut shard = self.shard(seen.key).lock();
        let known = shard.entry((seen.kind, seen.offer as u32, seen.key)).or_insert(0);
        if *known >= since && *known != 0 {
            return false;
        }
        *known = seen.at;
        true
    }

    /// Remembers a key at its latest time.
    pub fn remember(&self, seen: SeenKey) {
        let mut shard = self.shard(seen.key).lock();
        let known = shard.entry((seen.kind, seen.offer as u32, seen.key)).or_insert(seen.at);
        *known = (*known).max(seen.at);
    }

    /// Forgets a key that was inserted for a click which was not kept after all.
    pub fn forget(&self, kind: KeyKind, offer: i64, key: u64) {
        self.shard(key).lock().remove(&(kind, offer as u32, key));
    }

    /// Forgets what was seen before `second`; conversions are kept.
    pub fn forget_before(&self, second: u32) {
        for shard in &self.shards {
            shard.lock().retain(|(kind, _, _), at| *kind == KeyKind::Converted || *at >= second);
        }
    }

    /// Appends keys to their hours' files. Writing a key twice changes nothing.
    ///
    /// # Errors
    /// The disk refused.
    pub fn write(&self, seen: &[SeenKey]) -> Result<(), Error> {
        let mut files: FxHashMap<String, Vec<u8>> = FxHashMap::default();
        for key in seen {
            let file = match key.kind {
                KeyKind::Seen => format!("{}.keys", key.at / 3_600),
                KeyKind::Converted => CONVERTED.to_owned(),
            };
            encode(key, files.entry(file).or_default());
        }
        for (file, bytes) in files {
            let path = self.folder.join(file);
            OpenOptions::new().create(true).append(true).open(path)?.write_all(&bytes)?;
        }
        Ok(())
    }

    /// How many keys are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().len()).sum()
    }

    /// Whether none is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn encode(seen: &SeenKey, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&[seen.kind as u8, 0, 0, 0]);
    bytes.extend_from_slice(&seen.at.to_le_bytes());
    bytes.extend_from_slice(&(seen.offer as u32).to_le_bytes());
    bytes.extend_from_slice(&seen.key.to_le_bytes());
}

fn decode(record: &[u8]) -> Option<SeenKey> {
    let kind = match record.first()? {
        0 => KeyKind::Seen,
        1 => KeyKind::Converted,
        _ => return None,
    };
    let at = u32::from_le_bytes(record.get(4..8)?.try_into().ok()?);
    let offer = i64::from(u32::from_le_bytes(record.get(8..12)?.try_into().ok()?));
    let key = u64::from_le_bytes(record.get(12..20)?.try_into().ok()?);
    Some(SeenKey { kind, offer, key, at })
}
