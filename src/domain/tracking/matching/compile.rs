//! From written conditions to compiled targeting. Never fails: a condition that can't be read matches
//! nothing and is reported, and so is a kind that can let nobody in.

mod ranges;

use super::{
    Check, Targeting, Trouble, code_of,
    geography::Geography,
    ranges::{Addresses, Truths, Windows},
    signals::fold,
    texts::{Range, TextKind, Texts, Words},
};
use crate::shared::{Condition, Field, Operator, Version, pattern};
use ranges::{addresses, truths, windows};

/// The kinds in the order in which the first failing one names the code (DOMAIN.md, section 2); bots,
/// then source and sub values come last.
const ORDER: [Field; 17] = [
    Field::Language,
    Field::Os,
    Field::OsVersion,
    Field::Device,
    Field::Browser,
    Field::Isp,
    Field::Connection,
    Field::Carrier,
    Field::Ip,
    Field::Proxy,
    Field::Schedule,
    Field::IsBot,
    Field::OfferCap,
    Field::SiteStatus,
    Field::Referrer,
    Field::UserAgent,
    Field::SourceId,
];

/// Places, the most specific first.
const PLACES: [Field; 3] = [Field::City, Field::Region, Field::Country];

/// A condition and its place in the written list.
type Placed<'a> = (usize, &'a Condition);

impl Targeting {
    /// Compiles conditions of which each has to hold by itself, whatever others say of the same kind (the rules
    /// of flows), and tells what is wrong with them. Those that don't ask about the visitor are left out.
    pub(in super::super) fn each(conditions: &[Condition]) -> (Self, Vec<Trouble>) {
        let (mut all, mut troubles) = (Self::default(), Vec::new());
        for (place, condition) in
            conditions.iter().enumerate().filter(|(_, condition)| !is_for_flows(condition.field))
        {
            let (one, wrong) = Self::compile(std::slice::from_ref(condition));
            all.checks.extend(one.checks);
            troubles.extend(wrong.into_iter().map(|(_, message)| (Some(place), message)));
        }
        (all, troubles)
    }

    /// Compiles conditions, and tells what is wrong with them.
    pub(in super::super) fn compile(conditions: &[Condition]) -> (Self, Vec<Trouble>) {
        let mut troubles = Vec::new();
        let mut checks: Vec<Check> = geography(conditions, &mut troubles).into_iter().collect();
        for field in ORDER.into_iter().chain((1..=30).map(Field::Sub)) {
            checks.extend(check(field, conditions, &mut troubles));
        }
        (Self { checks }, troubles)
    }
}

fn of_field(field: Field, conditions: &[Condition]) -> Vec<Placed<'_>> {
    conditions.iter().enumerate().filter(|(_, condition)| condition.field == field).collect()
}

fn geography(conditions: &[Condition], troubles: &mut Vec<Trouble>) -> Option<Check> {
    let levels = PLACES.into_iter().filter_map(|field| {
        let entries = of_field(field, conditions);
        (!entries.is_empty()).then(|| text_kind(field, &entries, troubles))
    });
    let geography = Geography { levels: levels.collect() };
    if geography.levels.is_empty() {
        return None;
    }
    note_dead(geography.lets_nobody_in(), "country, region and city", troubles);
    Some(Check::Geography(Box::new(geography)))
}

fn check(field: Field, conditions: &[Condition], troubles: &mut Vec<Trouble>) -> Option<Check> {
    let entries = of_field(field, conditions);
    if entries.is_empty() {
        return None;
    }
    let (check, dead) = if field == Field::Ip {
        with_death(addresses(&entries, troubles), Addresses::let_nobody_in, Check::Addresses)
    } else if matches!(field, Field::Proxy | Field::IsBot) {
        with_death(truths(field, &entries, troubles), Truths::let_nobody_in, Check::Truths)
    } else if field == Field::Schedule {
        with_death(windows(&entries, troubles), Windows::let_nobody_in, Check::Windows)
    } else {
        with_death(Box::new(text_kind(field, &entries, troubles)), |kind| kind.lets_nobody_in(), Check::Text)
    };
    note_dead(dead, &field.to_string(), troubles);
    Some(check)
}

fn with_death<T>(kind: T, nobody: impl Fn(&T) -> bool, wrap: impl Fn(T) -> Check) -> (Check, bool) {
    let dead = nobody(&kind);
    (wrap(kind), dead)
}

fn note_dead(dead: bool, what: &str, troubles: &mut Vec<Trouble>) {
    if dead {
        troubles.push((
            None,
            format!("the conditions on {what} let nobody in: what they include they exclude again"),
        ));
    }
}

fn text_kind(field: Field, entries: &[Placed<'_>], troubles: &mut Vec<Trouble>) -> TextKind {
    let mut include: Option<Texts> = None;
    let (mut words, mut excluded) = (Vec::new(), Vec::new());
    for (place, condition) in entries {
        let folded = || condition.values.iter().map(|value| fold(field, value).into_boxed_str());
        match condition.operator {
            Operator::IsNot => excluded.extend(folded()),
            Operator::Is => {
                include.get_or_insert_default();
                words.extend(folded());
            }
            Operator::Contains => include.get_or_insert_default().contains.extend(folded()),
            Operator::StartsWith => include.get_or_insert_default().starts.extend(folded()),
            Operator::EndsWith => include.get_or_insert_default().ends.extend(folded()),
            Operator::IsEmpty => include.get_or_insert_default().empty = !is_for_flows(field),
            Operator::Matches => add_patterns(include.get_or_insert_default(), *place, condition, troubles),
            Operator::AtLeast | Operator::AtMost => {
                include.get_or_insert_default();
            }
        }
        note_empty(*place, condition, troubles);
    }
    if let Some(include) = &mut include {
        include.words = Words::new(words);
        include.range = range(field, entries, troubles);
    }
    TextKind { field, code: code_of(field), include, exclude: Words::new(excluded) }
}

fn is_for_flows(field: Field) -> bool {
    matches!(field, Field::OfferCap | Field::SiteStatus)
}

fn note_empty(place: usize, condition: &Condition, troubles: &mut Vec<Trouble>) {
    if is_for_flows(condition.field) {
        troubles.push((Some(place), format!("`{}` is not for targeting; it never matches", condition.field)));
    } else if condition.values.is_empty() && condition.operator != Operator::IsEmpty {
        troubles.push((Some(place), "has no values; it never matches".to_owned()));
    }
}

fn add_patterns(texts: &mut Texts, place: usize, condition: &Condition, troubles: &mut Vec<Trouble>) {
    for value in &condition.values {
        match pattern(value) {
            Ok(compiled) => texts.patterns.push(compiled),
            Err(message) => troubles.push((Some(place), format!("`{value}` {message}; it never matches"))),
        }
    }
}

/// The range of all `at_least` and `at_most` of a field: the lowest least to the highest most.
fn range(field: Field, entries: &[Placed<'_>], troubles: &mut Vec<Trouble>) -> Option<Range> {
    let range = if field == Field::OsVersion {
        let (least, most) = bounds(entries, troubles, Version::exactly);
        let least = least.into_iter().min();
        let most = most.into_iter().max();
        (least.is_some() || most.is_some()).then_some(Range::Versions { least, most })
    } else {
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        let (least, most) = bounds(entries, troubles, number);
        let any = !least.is_empty() || !most.is_empty();
        let least = least.into_iter().reduce(f64::min).unwrap_or(f64::NEG_INFINITY);
        let most = most.into_iter().reduce(f64::max).unwrap_or(f64::INFINITY);
        any.then_some(Range::Numbers { least, most })
    };
    if range.is_some_and(Range::is_empty) {
        troubles.push((None, format!("`{field}` at least is above `{field}` at most; the range is empty")));
    }
    range
}

fn bounds<T>(
    entries: &[Placed<'_>],
    troubles: &mut Vec<Trouble>,
    read: impl Fn(&str) -> Option<T>,
) -> (Vec<T>, Vec<T>) {
    let (mut least, mut most) = (Vec::new(), Vec::new());
    for (place, condition) in entries {
        let side = match condition.operator {
            Operator::AtLeast => &mut least,
            Operator::AtMost => &mut most,
            Operator::Is
            | Operator::IsNot
            | Operator::Contains
            | Operator::StartsWith
            | Operator::EndsWith
            | Operator::Matches
            | Operator::IsEmpty => continue,
        };
        for value in &condition.values {
            match read(value) {
                Some(bound) => side.push(bound),
                None => troubles.push((Some(*place), format!("`{value}` is no number; it never matches"))),
            }
        }
    }
    (least, most)
}
