//! Fresh codes for links: the dice are thrown here, so that no room need know how links are written.

use domain::links::LinkCode;

/// A code of 40 random bits, for a new partner or target.
#[must_use]
pub fn fresh() -> String {
    LinkCode::of_bits(rand::random()).to_string()
}
