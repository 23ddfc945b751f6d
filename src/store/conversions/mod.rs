//! Conversions: the rows, their history, the figures that each adds to the roll-ups, and the log of
//! every postback.

mod figures;
mod history;
mod judge;
mod judging;
mod log;
mod origin;
mod query;
mod row;
mod table;
mod uploads;
mod waiting;

pub use figures::Moved;
pub use history::{Passage, history};
pub use judge::{Judge, PlanView, Verdicts, World};
pub use judging::Judged;
pub use log::{LoggedPostback, postbacks};
pub(crate) use log::{log_rows, push_log};
pub use query::{LONGEST_QUERY, pairs};
pub use row::Conversion;
use row::Made;
pub use table::{change_status, conversion, conversions, of_click};
pub(crate) use table::{find, insert, update};
pub use uploads::{
    Clerk, Decision, ERRORS_MOST, Effect, LARGEST as LARGEST_FILE, NewFile, ROWS_MOST, SELECTED_MOST, Upload,
    UploadError, UploadState, cancel, decide, errors, receive, upload, uploads, write,
};
