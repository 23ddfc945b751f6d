//! Reports over the roll-ups: a question in, groups with their sums out. Clicks and conversions
//! themselves are never read here.

mod answer;
mod home;
mod question;
mod sql;

pub use answer::{Line, Report, Value, report};
pub use home::{Home, home};
pub use question::{Cut, Filters, MOST_GROUPS, Order, Question, Range, TimeOf, UnknownCut};
