//! What a tracking link's query says, bounded: every parameter is kept, none can grow a record
//! beyond its share, and broken UTF-8 is mended rather than refused. The character NUL, which PostgreSQL
//! refuses and nobody means, is dropped here: two texts that are equal without it are one from the start.

use super::signals::without_nul;
use domain::{shared::LandingPageId, tracking::SUBS};
use percent_encoding::percent_decode;
use std::borrow::Cow;

/// How many parameters are read; the rest of a longer query is left out.
const MOST_PARAMETERS: usize = 100;
/// Bytes of one value; what is longer is cut between characters.
const LONGEST_VALUE: usize = 512;
/// Bytes of a deep link.
const LONGEST_URL: usize = 2_048;
/// Bytes of an unknown parameter's name.
const LONGEST_NAME: usize = 64;
/// How many parameters that Switchyard does not know are kept.
const MOST_OTHERS: usize = 20;

/// A tracking link's parameters.
#[derive(Debug, Default)]
pub struct LinkQuery<'a> {
    pub source_id: Cow<'a, str>,
    /// `sub1` first.
    pub subs: [Cow<'a, str>; SUBS],
    /// `ref_id` or `externalid`.
    pub ref_id: Cow<'a, str>,
    pub landing_page: Option<LandingPageId>,
    pub deep_link: Cow<'a, str>,
    /// Device ids and what Switchyard does not know, in the order given.
    pub others: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> LinkQuery<'a> {
    /// Reads a query string. Of a repeated parameter the first value that is not empty counts.
    #[must_use]
    pub fn read(query: &'a str) -> Self {
        let mut read = Self::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()).take(MOST_PARAMETERS) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            read.take(decoded(name, LONGEST_NAME), value);
        }
        read
    }

    fn take(&mut self, name: Cow<'a, str>, raw: &'a str) {
        let longest = if name.eq_ignore_ascii_case("url") { LONGEST_URL } else { LONGEST_VALUE };
        let value = decoded(raw, longest);
        if value.is_empty() {
            return;
        }
        let slot = match name.to_ascii_lowercase().as_str() {
            "source_id" => &mut self.source_id,
            "ref_id" | "externalid" => &mut self.ref_id,
            "url" => &mut self.deep_link,
            "lp" => {
                self.landing_page = self.landing_page.or_else(|| value.parse().ok());
                return;
            }
            other => match sub_number(other) {
                Some(number) => &mut self.subs[number - 1],
                None => {
                    self.take_other(name, value);
                    return;
                }
            },
        };
        if slot.is_empty() {
            *slot = value;
        }
    }

    fn take_other(&mut self, name: Cow<'a, str>, value: Cow<'a, str>) {
        if self.others.len() < MOST_OTHERS {
            self.others.push((name, value));
        }
    }
}

fn sub_number(name: &str) -> Option<usize> {
    name.strip_prefix("sub")?.parse().ok().filter(|number| (1..=SUBS).contains(number))
}

/// A decoded part of a query, at most `longest` bytes.
fn decoded(raw: &str, longest: usize) -> Cow<'_, str> {
    // An encoded byte takes three characters: more than this can't be part of what is kept.
    let raw = &raw[..raw.floor_char_boundary(raw.len().min(3 * longest))];
    if !raw.bytes().any(|byte| matches!(byte, b'%' | b'+' | 0)) {
        return Cow::Borrowed(&raw[..raw.floor_char_boundary(longest)]);
    }
    let spaced: Cow<'_, [u8]> = if raw.contains('+') {
        Cow::Owned(raw.bytes().map(|byte| if byte == b'+' { b' ' } else { byte }).collect())
    } else {
        Cow::Borrowed(raw.as_bytes())
    };
    let mut text = without_nul(percent_decode(&spaced).decode_utf8_lossy()).into_owned();
    text.truncate(text.floor_char_boundary(longest));
    Cow::Owned(text)
}
