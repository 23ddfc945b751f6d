//! What is counted and what follows from it: raw sums that add up, metrics that are computed from
//! them, and the dimensions that roll-ups are kept by.

pub use crate::shared::{Dimension, Measures, Metric, Unit};
