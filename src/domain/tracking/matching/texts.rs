//! The entries of one text field: exact words, parts of words, expressions, numbers.

use super::super::Code;
use super::{Entry, signals::Signals};
use crate::shared::{Field, Version};
use regex::Regex;
use rustc_hash::FxHashSet;

/// Above this many words a hash is quicker than comparing with each.
const FEW: usize = 6;

/// The conditions on one text field.
#[derive(Debug)]
pub(super) struct TextKind {
    pub(super) field: Field,
    pub(super) code: Code,
    /// None where no condition includes.
    pub(super) include: Option<Texts>,
    pub(super) exclude: Words,
}

/// Entries of which any may match.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) words: Words,
    pub(super) contains: Vec<Box<str>>,
    pub(super) starts: Vec<Box<str>>,
    pub(super) ends: Vec<Box<str>>,
    pub(super) patterns: Vec<Regex>,
    pub(super) empty: bool,
    pub(super) range: Option<Range>,
}

/// Whole texts, already folded.
#[derive(Debug)]
pub(super) enum Words {
    Few(Vec<Box<str>>),
    Many(FxHashSet<Box<str>>),
}

/// From a least to a most, both included; either may be open.
#[derive(Clone, Copy, Debug)]
pub(super) enum Range {
    Versions { least: Option<Version>, most: Option<Version> },
    Numbers { least: f64, most: f64 },
}

impl Default for Words {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Words {
    pub(super) fn new(mut words: Vec<Box<str>>) -> Self {
        words.sort_unstable();
        words.dedup();
        if words.len() <= FEW { Self::Few(words) } else { Self::Many(words.into_iter().collect()) }
    }

    pub(super) fn hold(&self, text: &str) -> bool {
        match self {
            Self::Few(words) => words.iter().any(|word| **word == *text),
            Self::Many(words) => words.contains(text),
        }
    }

    pub(super) fn all(&self) -> Vec<&str> {
        match self {
            Self::Few(words) => words.iter().map(AsRef::as_ref).collect(),
            Self::Many(words) => words.iter().map(AsRef::as_ref).collect(),
        }
    }
}

impl TextKind {
    pub(super) fn entry(&self, signals: &Signals<'_>) -> Entry {
        let text = signals.text(self.field);
        if !text.is_empty() && self.exclude.hold(text) {
            return Entry::Excluded;
        }
        match &self.include {
            Some(include) if include.match_text(self.field, text, signals) => Entry::Included,
            _ => Entry::Silent,
        }
    }

    pub(super) fn lets_in(&self, signals: &Signals<'_>) -> bool {
        match self.entry(signals) {
            Entry::Included => true,
            Entry::Excluded => false,
            Entry::Silent => self.include.is_none(),
        }
    }

    pub(super) fn cost(&self) -> u32 {
        let Some(include) = &self.include else { return 0 };
        let parts = include.contains.len() + include.starts.len() + include.ends.len();
        parts as u32 + 10 * include.patterns.len() as u32
    }

    /// Whether it has only whole words and expressions, no parts of words and no numbers.
    pub(super) fn is_words_and_patterns(&self) -> bool {
        self.include.as_ref().is_none_or(|include| {
            let parts = include.contains.len() + include.starts.len() + include.ends.len();
            parts == 0 && include.range.is_none()
        })
    }

    /// Whether every include is excluded too, so that the kind lets nobody in.
    pub(super) fn lets_nobody_in(&self) -> bool {
        self.include.as_ref().is_some_and(|include| include.match_nothing_but(&self.exclude))
    }
}

impl Texts {
    fn match_text(&self, field: Field, text: &str, signals: &Signals<'_>) -> bool {
        if text.is_empty() {
            return self.empty;
        }
        self.words.hold(text)
            || self.range.is_some_and(|range| range.holds(text, signals))
            || self.starts.iter().any(|part| text.starts_with(&**part))
            || self.ends.iter().any(|part| text.ends_with(&**part))
            || self.contains.iter().any(|part| text.contains(&**part))
            || self.patterns.iter().any(|pattern| pattern.is_match(signals.raw(field)))
    }

    fn match_nothing_but(&self, excluded: &Words) -> bool {
        let open = self.empty
            || !self.patterns.is_empty()
            || [&self.contains, &self.starts, &self.ends].iter().any(|parts| !parts.is_empty())
            || self.range.is_some_and(|range| !range.is_empty());
        !open && self.words.all().into_iter().all(|word| excluded.hold(word))
    }
}

impl Range {
    fn holds(self, text: &str, signals: &Signals<'_>) -> bool {
        match self {
            Self::Versions { least, most } => signals.version().is_some_and(|version| {
                least.is_none_or(|least| version >= least) && most.is_none_or(|most| version <= most)
            }),
            Self::Numbers { least, most } => text
                .trim()
                .parse::<f64>()
                .is_ok_and(|number| least <= number && number <= most && number.is_finite()),
        }
    }

    /// Whether the least is more than the most.
    pub(super) fn is_empty(self) -> bool {
        match self {
            Self::Versions { least: Some(least), most: Some(most) } => least > most,
            Self::Versions { .. } => false,
            Self::Numbers { least, most } => least > most,
        }
    }
}
