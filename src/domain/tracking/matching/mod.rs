//! Targeting as it is checked: compiled once from conditions, then asked for every click without
//! allocating. DOMAIN.md, section 4: within a kind any value matches and an exclude beats an include;
//! across kinds all must match; geography is one kind, where the most specific matching entry decides;
//! what is unknown matches no entry.

mod branches;
mod compile;
mod geography;
mod ranges;
mod signals;
mod texts;

pub(super) use branches::Branches;
pub(super) use signals::Signals;

use super::Code;
use crate::shared::Field;
use geography::Geography;
use ranges::{Addresses, Truths, Windows};
use texts::TextKind;

/// A compiled list of conditions.
#[derive(Debug, Default)]
pub(super) struct Targeting {
    /// In the order in which the first failing kind names the code.
    checks: Vec<Check>,
}

/// All conditions on one kind of signal.
#[derive(Debug)]
enum Check {
    Geography(Box<Geography>),
    Text(Box<TextKind>),
    Addresses(Addresses),
    Truths(Truths),
    Windows(Windows),
}

/// What the entries of a kind say about a visitor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Entry {
    Included,
    Excluded,
    /// No entry matches.
    Silent,
}

/// What is wrong with a list of conditions: the place in it (none: the list as a whole) and the words.
pub(super) type Trouble = (Option<usize>, String);

impl Targeting {
    /// Whether the visitor is let in.
    ///
    /// # Errors
    /// The code of the first kind that does not let it in.
    pub(super) fn check(&self, signals: &Signals<'_>) -> Result<(), Code> {
        match self.checks.iter().find_map(|check| check.failure(signals)) {
            Some(code) => Err(code),
            None => Ok(()),
        }
    }
}

impl Check {
    fn failure(&self, signals: &Signals<'_>) -> Option<Code> {
        match self {
            Self::Geography(kind) => kind.failure(signals),
            Self::Text(kind) => (!kind.lets_in(signals)).then_some(kind.code),
            Self::Addresses(kind) => (!kind.let_in(signals.address())).then_some(Code::IpRange),
            Self::Truths(kind) => (!kind.let_in(signals)).then_some(kind.code),
            Self::Windows(kind) => (!kind.let_in(signals)).then_some(Code::DayParting),
        }
    }

    /// Whether another asks about the same kind of signal.
    fn asks_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Geography(_), Self::Geography(_))
            | (Self::Addresses(_), Self::Addresses(_))
            | (Self::Windows(_), Self::Windows(_)) => true,
            (Self::Text(one), Self::Text(other)) => one.field == other.field,
            (Self::Truths(one), Self::Truths(other)) => one.question == other.question,
            _ => false,
        }
    }

    /// A rough cost of asking, for the order in which kinds are asked.
    fn cost(&self) -> u32 {
        match self {
            Self::Truths(_) => 1,
            Self::Text(kind) => 2 + kind.cost(),
            Self::Addresses(_) => 4,
            Self::Geography(kind) => 3 + kind.cost(),
            Self::Windows(_) => 6,
        }
    }
}

/// The code of a kind that does not let a visitor in.
fn code_of(field: Field) -> Code {
    match field {
        Field::Country => Code::Country,
        Field::Region => Code::Region,
        Field::City => Code::City,
        Field::Language => Code::Language,
        Field::Device => Code::Device,
        Field::Os => Code::Os,
        Field::OsVersion => Code::OsVersion,
        Field::Browser => Code::Browser,
        Field::Isp => Code::Isp,
        Field::Connection => Code::ConnectionType,
        Field::Carrier => Code::Carrier,
        Field::Ip => Code::IpRange,
        Field::Proxy => Code::Proxy,
        Field::IsBot => Code::Bot,
        Field::SourceId | Field::Sub(_) => Code::SubValue,
        Field::Schedule => Code::DayParting,
        Field::OfferCap => Code::OfferCap,
        Field::SiteStatus => Code::SiteDown,
        Field::Referrer | Field::UserAgent => Code::TrafficControl,
    }
}
