//! Uploads: a file of conversions, or a decision over many, scanned row by row before anything is
//! written, then written whole or not at all.
//!
//! How both hold, the whole and the 20 ms of SQLite's write connection: the scan resolves every row to
//! what it will do and keeps that ([`staged`]), so that nothing can be wrong with a row any more. The
//! decision to write is one small commit. From there on the upload is carried to its end in slices, each a
//! transaction with its rows, what they add to the totals and the mark of how far it came; whoever dies in
//! between, the mark tells the next where to go on, and no row is written twice. Before that commit nothing
//! is written. The figures by device, source and so on follow a stretch of rows ([`values`]): a conversion
//! adds to a hundred of them, its neighbours to many of the same, and slices have marks there too.

mod clerk;
mod effect;
mod file;
mod held;
mod known;
mod scan;
mod scanned;
mod select;
mod staged;
mod story;
mod values;
mod write;

pub use clerk::Clerk;
pub use effect::Effect;
pub use file::{LARGEST, NewFile};
pub use scan::{ERRORS_MOST, ROWS_MOST};
pub use select::{Decision, SELECTED_MOST, decide};
pub use story::{Upload, UploadError, UploadState, cancel, errors, receive, upload, uploads, write};
