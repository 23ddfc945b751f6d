//! Many targetings asked at once: which of a list's rows let a visitor in. For each kind an index
//! answers for all rows with one look-up, as bits; what no index can hold (parts of texts, numbers) is
//! asked of the few rows that are left. So 72 filtered rows cost little more than one.
//!
//! Nothing is allocated, save that expressions are matched together, which takes one small buffer for
//! each field that still matters by then.

mod build;
mod intervals;
mod kinds;

use super::{super::Code, Signals, Targeting};
use kinds::{AddressIndex, PlaceIndex, TextIndex, TruthIndex, WindowIndex};
use smallvec::SmallVec;

/// Rows as bits, the first row lowest.
type Mask = u128;
/// How many rows a mask holds.
const ROWS: usize = 128;

/// A list of targetings, with what answers for many of them at once.
#[derive(Debug, Default)]
pub(in super::super) struct Branches {
    targetings: Vec<Targeting>,
    groups: Vec<Group>,
}

/// Up to [`ROWS`] rows in a row.
#[derive(Debug)]
struct Group {
    first: usize,
    all: Mask,
    truths: Vec<TruthIndex>,
    texts: Vec<TextIndex>,
    places: PlaceIndex,
    addresses: AddressIndex,
    windows: WindowIndex,
    /// Of each row the checks that no index answers, by their places.
    rest: Vec<SmallVec<[u8; 4]>>,
}

impl Branches {
    /// The rows that let the visitor in, in their order.
    pub(in super::super) fn letting_in<'s>(
        &'s self,
        signals: &'s Signals<'_>,
    ) -> impl Iterator<Item = usize> + 's {
        self.groups.iter().flat_map(move |group| {
            let rows = Bits(group.mask(signals)).filter(move |row| self.rest_lets_in(group, *row, signals));
            rows.map(move |row| group.first + row)
        })
    }

    /// Whether one row lets the visitor in, or the code of the first kind that does not.
    pub(in super::super) fn check(&self, row: usize, signals: &Signals<'_>) -> Result<(), Code> {
        self.targetings.get(row).map_or(Ok(()), |targeting| targeting.check(signals))
    }

    fn rest_lets_in(&self, group: &Group, row: usize, signals: &Signals<'_>) -> bool {
        let checks = &self.targetings[group.first + row].checks;
        group.rest[row].iter().all(|place| checks[usize::from(*place)].failure(signals).is_none())
    }
}

impl Group {
    /// The rows that the indexes let the visitor into.
    fn mask(&self, signals: &Signals<'_>) -> Mask {
        let mut mask = self.all;
        self.truths.iter().for_each(|index| mask &= index.mask(signals));
        self.texts.iter().for_each(|index| mask &= index.mask(signals));
        if mask != 0 {
            mask &= self.places.mask(signals)
                & self.windows.mask(signals)
                & self.addresses.mask(signals.address());
        }
        self.texts.iter().fold(mask, |mask, index| index.confirm(mask, signals))
    }
}

/// The places of a mask's bits, the lowest first.
struct Bits(Mask);

impl Iterator for Bits {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        let place = self.0.trailing_zeros() as usize;
        self.0 &= self.0 - 1;
        Some(place)
    }
}
