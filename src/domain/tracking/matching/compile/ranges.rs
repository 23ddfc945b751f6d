//! Compiling the kinds that are no texts: addresses, yes-or-no signals, windows of the week.

use super::{
    super::{
        Trouble, code_of,
        ranges::{Addresses, Blocks, Question, Truths, Windows},
    },
    Placed, note_empty,
};
use crate::shared::{AddressRange, Condition, Field, Operator, WeekWindow};
use chrono_tz::Tz;

/// Reads the values of a condition; notes those that can't be read.
fn read<T, E: std::fmt::Display>(
    (place, condition): &Placed<'_>,
    troubles: &mut Vec<Trouble>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Vec<T> {
    let mut values = Vec::with_capacity(condition.values.len());
    for value in &condition.values {
        match parse(value) {
            Ok(parsed) => values.push(parsed),
            Err(error) => troubles.push((Some(*place), format!("`{value}` {error}; it never matches"))),
        }
    }
    note_empty(*place, condition, troubles);
    values
}

/// Whether a condition of a kind that is no text includes. An operator that does not suit it matches
/// nothing, so that it lets nobody in.
fn includes(condition: &Condition) -> bool {
    condition.operator != Operator::IsNot
}

fn suits(entry: &Placed<'_>, troubles: &mut Vec<Trouble>) -> bool {
    let fine = matches!(entry.1.operator, Operator::Is | Operator::IsNot);
    if !fine {
        troubles.push((
            Some(entry.0),
            format!("`{}` takes only `is` and `is_not`; it never matches", entry.1.field),
        ));
    }
    fine
}

pub(super) fn addresses(entries: &[Placed<'_>], troubles: &mut Vec<Trouble>) -> Addresses {
    let (mut include, mut exclude) = (None::<Vec<AddressRange>>, Vec::new());
    for entry in entries {
        let ranges = if suits(entry, troubles) {
            read(entry, troubles, str::parse::<AddressRange>)
        } else {
            Vec::new()
        };
        if includes(entry.1) {
            include.get_or_insert_default().extend(ranges)
        } else {
            exclude.extend(ranges)
        }
    }
    Addresses { include: include.map(Blocks::new), exclude: Blocks::new(exclude) }
}

pub(super) fn truths(field: Field, entries: &[Placed<'_>], troubles: &mut Vec<Trouble>) -> Truths {
    let (mut included, mut excluded) = ([false; 2], [false; 2]);
    let no_include = !entries.iter().any(|(_, condition)| includes(condition));
    let truth =
        |text: &str| text.trim().to_ascii_lowercase().parse::<bool>().map_err(|_| "must be true or false");
    for entry in entries {
        let answers = if suits(entry, troubles) { read(entry, troubles, truth) } else { Vec::new() };
        let side = if includes(entry.1) { &mut included } else { &mut excluded };
        answers.into_iter().for_each(|answer| side[usize::from(answer)] = true);
    }
    let question = if field == Field::Proxy { Question::Proxy } else { Question::Bot };
    let lets_in = [0, 1].map(|answer: usize| (no_include || included[answer]) && !excluded[answer]);
    Truths { question, code: code_of(field), lets_in, lets_unknown_in: no_include }
}

pub(super) fn windows(entries: &[Placed<'_>], troubles: &mut Vec<Trouble>) -> Windows {
    let mut windows = Windows::default();
    for entry in entries {
        let zone = zone(entry, troubles);
        let read =
            if suits(entry, troubles) { read(entry, troubles, str::parse::<WeekWindow>) } else { Vec::new() };
        let read = read.into_iter().filter_map(|window| zone.map(|zone| (zone, window)));
        if includes(entry.1) {
            windows.include.get_or_insert_default().extend(read);
        } else {
            windows.exclude.extend(read);
        }
    }
    windows
}

/// The condition's zone, UTC where none is chosen; none where it can't be read.
fn zone((place, condition): &Placed<'_>, troubles: &mut Vec<Trouble>) -> Option<Tz> {
    let name = condition.of.as_ref().and_then(|of| of.zone.as_deref()).unwrap_or("UTC");
    let zone = name.parse().ok();
    if zone.is_none() {
        troubles.push((Some(*place), format!("`{name}` is no time zone; it never matches")));
    }
    zone
}
