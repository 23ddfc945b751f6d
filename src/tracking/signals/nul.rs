//! The character NUL in what comes from outside: PostgreSQL refuses it and nobody means it.

use std::borrow::Cow;

/// The text without it.
#[must_use]
pub fn without_nul(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { text }
}
