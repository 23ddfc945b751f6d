//! The language that a visitor would like best, from `Accept-Language`.

use std::fmt;

/// How much of the header is read, in bytes; browsers send fewer than 100.
const LONGEST_HEADER: usize = 512;
/// How many letters a primary tag may have (RFC 5646).
const LONGEST_TAG: usize = 8;
/// Quality 1, in thousandths: the finest step that the header's grammar has.
const FULL_QUALITY: u16 = 1000;

/// A primary language tag in lower case, such as `de`; empty where it is unknown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Language {
    letters: [u8; LONGEST_TAG],
    length: u8,
}

impl Language {
    /// The preferred language of an `Accept-Language` header: the highest `q`, the first of equals.
    /// Wildcards, refused languages (`q=0`) and what can't be read are passed over.
    #[must_use]
    pub fn preferred(header: &[u8]) -> Self {
        let header = &header[..header.len().min(LONGEST_HEADER)];
        let mut best = (0, Self::default());
        for item in header.split(|byte| *byte == b',') {
            if let Some((quality, language)) = read_item(item)
                && quality > best.0
            {
                best = (quality, language);
            }
        }
        best.1
    }

    /// The tag; empty where it is unknown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.letters[..usize::from(self.length)]).expect("made of ASCII letters only")
    }

    /// The language of a tag such as `de`, `de-AT` or `de_AT`.
    fn of_tag(tag: &[u8]) -> Option<Self> {
        let primary = tag.split(|byte| matches!(byte, b'-' | b'_')).next()?;
        if !(2..=LONGEST_TAG).contains(&primary.len()) || !primary.iter().all(u8::is_ascii_alphabetic) {
            return None;
        }
        let mut letters = [0; LONGEST_TAG];
        letters[..primary.len()].copy_from_slice(&primary.to_ascii_lowercase());
        Some(Self { letters, length: u8::try_from(primary.len()).ok()? })
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// `de-AT;q=0.8` as its quality in thousandths and its language.
fn read_item(item: &[u8]) -> Option<(u16, Language)> {
    let mut parts = item.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    let language = Language::of_tag(parts.next()?)?;
    let quality = match parts.find_map(|part| part.strip_prefix(b"q=").or_else(|| part.strip_prefix(b"Q="))) {
        Some(text) => read_quality(text)?,
        None => FULL_QUALITY,
    };
    Some((quality, language))
}

/// `0.85` as 850. None for what is no number from 0 to 1.
fn read_quality(text: &[u8]) -> Option<u16> {
    let quality = std::str::from_utf8(text).ok()?.parse::<f32>().ok()?;
    // Between 0 and 1 the product fits, so that the cast only rounds.
    (0.0..=1.0).contains(&quality).then(|| (quality * f32::from(FULL_QUALITY)).round() as u16)
}
