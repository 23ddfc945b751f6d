//! Country, region and city as one kind: the most specific matching entry decides. Excluding US and
//! including New York City lets New York in.

use super::super::Code;
use super::{Entry, signals::Signals, texts::TextKind};

/// The conditions on places; the most specific first, none twice.
#[derive(Debug, Default)]
pub(super) struct Geography {
    pub(super) levels: Vec<TextKind>,
}

impl Geography {
    /// The code, where the visitor is not let in: of the level that excludes it, or of the most
    /// specific level that includes others.
    pub(super) fn failure(&self, signals: &Signals<'_>) -> Option<Code> {
        for level in &self.levels {
            match level.entry(signals) {
                Entry::Included => return None,
                Entry::Excluded => return Some(level.code),
                Entry::Silent => {}
            }
        }
        self.levels.iter().find(|level| level.include.is_some()).map(|level| level.code)
    }

    /// Whether it has only whole words.
    pub(super) fn is_words(&self) -> bool {
        let plain =
            |level: &TextKind| level.include.as_ref().is_none_or(|include| include.patterns.is_empty());
        self.levels.iter().all(|level| level.is_words_and_patterns() && plain(level))
    }

    pub(super) fn cost(&self) -> u32 {
        self.levels.iter().map(TextKind::cost).sum()
    }

    /// Whether some level includes, and each that does excludes the same again.
    pub(super) fn lets_nobody_in(&self) -> bool {
        let mut including = self.levels.iter().filter(|level| level.include.is_some()).peekable();
        including.peek().is_some() && including.all(TextKind::lets_nobody_in)
    }
}
