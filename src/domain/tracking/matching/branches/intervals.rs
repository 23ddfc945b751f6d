//! Which rows a number lies in: the line is cut wherever a row's range starts or ends, and one search
//! finds the piece.

use super::Mask;
use std::ops::{BitOr, BitXorAssign};

/// The rows that include something, and those that exclude it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Entries {
    pub(super) included: Mask,
    pub(super) excluded: Mask,
}

impl BitOr for Entries {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self { included: self.included | other.included, excluded: self.excluded | other.excluded }
    }
}

impl BitXorAssign for Entries {
    fn bitxor_assign(&mut self, other: Self) {
        self.included ^= other.included;
        self.excluded ^= other.excluded;
    }
}

/// The line in pieces: where each starts, and the rows that it lies in.
#[derive(Debug, Default)]
pub(super) struct Intervals<K> {
    starts: Vec<K>,
    entries: Vec<Entries>,
}

impl<K: Ord + Copy> Intervals<K> {
    /// Builds from the points where rows enter or leave, in any order.
    pub(super) fn new(mut points: Vec<(K, Entries)>) -> Self {
        points.sort_unstable_by_key(|(at, _)| *at);
        let mut intervals = Self { starts: Vec::new(), entries: Vec::new() };
        let mut now = Entries::default();
        for (at, change) in points {
            now ^= change;
            if intervals.starts.last() == Some(&at) {
                intervals.entries.pop();
            } else {
                intervals.starts.push(at);
            }
            intervals.entries.push(now);
        }
        intervals
    }

    pub(super) fn at(&self, number: K) -> Entries {
        match self.starts.partition_point(|start| *start <= number) {
            0 => Entries::default(),
            behind => self.entries[behind - 1],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Entries, Intervals};

    #[test]
    fn a_number_lies_in_the_rows_whose_ranges_hold_it() {
        let row = |bit: u32| Entries { included: 1 << bit, excluded: 0 };
        let intervals =
            Intervals::new(vec![(10, row(0)), (20, row(0)), (15, row(1)), (20, row(1)), (20, row(2))]);
        for (number, rows) in [(9, 0), (10, 0b001), (15, 0b011), (19, 0b011), (20, 0b100), (99, 0b100)] {
            assert_eq!(intervals.at(number).included, rows, "{number}");
        }
    }
}
