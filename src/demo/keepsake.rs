//! `demo.json` in the data folder: what was made, so that the next start goes on with the same logins,
//! keys and links. It holds secrets, and is readable by its owner alone.

use super::DemoError;
use domain::{
    identity::UserKind,
    shared::{Currency, NetworkId},
};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

const FILE: &str = "demo.json";

/// What is kept of a demo.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Keepsake {
    pub networks: Vec<KeptNetwork>,
    pub history: Span,
}

/// The time that history fills. Times in milliseconds since 1970 UTC.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Span {
    pub from: i64,
    pub until: i64,
    pub clicks: u64,
    /// Whether it is all there.
    pub done: bool,
}

/// One network; lists are in the catalogue's order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptNetwork {
    pub id: NetworkId,
    pub name: String,
    pub currency: Currency,
    pub api_key: String,
    pub users: Vec<Login>,
    pub partners: Vec<Coded>,
    pub offers: Vec<Coded>,
    /// None in a demo that was begun before there were any.
    #[serde(default)]
    pub smart_links: Vec<Coded>,
    /// So with these.
    #[serde(default)]
    pub campaigns: Vec<Coded>,
    /// The advertisers' postback tokens.
    pub tokens: Vec<String>,
    /// The tracking domain; empty in a demo that was begun before there was one.
    #[serde(default)]
    pub domain: String,
}

/// A partner or a target.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Coded {
    pub id: i64,
    pub code: String,
    pub name: String,
}

/// One login.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Login {
    pub kind: UserKind,
    /// An employee's role; empty for others.
    pub role: String,
    pub email: String,
    pub password: String,
}

impl Keepsake {
    /// What an earlier start left in the data folder; none in an empty one.
    ///
    /// # Errors
    /// The file is there and does not read.
    pub fn read(data: &Path) -> Result<Option<Self>, DemoError> {
        let path = data.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|error| DemoError(format!("{} does not read: {error}", path.display()))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(DemoError(format!("{}: {error}", path.display()))),
        }
    }

    /// Puts it into the data folder, in place of what was there.
    ///
    /// # Errors
    /// The disk refused.
    pub fn write(&self, data: &Path) -> Result<(), DemoError> {
        let fresh = data.join("demo.json.new");
        // Never readable by others, not even before the rename.
        if let Err(error) = fs::remove_file(&fresh)
            && error.kind() != ErrorKind::NotFound
        {
            return Err(error.into());
        }
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&fresh)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_all()?;
        Ok(fs::rename(&fresh, data.join(FILE))?)
    }
}
