//! The pictures of a monitor's checks: how long the site took to answer, and when it did not.

use crate::web::{
    Failure, Listing,
    chart::{self, Plot, Series, Strip, Unit},
    markup::Markup,
    parts::Tab,
};
use chrono::DateTime;
use domain::shared::Calendar;
use store::links::Slot;

const MINUTE: i64 = 60_000;

/// How far back the pictures reach.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    Day,
    Week,
    Month,
}

impl Reach {
    const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// The word in the address.
    const fn name(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Day => "24 hours",
            Self::Week => "7 days",
            Self::Month => "30 days",
        }
    }

    /// The one that an address asks for; a day where it asks for none.
    pub fn read(listing: &Listing) -> Result<Self, Failure> {
        let asked = listing.word("range", &Self::ALL.map(Self::name))?;
        Ok(Self::ALL.into_iter().find(|reach| Some(reach.name()) == asked).unwrap_or(Self::Day))
    }

    /// How long a slot is, in milliseconds.
    pub const fn width(self) -> i64 {
        match self {
            Self::Day => 30 * MINUTE,
            Self::Week => 240 * MINUTE,
            Self::Month => 1_440 * MINUTE,
        }
    }

    const fn slots(self) -> i64 {
        match self {
            Self::Day => 48,
            Self::Week => 42,
            Self::Month => 30,
        }
    }

    const fn slot_words(self) -> &'static str {
        match self {
            Self::Day => "Half hour",
            Self::Week => "4 hours",
            Self::Month => "Day",
        }
    }

    /// How the begin of a slot is written.
    const fn pattern(self) -> &'static str {
        match self {
            Self::Day => "%H:%M",
            Self::Week => "%a %H:%M",
            Self::Month => "%-d %b",
        }
    }

    /// Where the first slot begins, by the network's clock of now; the last one is the one that `now` is in.
    pub fn since(self, now: i64, calendar: Calendar) -> i64 {
        let local = calendar.local(DateTime::from_timestamp_millis(now).unwrap_or_default());
        let into = local.and_utc().timestamp_millis().rem_euclid(self.width());
        now - into - (self.slots() - 1) * self.width()
    }

    /// The choice between them.
    pub fn tabs(self, path: &str) -> Vec<Tab> {
        let tab = |reach: Self| Tab {
            label: reach.words().to_owned(),
            href: format!("{path}?range={}", reach.name()),
            is_current: reach == self,
            count: None,
        };
        Self::ALL.map(tab).to_vec()
    }
}

/// What is drawn.
pub struct Drawn {
    reach: Reach,
    names: Vec<String>,
    found: Vec<Option<Slot>>,
}

impl Drawn {
    /// The slots up to `now`, those without a check included.
    pub fn new(reach: Reach, now: i64, slots: &[Slot], calendar: Calendar) -> Self {
        let since = reach.since(now, calendar);
        let name = |slot: i64| {
            let at = DateTime::from_timestamp_millis(since + slot * reach.width()).unwrap_or_default();
            calendar.local(at).format(reach.pattern()).to_string()
        };
        let find = |slot: i64| slots.iter().find(|found| found.slot == slot).copied();
        Self {
            reach,
            names: (0..reach.slots()).map(name).collect(),
            found: (0..reach.slots()).map(find).collect(),
        }
    }

    /// How long good checks took.
    #[allow(clippy::cast_precision_loss, reason = "checks and milliseconds stay far below 2^53")]
    pub fn latency(&self) -> Markup {
        let of = |value: fn(&Slot) -> f64| -> Vec<Option<f64>> {
            let good = self.found.iter().map(|slot| slot.as_ref().filter(|slot| slot.up > 0));
            good.map(|slot| slot.map(value)).collect()
        };
        let series = [
            Series::new("average", of(|slot| slot.latency as f64 / slot.up as f64)),
            Series::new("slowest", of(|slot| slot.slowest as f64)),
        ];
        chart::line(&Plot {
            id: "latency",
            title: &format!("How long the site took to answer, {}", self.reach.words()),
            slot: self.reach.slot_words(),
            slots: &self.names,
            series: &series,
            unit: Unit::Millis,
        })
    }

    /// When checks failed.
    pub fn band(&self) -> Markup {
        let of = |slot: &Option<Slot>| {
            slot.map(|slot| (slot.up, slot.failed)).filter(|(up, failed)| up + failed > 0)
        };
        let checks: Vec<_> = self.found.iter().map(of).collect();
        chart::strip(&Strip {
            id: "up",
            title: &format!("When checks failed, {}", self.reach.words()),
            slot: self.reach.slot_words(),
            slots: &self.names,
            checks: &checks,
        })
    }
}
