//! One figure over time with the space below it tinted, and what it is compared with dashed: for a
//! quantity that counts from zero.

use super::{
    Plot,
    line::{Below, draw},
};
use crate::web::markup::Markup;

/// Draws the first series over its tint, the others as lines.
#[must_use]
pub fn area(plot: &Plot<'_>) -> Markup {
    draw(plot, Below::Tinted)
}
