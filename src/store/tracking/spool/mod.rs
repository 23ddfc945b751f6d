//! What is on disk before anyone is answered. Records are appended in groups, one `write` a group:
//! whoever finds the queue empty becomes the group's writer for all that follow in the meantime.
//! The file is preallocated, and synced at least every 50 ms (the bound on a power loss); a strict
//! append waits for the sync. `kill -9` loses nothing that was answered, because a group's answers
//! leave only when it is in the file.
//!
//! A frame is its length, the CRC-32 of its body, and the body; a torn frame ends the segment.

mod append;
mod aside;
mod folder;
mod segment;
mod tail;

pub use append::{Appended, Full, Spool};
pub use aside::set_aside;
pub use folder::{Folder, Locked, try_to_write};
pub use segment::{Chunk, HEADER, Position, frame, frames, read_between};
