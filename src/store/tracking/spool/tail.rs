//! The end of the spool: the segment that groups are written to, and the step to the next.

use super::{folder::Folder, segment::Position};
use crate::Error;
use rustix::fs::FallocateFlags;
use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Seek, SeekFrom, Write},
};

/// The size that a segment is preallocated to.
const SEGMENT: u64 = 32 << 20;

/// The open segment.
pub(super) struct Tail {
    pub(super) file: File,
    pub(super) position: Position,
    /// Whether something follows that was not answered for: nothing may be written behind it.
    is_torn: bool,
}

impl Tail {
    /// Makes the segment `number`, or the first behind it whose file is not there yet.
    pub(super) fn open(folder: &Folder, number: u64) -> Result<Self, Error> {
        let (file, position) = make_segment(folder, number)?;
        Ok(Self { file, position, is_torn: false })
    }

    /// Whether a group may be written behind what is there. The first of a segment always may.
    pub(super) fn has_room_for(&self, group: &[u8]) -> bool {
        let is_full = self.position.offset > 0 && self.position.offset + group.len() as u64 > SEGMENT;
        !is_full && !self.is_torn
    }

    /// Goes on in a new segment.
    pub(super) fn roll(&mut self, folder: &Folder) -> Result<(), Error> {
        // First what may fail again and again: it leaves nothing behind.
        self.file.sync_data()?;
        *self = Self::open(folder, self.position.segment + 1)?;
        Ok(())
    }

    /// Writes a group, and syncs it where it has to be; what was not taken whole is cut off again.
    pub(super) fn put(&mut self, group: &[u8], is_synced: bool) -> std::io::Result<()> {
        if let Err(error) = self.write(group, is_synced) {
            self.cut_back();
            return Err(error);
        }
        self.position.offset += group.len() as u64;
        Ok(())
    }

    fn write(&mut self, group: &[u8], is_synced: bool) -> std::io::Result<()> {
        self.file.write_all(group)?;
        if is_synced { self.file.sync_data() } else { Ok(()) }
    }

    /// Cuts off what was written of a group that was not taken: it must not be read as a frame, nor be
    /// followed by one.
    fn cut_back(&mut self) {
        let back = self.file.seek(SeekFrom::Start(self.position.offset));
        let cut = self.file.set_len(self.position.offset);
        self.is_torn = back.is_err() || cut.is_err();
    }
}

/// Makes the segment `number`, or the first behind it whose file is not there yet.
fn make_segment(folder: &Folder, mut number: u64) -> Result<(File, Position), Error> {
    loop {
        let path = folder.segment(number);
        match OpenOptions::new().create_new(true).read(true).write(true).open(&path) {
            Ok(file) => {
                // Space is taken before it is needed: a full disk shows here, between two groups.
                if let Err(error) = rustix::fs::fallocate(&file, FallocateFlags::KEEP_SIZE, 0, SEGMENT) {
                    fs::remove_file(&path)?;
                    return Err(std::io::Error::from(error).into());
                }
                return Ok((file, Position { segment: number, offset: 0 }));
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error.into()),
        }
    }
}
