//! Differences in the words of the object's page.

use super::differences::Difference;
use crate::web::{Access, Failure, parts::field_words};
use serde_json::Value;
use store::offers::{Named, Names};

/// What a field was and is.
pub struct FieldChange {
    pub field: String,
    pub before: String,
    pub after: String,
}

/// Fields that nobody is shown.
const SECRETS: [&str; 1] = ["verification_token"];

/// The names of the objects that differences name by their ids.
pub(super) async fn names<'a>(
    access: &Access,
    differences: impl Iterator<Item = &'a Difference>,
) -> Result<Names, Failure> {
    let named = differences.flat_map(|each| {
        let values = [&each.before, &each.after].into_iter().flatten().flat_map(ids);
        kind(&each.path).map(|kind| values.map(move |id| (kind, id)).collect::<Vec<_>>()).unwrap_or_default()
    });
    Ok(Names::read(access.scope(), named.collect::<Vec<_>>()).await?)
}

/// What a field's value is the id of.
fn kind(path: &str) -> Option<Named> {
    match path.rsplit('.').next().unwrap_or_default() {
        "advertiser_id" | "advertiser_ids" => Some(Named::Advertiser),
        "monitor_id" => Some(Named::Monitor),
        "offer_id" | "offer_ids" | "offer" => Some(Named::Offer),
        "partner_id" => Some(Named::Partner),
        _ => None,
    }
}

/// The ids of a value that is one or a list of them.
fn ids(value: &Value) -> Vec<i64> {
    match value {
        Value::Array(items) => items.iter().filter_map(id).collect(),
        single => id(single).into_iter().collect(),
    }
}

fn id(value: &Value) -> Option<i64> {
    value.as_str().and_then(|text| text.parse().ok()).or_else(|| value.as_i64())
}

pub(super) fn change(each: Difference, words: &[(&str, &str)], names: &Names) -> FieldChange {
    let show = |value: Option<Value>| match value {
        None => String::new(),
        Some(_) if SECRETS.contains(&each.path.as_str()) => "(secret)".to_owned(),
        Some(value) => match kind(&each.path) {
            Some(kind) => called(kind, &value, names),
            None if each.path.ends_with(".limit") => plain(&text(&value)).to_owned(),
            None => text(&value),
        },
    };
    FieldChange {
        field: label(&each.path, words),
        before: show(each.before.clone()),
        after: show(each.after.clone()),
    }
}

/// The names of what a value names, the ids of those that have none any more.
fn called(kind: Named, value: &Value, names: &Names) -> String {
    let one = |item: &Value| match id(item).map(|id| names.of(kind, id)) {
        Some(name) if !name.is_empty() => name.to_owned(),
        Some(_) | None => text(item),
    };
    match value {
        Value::Array(items) => items.iter().map(one).collect::<Vec<_>>().join(", "),
        single => one(single),
    }
}

/// A limit without the decimals that counts have not: `10.00` is 10.
fn plain(number: &str) -> &str {
    number.strip_suffix(".00").unwrap_or(number)
}

fn text(value: &Value) -> String {
    match value {
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Null | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

/// What the page calls a field, with its place where it stands in a list: `Cap's limit (2)`.
fn label(path: &str, words: &[(&str, &str)]) -> String {
    let (mut plain, mut places) = (String::new(), Vec::new());
    for (number, part) in path.split('[').enumerate() {
        let rest = match part.split_once(']') {
            Some((place, rest)) if number > 0 => {
                places.extend(place.parse::<usize>().ok().map(|place| (place + 1).to_string()));
                plain.push_str("[]");
                rest
            }
            Some(_) | None => part,
        };
        plain.push_str(rest);
    }
    match words.iter().find(|(field, _)| *field == plain) {
        Some((_, words)) if places.is_empty() => (*words).to_owned(),
        Some((_, words)) => format!("{words} ({})", places.join(", ")),
        None => field_words(path),
    }
}
