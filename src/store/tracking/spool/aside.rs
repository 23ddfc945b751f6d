//! Records that the database refuses for good: kept beside the segments, framed as those, until
//! somebody who knows why has looked at them. Nothing reads them by itself.

use super::{folder::Folder, segment::frames};
use crate::Error;
use std::{
    fs::{self, OpenOptions},
    io::{Seek, SeekFrom, Write},
};

/// Appends whole frames to the file of `folder` and syncs it.
///
/// # Errors
/// The disk refused.
pub fn set_aside(folder: &Folder, bytes: &[u8]) -> Result<(), Error> {
    let path = folder.aside();
    // What a crash tore would hide all that follows it.
    let whole = if path.exists() { frames(&fs::read(&path)?).1 as u64 } else { 0 };
    let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
    file.set_len(whole)?;
    file.seek(SeekFrom::Start(whole))?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}
