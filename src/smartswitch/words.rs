//! The words of source blocks and traffic controls on pages.

use crate::web::{format, parts::Choice};
use domain::{
    shared::Field,
    smartswitch::{ListKind, ListOperator, TrafficControl, Variable},
};

/// The variables to choose from.
pub fn variables() -> Vec<Choice> {
    Variable::ALL.map(|variable| Choice::new(variable.name(), variable.name())).to_vec()
}

/// How values are compared, in words.
pub const fn operator(operator: ListOperator) -> &'static str {
    match operator {
        ListOperator::Is => "is",
        ListOperator::StartsWith => "starts with",
        ListOperator::EndsWith => "ends with",
        ListOperator::Contains => "contains",
    }
}

/// The same to choose from.
pub fn operators() -> Vec<Choice> {
    ListOperator::ALL.map(|one| Choice::new(one.name(), operator(one))).to_vec()
}

/// Which way a list works, in words.
pub const fn list(kind: ListKind) -> &'static str {
    match kind {
        ListKind::Black => "black list",
        ListKind::White => "white list",
    }
}

/// The same to choose from.
pub fn lists() -> Vec<Choice> {
    ListKind::ALL.map(|kind| Choice::new(kind.name(), list(kind))).to_vec()
}

/// A field of traffic controls, in words.
pub fn field(field: Field) -> String {
    match field {
        Field::SourceId => "source_id".to_owned(),
        Field::Referrer => "referrer".to_owned(),
        Field::Ip => "IP address".to_owned(),
        Field::Isp => "ISP".to_owned(),
        Field::UserAgent => "user agent".to_owned(),
        other => other.to_string(),
    }
}

/// The same to choose from, the subs last.
pub fn fields() -> Vec<Choice> {
    let is_sub = |field: &Field| matches!(field, Field::Sub(_));
    let (subs, others): (Vec<_>, Vec<_>) = TrafficControl::FIELDS.into_iter().partition(is_sub);
    others.into_iter().chain(subs).map(|one| Choice::new(one.to_string(), field(one))).collect()
}

/// What a list says in a line: `sub4 is bad-1, bad-2 and 3 more`.
pub fn in_a_line(field: &str, by: ListOperator, values: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = values.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = values.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!(" and {} more", format::count(more as i64)) };
    format!("{field} {} {shown}{more}", operator(by))
}
