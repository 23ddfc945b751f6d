//! The files of keys: one an hour of those who were seen, one of those who have converted.

use super::{FILE_HOURS, HOUR, KeyKind, SeenKey};
use crate::Error;
use rustc_hash::FxHashMap;
use std::{
    fs::{self, OpenOptions},
    io::Write,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

/// A record: kind, three spare bytes, seconds, the offer's low half, the key.
const RECORD: usize = 20;
/// The file of those who have converted.
const CONVERTED: &str = "converted.keys";

/// The folder of the files.
#[derive(Debug)]
pub(super) struct KeyFiles {
    folder: PathBuf,
}

impl KeyFiles {
    /// Makes the folder below `data`, removes what is past keeping and mends what a crash tore.
    pub(super) fn open(data: &Path, now: u32) -> Result<Self, Error> {
        let folder = data.join("keys");
        fs::create_dir_all(&folder)?;
        let files = Self { folder };
        files.remove_old(now)?;
        for entry in fs::read_dir(&files.folder)?.filter_map(Result::ok) {
            mend(&entry.path())?;
        }
        Ok(files)
    }

    /// Gives `each` the wanted keys of the files of `hours` since 1970.
    pub(super) fn read_hours(
        &self,
        hours: RangeInclusive<u32>,
        is_wanted: impl Fn(&SeenKey) -> bool,
        each: impl Fn(SeenKey),
    ) -> Result<(), Error> {
        for (_, path) in self.by_hour()?.into_iter().filter(|(hour, _)| hours.contains(hour)) {
            read(&path, &is_wanted, &each)?;
        }
        Ok(())
    }

    /// Gives `each` the wanted keys of those who have converted.
    pub(super) fn read_converted(
        &self,
        is_wanted: impl Fn(&SeenKey) -> bool,
        each: impl Fn(SeenKey),
    ) -> Result<(), Error> {
        let path = self.folder.join(CONVERTED);
        if path.exists() { read(&path, is_wanted, each) } else { Ok(()) }
    }

    /// The files of hours, by their hour since 1970.
    fn by_hour(&self) -> Result<Vec<(u32, PathBuf)>, Error> {
        let entries = fs::read_dir(&self.folder)?.filter_map(Result::ok);
        let named = entries.filter_map(|entry| {
            let hour = entry.file_name().to_str()?.strip_suffix(".keys")?.parse().ok()?;
            Some((hour, entry.path()))
        });
        Ok(named.collect())
    }

    /// Removes files that no filter can reach back to.
    pub(super) fn remove_old(&self, now: u32) -> Result<(), Error> {
        let oldest = (now / HOUR).saturating_sub(FILE_HOURS);
        for (_, path) in self.by_hour()?.into_iter().filter(|(hour, _)| *hour < oldest) {
            fs::remove_file(path)?;
        }
        Ok(())
    }

    /// Appends keys to their files.
    pub(super) fn append(&self, seen: &[SeenKey]) -> Result<(), Error> {
        let mut files: FxHashMap<String, Vec<u8>> = FxHashMap::default();
        for key in seen {
            let file = match key.kind {
                KeyKind::Seen => format!("{}.keys", key.at / HOUR),
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
}

/// Cuts off what a crash left of a record: it would shift all that follow it.
fn mend(path: &Path) -> Result<(), Error> {
    let length = fs::metadata(path)?.len();
    let torn = length % RECORD as u64;
    if torn != 0 {
        OpenOptions::new().write(true).open(path)?.set_len(length - torn)?;
    }
    Ok(())
}

fn read(path: &Path, is_wanted: impl Fn(&SeenKey) -> bool, each: impl Fn(SeenKey)) -> Result<(), Error> {
    let bytes = fs::read(path)?;
    bytes.chunks_exact(RECORD).filter_map(decode).filter(is_wanted).for_each(each);
    Ok(())
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
