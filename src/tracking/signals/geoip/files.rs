//! What is in force, and what is told of each file that lies in the folder.

use super::Kind;
use super::database::{About, Database, Found};
use std::{net::IpAddr, sync::Arc};

/// A file of the folder, as it is told of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DataFile {
    /// Its name within the folder.
    pub name: String,
    /// What it says of itself; none where it never was whole.
    pub about: Option<Arc<About>>,
    pub standing: Standing,
}

/// Whether a file is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    InUse,
    /// What lies there now is wrong, in these words; what lay there before is in memory and in use.
    EarlierInUse(String),
    /// A newer one of its kind, of this name, is in use.
    Outdone(String),
    /// Wrong, in these words.
    SetAside(String),
}

/// What requests are read with: at most one file of a kind.
#[derive(Default)]
pub(super) struct InForce {
    pub databases: [Option<Arc<Database>>; Kind::ALL.len()],
    /// Every file of the folder, by name.
    pub files: Vec<DataFile>,
    /// What is wrong with the folder itself.
    pub problem: Option<String>,
}

impl InForce {
    pub(super) fn database(&self, kind: Kind) -> Option<&Arc<Database>> {
        self.databases[kind as usize].as_ref()
    }

    pub(super) fn found(&self, kind: Kind, address: IpAddr) -> Option<Found<'_>> {
        self.database(kind)?.find(address)
    }
}
