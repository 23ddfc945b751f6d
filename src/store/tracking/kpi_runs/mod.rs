//! Doing a run of a Smart Link on a KPI: its claim, what it learns from, and what it leaves behind. Which runs
//! there are is the room of links' affair.

mod figures;
mod work;

pub use work::{Claimed, claim_run};

pub(in crate::tracking) use figures::option_cells;
