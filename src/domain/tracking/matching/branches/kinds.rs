//! One index a kind. `free` are the rows that the kind lets everybody into unless it excludes: those
//! that include nothing of the kind, or have no condition on it, or are asked one by one instead.

use super::{
    super::{Signals, ranges::Question},
    Mask,
    intervals::{Entries, Intervals},
};
use crate::shared::Field;
use chrono_tz::Tz;
use regex::RegexSet;
use rustc_hash::FxHashMap;
use std::net::IpAddr;

/// Which rows name a field's text.
#[derive(Debug)]
pub(super) struct WordIndex {
    pub(super) field: Field,
    pub(super) words: FxHashMap<Box<str>, Entries>,
    /// Rows that include the unknown.
    pub(super) when_empty: Mask,
}

/// A text field: words, and expressions that are matched together.
#[derive(Debug)]
pub(super) struct TextIndex {
    pub(super) words: WordIndex,
    pub(super) free: Mask,
    /// Rows that include by expressions.
    pub(super) patterned: Mask,
    pub(super) patterns: RegexSet,
    /// The row of each expression.
    pub(super) rows: Vec<u8>,
}

/// Geography; the most specific field first.
#[derive(Debug)]
pub(super) struct PlaceIndex {
    pub(super) levels: Vec<WordIndex>,
    pub(super) free: Mask,
}

#[derive(Debug)]
pub(super) struct AddressIndex {
    pub(super) v4: Intervals<u32>,
    pub(super) v6: Intervals<u128>,
    pub(super) free: Mask,
}

#[derive(Debug)]
pub(super) struct WindowIndex {
    pub(super) zones: Vec<(Tz, Intervals<u16>)>,
    pub(super) free: Mask,
}

#[derive(Debug)]
pub(super) struct TruthIndex {
    pub(super) question: Question,
    /// The rows that let in `false` and `true`.
    pub(super) lets_in: [Mask; 2],
    pub(super) lets_unknown_in: Mask,
}

impl Entries {
    fn mask(self, free: Mask) -> Mask {
        (free | self.included) & !self.excluded
    }
}

impl WordIndex {
    fn entries(&self, signals: &Signals<'_>) -> Entries {
        let text = signals.text(self.field);
        if text.is_empty() {
            return Entries { included: self.when_empty, excluded: 0 };
        }
        self.words.get(text).copied().unwrap_or_default()
    }
}

impl TextIndex {
    /// The rows that may let the visitor in; of those with expressions [`Self::confirm`] has the last word.
    pub(super) fn mask(&self, signals: &Signals<'_>) -> Mask {
        let maybe = if signals.text(self.words.field).is_empty() { 0 } else { self.patterned };
        self.words.entries(signals).mask(self.free | maybe)
    }

    /// Takes out of `mask` the rows whose expressions do not match.
    pub(super) fn confirm(&self, mask: Mask, signals: &Signals<'_>) -> Mask {
        let open = mask & self.patterned;
        let open = if open == 0 { 0 } else { open & !self.words.entries(signals).included };
        if open == 0 {
            return mask;
        }
        let matches = self.patterns.matches(signals.raw(self.words.field));
        let found = matches.iter().fold(0, |found, place| found | 1 << self.rows[place]);
        mask & !(open & !found)
    }
}

impl PlaceIndex {
    pub(super) fn mask(&self, signals: &Signals<'_>) -> Mask {
        let (mut passing, mut undecided) = (0, Mask::MAX);
        for level in &self.levels {
            let entries = level.entries(signals);
            passing |= undecided & entries.included & !entries.excluded;
            undecided &= !(entries.included | entries.excluded);
        }
        passing | undecided & self.free
    }
}

impl AddressIndex {
    /// `address` is canonical: no IPv4 address written as IPv6.
    pub(super) fn mask(&self, address: IpAddr) -> Mask {
        let entries = match address {
            IpAddr::V4(address) => self.v4.at(address.to_bits()),
            IpAddr::V6(address) => self.v6.at(address.to_bits()),
        };
        entries.mask(self.free)
    }
}

impl WindowIndex {
    pub(super) fn mask(&self, signals: &Signals<'_>) -> Mask {
        let open = |all: Entries, (zone, week): &(Tz, Intervals<u16>)| all | week.at(signals.minute(*zone).0);
        self.zones.iter().fold(Entries::default(), open).mask(self.free)
    }
}

impl TruthIndex {
    pub(super) fn mask(&self, signals: &Signals<'_>) -> Mask {
        let answer = self.question.answer(signals);
        answer.map_or(self.lets_unknown_in, |answer| self.lets_in[usize::from(answer)])
    }
}
