//! A visitor as targeting sees it: texts in lower case, the version as numbers, the minute of the
//! week. Each is made when it is first asked for and kept, as many rules ask for the same.

use super::super::Visit;
use crate::shared::{Field, Version, WeekMinute};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use smallvec::SmallVec;
use std::{
    cell::{OnceCell, RefCell},
    net::IpAddr,
};

/// Subs and `source_id`, region, city, ISP, carrier, referrer and user agent: what comes in any case.
const FOLDED: usize = 37;

/// One visitor at one moment.
pub(in super::super) struct Signals<'a> {
    pub(in super::super) visit: &'a Visit<'a>,
    pub(in super::super) now: DateTime<Utc>,
    folded: [OnceCell<Folded<'a>>; FOLDED],
    version: OnceCell<Option<Version>>,
    minutes: RefCell<SmallVec<[(Tz, WeekMinute); 4]>>,
    /// Whether the network's traffic controls refuse the visitor: the same at every offer.
    pub(in super::super) is_refused: OnceCell<bool>,
}

/// A text in lower case; most come so.
enum Folded<'a> {
    AsItCame(&'a str),
    Lowered(Box<str>),
}

impl<'a> Signals<'a> {
    pub(in super::super) fn new(visit: &'a Visit<'a>, now: DateTime<Utc>) -> Self {
        Self {
            visit,
            now,
            folded: [const { OnceCell::new() }; FOLDED],
            version: OnceCell::new(),
            minutes: RefCell::default(),
            is_refused: OnceCell::new(),
        }
    }

    /// The field's text as the visitor brought it; empty for fields that are no texts.
    pub(super) fn raw(&self, field: Field) -> &'a str {
        let visit = self.visit;
        match field {
            Field::Country => visit.country,
            Field::Region => visit.region,
            Field::City => visit.city,
            Field::Language => visit.language,
            Field::Device => visit.device.name(),
            Field::Os => visit.os,
            Field::OsVersion => visit.os_version,
            Field::Browser => visit.browser,
            Field::Isp => visit.isp,
            Field::Connection => visit.connection,
            Field::Carrier => visit.carrier,
            Field::SourceId => visit.source_id,
            Field::Referrer => visit.referrer,
            Field::UserAgent => visit.user_agent,
            Field::Sub(number) => {
                usize::from(number).checked_sub(1).and_then(|at| visit.subs.get(at)).copied().unwrap_or("")
            }
            Field::Ip
            | Field::Proxy
            | Field::IsBot
            | Field::Schedule
            | Field::OfferCap
            | Field::SiteStatus => "",
        }
    }

    /// The field's text as [`fold`] makes it of a rule's values.
    pub(super) fn text(&self, field: Field) -> &str {
        let Some(slot) = slot(field) else { return self.raw(field) };
        match self.folded[slot].get_or_init(|| folded(self.raw(field))) {
            Folded::AsItCame(text) => text,
            Folded::Lowered(text) => text,
        }
    }

    pub(super) fn version(&self) -> Option<Version> {
        *self.version.get_or_init(|| Version::loosely(self.visit.os_version))
    }

    pub(super) fn address(&self) -> IpAddr {
        self.visit.ip.to_canonical()
    }

    /// The minute of the week by the clock of `zone`.
    pub(super) fn minute(&self, zone: Tz) -> WeekMinute {
        let mut minutes = self.minutes.borrow_mut();
        if let Some((_, minute)) = minutes.iter().find(|(known, _)| *known == zone) {
            return *minute;
        }
        let minute = WeekMinute::of(self.now, zone);
        minutes.push((zone, minute));
        minute
    }
}

/// A rule's value in the case that [`Signals::text`] has: countries are upper-case, all else lower.
pub(super) fn fold(field: Field, value: &str) -> String {
    let value = value.trim();
    if field == Field::Country { value.to_ascii_uppercase() } else { lower(value) }
}

/// Letter by letter, so that a part of a text folds as it does within the whole.
fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn folded(text: &str) -> Folded<'_> {
    let fine = text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
    if fine { Folded::AsItCame(text) } else { Folded::Lowered(lower(text).into_boxed_str()) }
}

/// Where the lower-case text is kept; none for fields that come in one case.
fn slot(field: Field) -> Option<usize> {
    match field {
        Field::Sub(number @ 1..=30) => Some(usize::from(number) - 1),
        Field::SourceId => Some(30),
        Field::Region => Some(31),
        Field::City => Some(32),
        Field::Isp => Some(33),
        Field::Carrier => Some(34),
        Field::Referrer => Some(35),
        Field::UserAgent => Some(36),
        Field::Country
        | Field::Language
        | Field::Device
        | Field::Os
        | Field::OsVersion
        | Field::Browser
        | Field::Connection
        | Field::Ip
        | Field::Proxy
        | Field::IsBot
        | Field::Schedule
        | Field::OfferCap
        | Field::SiteStatus
        | Field::Sub(_) => None,
    }
}
