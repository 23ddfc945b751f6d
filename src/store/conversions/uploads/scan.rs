//! Reading a file: rows of cells, however they are separated and quoted, and what is wrong with them.

use domain::{
    conversions::upload::{CellError, Header, Row, UploadKind},
    shared::Calendar,
};

/// The most rows of a file.
pub const ROWS_MOST: usize = 250_000;
/// The most errors that are kept; a file with more is not read to its end.
pub const ERRORS_MOST: usize = 20_000;

/// A file that was read.
pub(super) struct Parsed {
    /// None where the first row is wrong.
    pub header: Option<Header>,
    /// The rows that read, each with its line.
    pub rows: Vec<(i64, Row)>,
    /// What is wrong, each at its line.
    pub errors: Vec<(i64, CellError)>,
    /// Rows below the first.
    pub total: i64,
}

impl Parsed {
    fn refused(line: i64, errors: Vec<CellError>) -> Self {
        let errors = errors.into_iter().map(|error| (line, error)).collect();
        Self { header: None, rows: Vec::new(), errors, total: 0 }
    }
}

/// Reads a file.
pub(super) fn parse(kind: UploadKind, body: &[u8], calendar: Calendar) -> Parsed {
    if body.starts_with(&[0xff, 0xfe]) || body.starts_with(&[0xfe, 0xff]) {
        return Parsed::refused(1, vec![CellError::of_row("the file is UTF-16; save it as CSV UTF-8")]);
    }
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(body))
        .from_reader(body);
    let mut record = csv::ByteRecord::new();
    let mut lines = Lines::default();
    if !matches!(reader.read_byte_record(&mut record), Ok(true)) {
        return Parsed::refused(1, vec![CellError::of_row("the file is empty")]);
    }
    let first = lines.of(&record);
    let header = match Header::read(kind, &record.iter().collect::<Vec<_>>()) {
        Ok(header) => header,
        Err(errors) => return Parsed::refused(first, errors),
    };
    let mut parsed = Parsed { header: None, rows: Vec::new(), errors: Vec::new(), total: 0 };
    while matches!(reader.read_byte_record(&mut record), Ok(true)) {
        let line = lines.of(&record);
        if parsed.is_full(line) {
            break;
        }
        parsed.total += 1;
        let cells: Vec<&[u8]> = record.iter().collect();
        // A spreadsheet's empty rows at the end are rows of nothing but separators.
        if cells.iter().all(|cell| cell.trim_ascii().is_empty()) {
            parsed.total -= 1;
            continue;
        }
        match Row::read(&header, &cells, calendar) {
            Ok(row) => parsed.rows.push((line, row)),
            Err(errors) => parsed.errors.extend(errors.into_iter().map(|error| (line, error))),
        }
    }
    if parsed.total == 0 && parsed.errors.is_empty() {
        parsed.errors.push((first, CellError::of_row("the file has no rows below the first")));
    }
    Parsed { header: Some(header), ..parsed }
}

impl Parsed {
    /// Whether no more is read; says why.
    fn is_full(&mut self, line: i64) -> bool {
        let message = match () {
            () if self.rows.len() >= ROWS_MOST => {
                format!("the file has more than {ROWS_MOST} rows; split it")
            }
            () if self.errors.len() >= ERRORS_MOST => {
                format!("more than {ERRORS_MOST} errors; what comes after this row was not read")
            }
            () => return false,
        };
        self.errors.push((line, CellError::of_row(message)));
        true
    }
}

/// What separates the cells: what the first line has most of.
fn separator(body: &[u8]) -> u8 {
    let end = body.iter().position(|byte| *byte == b'\n').unwrap_or(body.len());
    let count = |byte: &u8| body[..end].iter().filter(|found| *found == byte).count();
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// Counts rows as a spreadsheet does: a line break within a cell begins no row.
#[derive(Default)]
struct Lines {
    within: i64,
    last: i64,
}

impl Lines {
    fn of(&mut self, record: &csv::ByteRecord) -> i64 {
        let begins =
            record.position().map_or(0, |position| i64::try_from(position.line()).unwrap_or(i64::MAX));
        let line = (begins - self.within).max(self.last + 1);
        let breaks = record.as_slice().iter().filter(|byte| **byte == b'\n').count();
        self.within += i64::try_from(breaks).unwrap_or(0);
        self.last = line;
        line
    }
}
