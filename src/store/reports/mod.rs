//! Reports: a question in, groups with their sums out. The listed dimensions come from the roll-ups and
//! read no click; what crosses dimensions is counted over the rows by [`count`] alone.

mod answer;
mod compare;
mod free;
mod free_sql;
mod home;
mod needs;
mod pulse;
mod question;
mod runs;
mod slices;
mod sql;
mod views;

pub use answer::{Line, Report, Value, report};
pub use compare::{Against, Compared, Pair, compared};
pub use free::{MOST_FREE_ROWS, Stopped, count, rows_to_read};
pub use home::{Home, Usual, WEEKS, home, usual};
pub use needs::{Filling, Needs, PendingSources, RefusedCalls, needs};
pub use pulse::pulse;
pub use question::{Cut, Filters, MOST_CUTS, MOST_GROUPS, Order, Question, Range, TimeOf, UnknownCut};
pub use runs::{REPORT_RUNS, report_of};
pub use slices::{Slice, slices};
pub use views::{NewView, SavedView, remove_view, save_view, share_view, shared_views, views};
