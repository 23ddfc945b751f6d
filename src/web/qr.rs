//! QR codes as SVG: dark on light in every theme, as cameras want them.

use super::{Failure, markup::Markup};
use qrcode::{Color, QrCode};
use std::fmt::Write;

/// The light frame that readers need, in modules.
const QUIET: usize = 4;

/// A text as a QR code. `label` says what it holds to whoever can't see it.
///
/// # Errors
/// The text is longer than a code can hold (about 2,900 bytes).
pub fn svg(text: &str, label: &str) -> Result<Markup, Failure> {
    let code = QrCode::new(text).map_err(|error| Failure::Broken(format!("a QR code: {error}")))?;
    let width = code.width();
    let mut path = String::new();
    for (index, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (index % width + QUIET, index / width + QUIET);
            write!(path, "M{x} {y}h1v1h-1z").map_err(|error| Failure::Broken(error.to_string()))?;
        }
    }
    let (side, label) = (width + 2 * QUIET, super::markup::escape(label));
    Ok(Markup::trusted(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" width=\"220\" height=\"220\" role=\"img\" \
         aria-label=\"{label}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    )))
}
