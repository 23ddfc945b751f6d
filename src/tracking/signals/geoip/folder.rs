//! The folder of the operator's files. A look reads what has changed since the last one, and says what is
//! in force from now on. A file that is wrong never takes the place of what it overwrote.

use super::{
    Kind,
    database::{About, Database, LARGEST},
    files::{DataFile, InForce, Standing},
};
use std::{
    array,
    cmp::Reverse,
    collections::BTreeMap,
    fs::{self, File},
    io::{self, ErrorKind, Read},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Files that are looked at, the first by name; there are six kinds.
const MOST_FILES: usize = 64;

/// By what a change of a file is seen: number, bytes, and when contents and number were changed, in
/// seconds and nanoseconds.
type Stamp = (u64, u64, [i64; 4]);

/// What is known of one file.
struct Known {
    stamp: Stamp,
    /// What it says of itself, when it was last whole.
    about: Option<Arc<About>>,
    /// The same in memory, while it is in use.
    database: Option<Arc<Database>>,
    /// What is wrong with it as it lies there.
    problem: Option<String>,
}

/// The folder, and what is known of its files.
pub(super) struct Folder {
    path: PathBuf,
    known: BTreeMap<String, Known>,
}

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, known: BTreeMap::new() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Looks at every file whose name ends in `.mmdb`. Where the folder is gone or can't be read, all stays
    /// as it is: a disk that is away for a moment takes nothing with it.
    pub(super) fn look(&mut self) -> InForce {
        let problem = match stamps(&self.path) {
            Ok(mut stamps) => {
                let last = stamps.keys().nth(MOST_FILES).cloned();
                let beyond = last.map_or_else(BTreeMap::new, |last| stamps.split_off(&last));
                self.known.retain(|name, _| stamps.contains_key(name));
                for (name, stamp) in stamps {
                    self.read_if_changed(name, stamp);
                }
                beyond.keys().next().map(|name| {
                    format!("the folder holds more than {MOST_FILES} files, and none from {name} on is read")
                })
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Some("the folder is not there".to_owned()),
            Err(error) => Some(format!("the folder can't be read: {}", error.kind())),
        };
        let chosen: [_; Kind::ALL.len()] = array::from_fn(|place| self.choose(Kind::ALL[place]));
        for kind in Kind::ALL {
            self.leave_newest(kind);
        }
        let files = self.known.iter().map(|(name, known)| known.told(name, &chosen)).collect();
        InForce { databases: chosen.map(|chosen| chosen.map(|(_, database)| database)), files, problem }
    }

    fn read_if_changed(&mut self, name: String, stamp: Stamp) {
        if self.known.get(&name).is_some_and(|known| known.stamp == stamp) {
            return;
        }
        let path = self.path.join(&name);
        let earlier = Known { stamp, about: None, database: None, problem: None };
        let known = self.known.entry(name).or_insert(earlier);
        known.stamp = stamp;
        known.read(&path);
        // At once, so that a folder of old files is never in memory as a whole.
        if let Some(kind) = known.about.as_ref().map(|about| about.kind) {
            self.leave_newest(kind);
        }
    }

    fn leave_newest(&mut self, kind: Kind) {
        let newest = self.newest(kind);
        let of_kind = self.known.iter_mut().filter(|(_, known)| known.kind() == Some(kind));
        of_kind.filter(|(name, _)| Some(*name) != newest.as_ref()).for_each(|(_, known)| known.rest());
    }

    /// The newest file of a kind; of files of one moment the first by name.
    fn newest(&self, kind: Kind) -> Option<String> {
        let of_kind = self.known.iter().filter_map(|(name, known)| {
            let about = known.about.as_ref().filter(|about| about.kind == kind)?;
            Some((about.built_at, Reverse(name)))
        });
        of_kind.max().map(|(_, Reverse(name))| name.clone())
    }

    /// The newest file of a kind that reads.
    fn choose(&mut self, kind: Kind) -> Option<(String, Arc<Database>)> {
        loop {
            let name = self.newest(kind)?;
            let known = self.known.get_mut(&name)?;
            if known.database.is_none() {
                // It was outdone until now.
                known.read(&self.path.join(&name));
            }
            // Where it has become unreadable meanwhile it says nothing of itself, and the next one is asked.
            if let Some(database) = &known.database {
                return Some((name, Arc::clone(database)));
            }
        }
    }
}

impl Known {
    fn kind(&self) -> Option<Kind> {
        self.about.as_ref().map(|about| about.kind)
    }

    /// Reads the file anew; where it is wrong, what is in memory stays.
    fn read(&mut self, path: &Path) {
        let read = match read(path) {
            Ok(Some(bytes)) => Database::of_bytes(bytes),
            Ok(None) => Err("it is larger than 1 GiB, the most that is read".to_owned()),
            Err(error) => {
                // What the disk refuses now it may give at the next look, without any change of the file.
                self.stamp = Stamp::default();
                Err(format!("it can't be read: {}", error.kind()))
            }
        };
        match read {
            Ok(database) => {
                self.about = Some(Arc::new(database.about.clone()));
                self.database = Some(Arc::new(database));
                self.problem = None;
            }
            Err(problem) => {
                self.problem = Some(problem);
                if self.database.is_none() {
                    self.about = None;
                }
            }
        }
    }

    /// Leaves the memory.
    fn rest(&mut self) {
        self.database = None;
        if self.problem.is_some() {
            self.about = None;
        }
    }

    fn told(&self, name: &str, chosen: &[Option<(String, Arc<Database>)>]) -> DataFile {
        let rival = self.about.as_ref().and_then(|about| chosen[about.kind as usize].as_ref());
        let standing = match (&self.problem, rival) {
            (Some(problem), Some((used, _))) if used == name => Standing::EarlierInUse(problem.clone()),
            (Some(problem), _) => Standing::SetAside(problem.clone()),
            (None, Some((used, _))) if used == name => Standing::InUse,
            (None, Some((used, _))) => Standing::Outdone(used.clone()),
            (None, None) => Standing::SetAside("it has not been read".to_owned()),
        };
        DataFile { name: name.to_owned(), about: self.about.clone(), standing }
    }
}

/// The files by name.
fn stamps(folder: &Path) -> io::Result<BTreeMap<String, Stamp>> {
    let names = fs::read_dir(folder)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let names = names.filter(|name| name.to_ascii_lowercase().ends_with(".mmdb") && !name.starts_with('.'));
    let found = names.filter_map(|name| {
        // Where a link leads counts; a folder or a pipe is no file.
        let metadata = fs::metadata(folder.join(&name)).ok().filter(fs::Metadata::is_file)?;
        let times = [metadata.mtime(), metadata.mtime_nsec(), metadata.ctime(), metadata.ctime_nsec()];
        Some((name, (metadata.ino(), metadata.len(), times)))
    });
    Ok(found.collect())
}

/// What a file holds; none where that is too much, or grows while it is read.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > LARGEST {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= LARGEST).then_some(bytes))
}
