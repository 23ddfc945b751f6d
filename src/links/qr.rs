//! A link as a QR code: an SVG of our own, dark on light in every theme, for cameras want it so.

use crate::web::Failure;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// The light margin that cameras need, in modules (ISO/IEC 18004).
const QUIET: usize = 4;
/// The size that the drawing asks for, in CSS pixels.
const SIZE: u32 = 512;

/// Draws a text.
///
/// # Errors
/// [`Failure::Invalid`] at `url` where the text is longer than a code can hold, about 2,300 bytes.
pub fn drawn(text: &str) -> Result<String, Failure> {
    let too_long = |_| Failure::field("url", "makes the link longer than a QR code can hold");
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(too_long)?;
    let (width, colours) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (row, modules) in colours.chunks(width).enumerate() {
        put_row(&mut path, row, modules);
    }
    let side = width + 2 * QUIET;
    Ok(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{SIZE}" height="{SIZE}" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path fill="#000" d="{path}"/></svg>"##
    ))
}

/// The dark modules of a row, neighbours as one rectangle.
fn put_row(path: &mut String, row: usize, modules: &[Color]) {
    let mut start = 0;
    for run in modules.chunk_by(|one, other| one == other) {
        if run[0] == Color::Dark {
            let (x, y, wide) = (start + QUIET, row + QUIET, run.len());
            write!(path, "M{x} {y}h{wide}v1h-{wide}z").expect("a String takes every write");
        }
        start += run.len();
    }
}
