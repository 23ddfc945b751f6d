//! Numbers by segment and option.

use serde::{Deserialize, Serialize};

/// A number for each option in each segment.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Grid {
    options: usize,
    /// Segment by segment.
    cells: Vec<f64>,
}

impl Grid {
    /// All 0.
    #[must_use]
    pub fn zero(segments: usize, options: usize) -> Self {
        Self { options, cells: vec![0.0; segments * options] }
    }

    /// How many options it has.
    #[must_use]
    pub fn options(&self) -> usize {
        self.options
    }

    /// How many segments.
    #[must_use]
    pub fn segments(&self) -> usize {
        self.cells.len().checked_div(self.options).unwrap_or(0)
    }

    /// The numbers of one segment, an option each.
    #[must_use]
    pub fn row(&self, segment: usize) -> &[f64] {
        &self.cells[segment * self.options..][..self.options]
    }

    /// Adds to one number.
    pub fn add(&mut self, segment: usize, option: usize, number: f64) {
        self.cells[segment * self.options + option] += number;
    }

    /// The rows, a segment each.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.cells.chunks_exact(self.options.max(1))
    }

    pub(super) fn rows_mut(&mut self) -> impl Iterator<Item = &mut [f64]> {
        self.cells.chunks_exact_mut(self.options.max(1))
    }

    pub(super) fn cells(&self) -> &[f64] {
        &self.cells
    }

    pub(super) fn cells_mut(&mut self) -> &mut [f64] {
        &mut self.cells
    }

    /// The sum of each option over all segments.
    pub(super) fn by_option(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.options];
        for row in self.rows() {
            for (sum, number) in sums.iter_mut().zip(row) {
                *sum += number;
            }
        }
        sums
    }

    pub(super) fn total(&self) -> f64 {
        self.cells.iter().sum()
    }
}
