//! Building the indexes from compiled targetings. A kind of a row is indexed whole or not at all; what
//! is not stays with the row's `rest`.

use super::{
    super::{
        Check, Targeting,
        geography::Geography,
        ranges::{Addresses, Question, Windows},
        texts::TextKind,
    },
    Branches, Group, Mask, ROWS,
    intervals::{Entries, Intervals},
    kinds::{AddressIndex, PlaceIndex, TextIndex, TruthIndex, WindowIndex, WordIndex},
};
use crate::shared::{Field, pattern_set};
use chrono_tz::Tz;
use regex::RegexSet;
use rustc_hash::FxHashMap;
use std::net::IpAddr;

/// Places, the most specific first.
const PLACES: [Field; 3] = [Field::City, Field::Region, Field::Country];

impl Branches {
    /// Indexes the targetings of a list's rows.
    pub(in super::super::super) fn compile(targetings: Vec<Targeting>) -> Self {
        let groups =
            targetings.chunks(ROWS).enumerate().map(|(at, rows)| Builder::new(rows).group(at * ROWS));
        let groups = groups.collect();
        Self { targetings, groups }
    }
}

struct Builder<'a> {
    rows: &'a [Targeting],
    all: Mask,
    rest: Vec<smallvec::SmallVec<[u8; 4]>>,
}

/// A row's bit, as something included or excluded.
fn entry(row: usize, includes: bool) -> Entries {
    let bit = 1 << row;
    if includes { Entries { included: bit, excluded: 0 } } else { Entries { included: 0, excluded: bit } }
}

/// Whether a row asks before about the same: an index holds one answer a row and kind.
fn is_repeated(targeting: &Targeting, place: usize) -> bool {
    targeting.checks[..place].iter().any(|before| before.asks_like(&targeting.checks[place]))
}

fn repeated(targeting: &Targeting) -> smallvec::SmallVec<[u8; 4]> {
    (0..targeting.checks.len())
        .filter(|place| is_repeated(targeting, *place))
        .map(|place| place as u8)
        .collect()
}

impl<'a> Builder<'a> {
    fn new(rows: &'a [Targeting]) -> Self {
        Self { rows, all: Mask::MAX >> (ROWS - rows.len()), rest: rows.iter().map(repeated).collect() }
    }

    fn group(mut self, first: usize) -> Group {
        let texts = self.texts();
        let places = self.places();
        let (addresses, windows, truths) = (self.addresses(), self.windows(), self.truths());
        self.rest
            .iter_mut()
            .zip(self.rows)
            .for_each(|(rest, row)| rest.sort_by_key(|place| row.checks[usize::from(*place)].cost()));
        Group { first, all: self.all, truths, texts, places, addresses, windows, rest: self.rest }
    }

    /// Every check of a kind: its row, its place there, and itself.
    fn checks<T>(&self, kind: impl Fn(&'a Check) -> Option<&'a T>) -> Vec<(usize, usize, &'a T)> {
        let rows = self.rows.iter().enumerate();
        rows.flat_map(|(row, targeting)| {
            let checks = targeting.checks.iter().enumerate();
            checks
                .filter(|(place, _)| !is_repeated(targeting, *place))
                .filter_map(|(place, check)| kind(check).map(|found| (row, place, found)))
                .collect::<Vec<_>>()
        })
        .collect()
    }

    fn leave(&mut self, row: usize, place: usize) {
        self.rest[row].push(place as u8);
    }

    fn texts(&mut self) -> Vec<TextIndex> {
        let kinds = self.checks(|check| match check {
            Check::Text(kind) => Some(&**kind),
            Check::Geography(_) | Check::Addresses(_) | Check::Truths(_) | Check::Windows(_) => None,
        });
        let mut fields: Vec<Field> = kinds.iter().map(|(_, _, kind)| kind.field).collect();
        fields.sort_unstable();
        fields.dedup();
        fields.into_iter().map(|field| self.text(field, &kinds)).collect()
    }

    fn text(&mut self, field: Field, kinds: &[(usize, usize, &TextKind)]) -> TextIndex {
        let of_field = || kinds.iter().filter(|(_, _, kind)| kind.field == field);
        let written =
            of_field().flat_map(|(_, _, kind)| kind.include.iter().flat_map(|include| &include.patterns));
        let together = pattern_set(written.map(regex::Regex::as_str));
        let mut index = TextIndex {
            words: WordIndex::new(field),
            free: self.all,
            patterned: 0,
            patterns: RegexSet::empty(),
            rows: Vec::new(),
        };
        let mut sources = Vec::new();
        for (row, place, kind) in of_field() {
            let patterned = kind.include.as_ref().is_some_and(|include| !include.patterns.is_empty());
            if !kind.is_words_and_patterns() || patterned && together.is_none() {
                self.leave(*row, *place);
                continue;
            }
            index.words.add(*row, kind);
            if let Some(include) = &kind.include {
                index.free &= !(1 << row);
                index.patterned |= Mask::from(patterned) << row;
                index.rows.extend(include.patterns.iter().map(|_| *row as u8));
                sources.extend(include.patterns.iter().map(regex::Regex::as_str));
            }
        }
        // A part of what could be compiled together can be too.
        index.patterns = pattern_set(sources.into_iter()).unwrap_or_else(RegexSet::empty);
        index
    }

    fn places(&mut self) -> PlaceIndex {
        let kinds = self.checks(|check| match check {
            Check::Geography(kind) => Some(&**kind),
            Check::Text(_) | Check::Addresses(_) | Check::Truths(_) | Check::Windows(_) => None,
        });
        let mut index = PlaceIndex { levels: Vec::new(), free: self.all };
        let levels = |kind: &'a Geography| kind.levels.iter();
        for field in PLACES {
            let mut words = WordIndex::new(field);
            for (row, _, kind) in kinds.iter().filter(|(_, _, kind)| kind.is_words()) {
                levels(kind).filter(|level| level.field == field).for_each(|level| words.add(*row, level));
            }
            index.levels.push(words);
        }
        index.levels.retain(|level| !level.is_empty());
        for (row, place, kind) in kinds {
            if !kind.is_words() {
                self.leave(row, place);
            } else if levels(kind).any(|level| level.include.is_some()) {
                index.free &= !(1 << row);
            }
        }
        index
    }

    fn addresses(&self) -> AddressIndex {
        let kinds = self.checks(|check| match check {
            Check::Addresses(kind) => Some(kind),
            Check::Geography(_) | Check::Text(_) | Check::Truths(_) | Check::Windows(_) => None,
        });
        let mut free = self.all;
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for (row, _, kind) in kinds {
            if kind.include.is_some() {
                free &= !(1 << row);
            }
            add_addresses(row, kind, &mut v4, &mut v6);
        }
        AddressIndex { v4: Intervals::new(v4), v6: Intervals::new(v6), free }
    }

    fn windows(&self) -> WindowIndex {
        let kinds = self.checks(|check| match check {
            Check::Windows(kind) => Some(kind),
            Check::Geography(_) | Check::Text(_) | Check::Truths(_) | Check::Addresses(_) => None,
        });
        let mut free = self.all;
        let mut zones: Vec<(Tz, Vec<(u16, Entries)>)> = Vec::new();
        for (row, _, kind) in kinds {
            if kind.include.is_some() {
                free &= !(1 << row);
            }
            add_windows(row, kind, &mut zones);
        }
        WindowIndex {
            zones: zones.into_iter().map(|(zone, points)| (zone, Intervals::new(points))).collect(),
            free,
        }
    }

    fn truths(&self) -> Vec<TruthIndex> {
        let kinds = self.checks(|check| match check {
            Check::Truths(kind) => Some(kind),
            Check::Geography(_) | Check::Text(_) | Check::Windows(_) | Check::Addresses(_) => None,
        });
        let index = |question| {
            let mut index = TruthIndex { question, lets_in: [self.all; 2], lets_unknown_in: self.all };
            for (row, _, kind) in kinds.iter().filter(|(_, _, kind)| kind.question == question) {
                let bit: Mask = 1 << row;
                let keep = |mask: &mut Mask, lets_in: bool| *mask &= if lets_in { Mask::MAX } else { !bit };
                (0..2).for_each(|answer| keep(&mut index.lets_in[answer], kind.lets_in[answer]));
                keep(&mut index.lets_unknown_in, kind.lets_unknown_in);
            }
            index
        };
        [Question::Proxy, Question::Bot]
            .into_iter()
            .filter(|asked| kinds.iter().any(|(_, _, kind)| kind.question == *asked))
            .map(index)
            .collect()
    }
}

impl WordIndex {
    fn new(field: Field) -> Self {
        Self { field, words: FxHashMap::default(), when_empty: 0 }
    }

    fn is_empty(&self) -> bool {
        self.words.is_empty() && self.when_empty == 0
    }

    fn add(&mut self, row: usize, kind: &TextKind) {
        for word in kind.exclude.all() {
            self.mark(word, entry(row, false));
        }
        let Some(include) = &kind.include else { return };
        self.when_empty |= Mask::from(include.empty) << row;
        for word in include.words.all() {
            self.mark(word, entry(row, true));
        }
    }

    fn mark(&mut self, word: &str, mark: Entries) {
        let slot = self.words.entry(word.into()).or_default();
        *slot = *slot | mark;
    }
}

fn add_addresses(row: usize, kind: &Addresses, v4: &mut Vec<(u32, Entries)>, v6: &mut Vec<(u128, Entries)>) {
    let included = kind.include.iter().flat_map(|blocks| blocks.all()).map(|block| (block, true));
    for (block, includes) in included.chain(kind.exclude.all().iter().map(|block| (block, false))) {
        let mark = entry(row, includes);
        match (block.first, block.last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => {
                v4.push((first.to_bits(), mark));
                v4.extend(last.to_bits().checked_add(1).map(|end| (end, mark)));
            }
            (IpAddr::V6(first), IpAddr::V6(last)) => {
                v6.push((first.to_bits(), mark));
                v6.extend(last.to_bits().checked_add(1).map(|end| (end, mark)));
            }
            // A range is of one family.
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => {}
        }
    }
}

fn add_windows(row: usize, kind: &Windows, zones: &mut Vec<(Tz, Vec<(u16, Entries)>)>) {
    let mut side = |windows: &[(Tz, crate::shared::WeekWindow)], includes: bool| {
        let mut own: FxHashMap<Tz, Vec<(u16, u16)>> = FxHashMap::default();
        windows.iter().for_each(|(zone, window)| own.entry(*zone).or_default().extend(&window.0));
        for (zone, stretches) in own {
            let place = zones.iter().position(|(known, _)| *known == zone).unwrap_or_else(|| {
                zones.push((zone, Vec::new()));
                zones.len() - 1
            });
            let ends = merged(stretches).into_iter().flat_map(|(from, to)| [from, to]);
            zones[place].1.extend(ends.map(|at| (at, entry(row, includes))));
        }
    };
    kind.include.iter().for_each(|include| side(include, true));
    side(&kind.exclude, false);
}

/// Stretches in order, none overlapping another.
fn merged(mut stretches: Vec<(u16, u16)>) -> Vec<(u16, u16)> {
    stretches.sort_unstable();
    let mut merged: Vec<(u16, u16)> = Vec::with_capacity(stretches.len());
    for (from, to) in stretches {
        match merged.last_mut() {
            Some((_, end)) if *end >= from => *end = to.max(*end),
            Some(_) | None => merged.push((from, to)),
        }
    }
    merged
}
