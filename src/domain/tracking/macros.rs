//! Destination templates: `https://shop.example/?cid={clickid}` split once, filled for every click.
//! Values are percent-encoded always, and a macro in scheme or host stays as typed, so that nothing a
//! visitor brings can lead it elsewhere. An unknown macro stays as typed too.

mod fill;

pub use fill::MacroValues;

use crate::{
    offers::{FIRST_APPENDED, Macro, braces},
    shared::origin_length,
};
use fill::{VALUE, write_number};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What is encoded in typed text, so that it can stand in a header and an HTML attribute.
const TYPED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'`').add(b'\'');

/// A destination, split at its macros.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Template {
    /// Up to the fragment.
    segments: Vec<Segment>,
    /// From `#` on; empty where there is none.
    fragment: Vec<Segment>,
    has_query: bool,
    sound: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Segment {
    Typed(Box<str>),
    Filled(Macro),
}

/// What is appended to a destination's query beside what is typed there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Appended {
    /// `sub15` to `sub30`, those that are not empty.
    pub subs: bool,
    /// Parameters of the tracking link that Switchyard does not know.
    pub other: bool,
}

impl Template {
    /// Splits a destination. Never fails: what is no URL has no macros, and [`Template::is_sound`] says so.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let origin = origin_length(text);
        let start = origin.unwrap_or(text.len());
        let fragment_at = text[start..].find('#').map_or(text.len(), |at| start + at);
        let mut segments = vec![Segment::Typed(typed_origin(&text[..start], origin.is_ok()))];
        split(&text[start..fragment_at], &mut segments);
        let mut fragment = Vec::new();
        split(&text[fragment_at..], &mut fragment);
        let has_query = text[start..fragment_at].contains('?');
        Self { segments, fragment, has_query, sound: origin.is_ok() }
    }

    /// Whether this is an http or https URL with a written-out host, so that a visitor can be sent there.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.sound
    }

    /// Writes the destination with its macros filled in.
    pub fn expand(&self, values: &MacroValues<'_>, out: &mut String) {
        self.expand_with(values, Appended::default(), out);
    }

    /// Writes the destination with its macros filled in and more parameters in its query.
    pub fn expand_with(&self, values: &MacroValues<'_>, appended: Appended, out: &mut String) {
        write_segments(&self.segments, values, out);
        let mut query = Query { open: self.has_query, out };
        if appended.subs {
            for number in FIRST_APPENDED..=values.visit.subs.len() {
                query.add_sub(number, values.visit.subs[number - 1]);
            }
        }
        if appended.other {
            values.visit.other.iter().for_each(|(name, value)| query.add(name, value));
        }
        write_segments(&self.fragment, values, out);
    }
}

/// The query of a destination while parameters are added to it.
struct Query<'a> {
    open: bool,
    out: &'a mut String,
}

impl Query<'_> {
    fn separate(&mut self) {
        let bare = self.out.ends_with('?') || self.out.ends_with('&');
        match (self.open, bare) {
            (true, true) => {}
            (true, false) => self.out.push('&'),
            (false, _) => self.out.push('?'),
        }
        self.open = true;
    }

    fn add(&mut self, name: &str, value: &str) {
        self.separate();
        self.out.extend(utf8_percent_encode(name, VALUE));
        self.out.push('=');
        self.out.extend(utf8_percent_encode(value, VALUE));
    }

    fn add_sub(&mut self, number: usize, value: &str) {
        if value.is_empty() {
            return;
        }
        self.separate();
        write_number(self.out, format_args!("sub{number}="));
        self.out.extend(utf8_percent_encode(value, VALUE));
    }
}

/// Scheme and authority as they are sent. A host in other letters than ASCII is written as DNS has it.
fn typed_origin(origin: &str, sound: bool) -> Box<str> {
    let foreign = sound && !origin.is_ascii();
    match url::Url::parse(origin) {
        Ok(url) if foreign => url.as_str().trim_end_matches('/').into(),
        Ok(_) | Err(_) => typed(origin),
    }
}

fn typed(text: &str) -> Box<str> {
    utf8_percent_encode(text, TYPED).to_string().into_boxed_str()
}

/// Splits `text`; what is no macro stays as typed.
fn split(text: &str, segments: &mut Vec<Segment>) {
    let mut plain = 0;
    for (open, close) in braces(text) {
        let name = &text[open + 1..close];
        let Some(known) = Macro::named(name) else { continue };
        if plain < open {
            segments.push(Segment::Typed(typed(&text[plain..open])));
        }
        segments.push(Segment::Filled(known));
        plain = close + 1;
    }
    if plain < text.len() {
        segments.push(Segment::Typed(typed(&text[plain..])));
    }
}

fn write_segments(segments: &[Segment], values: &MacroValues<'_>, out: &mut String) {
    for segment in segments {
        match segment {
            Segment::Typed(text) => out.push_str(text),
            Segment::Filled(filled) => filled.write(values, out),
        }
    }
}
