//! The columns of each kind of file, and which of them a file has. Names ignore case and blanks around
//! them; they are the postback's, with its aliases.

use super::{CellError, UploadKind, cell::shown, plain_cell};

/// The most columns of a file.
pub const COLUMNS_MOST: usize = 64;

/// A column that a kind of file may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    pub name: &'static str,
    /// Other names that it goes by.
    pub aliases: &'static [&'static str],
    pub is_required: bool,
    /// What stands in it.
    pub about: &'static str,
    /// What stands in it in the template.
    pub example: &'static str,
}

const fn column(name: &'static str, about: &'static str, example: &'static str) -> Column {
    Column { name, aliases: &[], is_required: false, about, example }
}

impl Column {
    const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    const fn or(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }
}

const CLICK: Column =
    column("transaction_id", "the click's id, 32 hexadecimal characters", "0196f3a2b4c58001800000000000002a")
        .or(&["clickid", "click_id", "cid"]);
const ORDER: Column =
    column("txn_id", "the advertiser's own id of the order, at most 128 characters", "order-1001")
        .or(&["order_id"]);
const EVENT: Column = column("event", "the event's name; empty for the base conversion", "");
const STATUS: Column = column("status", "approved, pending or rejected", "approved");
const CONVERSION: Column = column("conversion_id", "the conversion's id", "0196f3a2b4c58001800000000000002b");
const OFFER: Column = column("offer_id", "the offer's number, where an order id is not unique", "");
const AMOUNT: Column = column("amount", "the sale amount, such as 19.99", "19.99");

const NEW: &[Column] = &[
    CLICK.required(),
    column(
        "at",
        "when it happened, RFC 3339 or 2026-11-21 10:00:00 in the network's zone; now where it is empty",
        "",
    ),
    EVENT,
    AMOUNT,
    STATUS,
    ORDER,
    column("fraud_flag", "1 or 0", "0"),
    column("payout", "what the partner earns, where the offer allows it to be given", ""),
    column("revenue", "what the advertiser pays, where the offer allows it to be given", ""),
    column("adv1", "a note of the advertiser", ""),
    column("adv2", "a note of the advertiser", ""),
    column("adv3", "a note of the advertiser", ""),
    column("adv4", "a note of the advertiser", ""),
    column("adv5", "a note of the advertiser", ""),
];
const STATUSES: &[Column] = &[CONVERSION, ORDER, CLICK, OFFER, EVENT, STATUS.required()];
const AMOUNTS: &[Column] = &[
    CONVERSION,
    ORDER,
    CLICK,
    OFFER,
    EVENT,
    AMOUNT,
    column("payout", "what the partner earns; where it is empty the percentages follow the amount", ""),
    column("revenue", "what the advertiser pays; where it is empty the percentages follow the amount", ""),
];

impl UploadKind {
    /// The columns that a file of this kind may have.
    #[must_use]
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::New => NEW,
            Self::Status => STATUSES,
            Self::Amounts => AMOUNTS,
        }
    }
}

/// Which columns a file has, in their order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    pub(super) kind: UploadKind,
    pub(super) columns: Vec<Column>,
    /// What the file calls each of them.
    pub(super) called: Vec<String>,
}

impl Header {
    /// Reads a file's first row.
    ///
    /// # Errors
    /// Columns that are unknown or come twice, and those that are missing.
    pub fn read(kind: UploadKind, cells: &[&[u8]]) -> Result<Self, Vec<CellError>> {
        if cells.len() > COLUMNS_MOST {
            let message = format!("the file has {} columns; at most {COLUMNS_MOST} are allowed", cells.len());
            return Err(vec![CellError::of_row(message)]);
        }
        let (mut columns, mut errors) = (Vec::<Column>::new(), Vec::new());
        for (place, cell) in cells.iter().enumerate() {
            match read(kind, cell, &columns) {
                Ok(column) => columns.push(column),
                Err(message) => {
                    let name = shown(cell);
                    errors.push(CellError { column: place + 1, value: name.clone(), name, message });
                }
            }
        }
        errors.extend(missing(kind, &columns));
        let called = cells.iter().map(|cell| shown(cell)).collect();
        if errors.is_empty() { Ok(Self { kind, columns, called }) } else { Err(errors) }
    }

    /// What is wrong at a column of a row; about the whole row where the file has no such column.
    #[must_use]
    pub fn error_at(&self, name: &str, value: &str, message: impl Into<String>) -> CellError {
        let place = self.columns.iter().position(|column| column.name == name);
        CellError {
            column: place.map_or(0, |place| place + 1),
            name: place.map_or_else(|| name.to_owned(), |place| self.called[place].clone()),
            value: shown(value.as_bytes()),
            message: message.into(),
        }
    }
}

fn read(kind: UploadKind, cell: &[u8], before: &[Column]) -> Result<Column, String> {
    let text = plain_cell(cell)?;
    let names = |column: &&Column| {
        column.name.eq_ignore_ascii_case(text)
            || column.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(text))
    };
    let known = || kind.columns().iter().map(|column| column.name).collect::<Vec<_>>().join(", ");
    let found = kind.columns().iter().find(names);
    let found = found.ok_or_else(|| format!("is no column of such a file; known: {}", known()))?;
    if before.contains(found) {
        return Err(format!("stands there twice: {} is {text} too", found.name));
    }
    Ok(*found)
}

/// What a file of this kind can't do without.
fn missing(kind: UploadKind, columns: &[Column]) -> Vec<CellError> {
    let has = |name: &str| columns.iter().any(|column| column.name == name);
    let required = kind.columns().iter().filter(|column| column.is_required && !has(column.name));
    let mut errors: Vec<_> =
        required.map(|column| CellError::of_row(format!("the column {} is missing", column.name))).collect();
    let names_one = ["conversion_id", "txn_id", "transaction_id"].into_iter().any(has);
    let changes = ["amount", "payout", "revenue"].into_iter().any(has);
    match kind {
        UploadKind::New => {}
        UploadKind::Status | UploadKind::Amounts if !names_one => {
            errors.push(CellError::of_row(
                "one of the columns conversion_id, txn_id, transaction_id is needed",
            ));
        }
        UploadKind::Amounts if !changes => {
            errors.push(CellError::of_row("one of the columns amount, payout, revenue is needed"));
        }
        UploadKind::Status | UploadKind::Amounts => {}
    }
    errors
}
