//! A segment file: frames one after the other, nothing or a torn frame behind them.

use super::folder::Folder;
use crate::Error;
use serde::{Deserialize, Serialize};
use std::{fs::File, io::Read, io::Seek, io::SeekFrom, path::Path};

/// Bytes before a frame's body: its length and its checksum, both little-endian.
pub const HEADER: usize = 8;
/// The longest body; a request is bounded far below it.
pub const LONGEST: usize = 1 << 20;

/// A place in the spool: up to there everything is in the database, or is appended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct Position {
    /// The segment's number, from 1.
    pub segment: u64,
    /// Bytes from the segment's start.
    pub offset: u64,
}

/// Adds one frame with `body` to `buffer`.
pub fn frame(buffer: &mut Vec<u8>, body: &[u8]) {
    let length = u32::try_from(body.len()).expect("bodies are bounded far below 4 GiB");
    buffer.extend_from_slice(&length.to_le_bytes());
    buffer.extend_from_slice(&crc32fast::hash(body).to_le_bytes());
    buffer.extend_from_slice(body);
}

/// Reads whole frames out of `bytes`: the bodies, and how many bytes they took.
#[must_use]
pub fn frames(bytes: &[u8]) -> (Vec<&[u8]>, usize) {
    let mut bodies = Vec::new();
    let mut at = 0;
    while let Some(body) = frame_at(bytes, at) {
        bodies.push(body);
        at += HEADER + body.len();
    }
    (bodies, at)
}

fn frame_at(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let header = bytes.get(at..at + HEADER)?;
    let (length, checksum) = header.split_at(4);
    let length = u32::from_le_bytes(length.try_into().ok()?) as usize;
    if length == 0 || length > LONGEST {
        return None;
    }
    let body = bytes.get(at + HEADER..at + HEADER + length)?;
    let checksum = u32::from_le_bytes(checksum.try_into().ok()?);
    (crc32fast::hash(body) == checksum).then_some(body)
}

/// A stretch of the spool that was read.
#[derive(Debug)]
pub struct Chunk {
    /// Whole frames; see [`frames`].
    pub bytes: Vec<u8>,
    /// Where it ends.
    pub end: Position,
}

/// Reads whole frames between `from` and `to`, about `most` bytes; None where there are none.
///
/// A segment that ends before its end (a torn frame that nobody was answered for) is left for the next one.
///
/// # Errors
/// The disk failed.
pub fn read_between(
    folder: &Folder,
    from: Position,
    to: Position,
    most: usize,
) -> Result<Option<Chunk>, Error> {
    for number in folder.segments()?.into_iter().filter(|number| (from.segment..=to.segment).contains(number))
    {
        let start = if number == from.segment { from.offset } else { 0 };
        let limit = if number == to.segment { to.offset.saturating_sub(start) } else { u64::MAX };
        let mut bytes =
            read_at(&folder.segment(number), start, limit.min(most.max(HEADER + LONGEST) as u64))?;
        let (_, taken) = frames(&bytes);
        if taken > 0 {
            bytes.truncate(taken);
            return Ok(Some(Chunk {
                bytes,
                end: Position { segment: number, offset: start + taken as u64 },
            }));
        }
    }
    Ok(None)
}

fn read_at(path: &Path, start: u64, most: u64) -> Result<Vec<u8>, Error> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
