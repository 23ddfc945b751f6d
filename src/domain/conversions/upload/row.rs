//! What a row says. A row of a new conversion is read as the postback of the same parameters would be.

use super::{CellError, Header, UploadKind, cell::shown, plain_cell};
use crate::{
    conversions::{Call, ConversionStatus},
    shared::{Calendar, ClickId, Micros, OfferId},
};
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use std::net::{IpAddr, Ipv4Addr};

/// The column of the click.
const CLICK: &str = "transaction_id";
/// Stands for a click that does not read, so that the rest of its row is read too.
const SOME_CLICK: &str = "00000000000080008000000000000000";

/// What a row says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Row {
    New(Box<NewRow>),
    Status(Which, ConversionStatus),
    Amounts(Which, Amounts),
}

/// A conversion that is to be stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewRow {
    pub call: Call,
    /// When it happened; none where the row does not say.
    pub at: Option<DateTime<Utc>>,
}

/// Which conversion a row means. At least one of the first three is there.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Which {
    pub conversion: Option<ClickId>,
    /// Empty where it is not given.
    pub txn_id: String,
    pub click: Option<ClickId>,
    pub offer: Option<OfferId>,
    /// In lower case; empty for the base conversion.
    pub event: String,
}

/// Amounts that are to be set; what is none follows, or stays.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Amounts {
    pub amount: Option<Micros>,
    pub payout: Option<Micros>,
    pub revenue: Option<Micros>,
}

/// A row's cells with their columns, and what is wrong with them.
struct Cells<'a> {
    header: &'a Header,
    cells: &'a [&'a [u8]],
    texts: Vec<&'a str>,
    errors: Vec<CellError>,
}

impl<'a> Cells<'a> {
    fn read(header: &'a Header, cells: &'a [&'a [u8]]) -> Self {
        let mut read = Self { header, cells, texts: Vec::with_capacity(cells.len()), errors: Vec::new() };
        if cells.len() != header.columns.len() {
            let (has, wanted) = (cells.len(), header.columns.len());
            let message = format!(
                "the row has {has} cells where the first row has {wanted}; is a comma missing, or a quotation mark?"
            );
            read.errors.push(CellError::of_row(message));
            return read;
        }
        for (place, cell) in cells.iter().enumerate() {
            let text = plain_cell(cell).unwrap_or_else(|message| {
                read.complain_at(place, message);
                ""
            });
            read.texts.push(text);
        }
        read
    }

    fn complain_at(&mut self, place: usize, message: impl Into<String>) {
        let name = self.header.called[place].clone();
        let value = shown(self.cells[place]);
        self.errors.push(CellError { column: place + 1, name, value, message: message.into() });
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.header.columns.iter().position(|column| column.name == name)
    }

    fn complain(&mut self, name: &str, message: impl Into<String>) {
        match self.place(name) {
            Some(place) => self.complain_at(place, message),
            None => self.errors.push(CellError::of_row(format!("{name}: {}", message.into()))),
        }
    }

    /// The column's text; empty where there is none.
    fn text(&self, name: &str) -> &'a str {
        self.place(name).and_then(|place| self.texts.get(place)).copied().unwrap_or("")
    }

    fn parsed<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let text = self.text(name);
        if text.is_empty() {
            return None;
        }
        read(text).map_err(|message| self.complain(name, message)).ok()
    }

    fn amount(&mut self, name: &str) -> Option<Micros> {
        self.parsed(name, |text| {
            let amount: Micros = text.parse().map_err(|error| format!("{error}"))?;
            if amount < Micros::ZERO { Err("must not be negative".to_owned()) } else { Ok(amount) }
        })
    }

    fn id(&mut self, name: &str) -> Option<ClickId> {
        self.parsed(name, |text| text.parse().map_err(|_| "must be 32 hexadecimal characters".to_owned()))
    }

    fn which(&mut self) -> Which {
        let before = self.errors.len();
        let offer = self.parsed("offer_id", |text| {
            text.parse().map(OfferId).map_err(|_| "must be the number of an offer".to_owned())
        });
        let event = self.text("event").to_lowercase();
        let which = Which {
            conversion: self.id("conversion_id"),
            txn_id: self.text("txn_id").to_owned(),
            click: self.id("transaction_id"),
            offer,
            event: if event == "base" { String::new() } else { event },
        };
        let is_named = which.conversion.is_some() || which.click.is_some() || !which.txn_id.is_empty();
        if !is_named && self.errors.len() == before {
            let message = "the row names no conversion: give conversion_id, txn_id or transaction_id";
            self.errors.push(CellError::of_row(message));
        }
        which
    }

    /// The call that the row would be as a postback. Whatever is wrong is left out and looked past, so that
    /// every wrong cell is told at once.
    fn call(&mut self) -> Option<Call> {
        let mut pairs: Vec<(&str, &str)> =
            self.header.columns.iter().map(|column| column.name).zip(self.texts.iter().copied()).collect();
        pairs.retain(|(name, _)| *name != "at");
        let here = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let mut is_fine = true;
        while let Err(error) = Call::parse(&pairs, here) {
            let message =
                if self.text(error.field).is_empty() { "must not be empty" } else { &error.message };
            if !self.errors.iter().any(|told| told.name == error.field) {
                self.complain(error.field, message);
            }
            pairs.retain(|(name, _)| *name != error.field);
            if error.field == CLICK {
                pairs.push((CLICK, SOME_CLICK));
            }
            is_fine = false;
        }
        if !is_fine {
            return None;
        }
        Call::parse(&pairs, here).ok()
    }
}

impl Row {
    /// Reads a row.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(header: &Header, cells: &[&[u8]], calendar: Calendar) -> Result<Self, Vec<CellError>> {
        let mut cells = Cells::read(header, cells);
        if cells.texts.is_empty() {
            return Err(cells.errors);
        }
        let row = match header.kind {
            UploadKind::New => {
                let at = cells.parsed("at", |text| moment(text, calendar));
                cells.call().map(|call| Self::New(Box::new(NewRow { call, at })))
            }
            UploadKind::Status => {
                let which = cells.which();
                let status = cells.parsed("status", |text| text.parse().map_err(|error| format!("{error}")));
                if cells.text("status").is_empty() {
                    cells.complain("status", "must not be empty");
                }
                status.map(|status| Self::Status(which, status))
            }
            UploadKind::Amounts => Some(amounts(&mut cells)),
        };
        match row {
            Some(row) if cells.errors.is_empty() => Ok(row),
            Some(_) | None => Err(cells.errors),
        }
    }
}

fn amounts(cells: &mut Cells<'_>) -> Row {
    let which = cells.which();
    let before = cells.errors.len();
    let amounts = Amounts {
        amount: cells.amount("amount"),
        payout: cells.amount("payout"),
        revenue: cells.amount("revenue"),
    };
    if amounts == Amounts::default() && cells.errors.len() == before {
        cells.errors.push(CellError::of_row("the row changes nothing: give amount, payout or revenue"));
    }
    Row::Amounts(which, amounts)
}

/// A moment with its distance from UTC, or as the network's clocks show it.
fn moment(text: &str, calendar: Calendar) -> Result<DateTime<Utc>, String> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.to_utc());
    }
    let formats = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"];
    let local = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let local = local.ok_or("must be a time such as 2026-11-21T10:00:00Z or 2026-11-21 10:00:00")?;
    let found = calendar.zone().from_local_datetime(&local).earliest();
    found
        .map(|moment| moment.to_utc())
        .ok_or_else(|| "does not exist: clocks were put forward then".to_owned())
}
