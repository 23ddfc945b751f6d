//! The spool's folder: which segments there are, and the lock that keeps a second process out.

use crate::Error;
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::Write,
    path::{Path, PathBuf},
};

/// Bytes that show whether the disk takes any.
const PROBE: usize = 4_096;

/// The folder of one tracking process.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

/// Holds the folder's lock while it lives.
#[derive(Debug)]
pub struct Locked {
    _file: File,
}

impl Folder {
    /// The folder below the data folder `data`, made where it is missing.
    ///
    /// # Errors
    /// The disk refused.
    pub fn open(data: &Path) -> Result<Self, Error> {
        let path = data.join("spool");
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// Locks the folder for this process.
    ///
    /// # Errors
    /// Another process holds it, or the disk refused.
    pub fn lock(&self) -> Result<Locked, Error> {
        let path = self.0.join("lock");
        let file = OpenOptions::new().create(true).write(true).truncate(false).open(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Locked { _file: file }),
            Err(TryLockError::WouldBlock) => {
                Err(Error::Broken(format!("another process is using {}", self.0.display())))
            }
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// The file of segment `number`.
    #[must_use]
    pub fn segment(&self, number: u64) -> PathBuf {
        self.0.join(format!("{number:012}.spool"))
    }

    /// The file of records that were set aside.
    #[must_use]
    pub fn aside(&self) -> PathBuf {
        self.0.join("set-aside.frames")
    }

    /// The numbers of all segments, ascending.
    ///
    /// # Errors
    /// The disk refused.
    pub fn segments(&self) -> Result<Vec<u64>, Error> {
        let mut numbers: Vec<u64> = fs::read_dir(&self.0)?
            .filter_map(Result::ok)
            .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".spool")?.parse().ok())
            .collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Whether its disk takes anything.
    ///
    /// # Errors
    /// The disk refused.
    pub fn try_to_write(&self) -> Result<(), Error> {
        Ok(try_to_write(&self.0)?)
    }

    /// Removes all segments below `number`: what they hold is durable elsewhere.
    ///
    /// # Errors
    /// The disk refused.
    pub fn remove_below(&self, number: u64) -> Result<(), Error> {
        for old in self.segments()?.into_iter().filter(|segment| *segment < number) {
            fs::remove_file(self.segment(old))?;
        }
        Ok(())
    }
}

/// Writes a few bytes to a file of its own in a folder and removes it again.
///
/// # Errors
/// The disk refused.
pub fn try_to_write(folder: &Path) -> std::io::Result<()> {
    let path = folder.join(".probe");
    let mut file = File::create(&path)?;
    let written = file.write_all(&[0; PROBE]).and_then(|()| file.sync_all());
    fs::remove_file(&path)?;
    written
}
