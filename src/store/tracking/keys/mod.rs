//! Who was seen on an offer, and who converted there: 64-bit keys, in memory for decisions, in hourly
//! files for the next start. The drain writes a key's file before its segment may go, so that files
//! and what the spool still holds are always the whole.

mod demand;
mod files;

pub use demand::Demand;

use crate::Error;
use files::KeyFiles;
use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHashSet};
use std::{ops::Range, path::Path};

const SHARDS: usize = 16;
/// Seconds of an hour.
const HOUR: u32 = 3_600;
/// For how many hours files are kept: the longest that a duplicate filter remembers.
const FILE_HOURS: u32 = 720;

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

/// A key in two halves: an entry of the map takes 12 bytes instead of 16.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Halves(u32, u32);

impl Halves {
    fn of(key: u64) -> Self {
        Self((key >> 32) as u32, key as u32)
    }
}

/// The keys of one offer and when each was seen.
type OfferKeys = FxHashMap<Halves, u32>;
type Shard = Mutex<FxHashMap<(KeyKind, u32), OfferKeys>>;

/// What was read of the files.
#[derive(Debug, Default)]
struct Loaded {
    /// From which second on everything of an offer is in memory.
    since: FxHashMap<u32, u32>,
    converted: FxHashSet<u32>,
}

/// The keys of one tracking process.
#[derive(Debug)]
pub struct Keys {
    files: KeyFiles,
    shards: [Shard; SHARDS],
    /// Held while files are read, so that nothing is read twice.
    loaded: Mutex<Loaded>,
}

impl Keys {
    /// Opens the folder below the data folder `data`, and removes files that are past keeping. Nothing
    /// is in memory yet; see [`Self::recall`].
    ///
    /// # Errors
    /// The disk refused.
    pub fn open(data: &Path, now: u32) -> Result<Self, Error> {
        let files = KeyFiles::open(data, now)?;
        Ok(Self { files, shards: std::array::from_fn(|_| Shard::default()), loaded: Mutex::default() })
    }

    /// Reads what `demand` asks for and is not in memory yet, from the files of the hours that it takes.
    ///
    /// # Errors
    /// The disk refused; what was read stays.
    pub fn recall(&self, demand: &Demand, now: u32) -> Result<(), Error> {
        let mut loaded = self.loaded.lock();
        self.recall_seen(demand, now, &mut loaded)?;
        let missing =
            demand.converted.iter().filter(|(offer, asks)| **asks && !loaded.converted.contains(offer));
        let missing: FxHashSet<u32> = missing.map(|(offer, _)| *offer).collect();
        if !missing.is_empty() {
            let is_missing = |seen: &SeenKey| missing.contains(&(seen.offer as u32));
            self.files.read_converted(is_missing, |seen| self.remember(seen))?;
        }
        loaded.converted.extend(missing);
        Ok(())
    }

    fn recall_seen(&self, demand: &Demand, now: u32, loaded: &mut Loaded) -> Result<(), Error> {
        let mut missing: FxHashMap<u32, Range<u32>> = FxHashMap::default();
        for offer in demand.hours.keys() {
            let (Some(since), until) = (demand.since(*offer, now), loaded.since.get(offer)) else { continue };
            let until = until.copied().unwrap_or(u32::MAX);
            if since < until && since < now {
                missing.insert(*offer, since..until);
            }
        }
        let Some(first) = missing.values().map(|range| range.start / HOUR).min() else { return Ok(()) };
        let last = missing.values().map(|range| range.end / HOUR).max().unwrap_or(first);
        let is_missing =
            |seen: &SeenKey| missing.get(&(seen.offer as u32)).is_some_and(|range| range.contains(&seen.at));
        self.files.read_hours(first..=last, is_missing, |seen| self.remember(seen))?;
        loaded.since.extend(missing.into_iter().map(|(offer, range)| (offer, range.start)));
        Ok(())
    }

    fn shard(&self, key: u64) -> &Shard {
        &self.shards[(key >> 60) as usize % SHARDS]
    }

    /// When the key was first seen within its memory, in seconds.
    #[must_use]
    pub fn at(&self, kind: KeyKind, offer: i64, key: u64) -> Option<u32> {
        self.shard(key).lock().get(&(kind, offer as u32))?.get(&Halves::of(key)).copied()
    }

    /// Remembers a key unless it is remembered since `since` (seconds); whether it was new.
    pub fn insert(&self, seen: SeenKey, since: u32) -> bool {
        let mut shard = self.shard(seen.key).lock();
        let of_offer = shard.entry((seen.kind, seen.offer as u32)).or_default();
        let known = of_offer.entry(Halves::of(seen.key)).or_insert(0);
        if *known >= since && *known != 0 {
            return false;
        }
        *known = seen.at;
        true
    }

    /// Remembers a key at its latest time.
    pub fn remember(&self, seen: SeenKey) {
        let mut shard = self.shard(seen.key).lock();
        let of_offer = shard.entry((seen.kind, seen.offer as u32)).or_default();
        let known = of_offer.entry(Halves::of(seen.key)).or_insert(seen.at);
        *known = (*known).max(seen.at);
    }

    /// Forgets a key that was inserted for a click which was not kept after all.
    pub fn forget(&self, kind: KeyKind, offer: i64, key: u64) {
        if let Some(of_offer) = self.shard(key).lock().get_mut(&(kind, offer as u32)) {
            of_offer.remove(&Halves::of(key));
        }
    }

    /// Forgets what was seen before `second`; conversions are kept.
    pub fn forget_before(&self, second: u32) {
        self.retain(|kind, _| if kind == KeyKind::Converted { 0 } else { second });
    }

    /// Forgets what `demand` no longer asks for; the files keep it.
    pub fn forget_beyond(&self, demand: &Demand, now: u32) {
        let mut loaded = self.loaded.lock();
        for (offer, since) in &mut loaded.since {
            *since = (*since).max(demand.since(*offer, now).unwrap_or(0));
        }
        loaded.converted.retain(|offer| demand.converted.get(offer).copied().unwrap_or(true));
        let longest = now.saturating_sub(FILE_HOURS * HOUR);
        self.retain(|kind, offer| match kind {
            KeyKind::Seen => demand.since(offer, now).unwrap_or(longest),
            KeyKind::Converted if demand.converted.get(&offer) == Some(&false) => u32::MAX,
            KeyKind::Converted => 0,
        });
    }

    /// Keeps of each offer what was seen from a second on.
    fn retain(&self, since: impl Fn(KeyKind, u32) -> u32) {
        for shard in &self.shards {
            shard.lock().retain(|(kind, offer), of_offer| {
                let since = since(*kind, *offer);
                of_offer.retain(|_, at| *at >= since);
                if of_offer.len() < of_offer.capacity() / 4 {
                    of_offer.shrink_to_fit();
                }
                !of_offer.is_empty()
            });
        }
    }

    /// Appends keys to their hours' files. Writing a key twice changes nothing.
    ///
    /// # Errors
    /// The disk refused.
    pub fn write(&self, seen: &[SeenKey]) -> Result<(), Error> {
        self.files.append(seen)
    }

    /// Removes files that no filter can reach back to.
    ///
    /// # Errors
    /// The disk refused.
    pub fn remove_files(&self, now: u32) -> Result<(), Error> {
        self.files.remove_old(now)
    }

    /// How many keys are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().values().map(FxHashMap::len).sum::<usize>()).sum()
    }

    /// Whether none is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
