//! HTML that may stand in a page as it is: made by our own code, everything foreign in it escaped.
//! Templates print it without `|safe`.

use askama::filters::{Escaper, Html, HtmlSafe};
use std::fmt::{self, Write};

/// A piece of finished HTML or SVG.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Markup(String);

impl Markup {
    /// Takes HTML whose foreign parts have gone through [`escape`].
    #[must_use]
    pub fn trusted(html: String) -> Self {
        Self(html)
    }

    /// The HTML.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is there to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

/// A text as it may stand in HTML or SVG, between tags or inside a quoted attribute.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    put_escaped(&mut escaped, text);
    escaped
}

/// Appends a text, escaped.
pub fn put_escaped(html: &mut String, text: &str) {
    Html.write_escaped_str(html, text).expect("a String takes every write");
}

/// Appends formatted HTML; the arguments must be safe already.
pub fn put(html: &mut String, piece: fmt::Arguments<'_>) {
    html.write_fmt(piece).expect("a String takes every write");
}
