//! A folder that is gone when its test is.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// An empty folder of its own, removed with all it holds when dropped.
pub struct Folder(PathBuf);

/// Tells the folders of one process apart.
static NEXT: AtomicU32 = AtomicU32::new(0);

impl Folder {
    /// In the system's place for temporary files.
    pub fn new() -> Self {
        Self::within(&env::temp_dir())
    }

    /// In `parent`.
    pub fn within(parent: &Path) -> Self {
        let name = format!("switchyard-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = parent.join(name);
        // What a process of the same number left behind after a crash.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).expect("a temporary folder can be made");
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
