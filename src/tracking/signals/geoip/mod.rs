//! City, region, ISP, ASN, carrier, connection type and proxy, from the operator's MMDB files. They lie in
//! one folder, are read into memory, verified, and swapped as a whole: a request meets the old ones or the
//! new ones, never waits, and never meets half a file.

mod answers;
mod database;
mod files;
mod folder;
mod kind;
mod place;

pub use answers::Connection;
pub use database::{About, Database, LARGEST};
pub use files::{DataFile, Standing};
pub use kind::Kind;
pub use place::Place;

use super::Country;
use arc_swap::ArcSwap;
use files::InForce;
use folder::Folder;
use parking_lot::Mutex;
use std::{
    net::IpAddr,
    path::{Path, PathBuf},
};

/// The files in force; one for the whole process.
pub struct GeoFiles {
    path: Option<PathBuf>,
    /// Held while the folder is looked at; requests don't ask it.
    folder: Mutex<Option<Folder>>,
    in_force: ArcSwap<InForce>,
}

impl GeoFiles {
    /// Without any file.
    #[must_use]
    pub fn none() -> Self {
        Self { path: None, folder: Mutex::new(None), in_force: ArcSwap::default() }
    }

    /// The files of a folder, read and verified before this returns: seconds for large ones.
    #[must_use]
    pub fn open(path: PathBuf) -> Self {
        let folder = Folder::new(path);
        let path = Some(folder.path().to_owned());
        let files = Self { path, folder: Mutex::new(Some(folder)), in_force: ArcSwap::default() };
        files.look();
        files
    }

    /// Looks at the folder and puts what is there in force. Reads files: not for a thread that answers
    /// requests. A look that is under way is not doubled.
    pub fn look(&self) {
        let Some(mut folder) = self.folder.try_lock() else { return };
        let Some(folder) = folder.as_mut() else { return };
        let fresh = folder.look();
        tell(&self.in_force.load(), &fresh);
        self.in_force.store(fresh.into());
    }

    /// What is known of an address, in its canonical form; `embedded` tells the country where no file does.
    pub fn place(&self, address: IpAddr, embedded: impl FnOnce() -> Option<Country>) -> Place {
        self.in_force.load().place(address, embedded)
    }

    /// Every file of the folder by name, as the last look found it.
    #[must_use]
    pub fn files(&self) -> Vec<DataFile> {
        self.in_force.load().files.clone()
    }

    /// What is wrong with the folder itself.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        self.in_force.load().problem.clone()
    }

    /// Where the files lie; none where there is no such place.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.path.as_deref()
    }
}

/// Logs what has changed.
fn tell(before: &InForce, now: &InForce) {
    for file in now.files.iter().filter(|file| !before.files.contains(file)) {
        let (name, built) = (&file.name, file.about.as_ref().map(|about| about.built_at.to_rfc3339()));
        match &file.standing {
            Standing::InUse => tracing::info!(name, built, "a data file is in use"),
            Standing::Outdone(by) => tracing::info!(name, built, by, "a data file is older than another"),
            Standing::EarlierInUse(problem) => {
                tracing::warn!(
                    name,
                    problem,
                    "a data file is wrong; what was read of it before stays in use"
                );
            }
            Standing::SetAside(problem) => tracing::warn!(name, problem, "a data file is set aside"),
        }
    }
    let is_there = |name: &String| now.files.iter().any(|file| file.name == *name);
    for file in before.files.iter().filter(|file| !is_there(&file.name)) {
        tracing::info!(name = file.name, "a data file is gone, and out of use");
    }
    if let Some(problem) = now.problem.as_ref().filter(|problem| before.problem.as_ref() != Some(problem)) {
        tracing::warn!(problem, "the data files stay as they are");
    }
}
