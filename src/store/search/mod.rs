//! The search over everything: a few rows of each kind whose name holds a text, or whose id begins
//! with it. Each kind is one statement along an index of the network's own rows, and bounded.

mod ids;
mod kinds;
mod parts;

pub use kinds::{Found, Hit, Kind, MOST, search};

/// The longest text that is searched for, in characters.
pub const LONGEST: usize = 200;
