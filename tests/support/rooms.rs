//! The rooms of the code, and which of them a file looks into.

use super::source::{Named, Source};

/// The rooms in the order in which they may look at each other: each at those before it.
const ROOMS: [&str; 8] =
    ["shared", "identity", "accounts", "offers", "links", "smartswitch", "tracking", "conversions"];
/// Rooms that look at others and that nobody looks at, each at those before it too.
const LOOKOUTS: [&str; 4] = ["reports", "notifications", "portal", "search"];
/// What puts the rooms together and so may name them all; folders end with a slash.
const WIRING: [&str; 8] = [
    "src/main.rs",
    "src/lib.rs",
    "src/serve.rs",
    "src/serve/",
    "src/state.rs",
    "src/web/",
    "src/domain/lib.rs",
    "src/store/lib.rs",
];
/// The crates of the workspace.
const CRATES: [&str; 5] = ["switchyard", "domain", "store", "jobs", "migrations"];
/// The crate that a file belongs to.
pub fn crate_of(file: &str) -> &'static str {
    let folders = [
        ("src/domain/", "domain"),
        ("src/store/", "store"),
        ("jobs/", "jobs"),
        ("migrations/", "migrations"),
    ];
    folders.iter().find(|(folder, _)| file.starts_with(folder)).map_or("switchyard", |(_, name)| name)
}

/// The names of a file's folders and of itself, within its crate: its module's path.
fn module_of(file: &str) -> Vec<&str> {
    let within = ["src/domain/", "src/store/", "src/", "jobs/", "migrations/", "tests/"]
        .iter()
        .find_map(|folder| file.strip_prefix(folder))
        .unwrap_or(file);
    let mut names: Vec<_> = within.trim_end_matches(".rs").split('/').collect();
    names.pop_if(|name| ["mod", "lib", "main"].contains(name));
    names
}

/// The room that a file stands in; None for what belongs to no room.
fn room_of(file: &str) -> Option<&str> {
    let has_rooms = file.starts_with("src/");
    module_of(file)
        .first()
        .copied()
        .filter(|name| has_rooms && (ROOMS.contains(name) || LOOKOUTS.contains(name)))
}

/// The room that a path leads into, in whichever crate; None where it leads into none.
fn target<'a>(file: &'a str, named: &'a Named) -> Option<&'a str> {
    let names: Vec<_> = named.names.iter().map(String::as_str).collect();
    let room = if names[0] == "super" {
        let up = names.iter().take_while(|name| **name == "super").count();
        let module = module_of(file);
        let mut resolved = module[..module.len().saturating_sub(up)].to_vec();
        resolved.extend(&names[up..]);
        resolved.first().copied()
    } else if names[0] == "crate" || CRATES.contains(&names[0]) {
        Some(names[1])
    } else {
        None
    };
    room.filter(|name| ROOMS.contains(name) || LOOKOUTS.contains(name))
}

/// The places where a file looks into a room after its own.
pub fn upward_looks(source: &Source) -> Vec<String> {
    let Some(mine) = room_of(&source.file).and_then(rank) else { return Vec::new() };
    let named = source.named();
    let upward = named
        .iter()
        .filter(|named| target(&source.file, named).and_then(rank).is_some_and(|rank| rank > mine));
    upward.map(|named| source.shown(named)).collect()
}

/// The places where a file looks into a room that nobody may look into.
pub fn looks_into_lookouts(source: &Source) -> Vec<String> {
    if WIRING
        .iter()
        .any(|place| source.file == *place || (place.ends_with('/') && source.file.starts_with(place)))
    {
        return Vec::new();
    }
    let mine = room_of(&source.file);
    let named = source.named();
    let looks = named.iter().filter(|named| {
        target(&source.file, named).is_some_and(|room| LOOKOUTS.contains(&room) && mine != Some(room))
    });
    looks.map(|named| source.shown(named)).collect()
}

fn rank(room: &str) -> Option<usize> {
    ROOMS.iter().position(|name| *name == room)
}
