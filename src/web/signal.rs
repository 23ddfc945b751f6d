//! Signals as on a railway: green goes, amber warns and waits, red stops. Each has a shape of its
//! own, so that the colour is never alone.

use askama::filters::HtmlSafe;
use std::fmt;

/// What a state means to whoever looks; prints itself as an inline SVG symbol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signal {
    /// Works, passed, active: a disc with a tick.
    Good,
    /// Waits or comes near a limit: a triangle.
    Warn,
    /// Stopped, refused, failing: an octagon with a bar.
    Bad,
    /// Merely said: a ring.
    Note,
    /// Switched off, ended: a dash.
    Off,
}

impl Signal {
    /// The word in class names: `badge-good`, `flash-warn`.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Note => "note",
            Self::Off => "off",
        }
    }

    const fn shape(self) -> &'static str {
        match self {
            Self::Good => r#"<circle cx="6" cy="6" r="6"/><path class="mark" d="M3.3 6.2l1.9 1.9 3.5-3.9"/>"#,
            Self::Warn => r#"<path d="M6 .5 12 11.5H0z"/><path class="mark" d="M6 4.6v3M6 9.4v.1"/>"#,
            Self::Bad => {
                r#"<path d="M3.5 0h5L12 3.5v5L8.5 12h-5L0 8.5v-5z"/><path class="mark" d="M3.2 6h5.6"/>"#
            }
            Self::Note => r#"<circle class="stroke" cx="6" cy="6" r="4.6"/>"#,
            Self::Off => r#"<path class="stroke" d="M2 6h8"/>"#,
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (class, shape) = (self.class(), self.shape());
        write!(
            f,
            r#"<svg class="signal signal-{class}" viewBox="0 0 12 12" aria-hidden="true">{shape}</svg>"#
        )
    }
}

impl HtmlSafe for Signal {}
