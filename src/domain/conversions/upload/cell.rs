//! What one cell may hold: a short text of one line, in UTF-8, that no spreadsheet takes for a formula.

/// The most bytes of a cell.
pub const LONGEST_CELL: usize = 1_000;
/// What a spreadsheet runs as a formula begins with one of these.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];
/// How much of a wrong cell is shown.
const SHOWN: usize = 60;

/// The cell's text, without blanks around it. An apostrophe in front of what would be a formula is how
/// spreadsheets, and our own files, say that it is a text; it goes.
///
/// # Errors
/// What is wrong with it.
pub fn plain_cell(cell: &[u8]) -> Result<&str, String> {
    if cell.len() > LONGEST_CELL {
        let unclosed =
            if cell.contains(&b'\n') { "; is a quotation mark before it never closed?" } else { "" };
        return Err(format!("has {} bytes; at most {LONGEST_CELL} are allowed{unclosed}", cell.len()));
    }
    let text =
        std::str::from_utf8(cell).map_err(|_| "is not UTF-8; save the file as CSV UTF-8".to_owned())?;
    if let Some(control) = text.trim().chars().find(|letter| letter.is_control()) {
        return Err(format!("holds the control character U+{:04X}; leave it out", u32::from(control)));
    }
    let text = text.trim();
    if let Some(rest) = text.strip_prefix('\'')
        && rest.starts_with(FORMULA)
    {
        return Ok(rest);
    }
    // A negative or signed number is no formula; whether it may be negative is the column's affair.
    let is_number = text.parse::<f64>().is_ok();
    match text.chars().next().filter(|first| FORMULA.contains(first) && !is_number) {
        Some(first) => Err(format!(
            "begins with {first}, which spreadsheets run as a formula; write ' before it where it is meant as a text"
        )),
        None => Ok(text),
    }
}

/// A text as a cell that no spreadsheet runs.
#[must_use]
pub fn safe_cell(text: &str) -> String {
    let runs = text.starts_with(FORMULA) || text.starts_with(['\t', '\r']);
    if runs { format!("'{text}") } else { text.to_owned() }
}

/// The beginning of a wrong cell, fit to be shown.
pub(super) fn shown(cell: &[u8]) -> String {
    let text = String::from_utf8_lossy(&cell[..cell.len().min(4 * SHOWN)]);
    let mut shown: String =
        text.chars().take(SHOWN).map(|letter| if letter.is_control() { '·' } else { letter }).collect();
    if shown.len() < cell.len() && text.chars().count() > SHOWN {
        shown.push('…');
    }
    shown
}
