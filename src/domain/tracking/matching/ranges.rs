//! The kinds that are no texts: addresses, yes-or-no signals, windows of the week.

use super::super::Code;
use super::signals::Signals;
use crate::shared::{AddressRange, WeekMinute, WeekWindow};
use chrono_tz::Tz;
use std::net::IpAddr;

/// The conditions on the address.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    pub(super) include: Option<Blocks>,
    pub(super) exclude: Blocks,
}

/// Ranges of addresses in order, none touching another, so that one search finds the right one.
#[derive(Debug, Default)]
pub(super) struct Blocks(Vec<AddressRange>);

impl Blocks {
    pub(super) fn new(mut ranges: Vec<AddressRange>) -> Self {
        ranges.sort_unstable();
        let mut blocks: Vec<AddressRange> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match blocks.last_mut() {
                Some(last) if last.last >= range.first && last.first.is_ipv4() == range.first.is_ipv4() => {
                    last.last = last.last.max(range.last);
                }
                _ => blocks.push(range),
            }
        }
        Self(blocks)
    }

    pub(super) fn all(&self) -> &[AddressRange] {
        &self.0
    }

    fn hold(&self, address: IpAddr) -> bool {
        let behind = self.0.partition_point(|block| block.first <= address);
        behind > 0 && self.0[behind - 1].holds(address)
    }

    fn cover(&self, range: AddressRange) -> bool {
        self.0.iter().any(|block| block.holds(range.first) && block.holds(range.last))
    }
}

impl Addresses {
    /// `address` is canonical: no IPv4 address written as IPv6.
    pub(super) fn let_in(&self, address: IpAddr) -> bool {
        !self.exclude.hold(address) && self.include.as_ref().is_none_or(|include| include.hold(address))
    }

    pub(super) fn let_nobody_in(&self) -> bool {
        self.include.as_ref().is_some_and(|include| include.0.iter().all(|block| self.exclude.cover(*block)))
    }
}

/// Which yes-or-no signal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Question {
    Proxy,
    Bot,
}

impl Question {
    pub(super) fn answer(self, signals: &Signals<'_>) -> Option<bool> {
        match self {
            Self::Proxy => signals.visit.proxy,
            Self::Bot => Some(signals.visit.is_bot),
        }
    }
}

/// The conditions on a yes-or-no signal.
#[derive(Debug)]
pub(super) struct Truths {
    pub(super) question: Question,
    pub(super) code: Code,
    /// Whether `false` and whether `true` are let in.
    pub(super) lets_in: [bool; 2],
    /// Whether an unknown answer is let in: only where no condition includes.
    pub(super) lets_unknown_in: bool,
}

impl Truths {
    pub(super) fn let_in(&self, signals: &Signals<'_>) -> bool {
        let answer = self.question.answer(signals);
        answer.map_or(self.lets_unknown_in, |answer| self.lets_in[usize::from(answer)])
    }

    pub(super) fn let_nobody_in(&self) -> bool {
        self.lets_in == [false, false] && !self.lets_unknown_in
    }
}

/// The conditions on the time; each zone with its windows.
#[derive(Debug, Default)]
pub(super) struct Windows {
    pub(super) include: Option<Vec<(Tz, WeekWindow)>>,
    pub(super) exclude: Vec<(Tz, WeekWindow)>,
}

impl Windows {
    pub(super) fn let_in(&self, signals: &Signals<'_>) -> bool {
        let open = |windows: &[(Tz, WeekWindow)]| {
            windows.iter().any(|(zone, window)| holds(window, signals.minute(*zone)))
        };
        !open(&self.exclude) && self.include.as_ref().is_none_or(|include| open(include))
    }

    /// Whether each included minute is excluded too. Windows of several zones are not compared.
    pub(super) fn let_nobody_in(&self) -> bool {
        let Some(include) = &self.include else { return false };
        let Some((zone, _)) = include.first() else { return true };
        if include.iter().chain(&self.exclude).any(|(other, _)| other != zone) {
            return false;
        }
        let open =
            |windows: &[(Tz, WeekWindow)], minute| windows.iter().any(|(_, window)| holds(window, minute));
        (0..7 * 24 * 60).map(WeekMinute).all(|minute| !open(include, minute) || open(&self.exclude, minute))
    }
}

fn holds(window: &WeekWindow, minute: WeekMinute) -> bool {
    window.0.iter().any(|(from, to)| (*from..*to).contains(&minute.0))
}
