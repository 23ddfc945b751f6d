//! What is counted and what follows from it: raw sums that add up, metrics that are computed from
//! them, and the dimensions that roll-ups are kept by.

mod dimension;
mod measures;
mod metric;

pub use dimension::Dimension;
pub use measures::Measures;
pub use metric::{Metric, Unit};
