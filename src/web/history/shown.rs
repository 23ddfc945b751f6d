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
        let kind = kind(&each.path);
        [&each.before, &each.after]
            .into_iter()
            .filter_map(move |value| Some((kind?, id(value.as_ref()?)?)))
            .collect::<Vec<_>>()
    });
    Ok(Names::read(access.scope(), named.collect::<Vec<_>>()).await?)
}

/// What a field's value is the id of.
fn kind(path: &str) -> Option<Named> {
    let field = path.rsplit('.').next().unwrap_or_default();
    match field.split('[').next().unwrap_or_default() {
        "advertiser_id" | "advertiser_ids" => Some(Named::Advertiser),
        "monitor_id" => Some(Named::Monitor),
        "offer_id" | "offer_ids" | "offer" => Some(Named::Offer),
        "partner_id" => Some(Named::Partner),
        _ => None,
    }
}

fn id(value: &Value) -> Option<i64> {
    value.as_str().and_then(|text| text.parse().ok()).or_else(|| value.as_i64())
}

pub(super) fn change(each: Difference, words: &[(&str, &str)], names: &Names) -> FieldChange {
    let show = |value: Option<Value>| match value {
        None => String::new(),
        Some(_) if SECRETS.contains(&each.path.as_str()) => "(secret)".to_owned(),
        Some(value) => match kind(&each.path).zip(id(&value)) {
            Some((kind, id)) if !names.of(kind, id).is_empty() => names.of(kind, id).to_owned(),
            Some(_) | None if each.path.ends_with(".limit") => plain(&text(&value)).to_owned(),
            Some(_) | None => text(&value),
        },
    };
    FieldChange {
        field: label(&each.path, words),
        before: show(each.before.clone()),
        after: show(each.after.clone()),
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
